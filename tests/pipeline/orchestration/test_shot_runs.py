"""What Prefect is told of the shots of a run."""

from __future__ import annotations

from uuid import UUID

import pytest
from prefect.client.schemas.objects import State, TaskRun

from pipeline.orchestration.shot_runs import SOON_S, ShotRuns
from pipeline.production.open import open_production
from pipeline.rendering.following import ShotStep
from pipeline.settings import load_settings
from storyboard.planning.plan import PlannedShot
from tests.support.pipeline.slate_films import six_slates, write_film

FLOW_RUN = UUID(int=7)
NOON = 1_800_000_000.0


@pytest.fixture(scope="module")
def shots(tmp_path_factory) -> tuple[PlannedShot, ...]:
    """Of which none is there."""
    folder = write_film(tmp_path_factory.mktemp("six") / "film", six_slates())
    return open_production(folder, load_settings(backend="slate")).plan().shots


class Page:
    """Keeps what it is told, and has a clock that is set."""

    def __init__(self) -> None:
        self.now = NOON
        self.told: list[tuple[TaskRun, State]] = []
        self.runs = ShotRuns(FLOW_RUN, self.tell, lambda: self.now)

    def tell(self, task_run: TaskRun, state: State, before: State | None) -> None:
        assert (before is None) == all(one.id != task_run.id for one, _ in self.told)
        self.told.append((task_run, state))

    @property
    def words(self) -> list[tuple[str, str, str | None]]:
        return [(run.name, state.type.value, state.message) for run, state in self.told]

    def show(self, *steps: ShotStep, after_s: float = 0.0) -> None:
        self.now += after_s
        self.runs.show(steps)


def begins(shot: PlannedShot) -> ShotStep:
    return ShotStep(shot, begins=True, ends=False)


def ends(shot: PlannedShot, error: str | None = None, *, called_off: bool = False) -> ShotStep:
    return ShotStep(shot, begins=False, ends=True, error=error, called_off=called_off)


def test_a_shot_that_ends_soon_is_told_once_with_its_times(shots):
    page = Page()
    page.show(begins(shots[0]))
    page.show(ends(shots[0]), after_s=SOON_S / 2)
    ((run, state),) = page.told
    assert (run.name, run.flow_run_id, state.type.value) == ("shot 1A of scene 1", FLOW_RUN, "COMPLETED")
    assert run.start_time.timestamp() == NOON
    assert run.end_time.timestamp() == state.timestamp.timestamp() == page.now
    assert run.total_run_time.total_seconds() == SOON_S / 2


def test_a_shot_that_goes_on_is_shown_running_since_it_began(shots):
    page = Page()
    page.show(begins(shots[0]), begins(shots[1]))
    page.show(ends(shots[1]), after_s=SOON_S)
    page.show(after_s=SOON_S)
    page.show(ends(shots[0]), after_s=SOON_S)
    states = [(run.name, state.type.value) for run, state in page.told]
    assert states == [
        ("shot 1B of scene 1", "COMPLETED"),
        ("shot 1A of scene 1", "RUNNING"),
        ("shot 1A of scene 1", "COMPLETED"),
    ]
    running, completed = page.told[1:]
    assert running[0].id == completed[0].id
    assert running[1].timestamp.timestamp() == NOON < completed[1].timestamp.timestamp()


def test_a_shot_of_which_only_the_end_is_heard_began_when_its_work_did(shots):
    page = Page()
    page.show(ShotStep(shots[0], begins=True, ends=True, render_s=3.0))
    ((run, _),) = page.told
    assert run.start_time.timestamp() == NOON - 3


def test_each_time_that_a_shot_is_rendered_is_a_run_of_its_own_and_each_end_is_told(shots):
    page = Page()
    page.show(begins(shots[0]))
    page.show(ends(shots[0], "it broke"))
    page.show(begins(shots[0]))
    page.show(ends(shots[0], "called off", called_off=True))
    page.show(begins(shots[0]))
    page.runs.stop()
    page.runs.stop()
    assert page.words == [
        ("shot 1A of scene 1", "FAILED", "it broke"),
        ("shot 1A of scene 1", "CANCELLED", "called off"),
        ("shot 1A of scene 1", "FAILED", "stopped before its end"),
    ]
    assert len({(run.id, run.dynamic_key) for run, _ in page.told}) == 3
