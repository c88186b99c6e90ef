"""Lines that are heard at the same time, as readers get them: none over another, none lost."""

from __future__ import annotations

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from storyboard.planning.overlapping_subtitles import MOST_ROWS, Standing, Subtitle, together
from storyboard.planning.subtitles import COLUMNS, Spoken, columns, lay

RATE = Fraction(24)
SHORTEST = 20


def test_two_speakers_stand_together_while_both_are_heard_each_with_a_dash():
    laid = lay(
        [Spoken(0, 56, "Do not open that door, I am begging you."), Spoken(18, 80, "I am going in!")],
        168,
        RATE,
    )
    assert laid == [
        Subtitle(0, 18, ("Do not open that door, I am begging you.",)),
        Subtitle(18, 56, ("- Do not open that door, I am begging you.", "- I am going in!")),
        Subtitle(56, 80, ("I am going in!",)),
    ]


def test_only_the_rows_of_the_one_who_is_not_seen_are_in_italics():
    laid = lay([Spoken(0, 90, "A voice " * 8, unseen=True), Spoken(30, 90, "Who is there?")], 200, RATE)
    (both,) = [each for each in laid if len(each.rows) > 2]
    assert both.italic == {0, 1}
    assert both.rows[2] == "- Who is there?"


def test_what_is_too_much_to_stand_together_is_read_one_after_the_other():
    words = [f"{letter} " * 35 for letter in "abcd"]
    laid = lay([Spoken(number, 60, each) for number, each in enumerate(words)], 400, RATE)
    assert max(len(each.rows) for each in laid) <= MOST_ROWS
    for letter in "abcd":
        frames = sum(each.last - each.first for each in laid if f"{letter} {letter}" in " ".join(each.rows))
        assert frames >= SHORTEST, f"{letter} can be read"


def test_a_line_that_ends_as_another_begins_does_not_flash():
    assert lay([Spoken(0, 50, "One."), Spoken(45, 90, "Two.")], 100, RATE) == [
        Subtitle(0, 45, ("One.",)),
        Subtitle(45, 90, ("Two.",)),
    ]


def test_a_line_in_the_last_frames_still_stands_in_the_film():
    (only,) = lay([Spoken(99, 180, "Goodbye.")], 100, RATE)
    assert (only.first, only.last) == (99, 100) or only.first < 100


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(1, 60), st.text("ab ", min_size=1, max_size=160)),
        max_size=7,
    )
)
def test_at_most_one_stands_at_a_time_and_every_line_stands_in_the_film(lines):
    laid = lay([Spoken(first, first + length, words) for first, length, words in lines], 100, RATE)
    assert all(one.last <= after.first for one, after in itertools.pairwise(laid))
    assert all(columns(row) <= COLUMNS for each in laid for row in each.rows)
    seen = [row.removeprefix("- ") for each in laid if each.first < 100 for row in each.rows]
    for _, _, words in lines:
        for word in set(words.split()):
            assert len(word) > 38 or any(word in row.split() for row in seen)


@given(
    st.lists(
        st.builds(
            lambda first, length, line, rows: Standing(first, first + length, line, tuple("abc"[:rows])),
            st.integers(0, 90),
            st.integers(1, 80),
            st.integers(0, 3),
            st.integers(1, 2),
        ),
        max_size=8,
    )
)
def test_no_block_is_lost_however_many_stand_together(blocks):
    laid = together(blocks, 100, SHORTEST)
    assert all(one.last <= after.first for one, after in itertools.pairwise(laid))
    rows = max((len(each.rows) for each in laid), default=0)
    assert rows <= max(MOST_ROWS, sum(len(each.rows) for each in blocks))
    if blocks:
        assert laid
