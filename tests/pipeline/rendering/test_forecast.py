"""What is left of a run is told by the speed of its own first shots."""

from __future__ import annotations

import pytest

from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import TaskState
from pipeline.rendering.forecast import Forecast
from tests.support.storyboard.small_films import plan, small

SHOTS = plan(small()).missing
"""estimated to take 26, 26.5, 12 and 12 seconds"""


def event(number: int, state: TaskState, render_s: float = 0.0) -> ShotEvent:
    return ShotEvent(1, SHOTS[number].digest, state, render_s=render_s)


def heard(*looks: tuple[float, list[ShotEvent], dict[int, float]]) -> Forecast:
    forecast = Forecast(SHOTS)
    for now, events, progress in looks:
        forecast.hear(Update(tuple(events), {SHOTS[one].digest: done for one, done in progress.items()}), now)
    return forecast


def test_nothing_is_said_before_anything_was_rendered():
    forecast = heard((0, [event(0, TaskState.RENDERING)], {}))
    assert forecast.left_s(0.5) is None
    assert forecast.left_s(60) is None
    assert (forecast.done_s, forecast.total_s) == (0, 76.5)


def test_the_first_take_corrects_what_the_plan_was_wrong_by():
    forecast = heard(
        (0, [event(0, TaskState.RENDERING)], {}), (442, [event(0, TaskState.DONE, 26 * 17.0)], {})
    )
    assert forecast.total_s == pytest.approx(76.5 * 17)
    assert forecast.left_s(442) == pytest.approx(50.5 * 17)


def test_two_workers_are_twice_as_fast():
    both = [event(0, TaskState.RENDERING), event(1, TaskState.RENDERING)]
    ends = [event(0, TaskState.DONE, 26.0), event(1, TaskState.DONE, 26.5)]
    assert heard((0, both, {}), (26.25, ends, {})).left_s(26.25) == pytest.approx(12)


def test_a_part_of_a_shot_counts_before_its_end():
    forecast = heard((0, [event(0, TaskState.RENDERING)], {}), (130, [], {0: 0.5}))
    assert forecast.done_s == 13
    assert forecast.left_s(130) == pytest.approx(635)


def test_a_take_that_was_there_tells_nothing_of_speed():
    forecast = heard((0, [event(0, TaskState.DONE)], {}))
    assert forecast.total_s == 50.5
    assert forecast.left_s(10) is None


def test_what_failed_is_not_waited_for_until_it_is_asked_for_again():
    forecast = heard((0, [event(0, TaskState.FAILED)], {}))
    assert forecast.total_s == 50.5
    forecast.hear(Update((event(0, TaskState.QUEUED),), {}), 1)
    assert forecast.total_s == 76.5


def test_nothing_is_left_at_the_end():
    forecast = heard((0, [event(one, TaskState.DONE, 5.0) for one in range(4)], {}))
    assert forecast.left_s(20) == 0
    assert forecast.done_s == forecast.total_s == 20
