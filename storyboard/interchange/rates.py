"""Rates and times of OpenTimelineIO, which are floats, as the exact ones that the rest counts with."""

from __future__ import annotations

from fractions import Fraction

from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import Timeline

from storyboard.interchange.not_held import NAMESPACE
from storyboard.media.timing import MAX_RATE, is_drop_frame, nominal_rate, round_half_up

_NEAR = 0.006
"""of frames a second: `23.98` is 24000/1001"""
MOST_FRAMES = 2**40
"""of a time; beyond it a float no longer tells frames of all rates apart"""


def exact_rate(rate: float) -> Fraction:
    """The rate that a float stands for: `23.976` and `23.98` are 24000/1001.

    Raises:
        ValueError: it is no rate of frames or samples.
    """
    if not 0 < rate <= 1_000_000:
        raise ValueError(f"{rate} is not a rate of frames")
    whole = round(rate)
    if abs(rate - whole) < 1e-6:
        return Fraction(whole)
    near = Fraction(-(-rate // 1)) * 1000 / 1001
    if rate <= MAX_RATE and abs(rate - float(near)) < _NEAR:
        return near
    return Fraction(rate).limit_denominator(1001)


def exact_frames(time: RationalTime, rate: Fraction) -> Fraction:
    """A time in frames of a rate; what floats have left over of a whole frame is gone.

    Raises:
        ValueError: it is no finite number of frames.
    """
    if not abs(time.value) < MOST_FRAMES:
        raise ValueError(f"{time.value} is not a time")
    own = exact_rate(time.rate)
    value = Fraction(time.value).limit_denominator(1000)
    return value if own == rate else value * rate / own


def frames(time: RationalTime, rate: Fraction) -> int:
    """A time as whole frames of a rate, the nearest.

    Raises:
        ValueError: it is no finite number of frames.
    """
    return round_half_up(exact_frames(time, rate))


def time_of(count: Fraction | float, rate: Fraction) -> RationalTime:
    """Frames as a time."""
    return RationalTime(float(count), float(rate))


def range_of(start: Fraction | float, length: Fraction | float, rate: Fraction) -> TimeRange:
    """Frames from one on as a range."""
    return TimeRange(time_of(start, rate), time_of(length, rate))


def rate_of(timeline: Timeline) -> Fraction:
    """The rate of a cut: that of its own start, else of what lies in its picture.

    Raises:
        ValueError: nothing in it has a rate.
    """
    if timeline.global_start_time is not None:
        return exact_rate(timeline.global_start_time.rate)
    tracks = sorted(timeline.tracks, key=lambda track: track.kind != "Video")
    for track in tracks:
        for item in track:
            duration = item.duration()
            if duration.rate > 1:
                return exact_rate(duration.rate)
    raise ValueError("the cut is empty: nothing in it has a rate")


def start_of(timeline: Timeline, rate: Fraction) -> int:
    """The frame that the timecode of a cut begins at; 0 where it has none."""
    start = timeline.global_start_time
    return 0 if start is None else frames(start, rate)


def drops(timeline: Timeline, rate: Fraction) -> bool:
    """Whether the timecode of a cut drops frame numbers: as it says, else as its rate does."""
    if not is_drop_frame(rate):
        return False
    return bool(timeline.metadata.get(NAMESPACE, {}).get("drop_frame", True))


def whole_day(rate: Fraction, *, drop: bool) -> int:
    """Frames after which timecode begins anew."""
    nominal = nominal_rate(rate)
    return 24 * 6 * (nominal * 600 - (9 * (nominal // 15) if drop else 0))
