"""From the film's size and rate to those a model renders in, and back: pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from farm.backend import Frame
from farm.backends.diffusion.family import Family, Need
from farm.backends.diffusion.options import DiffusionOptions
from storyboard.spec import ShotSpec


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Which rendered frames make the take's.

    Attributes:
        frames: how many are rendered: a number that the family can.
        positions: for each frame of the take, where it lies among the rendered ones.
        times: for each rendered frame, where it lies in the shot: seconds from the beginning of its body.
        rate: rendered frames a second.
    """

    frames: int
    positions: tuple[Fraction, ...]
    times: tuple[Fraction, ...]
    rate: int


def native_size(spec: ShotSpec, options: DiffusionOptions, family: Family) -> Size:
    """The size that is rendered: as asked, or the film's shape in about the family's number of pixels."""
    if options.width is not None and options.height is not None:
        return Size(options.width, options.height)
    scale = min(1.0, sqrt(family.area / (spec.width * spec.height)))
    width, height = (
        max(family.multiple, round(side * scale / family.multiple) * family.multiple)
        for side in (spec.width, spec.height)
    )
    return Size(width, height)


def anchors(spec: ShotSpec, family: Family, *, continuing: bool) -> tuple[int, int | None]:
    """The frames of the take that show rendered frame 0 and the picture that the shot ends on, if any."""
    first = 0
    if family.start is not Need.NEVER:
        if continuing:
            first = spec.head - 1
        elif spec.first_frame is not None or spec.match_cut is not None:
            first = spec.head
    ends = family.end is not Need.NEVER and spec.last_frame is not None
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
            comes one frame of the film later; its head handle holds what came before.
        last: the frame of the take that shows the picture which the shot ends on; None when none is given.
            What lies between is slowed down until it fits the frames that the family can render, and the
            tail handle shows what the model rendered beyond, or holds the picture.
    """
    rate = options.rate or family.rate
    step = Fraction(rate) / spec.rate
    if last is None:
        frames = next_allowed(ceil(max(spec.total_frames - 1 - first, 0) * step) + 1, family)
    else:
        first = min(first, last - 1)
        frames = next_allowed(max(ceil((last - first) * step) + family.after_end, 1) + 1, family)
        step = Fraction(frames - 1 - family.after_end, last - first)
    positions = tuple(
        min(max(Fraction(0), (index - first) * step), Fraction(frames - 1))
        for index in range(spec.total_frames)
    )
    times = tuple((first + index / step - spec.head) / spec.rate for index in range(frames))
    return Timing(frames, positions, times, rate)


def next_allowed(frames: int, family: Family) -> int:
    """The least number of frames, `frames` or more, that the family renders."""
    return ceil((frames - 1) / family.frame_step) * family.frame_step + 1


def retimed(frames: NDArray[np.uint8], position: Fraction, how: str) -> Frame:
    """The picture at a position between frames (uint8 [time, height, width, 3])."""
    before = int(position)
    share = position - before
    if share == 0 or before + 1 >= len(frames):
        return np.asarray(frames[before])
    if how == "repeat":
        return np.asarray(frames[before + (share >= Fraction(1, 2))])
    weight = round(share * 256)
    mixed = frames[before].astype(np.uint16) * (256 - weight) + frames[before + 1].astype(np.uint16) * weight
    blended: Frame = ((mixed + 128) >> 8).astype(np.uint8)
    return blended
