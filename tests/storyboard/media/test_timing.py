from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.media.timing import (
    Span,
    frames_from_timecode,
    is_drop_frame,
    parse_rate,
    round_half_up,
    sample_at,
    seconds_at,
    timecode_from_frames,
)

NTSC = Fraction(30000, 1001)
FILM_NTSC = Fraction(24000, 1001)
RATES = [Fraction(24), Fraction(25), Fraction(30), FILM_NTSC, NTSC, Fraction(60000, 1001), Fraction(120)]


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        (24, Fraction(24)),
        ("25", Fraction(25)),
        ("24000/1001", FILM_NTSC),
        ("23.976", FILM_NTSC),
        (29.97, NTSC),
        (24.0, Fraction(24)),
        ("12/1", Fraction(12)),
    ],
)
def test_rates_that_are_allowed(written, rate):
    assert parse_rate(written) == rate


@pytest.mark.parametrize("written", [0, 241, "24/0", "fast", True, None, 24.5, "-24", "1/3"])
def test_rates_that_are_refused(written):
    with pytest.raises(ValueError, match="frame rate"):
        parse_rate(written)


@pytest.mark.parametrize(
    ("written", "rate", "frames"),
    [
        (48, 24, 48),
        ("48f", 24, 48),
        ("2s", 24, 48),
        ("2.5s", 25, 63),
        ("250ms", 24, 6),
        ("1ms", 24, 0),
        ("00:00:02:12", 24, 60),
        ("1s", FILM_NTSC, 24),
        ("1001s", FILM_NTSC, 24000),
        ("00:00:10;00", NTSC, 300),
        ("00:01:00;02", NTSC, 1800),
        ("01:00:00;00", NTSC, 107892),
    ],
)
def test_lengths_of_time_in_frames(written, rate, frames):
    assert Span.parse(written).frames(Fraction(rate)) == frames


@pytest.mark.parametrize(
    "written", [-1, 1.5, True, None, "", "2 weeks", "1:2:3", "00:61:00:00", "9" * 12, [1]]
)
def test_lengths_of_time_that_are_refused(written):
    with pytest.raises(ValueError, match="allowed"):
        Span.parse(written)


@pytest.mark.parametrize(
    ("text", "rate", "message"),
    [
        ("00:00:00:24", Fraction(24), "from 00 to 23"),
        ("00:01:00;00", NTSC, "no such frame"),
        ("00:01:00;01", NTSC, "no such frame"),
        ("00:01:00;03", Fraction(60000, 1001), "no such frame"),
        ("00:00:01;00", Fraction(24), "drop-frame"),
    ],
)
def test_timecodes_that_do_not_exist(text, rate, message):
    with pytest.raises(ValueError, match=message):
        frames_from_timecode(text, rate)


@pytest.mark.parametrize("text", ["00:09:59;29", "00:10:00;00", "00:10:00;01", "01:00:00;00"])
def test_drop_frame_keeps_the_tenth_minute_whole(text):
    assert timecode_from_frames(frames_from_timecode(text, NTSC), NTSC) == text


@pytest.mark.parametrize("rate", RATES)
def test_a_rate_drops_frames_where_its_timecode_says_so(rate):
    assert is_drop_frame(rate) == (";" in timecode_from_frames(3600, rate))


@given(frame=st.integers(0, 24 * 3600 * 60 - 1), rate=st.sampled_from(RATES), drop=st.booleans())
def test_timecode_comes_back_as_the_same_frame(frame, rate, drop):
    text = timecode_from_frames(frame, rate, drop=None if drop else False)
    assert frames_from_timecode(text, rate) == frame


@given(frame=st.integers(0, 107892 * 24 - 1))
def test_drop_frame_timecode_stays_within_two_frames_of_the_clock(frame):
    text = timecode_from_frames(frame, NTSC)
    hours, minutes, seconds = (int(part) for part in text.partition(";")[0].split(":"))
    shown = hours * 3600 + minutes * 60 + seconds + Fraction(int(text[-2:]), 30)
    assert abs(shown - seconds_at(frame, NTSC)) < Fraction(5, 2) / NTSC + Fraction(1, 10)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("sample_rate", [44100, 48000, 96000])
def test_samples_do_not_drift_over_a_day(rate, sample_rate):
    frames = round_half_up(24 * 3600 * rate)
    exact = Fraction(frames) / rate * sample_rate
    assert abs(sample_at(frames, rate, sample_rate) - exact) <= Fraction(1, 2)


@given(
    frame=st.integers(0, 24 * 3600 * 120),
    length=st.integers(1, 10_000),
    rate=st.sampled_from(RATES),
)
def test_shots_that_touch_in_frames_touch_in_samples(frame, length, rate):
    start, end = sample_at(frame, rate, 48000), sample_at(frame + length, rate, 48000)
    assert abs((end - start) - Fraction(length) * 48000 / rate) <= 1
