from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assembly import titles
from storyboard.film import TitleStyle

HOSTILE = [
    'It\'s 100% \\ a:b, [c];d=1 %{pts} "quoted"',
    "two\nlines\r\nand\tthree",
    "🎬 שלום مرحبا 日本語",
    "\u202ereversed \u0000\u0007 controls \ud800",
    "x" * 500,
    " \n \n ",
    "W" * 40 + "\n" + "i " * 400,
]


@pytest.mark.parametrize("style", TitleStyle)
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("size", [(16, 16), (640, 360), (360, 640)])
def test_any_text_is_drawn_inside_any_frame(style, text, size):
    art = titles.draw(text, style, *size)
    height, width, channels = art.rgba.shape
    assert channels == 4
    assert art.x >= 0
    assert art.x + width <= size[0]
    if not art.rolls:
        assert art.y >= 0
        assert art.y + height <= size[1]


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=60), st.sampled_from(TitleStyle))
def test_no_text_breaks_a_title(text, style):
    titles.draw(text, style, 320, 180)


@pytest.mark.parametrize("style", TitleStyle)
def test_words_are_light_on_a_soft_shadow(style):
    art = titles.draw("The Lighthouse", style, 640, 360)
    solid = art.rgba[art.rgba[..., 3] > 250]
    assert (solid[:, :3].min(axis=1) > 200).sum() > 50
    assert ((art.rgba[..., 3] > 0) & (art.rgba[..., 3] < 128)).sum() > 200


def test_long_text_is_wrapped_inside_the_safe_area():
    art = titles.draw("many words " * 12, TitleStyle.CARD, 640, 360)
    strong = np.flatnonzero((art.rgba[..., :3].min(axis=2) > 200).any(axis=0))
    assert art.x + strong[0] >= 640 * 0.05
    assert art.x + strong[-1] <= 640 * 0.95
    assert art.rgba.shape[0] > titles.draw("many words", TitleStyle.CARD, 640, 360).rgba.shape[0]


def test_a_lower_third_stands_low_on_the_left():
    art = titles.draw("Ada\nKeeper of the light", TitleStyle.LOWER_THIRD, 640, 360)
    assert art.x < 64
    assert art.y > 180


def test_short_credits_stand_and_long_ones_roll():
    assert not titles.draw("Directed by: Ada", TitleStyle.CREDITS, 640, 360).rolls
    rolling = titles.draw("Role: Name\n" * 40, TitleStyle.CREDITS, 640, 360)
    assert rolling.rolls
    assert rolling.rgba.shape[0] > 360


def test_a_roll_begins_below_the_frame_and_ends_above_it_at_an_even_pace():
    tops = [titles.roll_offset(frame, 100, 360, 900) for frame in range(100)]
    steps = np.diff(tops)
    assert 360 - 13 < tops[0] < 360
    assert -900 < tops[-1] < -900 + 13
    assert np.allclose(steps, -12.6)


@given(st.integers(1, 400), st.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(60), Fraction(1)]))
def test_a_title_rises_stands_and_falls_symmetrically(length, rate):
    levels = [titles.opacity(frame, length, rate) for frame in range(length)]
    assert levels == levels[::-1]
    assert all(0 < level <= 1 for level in levels)
    assert max(levels) == 1 or length < 4
    assert levels[: length // 2] == sorted(levels[: length // 2])


def test_at_24_frames_a_title_takes_twelve_to_come_in():
    assert titles.opacity(0, 96, Fraction(24)) == Fraction(1, 13)
    assert titles.opacity(11, 96, Fraction(24)) == Fraction(12, 13)
    assert titles.opacity(12, 96, Fraction(24)) == 1


def test_the_same_title_is_the_same_picture():
    first, again = (titles.draw("Same", TitleStyle.MAIN, 640, 360) for _ in range(2))
    assert np.array_equal(first.rgba, again.rgba)
