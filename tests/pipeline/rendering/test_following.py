"""What events of the farm come to: what a run shows of its shots, and what it says when it ends."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import FailureKind, TaskState
from pipeline.production.open import open_production
from pipeline.rendering.following import Following, leaves_time
from pipeline.settings import load_settings
from storyboard.errors import CalledOffError, ShotFailedError, StoreError
from storyboard.planning.plan import Plan
from tests.support.pipeline.slate_films import SHOTS, six_slates, write_film

FOLDER = Path("/films/my film")


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    """Six shots, none of which is there."""
    folder = write_film(tmp_path_factory.mktemp("six") / "film", six_slates())
    return open_production(folder, load_settings(backend="slate")).plan()


def events(plan: Plan, *told: tuple) -> list[ShotEvent]:
    """Shot, state and what else is said, as the farm tells it."""
    digests = {shot.shot: shot.digest for shot in plan.shots}
    numbers = count(1)
    return [
        ShotEvent(next(numbers), digests[shot], state, "w", *(said or (None, None)))
        for shot, state, *said in told
    ]


def shown(following: Following, plan: Plan, *told: tuple) -> list[tuple[str, bool, bool, str | None]]:
    steps = following.steps(events(plan, *told))
    return [(step.shot.shot, step.begins, step.ends, step.error) for step in steps]


BROKE = ("it broke", FailureKind.BACKEND)
FULL = ("the disk is full", FailureKind.STORE)
LATER = ("starts from shot 2A, which failed", None)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (
            [("1A", TaskState.RENDERING), ("1A", TaskState.WRITING), ("1A", TaskState.DONE)],
            [("1A", True, False, None), ("1A", False, True, None)],
        ),
        ([("1A", TaskState.DONE)], [("1A", True, True, None)]),
        ([("2C", TaskState.FAILED, *LATER)], [("2C", True, True, LATER[0])]),
        (
            [
                ("1A", TaskState.RENDERING),
                ("1A", TaskState.PAUSING),
                ("1A", TaskState.RENDERING),
                ("1A", TaskState.DONE),
            ],
            [("1A", True, False, None), ("1A", False, True, None)],
        ),
        (
            [
                ("1A", TaskState.RENDERING),
                ("1A", TaskState.FAILED, *BROKE),
                ("1A", TaskState.RENDERING),
                ("1A", TaskState.DONE),
            ],
            [
                ("1A", True, False, None),
                ("1A", False, True, BROKE[0]),
                ("1A", True, False, None),
                ("1A", False, True, None),
            ],
        ),
        (
            [("1A", TaskState.FAILED, *BROKE), ("1A", TaskState.FAILED, *BROKE)],
            [("1A", True, True, BROKE[0])],
        ),
        ([("1A", TaskState.FAILED)], [("1A", True, True, "failed")]),
    ],
    ids=["rendered", "found", "failed with another", "tried again", "asked for again", "told twice", "mute"],
)
def test_what_is_shown_of_a_shot(plan, told, wanted):
    assert shown(Following(plan.missing), plan, *told) == wanted


def told_of(plan: Plan, *told: tuple) -> Following:
    following = Following(plan.missing)
    following.steps(events(plan, *told))
    return following


def test_a_run_that_rendered_all_has_no_error(plan):
    assert told_of(plan, *((shot, TaskState.DONE) for shot in SHOTS)).error(FOLDER) is None


def test_a_shot_that_was_asked_for_again_and_rendered_is_no_error(plan):
    following = told_of(
        plan, ("1A", TaskState.FAILED, *BROKE), ("1A", TaskState.RENDERING), ("1A", TaskState.DONE)
    )
    assert following.error(FOLDER) is None


def test_the_command_that_shows_more_names_a_shot_that_failed_by_itself(plan):
    error = told_of(plan, ("2C", TaskState.FAILED, *LATER), ("2A", TaskState.FAILED, *BROKE)).error(FOLDER)
    assert type(error) is ShotFailedError
    assert error.message == f"2 of 6 shots could not be rendered:\nshot 2C: {LATER[0]}\nshot 2A: it broke"
    assert error.hint.startswith("`shotfarm farm logs 2A '/films/my film'` shows the attempts")


def test_a_store_that_cannot_be_written_is_what_is_to_be_mended(plan):
    error = told_of(plan, ("1A", TaskState.FAILED, *BROKE), ("2A", TaskState.FAILED, *FULL)).error(FOLDER)
    assert type(error) is StoreError
    assert error.hint == "what was rendered is kept; mend the store and run again"


def test_a_production_that_was_called_off_has_not_failed(plan):
    following = Following(plan.missing)
    off = ("called off with `shotfarm farm cancel`", None)
    told = [("1A", TaskState.FAILED, *BROKE), ("1B", TaskState.RENDERING), ("1B", TaskState.CANCELLED, *off)]
    steps = following.steps(events(plan, *told))
    assert [step.called_off for step in steps] == [False, False, True]
    error = following.error(FOLDER)
    assert isinstance(error, CalledOffError)
    assert off[0] in error.message


def test_nothing_else_is_begun_between_the_begin_of_a_shot_and_its_first_picture(plan):
    first, other = SHOTS[:2]

    def update(*told: tuple, pictures: dict[str, bytes] | None = None) -> Update:
        return Update(tuple(events(plan, *told)), {}, pictures or {})

    assert not leaves_time(update((first, TaskState.WAITING)))
    assert not leaves_time(update((first, TaskState.RENDERING)))
    assert leaves_time(update()), "nothing happens"
    assert leaves_time(update((first, TaskState.RENDERING), pictures={"a digest": b"a JPEG"}))
    assert leaves_time(update((first, TaskState.DONE), (other, TaskState.RENDERING)))
