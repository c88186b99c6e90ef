"""Which shot renders next, on which worker, and what follows from how it ended. Pure: no Ray, no clock.

The failure policy, in prose (`docs/failures.md` is the same for users; the numbers are in `policy.py`):

- A shot waits until the shot that it continues is published; when that one fails, it fails with it.
- What shots are made from is encoded once, by encodings of their own that come before them. A shot waits for
  the encoding of its own inputs alone. When that one fails, its shots render all the same and encode for
  themselves: what a user caused is then told of the shot that it belongs to.
- Who is served next, and by which worker, is told at the top of `fairness.py`.
- A worker whose shot is decoded and written beside the next one's rendering gets one more, never two.
- Each way to fail has a budget of its own, so that one never uses up another's:
  - the *backend* raised, fell silent or gave other frames: tried again after a pause that doubles, on a
    worker that has not failed it while there is one;
  - *quality*: the backend has tried the seeds that it may. Others would render the same, so it has failed;
  - *memory*: tried on one more worker, which may have more of it;
  - the *store* failed: tried again after longer pauses. When they are used up the whole production has
    failed: every shot of it would end the same way;
  - the *user* asked for what cannot be: failed at once, it would fail the same way again.
- Losing a worker costs the shot none of its tries. A shot that has lost `Policy.losses` workers is the
  likely cause and is called failed.
- An attempt without a sign of life for `ShotRequest.silence_s` hangs. Its worker is ended first; then it
  counts as a failure of the backend.
- A worker that fails shots which others render is blocked for a while, and forgiven after it; each further
  time is twice as long. It gets shots only while its backend has no other worker.
- When a share of a production's shots has failed, the rest is not tried. What renders then is finished.
- Each attempt has a token; whatever comes with a token that is not the current one is ignored.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from farm.fairness import Production, candidates, next_served
from farm.policy import Policy
from farm.states import (
    ENDED,
    RUNNING,
    Assignment,
    Change,
    FailureKind,
    ShotRequest,
    State,
    Task,
    Worker,
)

_NEVER_STARTED = frozenset({State.WAITING, State.QUEUED, State.PAUSING})
_NOBODYS_FAULT = frozenset({None, FailureKind.USER})
"""failures that say nothing of the farm: they follow from another shot's, or from what was asked"""


class Schedule:
    """Every shot and worker of a farm, and the rules between them. `now` is any clock in seconds."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.tasks: dict[str, Task] = {}
        self.workers: dict[str, Worker] = {}
        self._productions: dict[str, Production] = {}
        self._stopped: dict[str, str] = {}
        self._followers: dict[str, list[str]] = {}
        self._pausing: list[tuple[float, str]] = []
        self._by_token: dict[int, str] = {}
        self._last_token = 0
        self._changes: list[Change] = []

    # What clients ask ---------------------------------------------------------------------------

    def submit(
        self,
        production: str,
        requests: Iterable[ShotRequest],
        max_workers: int | None = None,
        priority: int = 0,
        weight: float = 1.0,
    ) -> None:
        """Add a production's shots; one that is here already and has not ended is shared, not repeated.

        One that was done is given out again: whoever asks did not find its take; a worker that finds it
        is done at once.

        A shot's predecessor and the encoding of its inputs come before it in `requests`, or are published
        already (`after` and `encoding` are None).
        """
        entry = self._productions.get(production)
        if entry is None:
            others = [each.served for each in self._productions.values() if not each.ended]
            entry = self._productions[production] = Production(production, served=min(others, default=0.0))
        entry.max_workers, entry.priority, entry.weight = max_workers, priority, weight
        self._stopped.pop(production, None)
        for request in requests:
            self._ask(entry, request)

    def _ask(self, entry: Production, request: ShotRequest) -> None:
        task = self.tasks.get(request.digest)
        if task is not None and task.state not in ENDED:
            if entry.name not in task.productions:
                self._share(task, entry)
            self._tell(task)
            if task.state is State.QUEUED:
                entry.enqueue(task.request)
            return
        if task is not None:
            for name in task.productions:
                self._productions[name].count(task, task.state, -1)
        task = self.tasks[request.digest] = Task(request, set(task.productions) if task else set())
        for name in (*task.productions,):
            self._productions[name].count(task, task.state, 1)
        if entry.name not in task.productions:
            self._share(task, entry)
        names = [name for name in (request.after, request.encoding) if name]
        before = self.tasks.get(request.after) if request.after else None
        task.waits = {name for name in names if name in self.tasks and self.tasks[name].state not in ENDED}
        for name in task.waits:
            self._followers.setdefault(name, []).append(request.digest)
        if before is not None and before.state in {State.FAILED, State.CANCELLED}:
            self._fail(task, _follows_failed(before), None)
        else:
            self._move(task, State.WAITING if task.waits else State.QUEUED)

    def _share(self, task: Task, entry: Production) -> None:
        task.productions.add(entry.name)
        entry.digests[task.request.digest] = None
        entry.count(task, task.state, 1)

    def cancel(self, production: str) -> list[Assignment]:
        """Withdraw a production; returns the attempts to stop because nobody else wants them."""
        entry = self._productions.pop(production, None)
        self._stopped.pop(production, None)
        stop: list[Assignment] = []
        wanted = [self.tasks[digest] for digest in entry.digests] if entry else []
        for task in wanted:
            task.productions.discard(production)
        for task in wanted:
            if task.productions:
                continue
            digest = task.request.digest
            if task.state in RUNNING and task.token is not None and task.worker is not None:
                stop.append(Assignment(task.token, digest, task.worker))
                self._by_token.pop(task.token, None)
            if task.state not in ENDED:
                self._move(task, State.CANCELLED)
                task.token = None
            del self.tasks[digest]
            # Another production's shot may wait for it; whether its take is there, a worker will see.
            self._release(digest)
        return stop

    def pause(self, production: str, *, paused: bool) -> bool:
        """Give a production no more workers, or again some; False when it is not here."""
        entry = self._productions.get(production)
        if entry is not None:
            entry.paused = paused
        return entry is not None

    def prioritize(self, production: str, priority: int) -> bool:
        """Serve a production before all of a lower priority; False when it is not here."""
        entry = self._productions.get(production)
        if entry is not None:
            entry.priority = priority
        return entry is not None

    def call_off(self, production: str, message: str) -> list[Assignment]:
        """End a production for its client too: what it alone wants fails; returns the attempts to stop."""
        entry = self._productions.get(production)
        if entry is None:
            return []
        self._stop(entry, message, None)
        stop = []
        for digest in entry.digests:
            task = self.tasks[digest]
            if task.state in RUNNING and task.token and task.worker and self._given_up(task):
                stop.append(Assignment(task.token, digest, task.worker))
                self._by_token.pop(task.token, None)
                task.token = None
                task.error, task.failure = message, None
                self._move(task, State.FAILED)
                task.worker = None
        return stop

    def is_paused(self, production: str) -> bool:
        """Whether somebody has paused it."""
        return production in self._productions and self._productions[production].paused

    def priority_of(self, production: str) -> int:
        """Its priority; 0 when it is not here."""
        return self._productions[production].priority if production in self._productions else 0

    # What workers do ----------------------------------------------------------------------------

    def worker_joined(self, name: str, backend: str, node: str = "") -> None:
        """A worker has loaded its backend and is free."""
        self.workers[name] = Worker(name, backend, node)

    def began_next(self, token: int) -> None:
        """An attempt has rendered; while it is decoded and written, its worker may have one more shot."""
        task = self._current(token)
        worker = self.workers.get(task.worker or "") if task else None
        if task is None or worker is None or worker.token != token:
            return
        if worker.writing is not None:
            worker.hurries = True
            return
        worker.writing, worker.token, worker.hurries = token, None, False
        self._move(task, State.WRITING)

    def attempt_over(self, worker: str, token: int) -> None:
        """A worker has really stopped an attempt, also when its outcome no longer counts."""
        entry = self.workers.get(worker)
        if entry is not None:
            self._vacate(entry, token)
            self._make_room(worker)

    def worker_lost(self, name: str) -> None:
        """A worker is gone; what it was rendering and writing goes back without losing a try."""
        worker = self.workers.pop(name, None)
        for token in worker.tokens if worker else ():
            task = self._current(token)
            if task is None:
                continue
            self._leave_worker(task)
            task.losses += 1
            if task.losses >= self.policy.losses:
                words = f"{task.losses} workers were lost while they rendered it"
                self._fail(task, words, FailureKind.BACKEND)
            else:
                self._again(task)

    def alive(self, token: int, now: float) -> bool:
        """A sign of life of an attempt; False when its token is no longer current."""
        task = self._current(token)
        if task is not None:
            task.alive_at = now
        return task is not None

    def silent(self, now: float) -> list[Assignment]:
        """The attempts that hang."""
        running = [self.tasks[digest] for digest in self._by_token.values()]
        return [
            Assignment(task.token, task.request.digest, task.worker)
            for task in running
            if task.token is not None
            and task.worker is not None
            and now - task.alive_at > task.request.silence_s
        ]

    def unblock(self, name: str) -> bool:
        """Forgive a worker now; False when there is none of that name."""
        worker = self.workers.get(name)
        if worker is not None:
            worker.blocked_until, worker.blame, worker.blocks = None, 0, 0
        return worker is not None

    # How attempts end ---------------------------------------------------------------------------

    def completed(self, token: int, now: float) -> bool:
        """An attempt published its take; False when its token is no longer current."""
        task = self._current(token)
        if task is None:
            return False
        worker = task.worker
        self._leave_worker(task)
        for name in task.failed_on:
            self._blame(name, now)
        task.error = task.failure = None
        self._move(task, State.DONE)
        self._make_room(worker)
        self._release(task.request.digest)
        return True

    def failed(self, token: int, kind: FailureKind, message: str, now: float) -> bool:
        """An attempt ended without a take; False when its token is no longer current."""
        task = self._current(token)
        if task is None:
            return False
        worker = task.worker
        if worker:
            task.failed_on.add(worker)
        self._leave_worker(task)
        task.tries[kind] += 1
        task.error, task.failure = message, kind
        pause_s = self.policy.pause_after(kind, task.tries)
        if pause_s is None or self._given_up(task):
            self._fail(task, message, kind)
        else:
            self._move(task, State.PAUSING)
            heapq.heappush(self._pausing, (now + pause_s, task.request.digest))
        self._make_room(worker)
        return True

    def hung(self, token: int, message: str, now: float) -> bool:
        """An attempt gave no sign of life, and its worker has been ended."""
        return self.failed(token, FailureKind.BACKEND, message, now)

    def backend_unusable(self, backend: str, message: str) -> None:
        """No worker can load this backend: everything that waits for it fails."""
        for task in list(self.tasks.values()):
            if task.request.backend == backend and task.state in {State.QUEUED, State.PAUSING}:
                self._fail(task, message, FailureKind.USER)

    # What to do next ----------------------------------------------------------------------------

    def next_assignments(self, now: float) -> list[Assignment]:
        """Give free workers their next shots; each assignment is booked at once."""
        while self._pausing and self._pausing[0][0] <= now:
            task = self.tasks.get(heapq.heappop(self._pausing)[1])
            if task and task.state is State.PAUSING:
                self._move(task, State.QUEUED)
        for worker in self.workers.values():
            if worker.blocked_until is not None and worker.blocked_until <= now:
                worker.blocked_until, worker.blame = None, 0
        trusted = {worker.backend for worker in self.workers.values() if worker.blocked_until is None}
        free: dict[str, list[Worker]] = {}
        for worker in self.workers.values():
            may = worker.blocked_until is None or worker.backend not in trusted
            if worker.token is None and may:
                free.setdefault(worker.backend, []).append(worker)
        assignments: list[Assignment] = []
        while any(free.values()):
            found = candidates(self._productions.values(), self.tasks, free, self.workers.values())
            served = next_served(found, self.policy.passes)
            if served is None:
                break
            candidate, worker = served
            free[worker.backend].remove(worker)
            candidate.production.served += 1 / candidate.production.weight
            assignments.append(self._book(candidate.task, worker, now))
        return assignments

    def next_wake(self) -> float | None:
        """When a pausing shot becomes ready, if one is."""
        return self._pausing[0][0] if self._pausing else None

    def demand(self) -> dict[str, int]:
        """How many workers of each backend could be busy now: rendering and ready shots, within limits."""
        wanted: dict[str, int] = {}
        for production in self._productions.values():
            left = production.max_workers
            backends = {name for tally in (production.tally, production.encodings) for name, _ in tally}
            for backend in sorted(backends):
                ready = () if production.paused else (State.QUEUED, State.PAUSING)
                number = production.number(State.RENDERING, *ready, backend=backend)
                if left is not None:
                    number = min(number, left)
                    left -= number
                if number:
                    wanted[backend] = wanted.get(backend, 0) + number
        return wanted

    # What is known ------------------------------------------------------------------------------

    def production_ended(self, production: str) -> bool:
        """Whether every shot of a production has ended."""
        entry = self._productions.get(production)
        return entry is None or entry.ended

    def counts(self, production: str) -> dict[str, int]:
        """How many of a production's shots are in each state."""
        entry = self._productions.get(production)
        counted: dict[str, int] = {}
        for (_, state), number in entry.tally.items() if entry else ():
            if number:
                counted[state.value] = counted.get(state.value, 0) + number
        return counted

    def next_shots(self, production: str, most: int) -> list[str]:
        """The shots of a production that are served next, in order; warmth may change it a little."""
        entry = self._productions.get(production)
        queues = [queue for those in entry.queues.values() for queue in those.values()] if entry else []
        first = heapq.nsmallest(
            most,
            (
                item
                for item in {item for queue in queues for item in queue}
                if item[2] in self.tasks and self.tasks[item[2]].state is State.QUEUED
            ),
        )
        return [self.tasks[digest].request.shot for _, _, digest in first]

    def task_of(self, token: int) -> Task | None:
        """The shot that an attempt renders, while its token is current."""
        return self._current(token)

    def take_changes(self) -> list[Change]:
        """Every change of a shot's state since the last call, in order."""
        changes, self._changes = self._changes, []
        return changes

    # Inside -------------------------------------------------------------------------------------

    def _current(self, token: int) -> Task | None:
        digest = self._by_token.get(token)
        return self.tasks.get(digest) if digest else None

    def _move(self, task: Task, state: State) -> None:
        """The one door through which a shot changes its state."""
        for name in task.productions:
            self._productions[name].count(task, task.state, -1)
            self._productions[name].count(task, state, 1)
        task.state = state
        self._tell(task)
        if state is State.QUEUED:
            for name in task.productions:
                self._productions[name].enqueue(task.request)

    def _tell(self, task: Task) -> None:
        self._changes.append(
            Change(
                task.request,
                task.state,
                frozenset(task.productions),
                task.worker,
                task.error,
                task.failure,
            )
        )

    def _book(self, task: Task, worker: Worker, now: float) -> Assignment:
        self._last_token += 1
        task.token = worker.token = self._last_token
        task.worker, task.started_at, task.alive_at, task.passes = worker.name, now, now, 0
        if not task.request.encodes:
            worker.warmth = task.request.warmth
        self._move(task, State.RENDERING)
        self._by_token[task.token] = task.request.digest
        return Assignment(task.token, task.request.digest, worker.name)

    def _leave_worker(self, task: Task) -> None:
        if task.token is not None:
            self._by_token.pop(task.token, None)
            worker = self.workers.get(task.worker or "")
            if worker is not None:
                self._vacate(worker, task.token)
        task.token = task.worker = None

    def _vacate(self, worker: Worker, token: int) -> None:
        if worker.token == token:
            worker.token, worker.hurries = None, False
        elif worker.writing == token:
            worker.writing = None

    def _make_room(self, name: str | None) -> None:
        """What a worker has rendered can be written as soon as the shot before it has been."""
        worker = self.workers.get(name or "")
        if worker is not None and worker.hurries and worker.token is not None and worker.writing is None:
            self.began_next(worker.token)

    def _release(self, name: str) -> None:
        """What waited for this waits for it no longer."""
        for digest in self._followers.pop(name, []):
            follower = self.tasks.get(digest)
            if follower is None or follower.state is not State.WAITING:
                continue
            follower.waits.discard(name)
            if not follower.waits:
                self._move(follower, State.QUEUED)

    def _again(self, task: Task) -> None:
        """Back into the queue, unless everybody who wants it has given up."""
        if self._given_up(task):
            self._fail(task, self._stopped[next(iter(task.productions))], task.failure)
        else:
            self._move(task, State.QUEUED)

    def _given_up(self, task: Task) -> bool:
        return bool(task.productions) and task.productions <= self._stopped.keys()

    def _fail(self, task: Task, message: str, kind: FailureKind | None) -> None:
        """Fail a shot and every shot that continues from it, however long the chain."""
        failing = [(task, message, kind)]
        while failing:
            one, words, why = failing.pop()
            one.error, one.failure = words, why
            self._move(one, State.FAILED)
            if one.request.encodes:
                self._release(one.request.digest)
                continue
            for digest in self._followers.pop(one.request.digest, []):
                follower = self.tasks.get(digest)
                if follower and follower.state is State.WAITING:
                    failing.append((follower, _follows_failed(one), None))
        if not task.request.encodes:
            self._stop_where_too_much_failed(task)

    def _stop_where_too_much_failed(self, task: Task) -> None:
        for name in sorted(task.productions - self._stopped.keys()):
            entry = self._productions[name]
            if task.failure is FailureKind.STORE:
                self._stop(entry, task.error or "the store failed", FailureKind.STORE)
                continue
            if task.failure in _NOBODYS_FAULT:
                continue
            failed = entry.number(State.FAILED)
            if failed < self.policy.stop_least or failed < self.policy.stop_share * len(entry.digests):
                continue
            own = sum(
                self.tasks[digest].state is State.FAILED and self.tasks[digest].failure not in _NOBODYS_FAULT
                for digest in entry.digests
            )
            if own >= max(self.policy.stop_least, self.policy.stop_share * len(entry.digests)):
                self._stop(entry, f"not tried: {own} of {len(entry.digests)} shots have failed", None)

    def _stop(self, entry: Production, message: str, kind: FailureKind | None) -> None:
        """Fail what has not started of a production, except what another one wants too."""
        self._stopped[entry.name] = message
        for digest in entry.digests:
            task = self.tasks[digest]
            if task.state in _NEVER_STARTED and self._given_up(task):
                task.error, task.failure = message, kind
                self._move(task, State.FAILED)

    def _blame(self, name: str, now: float) -> None:
        """A worker has failed what another one rendered."""
        worker = self.workers.get(name)
        if worker is None or worker.blocked_until is not None:
            return
        worker.blame += 1
        if worker.blame >= self.policy.blame:
            worker.blocked_until = now + self.policy.block_s * 2**worker.blocks
            worker.blocks += 1


def _follows_failed(before: Task) -> str:
    return f"starts from shot {before.request.shot}, which failed"
