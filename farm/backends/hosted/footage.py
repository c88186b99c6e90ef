"""What a renderer gave, as the frames of a take: brought to the take's size, rate and length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from farm.backend.protocol import Frame
from farm.media.pictures import PictureError, open_picture
from farm.media.videos import VideoError, frames
from farm.takes.clip import fitted
from farm.takes.quality import QualityError
from storyboard.planning.spec import ShotSpec

SHORT_S = Fraction(1, 4)
"""a video may be so much shorter than asked; its last frame is held. Services round their lengths"""


def frames_of_video(path: Path, spec: ShotSpec, who: str) -> Iterator[Frame]:
    """The take's frames (uint8 [height, width, 3]) from a video of any size, rate and length.

    Each shows what the video shows in the middle of its time, the video's clock beginning with its first
    frame. HDR and other colours are brought to BT.709, rotation and pixels that are not square are undone;
    what is longer than the take is left out.

    Args:
        path: the video.
        spec: of the take.
        who: gave it, for people.

    Raises:
        QualityError: it is no video, or too short.
    """
    wanted = [(Fraction(k) + Fraction(1, 2)) / spec.rate for k in range(spec.total_frames)]
    given = 0
    shown: Frame | None = None
    first = end = Fraction(0)
    try:
        for frame in frames(path, least=(spec.width, spec.height)):
            if shown is None:
                first = frame.start
            start, end = frame.start - first, frame.end - first
            while shown is not None and given < len(wanted) and wanted[given] < start:
                yield shown
                given += 1
            if given == len(wanted):
                return
            shown = fitted(frame.picture, spec.width, spec.height)
    except VideoError as error:
        raise QualityError(f"what {who} gave is no video: {error.message}") from error
    if shown is None or end < spec.seconds - SHORT_S:
        raise QualityError(
            f"{who} gave {float(end):.2f} s of video; the shot needs {float(spec.seconds):.2f}"
        )
    for _ in wanted[given:]:
        yield shown


def frames_of_pictures(paths: Sequence[Path], spec: ShotSpec, who: str) -> Iterator[Frame]:
    """The take's frames from pictures that are its frames, in this order; what is too many is left out.

    Raises:
        QualityError: one is no picture, or they are too few.
    """
    if len(paths) < spec.total_frames:
        raise QualityError(f"{who} gave {len(paths)} of the {spec.total_frames} frames asked for")
    for path in paths[: spec.total_frames]:
        try:
            yield fitted(np.asarray(open_picture(path).image), spec.width, spec.height)
        except PictureError as error:
            raise QualityError(f"{path.name}, which {who} gave, is no picture: {error.message}") from error
