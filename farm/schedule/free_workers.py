"""The free workers, while shots are given to them. Pure.

Meanwhile they are only taken, and none comes. Of workers that are alike (as warm, on nodes with the same
tags) the one that joined first stands for all: a thousand that idle cost no more to choose from than one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from farm.schedule.states import Task, WorkerNeeds, WorkerState

_Kind = tuple[tuple[str, ...], frozenset[str]]
"""warmth and tags"""


class FreeWorkers:
    """Those that may have shots now.

    Args:
        free: those that may have a shot of these needs, in the order in which they joined.
        staying: all that get shots; a shot goes back to one that has failed it only when there is no other.
        most_warm: none of them holds more than so much of what shots need.
    """

    def __init__(
        self,
        free: Callable[[WorkerNeeds], Iterable[WorkerState]],
        staying: Callable[[], Iterable[WorkerState]],
        most_warm: int,
    ) -> None:
        self.most_warm = most_warm
        self._free = free
        self._staying = staying
        self._alike: dict[WorkerNeeds, dict[_Kind, deque[WorkerState]]] = {}
        self._unlike: dict[WorkerNeeds, tuple[WorkerState, ...]] = {}

    def taken(self, *, within_limits: bool) -> None:
        """One of them has got a shot.

        Args:
            within_limits: of shots with some tag only so many may render: perhaps no more of them may now.
        """
        self._unlike.clear()
        if within_limits:
            self._alike.clear()

    def unlike(self, needs: WorkerNeeds) -> tuple[WorkerState, ...]:
        """Those that may have a shot of these needs; of those that are alike the first."""
        found = self._unlike.get(needs)
        if found is None:
            found = self._unlike[needs] = tuple(
                alike[0] for alike in self._kinds(needs).values() if _still_free(alike)
            )
        return found

    def fit(self, task: Task) -> tuple[WorkerState, ...]:
        """Those that may have this shot; of those that are alike one is enough."""
        needs = task.request.needs
        if not task.failed_on:
            return self.unlike(needs)
        fresh = tuple(
            worker
            for alike in self._kinds(needs).values()
            for worker in alike
            if worker.token is None and worker.name not in task.failed_on
        )
        return fresh if fresh or self._others(task) else self.unlike(needs)

    def _others(self, task: Task) -> bool:
        return any(
            worker.serves(task.request.needs)
            and worker.name not in task.failed_on
            and worker.blocked_until is None
            for worker in self._staying()
        )

    def _kinds(self, needs: WorkerNeeds) -> dict[_Kind, deque[WorkerState]]:
        if needs not in self._alike:
            kinds = self._alike[needs] = {}
            for worker in self._free(needs):
                kinds.setdefault((worker.warmth, worker.tags), deque()).append(worker)
        return self._alike[needs]


def _still_free(alike: deque[WorkerState]) -> bool:
    """Whether one of them is; those before it that are not are taken out."""
    while alike and alike[0].token is not None:
        alike.popleft()
    return bool(alike)
