"""The videos of a performance, as the pictures that a model follows: one for each frame that it renders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from PIL import Image

from farm.backends.diffusion.conditioning.pictures import image_of
from farm.backends.diffusion.families.call import Performance, Size
from farm.backends.diffusion.families.sizing import Timing
from farm.media import videos
from storyboard.errors import FarmError
from storyboard.planning.spec import ShotSpec

FACE = Size(512, 512)
"""faces are looked at in a size of their own"""


def performance_of(
    spec: ShotSpec, follows: Sequence[str], files: Mapping[str, Path], size: Size, timing: Timing
) -> Performance:
    """The videos of a shot's performance that a family follows.

    A video begins with the body of the shot. The head handle holds its first picture; the tail handle goes on
    with it while it lasts, then holds its last.

    Raises:
        FarmError: a video cannot be read, or is shorter than the body.
    """
    acted = spec.performance
    if acted is None:
        return {}
    body = Fraction(spec.frames) / spec.rate
    videos = {name: file for name in follows if (file := getattr(acted, name)) is not None}
    return {
        name: _pictures(name, files[file.sha256], timing.times, body, FACE if name == "face" else size)
        for name, file in videos.items()
    }


def _pictures(
    name: str, path: Path, times: Sequence[Fraction], body: Fraction, size: Size
) -> list[Image.Image]:
    """What a video shows at these times, in seconds of its clock.

    Raises:
        FarmError: it cannot be read, or ends before the last rendered frame of the body.
    """
    try:
        shown, end = _shown(path, times, size, mask=name == "mask")
    except videos.VideoError as error:
        raise FarmError(f"the {name} video {path.name} cannot be read: {error.message}") from error
    if end <= max(time for time in times if time < body):
        raise FarmError(
            f"the {name} video {path.name} lasts {float(end):.2f} s, and the shot {float(body):.2f} s",
            "give a video that is as long as the shot, or make the shot shorter",
        )
    return shown


def _shown(
    path: Path, times: Sequence[Fraction], size: Size, *, mask: bool
) -> tuple[list[Image.Image], Fraction]:
    """The pictures at these times, rising, and the time at which the video ends.

    Raises:
        VideoError: it cannot be read.
    """
    shown: list[Image.Image] = []
    picture: Image.Image | None = None
    end = Fraction(0)
    for frame in videos.frames(path, mask=mask, least=(size.width, size.height)):
        while picture is not None and len(shown) < len(times) and times[len(shown)] < frame.start:
            shown.append(picture)
        if len(shown) < len(times):
            picture = image_of(frame.picture, size)
        end = frame.end
    if picture is None:
        raise videos.VideoError("it holds no frame that can be read")
    return [*shown, *[picture] * (len(times) - len(shown))], end
