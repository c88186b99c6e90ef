from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assembly.cut.form import type_height
from assembly.delivery import burn
from assembly.words import titles
from storyboard.lettering.places import CAPTION_TOP, SUBTITLE_BOTTOM, SUBTITLE_TOP, caption_band
from storyboard.schema.vocabulary import TitleStyle

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


@given(st.integers(2, 900), st.sampled_from([144, 360, 720]), st.integers(300, 9000))
def test_a_roll_moves_by_whole_pixels_from_below_the_frame_to_above_it(length, frame_height, art_height):
    tops = [titles.roll_offset(frame, length, frame_height, art_height) for frame in range(length)]
    assert all(isinstance(top, int) for top in tops)
    (step,) = {*-np.diff(tops)}
    before, after = tops[0] + step - frame_height, -(tops[-1] + art_height)
    assert before >= 0
    assert after >= 0
    assert abs(before - after) < 2 * step, "it waits as long before as after"


@pytest.mark.parametrize("frames", [90, 240, 480, 1000])
@pytest.mark.parametrize("size", [(640, 360), (360, 640), (640, 268)])
def test_rolling_rows_are_spaced_so_that_the_roll_takes_its_time_and_stay_in_order(frames, size):
    text = "CAST\n" + "Role: Name\n" * 40 + "\nTHE END"
    plain = titles.draw(text, TitleStyle.CREDITS, *size).rgba.shape[0]
    art = titles.draw(text, TitleStyle.CREDITS, *size, frames)
    assert 0.84 <= art.rgba.shape[0] / plain <= 1.51
    tops = [titles.roll_offset(frame, frames, size[1], art.rgba.shape[0]) for frame in range(frames)]
    step = tops[0] - tops[1]
    if art.rgba.shape[0] / plain < 1.45:
        assert size[1] - tops[0] <= 2 * step
        assert tops[-1] + art.rgba.shape[0] <= 2 * step


@pytest.mark.parametrize("text", ["\n" * 60, " \n" * 60 + "x", "x" + "\n " * 80 + "y", *HOSTILE])
@pytest.mark.parametrize("frames", [1, 2, 50])
def test_any_credits_roll_or_stand(text, frames):
    art = titles.draw(text, TitleStyle.CREDITS, 160, 90, frames)
    assert art.rgba.shape[2] == 4
    if art.rolls:
        assert titles.roll_offset(frames - 1, frames, 90, art.rgba.shape[0]) <= 90 - art.rgba.shape[0]


@pytest.mark.parametrize("size", [(1280, 720), (404, 720), (720, 720), (1280, 536), (960, 720)])
@pytest.mark.parametrize("style", TitleStyle)
def test_words_stand_in_the_title_safe_area_of_every_frame(style, size):
    art = titles.draw("THE LAMP AT SALTMARSH\nKeeper of the light", style, *size)
    rows, columns = np.nonzero(art.rgba[..., :3].min(axis=2) > 200)
    assert art.x + columns.min() >= 0.05 * size[0]
    assert art.x + columns.max() <= 0.95 * size[0]
    assert art.y + rows.min() >= 0.05 * size[1]
    assert art.y + rows.max() <= 0.95 * size[1]


def test_a_word_of_a_title_is_whole_in_a_narrow_frame_and_letters_are_as_before_in_a_wide_one():
    narrow = titles.draw("SALTMARSH", TitleStyle.MAIN, 404, 720)
    assert narrow.rgba.shape[0] < 100  # one row
    assert type_height(1280, 720) == 720
    assert type_height(1280, 536) == 536
    assert type_height(404, 720) == pytest.approx(404, rel=0.01)


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


def where(art, height):
    """The first and the last row of a frame that light letters stand in, as parts of its height."""
    rows = np.flatnonzero((art.rgba[..., :3].min(axis=2) > 200).any(axis=1))
    return (art.y + rows[0]) / height, (art.y + rows[-1] + 1) / height


SIZES = [(1280, 720), (404, 720), (640, 268)]
TWO_LINES = ["Ada\nKeeper of the light", "شيرين\nحارسة الفنار", "エイダ\n灯台守"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", TWO_LINES)
def test_a_lower_third_stands_above_captions_and_where_it_always_does_when_there_are_none(words, size):
    lower = TitleStyle.LOWER_THIRD
    band = caption_band(size[1], None)
    assert where(titles.draw(words, lower, *size, band=band), size[1])[1] <= CAPTION_TOP
    assert where(titles.draw(words, lower, *size), size[1])[1] > CAPTION_TOP
    between_bars = caption_band(size[1], (0, size[1] // 3, size[0], size[1] // 3))
    clear = titles.draw(words, lower, *size, band=between_bars)
    assert np.array_equal(clear.rgba, titles.draw(words, lower, *size).rgba)
    assert clear.y == titles.draw(words, lower, *size).y


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rows", [["One row."], ["Four", "rows, of which", "one is ประภาคาร ปู่ที่นี่", "क्षत्रिय"]])
def test_subtitles_stand_low_or_high_and_never_where_captions_or_a_raised_lower_third_do(rows, size):
    top, bottom = where(titles.draw_subtitle(rows, *size), size[1])
    assert SUBTITLE_TOP <= top < bottom <= SUBTITLE_BOTTOM
    for begins in (burn.HIGH, burn.HIGH_UNDER_NAMES):
        top, bottom = where(titles.draw_subtitle(rows, *size, top=begins), size[1])
        assert begins - 0.02 <= top < bottom < 0.5


@pytest.mark.parametrize("words", ["שלום\nשומרת האור", "Ada\nKeeper"])
def test_a_lower_third_begins_where_its_language_does(words):
    art = titles.draw(words, TitleStyle.LOWER_THIRD, 640, 360)
    columns = np.flatnonzero((art.rgba[..., :3].min(axis=2) > 200).any(axis=0)) + art.x
    gold = np.flatnonzero((art.rgba[..., 2] < 110) & (art.rgba[..., 0] > 200) & (art.rgba[..., 3] > 250))
    bar = gold[0] % art.rgba.shape[1] + art.x
    assert (bar > columns.max()) == ("ש" in words)
    assert (bar < columns.min()) == ("ש" not in words)


def test_the_role_of_credits_stands_on_the_side_where_their_lines_begin():
    def dim_is_left(words):
        rgba = titles.draw(words, TitleStyle.CREDITS, 640, 360).rgba
        solid = rgba[..., 3] > 250
        dim, light = (
            np.flatnonzero((solid & (abs(rgba[..., 0].astype(int) - one) < 4)).any(axis=0))
            for one in (214, 250)
        )
        return dim.mean() < light.mean()

    assert dim_is_left("Directed by: Ada")
    assert dim_is_left("監督：エイダ")
    assert not dim_is_left("בימוי: עדה")
