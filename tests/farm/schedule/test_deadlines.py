"""A deadline that comes near gives a production more, and takes nobody all."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.deadlines import EARLY, MOST, pressure
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


def farm(deadline: float | None, shots: int = 60, workers: int = 1, others: int = 1) -> Schedule:
    schedule = Schedule(CallSheet())
    for name, due in [("late", deadline), *((f"other{n}", None) for n in range(others))]:
        requests = [ShotRequest(f"{name}{n}", str(n), "x", n, work_s=1.0) for n in range(shots)]
        schedule.sheet.submit(name, requests, deadline=due)
    for number in range(workers):
        schedule.roster.join(f"w{number}", "x")
    return schedule


def served(schedule: Schedule, times: int) -> list[str]:
    names = []
    for second in range(times):
        for each in schedule.next_assignments(float(second)):
            names.append(each.digest.rstrip("0123456789"))
            schedule.completed(each.token, float(second))
    return names


@given(st.floats(-1e6, 1e6), st.integers(1, 4))
def test_whatever_the_deadline_nobody_starves(deadline, others):
    names = served(farm(deadline, others=others), 50)
    for number in range(others):
        places = [
            place for place, name in enumerate(names) if name == f"other{number}"[:-1] or name == "other"
        ]
    gaps = [b - a for a, b in zip([-1, *places], [*places, len(names)], strict=False)]
    assert max(gaps) <= MOST + 2


def test_a_production_that_would_be_late_is_served_first_among_its_equals():
    without, near = Counter(served(farm(None), 40)), Counter(served(farm(5.0), 40))
    assert without["late"] == 20
    assert near["late"] > 35


def test_a_deadline_never_passes_a_priority_that_a_person_gave():
    schedule = farm(0.0)
    schedule.sheet.prioritize("other0", 1)
    assert set(served(schedule, 40)) == {"other"}
