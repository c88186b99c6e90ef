"""What deciding costs grows with the shots, and not faster: told in steps, seconds depend on the machine."""

from __future__ import annotations

import pytest

from farm.schedule.schedule import Schedule
from farm.schedule.tasks import CallSheet
from tests.support.counting import steps_of
from tests.support.farm.simulated_farm import film, simulate

MOST = 2.2
"""times the steps, for twice as much"""


@pytest.mark.parametrize("films", [1, 6])
def test_twice_the_shots_take_no_more_than_a_little_over_twice_the_steps(films):
    few, many = (
        steps_of(lambda shots=shots: simulate([film(seed, shots, 0.2) for seed in range(films)], workers=8))
        for shots in (240 // films, 480 // films)
    )
    assert many <= MOST * few


def with_workers(number: int) -> Schedule:
    schedule = Schedule(CallSheet())
    schedule.sheet.submit("film", film(1, number + 10, 0.0).requests)
    for name in range(number):
        schedule.roster.join(f"worker-{name}", "slate")
    return schedule


def test_twice_the_workers_that_all_wait_for_a_first_shot_take_twice_the_steps():
    few, many = (
        steps_of(lambda workers=workers: with_workers(workers).next_assignments(0.0))
        for workers in (100, 200)
    )
    assert many <= MOST * few


def test_how_many_others_are_busy_does_not_matter_to_one_that_becomes_free():
    def one_more(workers: int) -> int:
        schedule = with_workers(workers)
        first, *_ = schedule.next_assignments(0.0)

        def another() -> None:
            schedule.completed(first.token, 1.0)
            assert len(schedule.next_assignments(1.0)) == 1

        return steps_of(another)

    assert one_more(200) <= 1.1 * one_more(50)
