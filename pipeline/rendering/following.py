"""What becomes of the shots of a run, as its farm tells of them. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import ENDED, FailureKind, TaskState
from storyboard.errors import CalledOffError, ShotFailedError, ShotfarmError, StoreError
from storyboard.planning.plan import PlannedShot


@dataclass(frozen=True, slots=True)
class ShotStep:
    """Something that a run shows of a shot.

    Attributes:
        shot: of the plan.
        begins: it is rendered from now on, for the first time or again after it had failed.
        ends: it is rendered no more.
        error: what it failed of; None when its take is there.
        called_off: it failed of nothing else than that somebody called the production off.
        render_s: seconds of work that its take took; 0 when there is none, or it was there already.
    """

    shot: PlannedShot
    begins: bool
    ends: bool
    error: str | None = None
    called_off: bool = False
    render_s: float = 0.0


_BADLY = frozenset({TaskState.FAILED, TaskState.CANCELLED})
"""ends without a take"""


class Following:
    """Follows the shots of a run to their ends."""

    def __init__(self, shots: Iterable[PlannedShot]) -> None:
        self._shots = {shot.digest: shot for shot in shots}
        self._seen: set[str] = set()
        self._rendering: set[str] = set()
        self._failed: dict[str, ShotEvent] = {}

    def steps(self, events: Iterable[ShotEvent]) -> list[ShotStep]:
        """What events come to, in their order; one that changes nothing for people is left out."""
        return [step for event in events if (step := self._step(event))]

    def _step(self, event: ShotEvent) -> ShotStep | None:
        digest = event.digest
        if event.state not in {TaskState.RENDERING, TaskState.DONE, *_BADLY}:
            return None
        again = event.state is TaskState.RENDERING and digest in self._failed
        begins = again or digest not in self._seen
        if begins:
            self._seen.add(digest)
            self._rendering.add(digest)
        self._failed.pop(digest, None)
        if event.state in _BADLY:
            self._failed[digest] = event
        ends = event.state is not TaskState.RENDERING and digest in self._rendering
        if ends:
            self._rendering.discard(digest)
        error = (event.error or event.state.value) if event.state in _BADLY else None
        if not begins and not ends:
            return None
        called_off = event.state is TaskState.CANCELLED
        return ShotStep(self._shots[digest], begins, ends, error, called_off, event.render_s)

    def error(self, folder: Path) -> ShotfarmError | None:
        """What a person is told of the shots that failed; None when none has.

        Args:
            folder: the film's, for the command that shows more.
        """
        if not self._failed:
            return None
        first = f"{len(self._failed)} of {len(self._shots)} shots could not be rendered:"
        words = [f"shot {self._shots[digest].shot}: {event.error}" for digest, event in self._failed.items()]
        message = "\n".join([first, *words])
        if any(event.state is TaskState.CANCELLED for event in self._failed.values()):
            return CalledOffError(message, "what was rendered is kept; the same command goes on from here")
        if any(event.failure is FailureKind.STORE for event in self._failed.values()):
            return StoreError(message, "what was rendered is kept; mend the store and run again")
        look = f"shotfarm farm logs {self._culprit} {shlex.quote(str(folder))}"
        return ShotFailedError(
            message, f"`{look}` shows the attempts; what was rendered is kept; mend the shots and run again"
        )

    @property
    def _culprit(self) -> str:
        """The first shot that failed by itself, not because another had."""
        own = [digest for digest, event in self._failed.items() if event.failure is not None]
        return self._shots[[*own, *self._failed][0]].shot


def leaves_time(update: Update) -> bool:
    """Whether something else may be begun: a first picture is told, a shot has ended, or nothing happens yet.

    Between the begin of a shot and its first picture lie milliseconds where a renderer is fast.
    """
    return bool(update.previews) or not update.events or any(one.state in ENDED for one in update.events)
