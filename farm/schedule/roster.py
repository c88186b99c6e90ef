"""The workers of a farm: what each holds, which of them get shots, and which are trusted. Pure.

It knows nothing of shots but the tokens of attempts; `schedule.py` brings the two together.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from farm.schedule.policy import Policy
from farm.schedule.states import WorkerNeeds, WorkerState


class Roster:
    """Every worker that has loaded."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._workers: dict[str, WorkerState] = {}
        self._drained: dict[str, bool] = {}
        self._idle: dict[str, WorkerState] = {}
        self._blocked: dict[str, WorkerState] = {}
        self._joined = itertools.count(1)

    @property
    def workers(self) -> Mapping[str, WorkerState]:
        """By name."""
        return self._workers

    @property
    def drained(self) -> Mapping[str, bool]:
        """The nodes whose workers get no shots, and whether they give back at once what they render."""
        return self._drained

    # Who is there -------------------------------------------------------------------------------

    def join(
        self,
        name: str,
        backend: str,
        node: str = "",
        tags: frozenset[str] = frozenset(),
        *,
        gpus: float = 0.0,
        card: str = "",
        keeps: bool = False,
    ) -> None:
        """A worker has loaded its backend and is free.

        Args:
            name: its own.
            backend: what it has loaded.
            node: where it is.
            tags: those of its node.
            gpus: how many it holds.
            card: the name of the first of these.
            keeps: whether the backend keeps states.
        """
        worker = WorkerState(
            name, backend, node, tags=tags, gpus=gpus, card=card, keeps=keeps, joined=next(self._joined)
        )
        self._workers[name] = self._idle[name] = worker

    def leave(self, name: str) -> tuple[int, ...]:
        """A worker is gone; the tokens of the attempts that it worked on."""
        worker = self._workers.pop(name, None)
        self._idle.pop(name, None)
        self._blocked.pop(name, None)
        return worker.tokens if worker else ()

    def drain(self, nodes: Mapping[str, bool]) -> None:
        """These nodes get no shots, and no others; whether what renders there is given back at once."""
        self._drained = dict(nodes)

    def stand_down(self, name: str) -> None:
        """A worker is to end: it gets no more shots, and is asked to give back what it renders."""
        if name in self._workers:
            self._workers[name].stands_down = True

    def staying(self) -> list[WorkerState]:
        """Those that get shots."""
        return [worker for worker in self._workers.values() if not self.stays_out(worker)]

    def stays_out(self, worker: WorkerState) -> bool:
        """Whether a worker gets no more shots."""
        return worker.stands_down or worker.node in self._drained

    def leaves_now(self, worker: WorkerState) -> bool:
        """Whether a worker gives back what it renders."""
        return worker.stands_down or self._drained.get(worker.node, False)

    # What they hold -----------------------------------------------------------------------------

    def free(self, needs: WorkerNeeds) -> list[WorkerState]:
        """The free workers that may have a shot of these needs; a blocked one only when there is no other.

        In the order in which they joined.
        """
        idle = sorted(self._idle.values(), key=lambda worker: worker.joined)
        those = [worker for worker in idle if worker.serves(needs) and not self.stays_out(worker)]
        trusted = [worker for worker in those if worker.blocked_until is None]
        if trusted or not those:
            return trusted
        others = any(worker.serves(needs) and worker.blocked_until is None for worker in self.staying())
        return [] if others else those

    def most_warm(self) -> int:
        """No free worker holds more than so much of what shots need."""
        return max((len(worker.warmth) for worker in self._idle.values()), default=0)

    def any_free(self) -> bool:
        """Whether one renders nothing, whatever keeps it from getting a shot."""
        return bool(self._idle)

    def take(self, name: str, token: int, warmth: tuple[str, ...] | None) -> None:
        """A free worker has got an attempt, and becomes warm for it unless `warmth` is None."""
        worker = self._workers[name]
        self._hold(worker, token)
        if warmth is not None:
            worker.warmth = warmth

    def write_beside(self, name: str, token: int) -> bool:
        """An attempt has rendered: its worker is free while it is decoded and written.

        False when it does not render it, or still writes the one before: then it hurries.
        """
        worker = self._workers.get(name)
        if worker is None or worker.token != token:
            return False
        if worker.writing is not None:
            worker.hurries = True
            return False
        worker.writing, worker.hurries = token, False
        self._hold(worker, None)
        return True

    def vacate(self, name: str, token: int) -> None:
        """A worker has stopped an attempt."""
        worker = self._workers.get(name)
        if worker is None:
            return
        if worker.token == token:
            worker.hurries = False
            self._hold(worker, None)
        elif worker.writing == token:
            worker.writing = None

    def _hold(self, worker: WorkerState, token: int | None) -> None:
        worker.token = token
        if token is None:
            self._idle[worker.name] = worker
        else:
            self._idle.pop(worker.name, None)

    def hurried(self, name: str) -> int | None:
        """The token of the attempt that may be written now that the one before it has been, if one waits."""
        worker = self._workers.get(name)
        return worker.token if worker is not None and worker.hurries and worker.writing is None else None

    # Who is trusted -----------------------------------------------------------------------------

    def blame(self, name: str, now: float) -> None:
        """A worker has failed what another one rendered."""
        worker = self._workers.get(name)
        if worker is None or worker.blocked_until is not None:
            return
        worker.blame += 1
        if worker.blame >= self._policy.blame:
            worker.blocked_until = now + self._policy.block_s * 2**worker.blocks
            worker.blocks += 1
            self._blocked[name] = worker

    def forgive(self, now: float) -> None:
        """Those that were blocked for long enough get shots again."""
        for name, worker in [*self._blocked.items()]:
            if worker.blocked_until is not None and worker.blocked_until <= now:
                worker.blocked_until, worker.blame = None, 0
                del self._blocked[name]

    def unblock(self, name: str) -> bool:
        """Forgive a worker now; False when there is none of that name."""
        worker = self._workers.get(name)
        if worker is not None:
            worker.blocked_until, worker.blame, worker.blocks = None, 0, 0
            self._blocked.pop(name, None)
        return worker is not None
