"""Where those who watch are says when each take must be there."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipeline.audience.positions import Position, due_of, moved

RATE = Fraction(24)
places = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 5000), max_size=6)
where = st.lists(st.floats(0, 5000), max_size=4)


@given(where, places)
def test_a_take_is_due_when_the_first_comes_to_it_and_not_where_all_have_passed_it(positions, needed_at):
    due = due_of(positions, needed_at, RATE, 100.0)
    assert due.keys() == {take for take, frame in needed_at.items() if any(at <= frame for at in positions)}
    for take, at in due.items():
        nearest = max(position for position in positions if position <= needed_at[take])
        assert abs(at - 100.0 - (needed_at[take] - nearest) / 24) < 1e-6


@given(where, st.floats(0, 5000), places)
def test_one_more_who_watches_makes_nothing_due_later(positions, another, needed_at):
    before = due_of(positions, needed_at, RATE, 0.0)
    after = due_of([*positions, another], needed_at, RATE, 0.0)
    assert before.keys() <= after.keys()
    assert all(after[take] <= before[take] for take in before)


def test_who_plays_moves_on_until_something_stops_them_and_who_does_not_stays():
    assert Position(24, 10.0, moves=True).now(12.0, RATE, 1000) == 72
    assert Position(24, 10.0, moves=True).now(12.0, RATE, 60) == 60
    assert Position(24, 10.0, moves=False).now(12.0, RATE, 1000) == 24


def test_only_what_has_moved_is_told_again():
    assert not moved({"a": 1.0, "b": 5.0}, {"a": 1.4, "b": 4.6}, 0.5)
    assert moved({"a": 1.0}, {"a": 1.6}, 0.5)
    assert moved({"a": 1.0}, {"a": 1.0, "b": 5.0}, 0.5)
    assert moved({"a": 1.0, "b": 5.0}, {"a": 1.0}, 0.5)
