"""Brings the frames of a take to the places where the film's lie, inside one shot.

A frame of the film lies at an exact place among the take's (`segments.Retiming`). At a whole place it is the
take's own, unchanged; between two that are the same it is that; else it is made from its two neighbours and
the phase between them. A few frames are in memory at a time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assembly.frames import clips
from assembly.retiming.block_motion import moved
from storyboard.schema.vocabulary import Retime

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

    from assembly.cut.segments import Retiming
    from assembly.frames.clips import Planes


class Between(Protocol):
    """Makes a picture between two."""

    def __call__(self, before: Planes, after: Planes, phase: Fraction) -> Planes:
        """The picture at `phase` of the way from one to the other, above 0 and below 1."""


def retimed(path: Path, retiming: Retiming, frames: int, network: Path | None = None) -> Iterator[Planes]:
    """The frames of a segment from the clip of its take, in the take's size.

    Args:
        path: a mezzanine clip.
        retiming: how.
        frames: how many.
        network: the file of its network, when it has one.

    Raises:
        AssemblyError: the clip or the network cannot be used.
    """
    facts = clips.inspect(path)
    places = [retiming.place(frame, facts.frames) for frame in range(frames)]
    begin, end = math.floor(places[0]), math.ceil(places[-1]) + 1
    source = clips.planes(path, begin, end, retiming.rate, (facts.width, facts.height))
    places = [place - begin for place in places]
    if retiming.mode is Retime.MCI and any(place.denominator > 1 for place in places):
        return moved(source, places[0], retiming.step, frames, end - begin)
    return interpolated(source, places, between(retiming, network))


def interpolated(source: Iterator[Planes], places: list[Fraction], make: Between) -> Iterator[Planes]:
    """The pictures at these places, which ascend, of frames that are counted from 0."""
    before = after = next(source)
    number = 0
    """of `before`; `after` is the next one, or the same while it is not needed"""
    for place in places:
        whole, phase = math.floor(place), place % 1
        while number < whole:
            before = next(source) if after is before else after
            after, number = before, number + 1
        if phase and after is before:
            after = next(source)
        yield before if not phase or np.array_equal(before, after) else make(before, after, phase)


def between(retiming: Retiming, network: Path | None) -> Between:
    """What makes the pictures of a way of retiming.

    Raises:
        AssemblyError: its library is not installed, or the network cannot be used.
    """
    if retiming.mode is Retime.FLOW:
        from assembly.retiming.flow import Flow

        return Flow()
    if retiming.mode is Retime.RIFE:
        from assembly.retiming.rife import Rife

        return Rife(network, retiming.model)
    return blended if retiming.mode is Retime.BLEND else held


def blended(before: Planes, after: Planes, phase: Fraction) -> Planes:
    """Both, weighted; whole-number arithmetic."""
    step, length = phase.limit_denominator(4096).as_integer_ratio()
    mixed = before.astype(np.uint32) * np.uint32(length - step) + after.astype(np.uint32) * np.uint32(step)
    result: Planes = ((mixed + np.uint32(length // 2)) // np.uint32(length)).astype(np.uint8)
    return result


def held(before: Planes, after: Planes, phase: Fraction) -> Planes:
    """The one that is seen at that time."""
    del after, phase
    return before
