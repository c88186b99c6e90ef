"""How much of a run's rendering is done, and when the rest will be: by the speed of this very run. Pure.

A plan's estimates may be wrong by a factor, above all where a backend renders for the first time. Each take
that arrives says how long it took, which corrects the estimates of all that its backend has still to make.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from farm.schedule.states import ENDED, TaskState

if TYPE_CHECKING:
    from farm.schedule.messages import Update
    from storyboard.planning.plan import PlannedShot

SOON_S = 1.0
"""after so many seconds of rendering its pace tells something"""


class Forecast:
    """Follows the shots of a run.

    Args:
        shots: those that are to be rendered.
    """

    def __init__(self, shots: Iterable[PlannedShot]) -> None:
        self._shots = {shot.digest: shot for shot in shots}
        self._left = dict.fromkeys(self._shots)
        self._done: dict[str, float] = {}
        self._part: dict[str, float] = {}
        self._estimated: dict[str, float] = defaultdict(float)
        self._took: dict[str, float] = defaultdict(float)
        self._began_at: float | None = None

    def hear(self, update: Update, now: float) -> None:
        """Something happened on the farm.

        Args:
            update: what.
            now: any clock, in seconds.
        """
        for event in update.events:
            shot = self._shots[event.digest]
            if event.state is TaskState.RENDERING and self._began_at is None:
                self._began_at = now
            if event.state not in ENDED:
                self._left[event.digest] = None  # somebody asked for a failed shot again
                continue
            self._left.pop(event.digest, None)
            if event.render_s and event.digest not in self._done:
                self._done[event.digest] = event.render_s
                self._estimated[shot.spec.backend] += shot.estimate_s
                self._took[shot.spec.backend] += event.render_s
        self._part = {digest: done for digest, done in update.progress.items() if digest in self._left}

    @property
    def done_s(self) -> float:
        """Seconds of work that are done, with the done parts of the shots that render."""
        return sum(self._done.values()) + sum(
            done * self._work_s(self._shots[digest]) for digest, done in self._part.items()
        )

    @property
    def total_s(self) -> float:
        """Seconds of work in all, without what failed."""
        return sum(self._done.values()) + sum(self._work_s(self._shots[digest]) for digest in self._left)

    def left_s(self, now: float) -> float | None:
        """Seconds until all is rendered, if it goes on as it did; None as long as nothing can be said."""
        if not self._left:
            return 0.0
        if self._began_at is None or now - self._began_at < SOON_S or not self.done_s:
            return None
        return (self.total_s - self.done_s) * (now - self._began_at) / self.done_s

    def _work_s(self, shot: PlannedShot) -> float:
        """What a shot will take, as those of its backend have taken in this run."""
        estimated, took = self._estimated[shot.spec.backend], self._took[shot.spec.backend]
        return shot.estimate_s * took / estimated if estimated else shot.estimate_s
