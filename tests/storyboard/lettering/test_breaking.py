"""Rows are broken where readers of a script expect it, and never inside a letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.lettering.breaking import clusters, is_right_to_left, phrases, wrap


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("The well-known lamp", "The |well-|known |lamp"),
        ("10 km/h at 3.5 °C", "10 |km/|h |at |3.5 |°C"),
        ("ประภาคารที่บึงเกลือ", "ประภาคาร|ที่|บึง|เกลือ"),
        ("今日はとても天気がいい。", "今日は|とても|天気が|いい。"),
        ("「灯台」、です。", "「灯台」、|です。"),
        ("盐沼的灯塔，是的。", "盐|沼|的|灯|塔，|是|的。"),
        ("오늘은 날씨가 좋아서", "오늘은 |날씨가 |좋아서"),
        ("दलदल का दीप", "दलदल |का |दीप"),
        ("🎬👩\u200d🚀", "🎬|👩\u200d🚀"),
        ("", ""),
    ],
)
def test_a_line_may_be_broken_where_unicode_and_its_language_let_it(text, broken):
    assert "|".join(phrases(text)) == broken


def test_a_letter_is_one_with_its_marks_and_an_emoji_with_its_parts():
    assert clusters("กี่e\u0301क्षि👩\u200d🚀🇫🇷") == ["กี่", "e\u0301", "क्षि", "👩\u200d🚀", "🇫🇷"]


def test_rows_are_as_full_as_they_can_be():
    assert wrap("a bb ccc dd", len, 4) == ["a bb", "ccc", "dd"]
    assert wrap("  a   b ", len, 9) == ["a b"]
    assert wrap("", len, 9) == [""]
    assert wrap("ประภาคารที่บึงเกลือ", len, 12) == ["ประภาคารที่", "บึงเกลือ"]
    assert wrap("xxxxxxxx yy", len, 3) == ["xxx", "xxx", "xx", "yy"]
    assert wrap("とても長いコンピューターです。", len, 5) == ["とても長い", "コンピュー", "ターです。"]


def test_a_row_that_begins_with_a_word_of_the_other_direction_keeps_that_of_its_line():
    line = "انطفأت Lamp مرة أخرى"
    rows = wrap(line, len, 7)
    assert rows == ["انطفأت", "\u200fLamp", "مرة", "أخرى"]
    assert all(is_right_to_left(row) for row in rows)
    assert not any(is_right_to_left(row) for row in wrap("Lamp مرة أخرى", len, 5))


@settings(max_examples=60)
@given(st.text(max_size=40), st.integers(1, 12))
def test_nothing_of_a_line_is_lost_and_rows_fit(text, room):
    rows = wrap(text, lambda row: len(clusters(row)), room)
    kept = "".join("".join(row.split()) for row in rows).replace("\u200e", "").replace("\u200f", "")
    assert kept == "".join(text.split()).replace("\u200e", "").replace("\u200f", "")
    assert all(len(clusters(row.lstrip("\u200e\u200f"))) <= room + 1 for row in rows)
