from __future__ import annotations

import itertools
import re
import unicodedata
from fractions import Fraction

import langcodes
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import DocumentError
from storyboard.planning import subtitles
from storyboard.planning.subtitles import Spoken, blocks, columns, find_in_subtitles, lay
from storyboard.schema.base import COMMON_LANGUAGES
from tests.support.storyboard.small_films import loaded, shot, small

RATE = Fraction(24)


@given(st.text(max_size=400))
def test_every_row_fits_and_no_word_is_lost(words):
    rows = [row for block in blocks(words) for row in block]
    assert all(0 < columns(row) <= subtitles.COLUMNS for row in rows)
    assert all(len(block) <= subtitles.ROWS for block in blocks(words))
    letters = [c for c in words if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs")]
    assert "".join("".join(rows).split()) == "".join("".join(letters).split())


def test_a_long_line_is_broken_into_even_rows_and_blocks():
    words = "The lamp has never gone out, not once in all the years that I have kept it burning for you."
    assert blocks(words) == [
        ("The lamp has never gone out, not once in", "all the years that I have kept it burning"),
        ("for you.",),
    ]


@pytest.mark.parametrize("mark", [*"、。」!?", "\u3099"])
def test_no_row_begins_with_a_mark(mark):
    for before in range(1, 30):
        (block,) = blocks("灯" * before + mark + "台" * (30 - before))
        assert [row for row in block if row.startswith(mark)] == []


def test_wide_letters_count_twice_and_need_no_spaces():
    (block,) = blocks("灯" * 30)
    assert [columns(row) for row in block] == [30, 30]


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (
            "今日はとても天気がいいので、灯台まで歩いて行きました。",
            ("今日はとても天気がいいので、", "灯台まで歩いて行きました。"),
        ),
        (
            "오늘은 날씨가 아주 좋아서 등대까지 걸어갔습니다.",
            ("오늘은 날씨가 아주 좋아서", "등대까지 걸어갔습니다."),
        ),
        (
            "วันนี้อากาศดีมากเราจึงเดินไปที่ประภาคารริมทะเลสาบที่เงียบสงบ",
            ("วันนี้อากาศดีมากเราจึงเดินไปที่", "ประภาคารริมทะเลสาบที่เงียบสงบ"),
        ),
    ],
)
def test_rows_are_broken_where_readers_of_their_script_expect_it(words, rows):
    assert blocks(words) == [rows]


def test_marks_and_the_parts_of_an_emoji_take_no_columns_of_their_own():
    assert columns("ปู่ที่นี่") == len("ปทน") + len("  ") * 0
    assert columns("👩\u200d🚀🇫🇷") == 4
    assert columns("e\u0301") == 1


def test_a_subtitle_stays_for_its_readers_but_leaves_room_for_the_next():
    first, second = lay([Spoken(0, 10, "x" * 40), Spoken(30, 40, "Go.")], 100, RATE)
    assert (first.first, first.last) == (0, 28), "two seconds are wanted; the next line begins at 30"
    assert (second.first, second.last) == (30, 50), "5/6 s at least"


def test_a_subtitle_never_leaves_before_its_line_has_been_said():
    laid = lay([Spoken(0, 50, "One."), Spoken(20, 60, "Two.")], 100, RATE)
    stands = {
        words: (min(each.first for each in those), max(each.last for each in those))
        for words in ("One.", "Two.")
        if (those := [each for each in laid if words in " ".join(each.rows)])
    }
    assert stands == {"One.": (0, 50), "Two.": (20, 60)}


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90), st.text(max_size=200)), max_size=8),
)
def test_subtitles_lie_inside_the_film_and_in_order(lines):
    laid = lay([Spoken(first, min(first + length, 600), words) for first, length, words in lines], 600, RATE)
    assert all(0 <= each.first < each.last <= 600 + 30 for each in laid)
    assert all(one.last <= after.first for one, after in itertools.pairwise(laid)), "one at a time"
    shown = " ".join(" ".join(each.rows) for each in laid if each.first < 600)
    for _, _, words in lines:
        assert all(row in shown for block in blocks(words, 40) for row in block if blocks(words) == [block])


def findings(**line: object) -> list[tuple[object, str, str]]:
    film = small()
    shot(film, "1A")["lines"] = [{"character": "tom", "text": "Ahoy", "at": 12, **line}]
    return list(find_in_subtitles(loaded(film).film, ["en", "de"]))


def test_what_readers_cannot_follow_is_said_at_its_place():
    line = ("scenes", 0, "shots", 0, "lines", 0)
    assert findings(translations={"de": "Ahoi"}) == []
    assert findings() == [
        (line, "1A", 'no words in "de", which is delivered; the line has no subtitle'),
    ]
    (wide,) = findings(translations={"de": "D" * 43})
    assert wide[0] == (*line, "translations", "de")
    assert "wider than a row of 42 columns" in wide[2]
    (fast,) = findings(text="word " * 60, translations={"de": "Ahoi"})
    assert fast[0] == (*line, "text")
    assert fast[2] == "54 characters a second before the next line; readers follow 20"
    told = [
        found[2]
        for length in range(1, 200)
        for found in findings(text="a " * length, translations={"de": "A"})
    ]
    assert told[0].startswith("21 characters"), "never as many as readers follow"


def test_a_film_in_which_nobody_speaks_has_nothing_that_cannot_be_followed():
    film = small()
    shot(film, "1A")["lines"] = []
    assert list(find_in_subtitles(loaded(film).film, ["en", "de"])) == []


def test_a_line_that_leads_its_picture_is_read_with_its_sound():
    film = small()
    translated = {"text": "Ahoy", "translations": {"de": "word " * 5}}
    shot(film, "1A")["lines"] = [{"character": "tom", "at": 12, **translated}]
    shot(film, "1B")["lines"] = [{"character": "tom", "text": "Ahoy", "translations": {"de": "Ahoi"}}]
    assert list(find_in_subtitles(loaded(film).film, ["de"])) == []
    shot(film, "1B")["transition"]["sound_leads"] = 24
    ((_, name, words),) = find_in_subtitles(loaded(film).film, ["de"])
    assert (name, words) == ("1A", "58 characters a second before the next line; readers follow 20")


def test_a_line_over_the_next_one_is_read_for_as_long_as_it_is_heard():
    film = small()
    both = [{"character": "tom", "text": "We have to go now."}, {"character": "mira", "text": "No.", "at": 2}]
    shot(film, "1A")["lines"] = both
    assert list(find_in_subtitles(loaded(film).film, ["en"])) == []
    both[0]["translations"] = {"de": "Wir müssen jetzt wirklich gehen, und zwar gleich. " * 3}
    both[1]["translations"] = {"de": "Nein."}
    ((_, _, words),) = find_in_subtitles(loaded(film).film, ["de"])
    heard_s = 18 / 16
    speed = len(" ".join(both[0]["translations"]["de"].split())) / heard_s
    assert words.startswith(f"{speed:.0f} characters a second")


@pytest.mark.parametrize("tag", ["EN", "english", "e", "en_GB", "en-"])
def test_a_language_that_is_no_tag_is_refused(tag):
    film = small()
    film["language"] = tag
    with pytest.raises(DocumentError, match="a language is two or three small letters"):
        loaded(film)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("xx", '"xx" is no registered language'),
        ("en-Latn-Latn", "is no registered language"),
        ("pt-br", 'the language "pt-br" is written pt-BR'),
        ("eng", 'the language "eng" is written en'),
        ("iw", 'the language "iw" is written he'),
    ],
)
def test_a_language_has_one_tag(tag, words):
    film = small()
    film["language"] = tag
    with pytest.raises(DocumentError, match=re.escape(words)):
        loaded(film)


def test_languages_that_are_known_without_the_registry_are_those_of_the_registry():
    assert [tag for tag in COMMON_LANGUAGES if not langcodes.tag_is_valid(tag)] == []
    assert [*map(langcodes.standardize_tag, sorted(COMMON_LANGUAGES))] == sorted(COMMON_LANGUAGES)


@pytest.mark.parametrize("tag", ["de", "pt-BR", "es-419", "sr-Latn", "zh-Hant-TW", "haw"])
def test_a_registered_language_is_accepted(tag):
    film = small()
    film["language"] = tag
    assert loaded(film).film.language == tag
