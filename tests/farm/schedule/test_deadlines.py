"""A deadline that comes near gives a production more, and lets it overtake where only that is enough."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.deadlines import (
    CALM,
    EARLY,
    HOPE,
    MOST,
    RAISE,
    SURE,
    is_raised,
    kept_at,
    pressure,
    raised_to,
)
from farm.schedule.schedule import Schedule
from farm.schedule.states import ShotRequest
from farm.schedule.tasks import CallSheet

seconds = st.floats(-1e9, 1e9, allow_nan=False)
work = st.floats(0, 1e9, allow_nan=False)


@given(seconds, seconds, work)
def test_the_nearer_a_deadline_the_more_it_counts(one, other, work_s):
    nearer, farther = sorted((one, other))
    assert 1.0 <= pressure(farther, work_s) <= pressure(nearer, work_s) <= MOST


@given(seconds, work, work)
def test_the_more_is_left_to_do_the_more_it_counts(left_s, one, other):
    less, more = sorted((one, other))
    assert pressure(left_s, less) <= pressure(left_s, more)


def test_a_deadline_far_away_changes_nothing_and_one_that_is_passed_counts_most():
    assert pressure(EARLY * 60, 60) == 1.0
    assert pressure(0, 60) == pressure(-9, 60) == pressure(60, 60) == MOST
    assert pressure(-9, 0) == 1.0


@pytest.mark.parametrize(
    ("left_s", "work_s", "chain_s", "wait_s", "was", "raised"),
    [
        (SURE * 100, 60, 40, 0, False, True),
        (SURE * 100 + 1, 60, 40, 0, False, False),
        (SURE * 100 + 20, 60, 40, 10, False, True),
        (SURE * 100 + 1, 60, 40, 0, True, True),
        (CALM * 100 + 1, 60, 40, 0, True, False),
        (HOPE * 60, 60, 40, 0, False, True),
        (HOPE * 60 - 1, 60, 40, 0, True, False),
        (HOPE * 90 - 1, 60, 90, 0, True, False),
        (-5, 60, 40, 9, True, False),
        (5, 0, 0, 9, True, False),
    ],
)
def test_a_priority_is_raised_while_all_workers_are_just_enough(left_s, work_s, chain_s, wait_s, was, raised):
    assert is_raised(left_s, work_s, chain_s, wait_s, was=was) is raised


@given(st.integers(-1000, 1000), st.lists(st.integers(-1000, 1000)))
def test_it_is_raised_to_somebody_a_little_above_and_past_nobody(priority, others):
    level = raised_to(priority, others)
    assert priority <= level <= priority + RAISE
    assert level == priority or level in others
    assert not [one for one in others if level < one <= priority + RAISE]


def farm(
    deadline: float | None, shots: int = 60, workers: int = 1, others: int = 1, above: int = 0
) -> Schedule:
    """A production with a deadline, and others that stand so much above it."""
    schedule = Schedule(CallSheet())
    for name, due in [("late", deadline), *((f"other{n}", None) for n in range(others))]:
        requests = [ShotRequest(f"{name}.{n}", str(n), "x", n, 1.0, work_s=1.0) for n in range(shots)]
        priority = 0 if name == "late" else above
        schedule.sheet.submit(name, requests, priority=priority, deadline=due)
    for number in range(workers):
        schedule.roster.join(f"w{number}", "x")
    return schedule


def served(schedule: Schedule, times: int) -> list[str]:
    """Who gets the only worker, second by second."""
    names = []
    for second in range(times):
        for each in schedule.next_assignments(float(second)):
            names.append(each.digest.partition(".")[0])
            schedule.completed(each.token, float(second))
    return names


@given(st.floats(-1e3, 1e3), st.integers(1, 4))
def test_while_it_is_not_raised_nobody_of_its_priority_starves(deadline, others):
    schedule = farm(deadline, others=others)
    names: list[str] = []
    for second in range(50):
        for each in schedule.next_assignments(float(second)):
            raised = schedule.sheet.productions["late"].raised_to is not None
            names.append("" if raised else each.digest.partition(".")[0])
            schedule.completed(each.token, float(second))
    for number in range(others):
        stops = [-1, *(n for n, name in enumerate(names) if name in {"", f"other{number}"}), len(names)]
        assert max(b - a for a, b in itertools.pairwise(stops)) <= MOST + others + 1


def test_a_production_that_would_be_late_is_served_first_among_its_equals():
    without, near = Counter(served(farm(None), 40)), Counter(served(farm(5.0), 40))
    assert without["late"] == 20
    assert near["late"] > 35


@pytest.mark.parametrize(
    ("deadline", "above", "gets"),
    [
        (70.0, 0, 40),
        (70.0, 1, 40),
        (70.0, RAISE, 40),
        (70.0, RAISE + 1, 0),
        (1000.0, 1, 0),
        (5.0, 1, 0),
        (-5.0, 1, 0),
    ],
)
def test_it_overtakes_those_a_little_above_it_where_only_that_is_enough(deadline, above, gets):
    assert Counter(served(farm(deadline, above=above), 40))["late"] == gets


levels = st.integers(-1000, 1000)


@given(levels, st.lists(st.tuples(levels, levels).map(sorted)))
def test_what_a_person_waits_for_is_kept_before_whoever_would_pass_it_and_no_higher(priority, raised):
    level = kept_at(priority, raised)
    passing = [to for own, to in raised if own <= priority <= to]
    assert (level is None) == (not passing)
    assert level is None or level == max(passing)


def a_retake(schedule: Schedule, priority: int, *, waited_for: bool = True) -> None:
    """Two shots that a person waits for."""
    shots = [ShotRequest(f"retake.{n}", str(n), "x", n, 1.0, work_s=1.0) for n in range(2)]
    schedule.sheet.submit("retake", shots, priority=priority, waited_for=waited_for)


@pytest.mark.parametrize(
    ("priority", "waited_for", "at_once"),
    [(0, True, True), (3, True, True), (-1, True, False), (0, False, False), (3, False, False)],
)
def test_a_deadline_overtakes_no_retake_that_a_person_waits_for(priority, waited_for, at_once):
    schedule = farm(72.0, above=5)
    assert served(schedule, 4) == ["late"] * 4
    a_retake(schedule, priority, waited_for=waited_for)
    names = [schedule.next_assignments(4.0)[0]]
    schedule.completed(names[0].token, 4.0)
    names += schedule.next_assignments(5.0)
    assert (names[0].digest.startswith("retake"), names[1].digest.startswith("retake")) == (at_once, at_once)


def test_what_a_person_waits_for_gets_a_worker_back_from_what_a_deadline_has_raised():
    schedule = farm(40.0, above=5)
    schedule.roster.join("keeps", "x", keeps=True)
    rendering = schedule.next_assignments(0.0)
    assert {each.digest.partition(".")[0] for each in rendering} == {"late"}
    a_retake(schedule, 0)
    assert schedule.next_assignments(1.0) == []
    assert [each.worker for each in schedule.to_give_back()] == ["keeps"]


def test_a_retake_is_kept_nowhere_when_the_deadline_presses_no_more():
    schedule = farm(72.0, above=5)
    a_retake(schedule, 0)
    schedule.next_assignments(0.0)
    productions = schedule.sheet.productions
    assert productions["retake"].urgency == (5, 2, 0)
    schedule.sheet.submit("late", [], deadline=None)
    schedule.next_assignments(1.0)
    assert productions["late"].urgency == productions["retake"].urgency == (0, 0, 0)


def test_of_two_that_are_raised_the_one_with_the_higher_priority_comes_first():
    schedule = farm(70.0, above=5)
    schedule.sheet.submit("other0", [], priority=5, deadline=70.0)
    assert set(served(schedule, 20)) == {"other0"}


takes = st.lists(st.floats(1.0, 20.0), min_size=1, max_size=12)


def ends(own: list[float], others: list[float], deadline: float | None, workers: int, above: int) -> dict:
    """When a production is done, and one that stands above it and has more work than time."""
    schedule = Schedule(CallSheet())
    for name, works, due in (("late", own, deadline), ("other", others * 10, None)):
        requests = [
            ShotRequest(f"{name}.{n}", str(n), "x", n, work_s, work_s=work_s)
            for n, work_s in enumerate(works)
        ]
        schedule.sheet.submit(name, requests, priority=0 if name == "late" else above, deadline=due)
    for number in range(workers):
        schedule.roster.join(f"w{number}", "x")
    live: list[tuple[float, int]] = []
    now, ended = 0.0, {}
    while len(ended) < 2:
        for each in schedule.next_assignments(now):
            heapq.heappush(live, (now + schedule.sheet.tasks[each.digest].request.work_s, each.token))
        now, token = heapq.heappop(live)
        schedule.completed(token, now)
        over = {name: now for name in ("late", "other") if schedule.sheet.production_ended(name)}
        ended = over | ended
    return ended


@given(takes, takes, st.integers(1, 4), st.integers(0, RAISE), st.floats(0, 500))
def test_a_deadline_that_can_be_met_is_and_holds_nobody_up_for_longer_than_its_work(
    own, others, workers, above, spare_s
):
    certain_s = SURE * (sum(own) / workers + max(own)) + 2 * max(others)
    deadline = certain_s + spare_s
    with_it = ends(own, others, deadline, workers, above)
    assert with_it["late"] <= deadline
    without = ends(own, others, None, workers, above)
    assert with_it["other"] <= without["other"] + sum(own) / workers + max(own) + max(others)
