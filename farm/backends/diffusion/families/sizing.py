"""From the film's size and rate to those a model renders in: pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

from farm.backends.diffusion.families.call import Size
from farm.backends.diffusion.families.family import Family, FramePicture
from farm.backends.diffusion.options import DiffusionOptions
from storyboard.media.take_shape import TakeShape
from storyboard.media.timing import round_half_up
from storyboard.planning.spec import ShotSpec


@dataclass(frozen=True, slots=True)
class Timing:
    """Which rendered frames make the take's.

    Attributes:
        frames: how many are rendered: a number that the family can.
        positions: for each frame of the take, which rendered frame shows it.
        times: for each rendered frame, where it lies in the shot: seconds from the beginning of its body.
        rate: rendered frames a second.
    """

    frames: int
    positions: tuple[int, ...]
    times: tuple[Fraction, ...]
    rate: int


SAME_RATE = Fraction(1, 500)
"""rates that differ by less than this share are the same: a model's 24 is played as 23.976"""


def native_shape(film: TakeShape, options: DiffusionOptions, family: Family) -> TakeShape:
    """The take as it is rendered: the shortest of the model's size and rate that covers the film's."""
    size = native_size(film.width, film.height, options, family)
    rate = Fraction(options.rate or family.rate)
    return film.at(size.width, size.height, film.rate if abs(film.rate / rate - 1) < SAME_RATE else rate)


def native_size(width: int, height: int, options: DiffusionOptions, family: Family) -> Size:
    """The size that is rendered: as asked, or the film's shape in about the family's number of pixels."""
    if options.width is not None and options.height is not None:
        return Size(options.width, options.height)
    scale = min(1.0, sqrt(family.area / (width * height)))
    wide, high = (
        max(family.multiple, round(side * scale / family.multiple) * family.multiple)
        for side in (width, height)
    )
    return Size(wide, high)


def anchors(spec: ShotSpec, family: Family, *, continuing: bool) -> tuple[int, int | None]:
    """The frames of the take that show rendered frame 0 and the picture that the shot ends on, if any."""
    first = 0
    if family.start is not FramePicture.NEVER:
        if continuing:
            first = spec.head - 1
        elif spec.first_frame is not None or spec.match_cut is not None:
            first = spec.head
    ends = family.end is not FramePicture.NEVER and spec.last_frame is not None
    return first, spec.head + spec.frames - 1 if ends else None


def native_timing(
    spec: ShotSpec, options: DiffusionOptions, family: Family, *, first: int = 0, last: int | None = None
) -> Timing:
    """How many frames are rendered, and where the take's frames lie among them.

    Args:
        spec: the shot.
        options: of the renderer.
        family: of the model.
        first: the frame of the take that shows rendered frame 0; -1 is the frame before the take. A
            continuing shot's rendered frame 0 is its predecessor's last frame, so that its own first frame
            comes one frame later; its head handle holds what came before.
        last: the frame of the take that shows the picture which the shot ends on; None when none is given.
            The family may have to render some frames more than lie between: those that are one too many are
            left out evenly. The tail handle shows what the model rendered beyond, or holds the picture.
    """
    step = Fraction(1)
    if last is None:
        frames = next_allowed(max(spec.total_frames - 1 - first, 0) + 1, family)
    else:
        first = min(first, last - 1)
        frames = next_allowed(max(last - first + family.after_end, 1) + 1, family)
        step = Fraction(frames - 1 - family.after_end, last - first)
    positions = tuple(
        min(max(0, round_half_up((index - first) * step)), frames - 1) for index in range(spec.total_frames)
    )
    times = tuple((first + index / step - spec.head) / spec.rate for index in range(frames))
    return Timing(frames, positions, times, options.rate or family.rate)


def next_allowed(frames: int, family: Family) -> int:
    """The least number of frames, `frames` or more, that the family renders."""
    return ceil((frames - 1) / family.frame_step) * family.frame_step + 1
