"""Which shot renders next, on which worker, and what follows from how it ended. Pure: no Ray, no clock.

The failure policy, in prose:

- A shot waits until the shot that it continues is published; when that one fails, it fails with it.
- Productions share the workers evenly: the one with the fewest shots rendering is served first. Inside
  one the shot with the longest chain of work behind it comes first, then the order of the film.
- A shot that fails is tried again after a pause that doubles, on a worker that has not failed it while
  there is one, and is called failed after `Policy.attempts` tries. What the user caused (a wrong option) is
  not tried again: it would fail the same way.
- Losing a worker costs the shot none of its tries. A shot that has lost `Policy.losses` workers is the
  likely cause and is called failed.
- Each attempt has a token; whatever comes with a token that is not the current one is ignored.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Where a shot is."""

    WAITING = "waiting"
    """for the shot that it continues"""
    QUEUED = "queued"
    PAUSING = "pausing"
    """after a failed try"""
    RENDERING = "rendering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})


class FailureKind(StrEnum):
    """Why an attempt ended without a take."""

    USER = "user"
    """what was asked cannot be rendered; another try would fail the same way"""
    BACKEND = "backend"
    """the backend raised, or gave frames that are not the take"""
    STORE = "store"
    """the take could not be written"""


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the failure policy."""

    attempts: int = 3
    losses: int = 5
    first_pause_s: float = 1.0


@dataclass(frozen=True, slots=True)
class ShotRequest:
    """A shot that a production wants rendered.

    Attributes:
        digest: the take's name in the store.
        shot: the shot's id, for people.
        backend: which backend's workers can render it.
        order: its place in the film.
        rank: seconds of work in the longest chain that starts with it.
        after: the digest of the take that it starts from, when that is to be rendered too.
    """

    digest: str
    shot: str
    backend: str
    order: int
    rank: float = 0.0
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Render this shot on that worker, now."""

    token: int
    digest: str
    worker: str


@dataclass(slots=True)
class Task:
    """A shot on the farm; `production` is the first that asked for it."""

    request: ShotRequest
    productions: set[str]
    state: State = State.QUEUED
    token: int | None = None
    worker: str | None = None
    attempts: int = 0
    losses: int = 0
    failed_on: set[str] = field(default_factory=set)
    error: str | None = None
    started_at: float | None = None


@dataclass(slots=True)
class Worker:
    """A worker of the farm."""

    name: str
    backend: str
    node: str = ""
    token: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A shot came into a state."""

    digest: str
    state: State
    productions: frozenset[str]
    worker: str | None
    error: str | None


_Entry = tuple[float, int, str]
"""negative rank, order, digest: the smallest is served first"""


@dataclass(slots=True)
class _Production:
    name: str
    max_workers: int | None
    rendering: int = 0
    queues: dict[str, list[_Entry]] = field(default_factory=dict)
    digests: set[str] = field(default_factory=set)


class Schedule:
    """Every shot and worker of a farm, and the rules between them. `now` is any clock in seconds."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.tasks: dict[str, Task] = {}
        self.workers: dict[str, Worker] = {}
        self._productions: dict[str, _Production] = {}
        self._followers: dict[str, list[str]] = {}
        self._pausing: list[tuple[float, str]] = []
        self._by_token: dict[int, str] = {}
        self._last_token = 0
        self._changes: list[Change] = []

    def submit(
        self, production: str, requests: Iterable[ShotRequest], max_workers: int | None = None
    ) -> None:
        """Add a production's shots; one that is here already and has not ended is shared, not repeated.

        One that was done is given out again: whoever asks did not find its take; a worker that finds it
        is done at once.

        A shot's predecessor comes before it in `requests`, or is published already (`after` is None).
        """
        entry = self._productions.setdefault(production, _Production(production, max_workers))
        entry.max_workers = max_workers
        for request in requests:
            task = self.tasks.get(request.digest)
            if task is None or task.state in ENDED:
                task = Task(request, {production} | (task.productions if task else set()))
                self.tasks[request.digest] = task
                before = self.tasks.get(request.after) if request.after else None
                if before is not None and before.state in {State.FAILED, State.CANCELLED}:
                    task.error = _follows_failed(before)
                    self._move(task, State.FAILED)
                elif before is not None and before.state is not State.DONE:
                    self._move(task, State.WAITING)
                    self._followers.setdefault(request.after or "", []).append(request.digest)
            task.productions.add(production)
            entry.digests.add(request.digest)
            if task.state is State.RENDERING:
                entry.rendering += 1
            self._move(task, task.state)

    def cancel(self, production: str) -> list[Assignment]:
        """Withdraw a production; returns the attempts to stop because nobody else wants them."""
        entry = self._productions.pop(production, None)
        stop: list[Assignment] = []
        for digest in entry.digests if entry else ():
            task = self.tasks[digest]
            task.productions.discard(production)
            if task.productions:
                continue
            if task.state is State.RENDERING and task.token is not None and task.worker is not None:
                stop.append(Assignment(task.token, digest, task.worker))
            if task.state not in ENDED:
                self._by_token.pop(task.token or 0, None)
                self._move(task, State.CANCELLED)
                task.token = None
            del self.tasks[digest]
            self._followers.pop(digest, None)
        return stop

    def worker_joined(self, name: str, backend: str, node: str = "") -> None:
        """A worker has loaded its backend and is free."""
        self.workers[name] = Worker(name, backend, node)

    def worker_free(self, name: str) -> None:
        """A worker has really stopped what it was doing, also when the outcome no longer counts."""
        if name in self.workers:
            self.workers[name].token = None

    def worker_lost(self, name: str) -> None:
        """A worker is gone; what it was rendering goes back to the queue without losing a try."""
        worker = self.workers.pop(name, None)
        task = self._current(worker.token) if worker and worker.token is not None else None
        if task is None:
            return
        self._leave_worker(task)
        task.losses += 1
        if task.losses >= self.policy.losses:
            self._fail(task, f"{task.losses} workers were lost while they rendered it")
        else:
            self._move(task, State.QUEUED)

    def completed(self, token: int) -> bool:
        """An attempt published its take; False when its token is no longer current."""
        task = self._current(token)
        if task is None:
            return False
        self._leave_worker(task)
        self._move(task, State.DONE)
        for digest in self._followers.pop(task.request.digest, []):
            follower = self.tasks.get(digest)
            if follower and follower.state is State.WAITING:
                self._move(follower, State.QUEUED)
        return True

    def failed(self, token: int, kind: FailureKind, message: str, now: float) -> bool:
        """An attempt ended without a take; False when its token is no longer current."""
        task = self._current(token)
        if task is None:
            return False
        if task.worker:
            task.failed_on.add(task.worker)
        self._leave_worker(task)
        task.attempts += 1
        task.error = message
        if kind is FailureKind.USER or task.attempts >= self.policy.attempts:
            self._fail(task, message)
        else:
            self._move(task, State.PAUSING)
            ready_at = now + self.policy.first_pause_s * 2 ** (task.attempts - 1)
            heapq.heappush(self._pausing, (ready_at, task.request.digest))
        return True

    def backend_unusable(self, backend: str, message: str) -> None:
        """No worker can load this backend: everything that waits for it fails."""
        for task in list(self.tasks.values()):
            if task.request.backend == backend and task.state in {State.QUEUED, State.PAUSING}:
                self._fail(task, message)

    def next_assignments(self, now: float) -> list[Assignment]:
        """Give free workers their next shots; each assignment is booked at once."""
        while self._pausing and self._pausing[0][0] <= now:
            digest = heapq.heappop(self._pausing)[1]
            task = self.tasks.get(digest)
            if task and task.state is State.PAUSING:
                self._move(task, State.QUEUED)
        assignments: list[Assignment] = []
        free: dict[str, list[Worker]] = {}
        for worker in self.workers.values():
            if worker.token is None:
                free.setdefault(worker.backend, []).append(worker)
        held_back: list[tuple[list[_Entry], _Entry]] = []
        while served := self._next_served(free):
            production, backend = served
            queue = production.queues[backend]
            entry = heapq.heappop(queue)
            task = self.tasks[entry[2]]
            chosen = self._worker_for(task, free[backend])
            if chosen is None:
                held_back.append((queue, entry))
                continue
            free[backend].remove(chosen)
            assignments.append(self._book(task, chosen, now))
        for queue, entry in held_back:
            heapq.heappush(queue, entry)
        return assignments

    def next_wake(self) -> float | None:
        """When a pausing shot becomes ready, if one is."""
        return self._pausing[0][0] if self._pausing else None

    def demand(self) -> dict[str, int]:
        """How many workers of each backend could be busy now: rendering and ready shots, within limits."""
        wanted: dict[str, set[str]] = {}
        for production in self._productions.values():
            limit = production.max_workers if production.max_workers is not None else len(production.digests)
            for digest in production.digests:
                task = self.tasks[digest]
                if task.state in {State.QUEUED, State.PAUSING, State.RENDERING}:
                    chosen = wanted.setdefault(task.request.backend, set())
                    if limit > 0 and digest not in chosen:
                        chosen.add(digest)
                        limit -= 1
                if limit <= 0:
                    break
        return {backend: len(digests) for backend, digests in wanted.items()}

    def production_ended(self, production: str) -> bool:
        """Whether every shot of a production has ended."""
        entry = self._productions.get(production)
        return entry is None or all(self.tasks[digest].state in ENDED for digest in entry.digests)

    def counts(self, production: str) -> dict[str, int]:
        """How many of a production's shots are in each state."""
        entry = self._productions.get(production)
        counted: dict[str, int] = {}
        for digest in entry.digests if entry else ():
            state = self.tasks[digest].state
            counted[state.value] = counted.get(state.value, 0) + 1
        return counted

    def next_shots(self, production: str, most: int) -> list[str]:
        """The shots of a production that are served next, in order."""
        entry = self._productions.get(production)
        queued = [item for queue in entry.queues.values() for item in queue] if entry else []
        first = heapq.nsmallest(
            most,
            (item for item in queued if item[2] in self.tasks and self.tasks[item[2]].state is State.QUEUED),
        )
        return [self.tasks[digest].request.shot for _, _, digest in first]

    def task_of(self, token: int) -> Task | None:
        """The shot that an attempt renders, while its token is current."""
        return self._current(token)

    def _current(self, token: int) -> Task | None:
        digest = self._by_token.get(token)
        return self.tasks.get(digest) if digest else None

    def take_changes(self) -> list[Change]:
        """Every change of a shot's state since the last call, in order."""
        changes, self._changes = self._changes, []
        return changes

    def _move(self, task: Task, state: State) -> None:
        """The one door through which a shot changes its state."""
        task.state = state
        self._changes.append(
            Change(task.request.digest, state, frozenset(task.productions), task.worker, task.error)
        )
        if state is State.QUEUED:
            request = task.request
            for name in task.productions:
                queue = self._productions[name].queues.setdefault(request.backend, [])
                heapq.heappush(queue, (-request.rank, request.order, request.digest))

    def _next_served(self, free: dict[str, list[Worker]]) -> tuple[_Production, str] | None:
        """The production with the fewest shots rendering that has a shot for a free worker."""
        candidates: list[tuple[int, _Entry, _Production, str]] = []
        for production in self._productions.values():
            if production.max_workers is not None and production.rendering >= production.max_workers:
                continue
            for backend, queue in production.queues.items():
                if not free.get(backend):
                    continue
                while queue and (
                    queue[0][2] not in self.tasks or self.tasks[queue[0][2]].state is not State.QUEUED
                ):
                    heapq.heappop(queue)
                if queue:
                    candidates.append((production.rendering, queue[0], production, backend))
        if not candidates:
            return None
        _, _, production, backend = min(candidates, key=lambda candidate: candidate[:2])
        return production, backend

    def _worker_for(self, task: Task, free: list[Worker]) -> Worker | None:
        """A free worker that has not failed the shot; one that has only when there is no other at all."""
        fresh = [worker for worker in free if worker.name not in task.failed_on]
        if fresh:
            return fresh[0]
        others = any(
            worker.backend == task.request.backend and worker.name not in task.failed_on
            for worker in self.workers.values()
        )
        return None if others else free[0]

    def _book(self, task: Task, worker: Worker, now: float) -> Assignment:
        self._last_token += 1
        task.token = worker.token = self._last_token
        task.worker, task.started_at = worker.name, now
        self._move(task, State.RENDERING)
        self._by_token[task.token] = task.request.digest
        for name in task.productions:
            self._productions[name].rendering += 1
        return Assignment(task.token, task.request.digest, worker.name)

    def _leave_worker(self, task: Task) -> None:
        if task.token is not None:
            self._by_token.pop(task.token, None)
        if task.worker in self.workers:
            self.workers[task.worker].token = None
        task.token = task.worker = None
        for name in task.productions:
            self._productions[name].rendering -= 1

    def _fail(self, task: Task, message: str) -> None:
        """Fail a shot and every shot that continues from it, however long the chain."""
        task.error = message
        self._move(task, State.FAILED)
        failing = [task]
        while failing:
            before = failing.pop()
            for digest in self._followers.pop(before.request.digest, []):
                follower = self.tasks.get(digest)
                if follower and follower.state is State.WAITING:
                    follower.error = _follows_failed(before)
                    self._move(follower, State.FAILED)
                    failing.append(follower)


def _follows_failed(before: Task) -> str:
    return f"starts from shot {before.request.shot}, which failed"
