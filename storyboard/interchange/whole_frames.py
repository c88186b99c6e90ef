"""Times that other programs left in floats, as whole frames; rates as they are meant."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from opentimelineio import schema
from opentimelineio.core import Composable, Composition
from opentimelineio.opentime import RationalTime, TimeRange

from storyboard.interchange.rates import MOST_FRAMES, exact_rate
from storyboard.media.timing import round_half_up

_MOST_THINGS = 200_000
"""clips, gaps, transitions and tracks of a timeline"""


def rounded(timeline: schema.Timeline) -> None:
    """Every time in a timeline to the nearest frame of its own rate, in place.

    Raises:
        ValueError: one of them is no time, or there are too many things.
    """
    if timeline.global_start_time is not None:
        timeline.global_start_time = _whole(timeline.global_start_time)
    for marker in timeline.tracks.markers:
        marker.marked_range = _whole_range(marker.marked_range)
    for number, one in enumerate(_everything(timeline.tracks)):
        if number > _MOST_THINGS:
            raise ValueError(f"there are more than {_MOST_THINGS:,} things in it")
        if isinstance(one, schema.Transition):
            one.in_offset, one.out_offset = _whole(one.in_offset), _whole(one.out_offset)
            continue
        if one.source_range is not None:
            one.source_range = _whole_range(one.source_range)
        for marker in one.markers:
            marker.marked_range = _whole_range(marker.marked_range)
        if isinstance(one, schema.Clip):
            for reference in one.media_references().values():
                if reference.available_range is not None:
                    reference.available_range = _whole_range(reference.available_range)


def _everything(stack: Composition) -> Iterator[Composable]:
    waiting = [*stack]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Composition):
            waiting += [*one]


def _whole(time: RationalTime) -> RationalTime:
    if not abs(time.value) < MOST_FRAMES:
        raise ValueError(f"{time.value} is not a time")
    if time.value == 0 and time.rate <= 0:
        return RationalTime(0, 1)
    rate = exact_rate(time.rate)
    return RationalTime(round_half_up(Fraction(time.value)), float(rate))


def _whole_range(whole: TimeRange) -> TimeRange:
    return TimeRange(_whole(whole.start_time), _whole(whole.duration))
