"""Words of every script: the shapes that their fonts give them, their order, and one baseline."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.lettering.identity import letters_of
from storyboard.lettering.picture import coverage, edged, stamp
from storyboard.lettering.setting import fonts_for, han_forms, is_seen, set_row
from tests.support.fonts import no_cjk  # noqa: F401  (a fixture)

SCRIPTS = {
    "Latin": "The lamp – straße, Łódź, Việt Nam",
    "Cyrillic": "Маяк у солончака, ґ",
    "Greek": "Ο φάρος στο έλος, ᾧ",
    "Arabic": "الفنار عند المستنقع، 7 ٣",
    "Hebrew": "המגדלור בביצה",
    "Devanagari": "दलदल का प्रकाशस्तंभ, क्षत्रिय",
    "Thai": "ประภาคารที่บึงเกลือ น้ำ",
    "Chinese": "盐沼的灯塔，鹽沼的燈塔。",
    "Japanese": "塩沼の灯台「コンピューター」",
    "Korean": "소금 습지의 등대",
    "emoji": "🎬 👩\u200d🚀 ❤\ufe0f ☎",
}


def shapes(text: str) -> list[tuple[str, int]]:
    return [(glyph.font.path.name, glyph.number) for glyph in set_row(text).glyphs]


@pytest.mark.parametrize("family", ["sans", "serif"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_every_letter_of_a_script_has_a_shape_in_a_font_that_has_it(script, family):
    row = set_row(SCRIPTS[script], family, "Semibold")
    assert row.missing == ""
    has = set().union(*(font.letters for font in row.fonts))
    letters = {letter for letter in unicodedata.normalize("NFC", SCRIPTS[script]) if is_seen(letter)}
    assert {ord(letter) for letter in letters} <= has
    assert all(glyph.number for glyph in row.glyphs), "glyph 0 is the box"
    assert row.width > 0.3 * len(SCRIPTS[script]) * 0.5


def test_arabic_letters_are_joined_and_run_to_the_left():
    alone, joined = shapes("ل ل"), shapes("لل")
    assert len({*joined}) == 2, "one begins the word, one ends it"
    assert not {*joined} & {*alone}
    beginning, end = set_row("بن").glyphs[-1], set_row("بن").glyphs[0]
    assert beginning.x > end.x
    assert shapes("لا") != shapes("ا") + shapes("ل"), "they become one"


def test_numbers_and_latin_words_keep_their_direction_amid_letters_that_run_to_the_left():
    found, digits, words = shapes("שלום 12 ABC"), shapes("12"), shapes("ABC")
    assert found[:3] == words, "the last word of the line stands at its left end"
    assert found[4:6] == digits
    assert found[-1] == shapes("ש")[0]
    places = [glyph.x for glyph in set_row("שלום 12 ABC").glyphs]
    assert places == sorted(places)
    arabic = [glyph.number for glyph in set_row("عدد ١٢").glyphs]
    assert arabic[:2] == [number for _, number in shapes("١٢")]


def test_brackets_are_turned_round_where_letters_run_to_the_left():
    around = shapes("ש(ש)ש")
    assert [around[1], around[3]] == shapes("(") + shapes(")")
    assert shapes("\u200f(ש)")[-2] == shapes(")")[0], "the first bracket opens to the left"


def test_the_marks_of_a_letter_take_no_room_and_stand_in_its_font():
    assert set_row("กี่").width == pytest.approx(set_row("ก").width)
    assert set_row("e\u0301").glyphs == set_row("é").glyphs
    assert len({glyph.font for glyph in set_row("क्षि").glyphs}) == 1
    assert set_row("क्ष").width < set_row("क").width + set_row("ष").width, "one shape for both"


def test_chinese_letters_have_the_forms_of_their_language():
    drawn = {one: shapes_in("直", one) for one in ("ja", "zh-Hans", "zh-TW", "ko")}
    assert len({tuple(each) for each in drawn.values()}) >= 3
    assert han_forms("灯台の") == "ja"
    assert han_forms("등대 燈") == "ko"
    assert (han_forms("灯", "ja"), han_forms("灯", "zh-HK"), han_forms("灯", "en")) == (
        "ja",
        "zh-Hant",
        "zh-Hans",
    )


def shapes_in(text: str, language: str) -> list[tuple[int, int]]:
    return [(glyph.font.index, glyph.number) for glyph in set_row(text, "sans", "Regular", language).glyphs]


def test_all_scripts_stand_on_one_baseline_and_look_as_large():
    heights = {}
    for name, letters in (("Latin", "x"), ("Cyrillic", "х"), ("Arabic", "د"), ("Hebrew", "ה"), ("CJK", "日")):
        row = set_row(letters)
        left, bottom, right, top = row.ink
        heights[name] = top
        assert -0.1 < bottom < 0.02, name
        assert 0 <= left < right <= row.width + 0.01
    assert 0.4 < heights["Latin"] < heights["Hebrew"] < heights["CJK"] < 0.9


@pytest.mark.usefixtures("no_cjk")
def test_what_an_installation_has_not_is_in_the_digest_and_what_every_one_has_is_not():
    assert letters_of("The lamp", "Маяк, φάρος, Łódź") == []
    (arabic,) = letters_of("الفنار")
    assert arabic.startswith("manimgx-fonts 20")
    assert letters_of("灯台") == ["no font: 灯台"]


def test_the_fonts_of_an_extra_are_in_the_digest_with_the_forms_of_the_language():
    japanese, chinese = (letters_of("灯台", language=language) for language in ("ja", "zh"))
    assert japanese != chinese
    assert japanese[0].startswith("manimgx-fonts-cjk 20")


@settings(max_examples=60)
@given(st.text(min_size=0, max_size=40))
def test_any_text_is_set(text):
    row = set_row(text)
    letters = coverage(row, 20, 3.5, 30.0)
    assert row.width >= 0
    assert letters.points.dtype == np.uint8
    assert set_row.__wrapped__(text) == row


def test_letters_are_drawn_where_they_are_asked_for_and_their_edge_around_them():
    row = set_row("l")
    plain, edge = coverage(row, 50, 10, 60), edged(row, 50, 3, 10, 60)
    assert plain.top + plain.points.shape[0] in {60, 61}
    assert edge.left == plain.left - 3
    assert edge.points.shape[1] - plain.points.shape[1] in {5, 6, 7}
    pixels = np.zeros((80, 40, 4), np.uint8)
    stamp(pixels, edge, (10, 20, 30, 255))
    stamp(pixels, plain, (255, 250, 240, 255))
    middle = pixels[40, plain.left + plain.points.shape[1] // 2]
    assert middle.tolist() == [255, 250, 240, 255]
    assert pixels[40, edge.left + 2].tolist() == [10, 20, 30, 255]
    stamp(pixels, coverage(row, 500, -200, 900), (1, 1, 1, 255))


def test_a_mark_that_no_font_has_beside_its_letter_is_left_out_and_told():
    row = set_row("a\U0001e8d0")
    assert row.missing == "\U0001e8d0"
    assert [glyph.number for glyph in row.glyphs] == [set_row("a").glyphs[0].number]


@pytest.mark.parametrize("text", [*SCRIPTS.values(), "It’s “plain”…", "𒀀 12", "שלום 3 (ok)", ""])
def test_what_a_row_will_be_set_in_is_known_without_setting_it(text):
    fonts, missing = fonts_for(text, "serif", "Semibold", "ja")
    row = set_row(text, "serif", "Semibold", "ja")
    assert {*row.fonts} <= {*fonts}
    assert missing == row.missing


def test_signs_are_of_the_words_that_they_stand_with():
    dot = shapes("·")[0]
    assert shapes("場1 · 1A")[3] == dot, "it parts two names"
    assert shapes("列夫·托尔斯泰")[2] != dot, "it is in a name"
    assert shapes("등대 7")[-1] == shapes("7")[0]
