"""The task runs by which Prefect shows the shots of a run: one for each time that a shot is rendered.

A task of Prefect's own would be a thread, an engine and three states (pending, running, completed) for each
shot, more work than rendering a small one. The farm does the work, so here Prefect is only told of it, by the
events that its tasks send too: a shot that ends soon by one state, with its true times; one that goes on for
a moment is shown running first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Cancelled, Completed, Failed, Running
from prefect.utilities.engine import emit_task_run_state_change_event

from pipeline.rendering.following import ShotStep
from storyboard.planning.plan import PlannedShot

SOON_S = 0.5
"""a shot that renders for so long is shown running"""

Tell = Callable[[TaskRun, State, State | None], None]
"""is given a task run, its state, and the state that it had before"""


def _emit(task_run: TaskRun, state: State, before: State | None) -> None:
    emit_task_run_state_change_event(task_run, before, state)


@dataclass(slots=True)
class _Shown:
    """A shot that renders, and the state that Prefect shows of it, if any yet."""

    shot: PlannedShot
    task_run: TaskRun
    began: datetime
    state: State | None = None


class ShotRuns:
    """Tells Prefect what becomes of the shots of a flow run.

    Args:
        flow_run: whose task runs they are.
        tell: passes each state on.
        clock: seconds since 1970.
    """

    def __init__(self, flow_run: UUID, tell: Tell = _emit, clock: Callable[[], float] = time.time) -> None:
        self._flow_run = flow_run
        self._tell = tell
        self._clock = clock
        self._rendering: dict[str, _Shown] = {}

    def show(self, steps: Iterable[ShotStep]) -> None:
        """Show what has begun or ended; to be called every moment, without steps too."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        for step in steps:
            if step.begins:
                self._rendering[step.shot.digest] = _Shown(step.shot, self._task_run(step.shot), now)
            if step.ends:
                shown = self._rendering.pop(step.shot.digest)
                shown.began = min(shown.began, now - timedelta(seconds=step.render_s))
                self._end(shown, _end_of(step, now))
        for shown in self._rendering.values():
            if shown.state is None and now - shown.began >= timedelta(seconds=SOON_S):
                self._begin(shown)

    def stop(self) -> None:
        """What has not ended will not."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        for shown in self._rendering.values():
            self._end(shown, Failed(message="stopped before its end", timestamp=now))
        self._rendering.clear()

    def _task_run(self, shot: PlannedShot) -> TaskRun:
        task_run = TaskRun(
            name=f"shot {shot.shot} of scene {shot.scene}",
            flow_run_id=self._flow_run,
            task_key="render_shot",
            dynamic_key="",
        )
        task_run.dynamic_key = str(task_run.id)  # the same shot may be rendered again in this flow run
        return task_run

    def _begin(self, shown: _Shown) -> None:
        shown.state = Running(timestamp=shown.began)
        self._tell(_at(shown), shown.state, None)

    def _end(self, shown: _Shown, state: State) -> None:
        self._tell(_at(shown, state.timestamp), state, shown.state)


def _at(shown: _Shown, ended: datetime | None = None) -> TaskRun:
    """A task run with its times."""
    times: dict[str, object] = {"expected_start_time": shown.began, "start_time": shown.began, "run_count": 1}
    if ended:
        times |= {"end_time": ended, "total_run_time": ended - shown.began}
    return shown.task_run.model_copy(update=times)


def _end_of(step: ShotStep, ended: datetime) -> State:
    if step.called_off:
        return Cancelled(message=step.error, timestamp=ended)
    if step.error is not None:
        return Failed(message=step.error, timestamp=ended)
    return Completed(timestamp=ended)
