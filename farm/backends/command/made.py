"""What a program has made, a video or a folder of frames: the frames of the take, or a refusal in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from farm.backend.protocol import Frame
from farm.media.pictures import PictureError, open_picture
from farm.media.videos import VideoError, frames
from storyboard.errors import UsageError
from storyboard.planning.spec import ShotSpec
from storyboard.wording import counted, listed

_ENDINGS = ".png .jpg .jpeg .tif .tiff .webp .bmp .ppm .pgm .tga .avif .heic .heif .jp2 .gif"
PICTURES = frozenset(_ENDINGS.split())
"""endings of what is read as a frame"""
_DIGITS = re.compile(r"(\d+)")


def what_was_made(folder: Path) -> list[Path]:
    """The files that lie in a folder and the folders in it, in the order of the numbers in their names."""
    found = [path for path in folder.rglob("[!.]*") if path.is_file()]
    return sorted(found, key=lambda path: _in_order(path.relative_to(folder).as_posix()))


def video_made(folder: Path) -> Path | None:
    """The video that its program put into a folder; None where that is something else."""
    files = what_was_made(folder)
    return files[0] if len(files) == 1 and files[0].suffix.lower() not in PICTURES else None


def frames_made(folder: Path, spec: ShotSpec) -> Iterator[Frame]:
    """The frames of a take (uint8 [height, width, 3]) out of the folder that its program filled.

    Raises:
        UsageError: it made nothing, something else, or frames of another number, size or rate; says which.
    """
    files = what_was_made(folder)
    pictures = [path for path in files if path.suffix.lower() in PICTURES]
    if not files:
        raise UsageError(
            "the program made nothing", "it is to put a video, or a folder of frames, at the path {out}"
        )
    if len(pictures) == len(files) and (len(files) > 1 or spec.total_frames == 1):
        return _from_pictures(pictures, spec)
    if len(files) == 1:
        return _from_video(files[0], spec)
    names = listed([path.name for path in files], 5)
    raise UsageError(
        f"the program made {counted(len(files), 'file')}, which are no frames alone: {names}",
        "it is to put one video, or a folder of nothing but frames, at the path {out}",
    )


def _from_pictures(paths: Sequence[Path], spec: ShotSpec) -> Iterator[Frame]:
    if len(paths) != spec.total_frames:
        raise _wrong_number(len(paths), spec)
    for path in paths:
        try:
            frame = np.asarray(open_picture(path).image, np.uint8)
        except PictureError as error:
            raise UsageError(f"the program's frame {path.name} cannot be used: {error.message}") from error
        _check_size(frame, spec, path.name)
        yield frame


def _from_video(path: Path, spec: ShotSpec) -> Iterator[Frame]:
    """Its frames, each of which begins where the rate has it: within half a frame, from the first one on."""
    began: Fraction | None = None
    count = 0
    try:
        for one in frames(path):
            began = one.start if began is None else began
            if count == 0:
                _check_size(one.picture, spec, path.name)
            late = (one.start - began) * spec.rate - count
            if count < spec.total_frames and abs(late) >= Fraction(1, 2):
                raise _wrong_rate(path, spec)
            count += 1
            if count <= spec.total_frames:
                yield one.picture
    except VideoError as error:
        raise UsageError(f"the program's {path.name} cannot be used: {error.message}") from error
    if count != spec.total_frames:
        raise _wrong_number(count, spec)


def _check_size(frame: Frame, spec: ShotSpec, name: str) -> None:
    high, wide = frame.shape[:2]
    if (wide, high) != (spec.width, spec.height):
        raise UsageError(
            f"the program's {name} is {wide}x{high}; asked was {spec.width}x{spec.height}",
            "it is told {width} and {height}; where it has a size of its own, say so in its options: "
            f"width: {wide}, height: {high}",
        )


def _wrong_number(count: int, spec: ShotSpec) -> UsageError:
    handles = f", {spec.head} before and {spec.tail} after the cut" if spec.head or spec.tail else ""
    return UsageError(
        f"the program made {counted(count, 'frame')}; asked were {spec.total_frames}{handles}",
        "it is told {frames}; where it has a rate of its own, say so in its options: rate",
    )


def _wrong_rate(path: Path, spec: ShotSpec) -> UsageError:
    starts = [one.start for one in frames(path, least=(2, 2))]
    gaps = {after - before for before, after in pairwise(starts)}
    if len(starts) < 2 or max(gaps) - min(gaps) > Fraction(1, 2) / spec.rate:
        found = "frames at times of no one rate"
        hint = f"it is to make {spec.rate} frames a second, each as long as the others"
    else:
        rate = f"{float((len(starts) - 1) / (starts[-1] - starts[0])):.4g}"
        found = f"{rate} frames a second"
        hint = f"it is told {{rate}}; where it has a rate of its own, say so in its options: rate: {rate}"
    return UsageError(f"the program's {path.name} has {found}; asked were {spec.rate} a second", hint)


def _in_order(name: str) -> list[tuple[int, str]]:
    """Names by the numbers in them: `frame9` before `frame10`."""
    parts = _DIGITS.split(name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
