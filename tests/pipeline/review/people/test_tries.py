"""Waits after wrong passwords: a table of tries and times."""

from __future__ import annotations

import pytest

from pipeline.review.people.tries import ADDRESS, NAME, PAIR, Rule, Tries, network_of


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tries(clock):
    return Tries(clock)


def wrong(tries, clock, times, name="ada", address="192.0.2.1"):
    """So many wrong tries, each as soon as it may be."""
    for _ in range(times):
        clock.now += tries.wait_s(name, address)
        assert tries.begin(name, address) == 0


@pytest.mark.parametrize(
    ("tries", "wait"), [(0, 0), (4, 0), (5, 2), (6, 4), (7, 8), (13, 512), (14, 900), (1000, 900)]
)
def test_a_wait_doubles_up_to_its_longest(tries, wait):
    assert PAIR.wait_s(tries) == wait


def test_five_tries_are_free_and_further_ones_wait_longer_each(tries, clock):
    wrong(tries, clock, 5)
    assert tries.wait_s("ada", "192.0.2.1") == 2
    assert tries.begin("ada", "192.0.2.1") == 2
    clock.now += 1.5
    assert tries.begin("ada", "192.0.2.1") == 1
    clock.now += 0.5
    assert tries.begin("ada", "192.0.2.1") == 0
    assert tries.wait_s("ada", "192.0.2.1") == 4


def test_a_try_that_comes_too_early_costs_nothing_more(tries, clock):
    wrong(tries, clock, 5)
    assert {tries.begin("ada", "192.0.2.1") for _ in range(50)} == {2}


def test_many_at_once_are_not_cheaper(tries):
    assert [tries.begin("ada", "192.0.2.1") for _ in range(8)] == [0] * 5 + [2] * 3


def test_a_right_one_is_forgiven_and_those_before_it_too(tries, clock):
    wrong(tries, clock, 5)
    clock.now += 2
    assert tries.begin("ada", "192.0.2.1") == 0
    tries.forgive("ada", "192.0.2.1")
    wrong(tries, clock, 4)
    assert tries.wait_s("ada", "192.0.2.1") == 0


def test_a_person_is_not_locked_out_by_strangers_who_try_their_name(tries, clock):
    wrong(tries, clock, 40, address="192.0.2.1")
    assert tries.wait_s("ada", "192.0.2.1") > 0
    assert tries.wait_s("ada", "198.51.100.9") == 0
    for stranger in range(100):
        wrong(tries, clock, 1, address=f"203.0.113.{stranger}")
    assert 0 < tries.wait_s("ada", "198.51.100.9") <= NAME.longest_s


def test_an_address_that_tries_many_names_waits(tries, clock):
    for number in range(ADDRESS.free):
        wrong(tries, clock, 1, name=f"somebody {number}")
    assert tries.wait_s("bob", "192.0.2.1") == ADDRESS.first_s
    assert tries.wait_s("bob", "192.0.2.2") == 0


def test_a_right_password_does_not_let_its_address_try_other_names_for_nothing(tries, clock):
    for number in range(ADDRESS.free - 1):
        wrong(tries, clock, 1, name=f"somebody {number}")
        assert tries.begin("mallory", "192.0.2.1") == 0
        tries.forgive("mallory", "192.0.2.1")
    wrong(tries, clock, 1, name="bob")
    assert tries.wait_s("mallory", "192.0.2.1") == ADDRESS.first_s


def test_what_was_tried_is_forgotten_after_a_day(tries, clock):
    wrong(tries, clock, 20)
    clock.now += 24 * 3600
    assert tries.begin("ada", "192.0.2.1") == 0
    assert tries.wait_s("ada", "192.0.2.1") == 0


def test_a_try_that_another_process_saw_counts_from_when_it_was_made(tries, clock):
    for ago_s in (24 * 3600 + 60, 50, 40, 30, 20, 10, 1.5):
        tries.recall("ada", "192.0.2.1", ago_s)
    assert tries.wait_s("ada", "192.0.2.1") == 3  # six in a day: 4 s after the last
    clock.now += 2.5
    assert tries.wait_s("ada", "192.0.2.1") == 0


def test_links_are_counted_by_their_address_alone(tries, clock):
    wrong(tries, clock, ADDRESS.free, name="")
    assert tries.begin("", "192.0.2.1") == ADDRESS.first_s
    assert tries.begin("", "192.0.2.2") == 0


def test_memory_is_bounded(tries, monkeypatch):
    monkeypatch.setattr("pipeline.review.people.tries.MOST_COUNTED", 30)
    for number in range(100):
        tries.begin(f"name {number}", f"10.0.0.{number}")
    assert len(tries._counts) == 30


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_a_household_is_one_address(address, network):
    assert network_of(address) == network


def test_no_wait_overflows():
    assert Rule(free=0, first_s=1, longest_s=60).wait_s(10**9) == 60
