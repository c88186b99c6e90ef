"""How words are set: which letters a font has, where rows and pages end."""

from __future__ import annotations

import random

import pytest

from pipeline.review.notes.flow import Flow, Thing, wrapped
from pipeline.review.notes.letters import Piece, by_direction, joined, settable


def latin(letter):
    return ord(letter) < 0x250


def rows(text):
    return [joined(line) for line in settable(text, latin).lines]


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("", [""]),
        ("Too  dark.\tMore", ["Too dark. More"]),
        ("one\r\ntwo\n\nthree", ["one", "two", "", "three"]),
        ("e\u0301", ["é"]),
        ("ab\u202ecd\u200b\ufe0f\x07", ["abcd"]),
        ("暗い", ["[2 letters: CJK, Hiragana]"]),
        ("So 暗い!", ["So [2 letters: CJK, Hiragana] !"]),
        ("שלום עולם", ["[8 letters: Hebrew]"]),
        ("「暗」", ["[3 letters: CJK]"]),
        ("。", ["[1 letter: ideographic full stop]"]),
        ("👍 \U0010ffff", ["[2 letters: thumbs up sign, U+10FFFF]"]),
    ],
)
def test_letters_that_a_font_does_not_have_are_counted_and_named(text, set_as):
    assert rows(text) == set_as


def test_what_stands_for_letters_is_told_from_what_was_written():
    (line,) = settable("a 暗 b", latin).lines
    assert [piece.ours for piece in line] == [False, True, True, True, False]
    assert settable("a 暗 b", latin).said == "No font here has letters of CJK."
    assert settable("a b", latin).said == ""


def test_no_row_is_wider_than_its_room_and_no_letter_is_lost():
    random_ = random.Random(5)
    for _ in range(50):
        words = ["x" * random_.randint(1, 30) for _ in range(random_.randint(0, 40))]
        set_rows = wrapped([Piece(word) for word in words], len, 12)
        for row in set_rows:
            assert len(" ".join(piece.text for piece in row)) <= 12
        assert sum(len(piece.text) for row in set_rows for piece in row) == sum(map(len, words))


def things(*heights):
    return [Thing(height, lambda left, top: None) for height in heights]


def test_a_block_that_fits_on_a_page_is_not_broken():
    flow = Flow(top=100, bottom=0)
    flow.add((0, things(70)))
    flow.add((0, things(20, 20)), (50, things(10)))
    assert [[(one.left, one.top) for one in page] for page in flow.pages] == [
        [(0, 100)],
        [(0, 100), (0, 80), (50, 100)],
    ]


def test_a_heading_stays_with_what_follows_it():
    flow = Flow(top=100, bottom=0)
    flow.add((0, things(70)))
    flow.add((0, things(10)), keep_with=30)
    assert len(flow.pages) == 2


def test_columns_longer_than_a_page_go_on_beside_each_other():
    flow = Flow(top=100, bottom=0)
    flow.add((0, things(40)), (50, things(*[30] * 7)))
    assert [[(one.left, one.top) for one in page] for page in flow.pages] == [
        [(0, 100), (50, 100), (50, 70), (50, 40)],
        [(50, 100), (50, 70), (50, 40)],
        [(50, 100)],
    ]
    flow.add((0, things(70)))
    assert [(one.left, one.top) for one in flow.pages[2]] == [(50, 100), (0, 70)]


def test_a_thing_higher_than_a_page_has_one_to_itself():
    flow = Flow(top=100, bottom=0)
    flow.add((0, things(150)))
    flow.add((0, things(10)))
    assert [len(page) for page in flow.pages] == [1, 1]


def test_scripts_without_spaces_are_broken_inside_and_get_none():
    (line,) = settable("灯台まで歩いて、 ประภาคารที่บึง ok", lambda letter: True).lines
    assert joined(line) == "灯台まで歩いて、 ประภาคารที่บึง ok"
    assert [piece.text for piece in line] == ["灯台まで", "歩いて、", "ประภาคาร", "ที่", "บึง", "ok"]
    rows = wrapped(line, len, 9)
    assert [joined(row) for row in rows] == ["灯台まで歩いて、", "ประภาคาร", "ที่บึง ok"]


def test_what_joins_letters_stays_where_it_joins_some():
    assert rows_of_any("👩\u200d🚀 क्\u200dष x\ufe0f\u200d") == "👩\u200d🚀 क्\u200dष x"


def rows_of_any(text):
    (line,) = settable(text, lambda letter: True).lines
    return joined(line)


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("Say שלום 12 עולם now", ["Say", "שלום 12 עולם", "now"]),
        ("שלום Bo 3", ["שלום", "Bo", "3"]),
        ("a 1 2 שלום", ["a", "1", "2", "שלום"]),
        ("plain words", ["plain", "words"]),
    ],
)
def test_neighbouring_words_that_run_to_the_left_are_set_as_one(row, parts):
    set_as = by_direction([Piece(word) for word in row.split()])
    assert [piece.text for piece in set_as] == parts
    assert joined(set_as) == row
