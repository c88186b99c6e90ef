"""Which workers are started, given back and stood down, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from farm.backend.traits import Resources
from farm.schedule.placement import FarmNode
from farm.schedule.staffing import (
    LOAD_LOSSES,
    LOAD_TRIES,
    LoadTries,
    Staff,
    Staffing,
    Start,
    matched,
    staffing,
)
from farm.schedule.states import WorkerNeeds

X, Y = WorkerNeeds("x"), WorkerNeeds("y")
BIG = WorkerNeeds("x", ("big",))
ONE, PAIR = WorkerNeeds("gpu", gpus=1), WorkerNeeds("gpu", gpus=2)
CPU = Resources(cpus=1)
HERE = FarmNode("h", "here", cpus=2)
TAGGED = FarmNode("t", "tagged", cpus=2, tags=frozenset({"big"}))
SIZES = {X: CPU, Y: CPU, BIG: CPU, ONE: Resources(1, 1), PAIR: Resources(2, 2)}


def worker(name: str, needs: WorkerNeeds = X, node: FarmNode = HERE, **more: Any) -> Staff:
    return Staff(name, needs, node, SIZES[needs], **more)


def staff(*workers: Staff) -> dict[str, Staff]:
    return {each.name: each for each in workers}


def plan(demand, *workers, nodes=(HERE,), outranked=(), idle_before=0.0, sizes=SIZES) -> Staffing:
    return staffing(demand, sizes, staff(*workers), nodes, lambda _: outranked, idle_before)


def test_there_are_no_more_workers_that_only_wait_than_they_have_places():
    waits = WorkerNeeds("waits", places=3)
    sizes = {waits: Resources(0)}
    assert plan({waits: 60}, sizes=sizes).start == [Start(waits, Resources(0), HERE)] * 3
    there = Staff("a", waits, HERE, Resources(0), busy=True)
    assert len(plan({waits: 60}, there, sizes=sizes).start) == 2
    full = [Staff(str(one), X, HERE, CPU, busy=True) for one in range(2)]
    assert len(plan({X: 2, waits: 2}, *full, sizes={**sizes, X: CPU}).start) == 2, "they hold no processor"


BUSY, IDLE = worker("busy", busy=True), worker("idle", idle_since=5.0)


@pytest.mark.parametrize(
    ("demand", "workers", "missing", "spare"),
    [
        ({}, [], {}, []),
        ({X: 2}, [], {X: 2}, []),
        ({X: 2}, [BUSY, IDLE], {}, []),
        ({X: 1}, [IDLE, BUSY], {}, ["idle"]),
        ({}, [IDLE, BUSY], {}, ["idle"]),
        ({Y: 1}, [IDLE], {Y: 1}, ["idle"]),
        ({X: 1}, [worker("leaves", leaves=True)], {X: 1}, ["leaves"]),
        ({X: 1}, [worker("leaves", leaves=True, busy=True)], {}, []),
        ({X: 1}, [worker("closes", leaves=True, busy=True, closes=True)], {X: 1}, []),
        ({X: 1, BIG: 1}, [worker("a", node=TAGGED), worker("b")], {}, []),
        ({BIG: 1}, [worker("b")], {BIG: 1}, ["b"]),
        ({X: 1}, [worker("a", node=TAGGED), worker("b")], {}, ["a"]),
        ({ONE: 1}, [worker("pair", PAIR)], {ONE: 1}, ["pair"]),
    ],
)
def test_who_works_goes_on_with_it_and_tagged_nodes_are_left_for_tags(demand, workers, missing, spare):
    assert matched(demand, staff(*workers)) == (missing, spare)


def test_workers_are_started_where_there_is_room_and_no_more_than_fit():
    assert plan({X: 5}, BUSY).start == [Start(X, CPU, HERE)]
    assert plan({X: 2}, nodes=(HERE, TAGGED)).start == [Start(X, CPU, HERE)] * 2
    assert plan({X: 1}, BUSY).start == []


def test_a_large_worker_is_placed_before_the_small_ones():
    node = FarmNode("g", "cards", cpus=4, gpus=2)
    assert plan({ONE: 2, PAIR: 1}, nodes=(node,)).start == [Start(PAIR, SIZES[PAIR], node)]


@pytest.mark.parametrize(
    ("idle_before", "given_back"),
    [(5.0, []), (5.1, ["idle"])],
)
def test_a_worker_that_nobody_needs_is_given_back_after_a_while(idle_before, given_back):
    assert plan({}, IDLE, BUSY, idle_before=idle_before).give_back == given_back
    assert plan({X: 2}, IDLE, BUSY, idle_before=idle_before).give_back == [], "it is needed"


def test_a_worker_that_is_to_leave_is_given_back_at_once_when_it_renders_nothing():
    leaves = [worker("a", leaves=True), worker("b", leaves=True, busy=True)]
    assert plan({}, *leaves).give_back == ["a"]


FULL = [worker("a", busy=True), worker("b", busy=True)]


@pytest.mark.parametrize(
    ("workers", "outranked", "give_back", "stand_down"),
    [
        ([IDLE, BUSY], [], ["idle"], []),
        (FULL, [], [], []),
        (FULL, ["b", "a"], [], ["b"]),
        ([IDLE, BUSY], ["busy"], ["idle"], []),
        ([worker("a", Y, busy=True), worker("b", busy=True)], ["a"], [], []),
        ([worker("a", busy=True, leaves=True), BUSY], ["busy"], [], []),
    ],
    ids=[
        "who idles goes first",
        "nobody is less urgent",
        "the first named",
        "one is enough",
        "it serves",
        "awaited",
    ],
)
def test_without_room_others_give_their_place(workers, outranked, give_back, stand_down):
    found = plan({X: 1, Y: 1}, *workers, outranked=outranked)
    assert (found.start, found.give_back, found.stand_down) == ([], give_back, stand_down)


def test_each_worker_is_stood_down_once_for_all_that_are_missing():
    found = plan({Y: 3}, *FULL, outranked=["a", "b"])
    assert found.stand_down == ["a", "b"]


def test_what_no_node_could_hold_even_if_it_were_idle_is_said_and_nothing_is_stopped_for_it():
    found = plan({BIG: 1, X: 1}, BUSY, IDLE, outranked=["busy"])
    assert found.nowhere == {BIG: 'no node of the farm has the tag "big" (no node has tags)'}
    assert (found.start, found.stand_down) == ([], [])
    assert found.missing == {BIG: 1}


def test_a_worker_of_a_backend_that_is_not_here_has_no_size_and_is_not_started():
    found = plan({X: 1}, sizes={})
    assert (found.start, found.nowhere, found.missing) == ([], {}, {X: 1})


@pytest.mark.parametrize(("lost", "most"), [(False, LOAD_TRIES), (True, LOAD_LOSSES)])
def test_a_backend_is_unusable_after_so_many_failures_in_a_row_and_then_counting_begins_anew(lost, most):
    tries = LoadTries()
    for _ in range(2):
        assert [tries.failed("x", lost=lost) for _ in range(most)] == [False] * (most - 1) + [True]
    tries.failed("x", lost=lost)
    tries.loaded("x")
    assert [tries.failed("x", lost=lost) for _ in range(most)] == [False] * (most - 1) + [True]
    assert not tries.failed("y", lost=lost), "another one's are its own"
