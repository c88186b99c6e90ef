from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audience.deciding.admission import (
    Allowance,
    Amount,
    House,
    Limits,
    charge,
    come,
    leave,
    let_in,
    refused,
)

LIMITS = Limits(sessions=3, waiting=4, each=Allowance(worker_s=10, shots=2), together=Allowance(money=100))
who = st.sampled_from("abcdefghij")


@given(st.lists(st.tuples(st.booleans(), who), max_size=60))
def test_places_are_given_in_the_order_of_coming_and_never_too_many(events):
    house, came = House(), []
    for comes, name in events:
        before = house
        if comes:
            house = come(house, LIMITS, name)
            if before.place(name) is None and house.place(name) is not None:
                came.append(name)
        else:
            house = leave(house, LIMITS, name)
            came = [one for one in came if one != name]
        assert len(house.inside) <= LIMITS.sessions
        assert len(house.queue) <= LIMITS.waiting
        assert not (house.queue and len(house.inside) < LIMITS.sessions)
        assert house.inside.isdisjoint(house.queue)
        # Those who are in came before all who wait, and these stand as they came.
        assert {*came[: len(house.inside)]} == house.inside
        assert tuple(came[len(house.inside) :]) == house.queue
        assert [house.place(one) for one in house.queue] == [*range(1, len(house.queue) + 1)]


@given(st.lists(st.tuples(who, st.floats(0, 8), st.integers(0, 60), st.integers(0, 2)), max_size=40))
def test_nobody_causes_more_than_they_may_nor_do_all_together(asked):
    house = House()
    for name in "abc":
        house = come(house, LIMITS, name)
    for name, worker_s, money, shots in asked:
        wanted = Amount(worker_s, money, shots)
        if refused(house, LIMITS, name, wanted) is None:
            house = charge(house, name, wanted)
    assert house.caused.keys() <= {*"abc"}
    for amount in house.caused.values():
        assert amount.worker_s <= 10
        assert amount.shots <= 2
    assert house.together.money <= 100


def test_it_is_said_what_is_reached_and_for_whom():
    house = charge(come(House(), LIMITS, "a"), "a", Amount(worker_s=9, money=90, shots=1))
    assert refused(house, LIMITS, "b", Amount()) == "this session does not watch"
    assert refused(house, LIMITS, "a", Amount(worker_s=1)) is None
    words = "this session has caused all the time of workers that one may"
    assert refused(house, LIMITS, "a", Amount(worker_s=2)) == words
    words = "all sessions together have caused all the money that they may"
    assert refused(house, LIMITS, "a", Amount(money=11)) == words


def test_what_somebody_caused_is_counted_after_they_went():
    house = charge(come(House(), LIMITS, "a"), "a", Amount(money=95))
    house = come(leave(house, LIMITS, "a"), LIMITS, "b")
    assert refused(house, LIMITS, "b", Amount(money=6)) is not None


def test_who_is_here_keeps_their_place_when_they_come_again():
    house = House()
    for name in "abcde":
        house = come(house, LIMITS, name)
    assert come(house, LIMITS, "e") == house
    assert (house.place("a"), house.place("d"), house.place("e"), house.place("x")) == (0, 1, 2, None)


def test_more_places_are_filled_from_the_queue():
    house = House()
    for name in "abcde":
        house = come(house, LIMITS, name)
    assert let_in(house, Limits(sessions=4)).queue == ("e",)


@pytest.mark.parametrize("spent", [Amount(), Amount(1e9, 10**15, 10**6)])
def test_without_limits_everything_may_be_made(spent):
    house = charge(come(House(), Limits(sessions=1), "a"), "a", spent)
    assert refused(house, Limits(sessions=1), "a", spent) is None
