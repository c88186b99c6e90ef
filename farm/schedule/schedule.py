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
- Which shots give their worker back to one of a higher priority is told at the top of `preemption.py`. That
  costs them no try.
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
from collections.abc import Callable

from farm.schedule.fairness import ProductionQueue, candidates, next_served
from farm.schedule.policy import Policy
from farm.schedule.preemption import Occupied, Waiting, preempted
from farm.schedule.states import (
    ENDED,
    RUNNING,
    Assignment,
    FailureKind,
    Task,
    TaskState,
    WorkerNeeds,
    WorkerState,
)
from farm.schedule.tasks import CallSheet


class Schedule(CallSheet):
    """The call sheet with the workers of the farm, and the rules between them. `now` is any clock in seconds.

    Attributes:
        workers: every worker that has loaded, by name.
        drained: the nodes whose workers get no shots, and whether they give back at once what they render.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy)
        self.workers: dict[str, WorkerState] = {}
        self.drained: dict[str, bool] = {}
        self._pausing: list[tuple[float, str]] = []
        self._by_token: dict[int, str] = {}
        self._last_token = 0

    # What clients ask ---------------------------------------------------------------------------

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
                self._move(task, TaskState.CANCELLED)
                task.token = None
            del self.tasks[digest]
            # Another production's shot may wait for it; whether its take is there, a worker will see.
            self._release(digest)
        return stop

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
                self._move(task, TaskState.FAILED)
                task.worker = None
        return stop

    # What workers do ----------------------------------------------------------------------------

    def worker_joined(
        self,
        name: str,
        backend: str,
        node: str = "",
        tags: frozenset[str] = frozenset(),
        *,
        gpus: float = 0.0,
        keeps: bool = False,
    ) -> None:
        """A worker has loaded its backend and is free.

        Args:
            name: its own.
            backend: what it has loaded.
            node: where it is.
            tags: those of its node.
            gpus: how many it holds.
            keeps: whether the backend keeps states.
        """
        self.workers[name] = WorkerState(name, backend, node, tags=tags, gpus=gpus, keeps=keeps)

    def stand_down(self, name: str) -> None:
        """A worker is to end: it gets no more shots, and is asked to give back what it renders."""
        if name in self.workers:
            self.workers[name].stands_down = True

    def outranked(self, needs: WorkerNeeds) -> list[str]:
        """The workers that may be stood down so that one of these needs can be started in their place.

        The one that renders what is least urgent comes first.
        """
        urgency = max(
            (
                production.priority
                for production in self._productions.values()
                if needs in self._could_begin(production)
            ),
            default=None,
        )
        rendering = [self.tasks[digest] for digest in self._by_token.values()]
        found = [
            task
            for task in rendering
            if task.state is TaskState.RENDERING
            and task.worker is not None
            and not self._stays_out(self.workers[task.worker])
            and (not self._may_give_back(task) or task.given_back < self.policy.give_backs)
            and urgency is not None
            and self._priority(task) < urgency
        ]
        found.sort(key=lambda task: (self._priority(task), -(task.started_at or 0.0)))
        return [task.worker for task in found if task.worker is not None]

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
        self._move(task, TaskState.WRITING)

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

    def task_of(self, token: int) -> Task | None:
        """The shot that an attempt renders, while its token is current."""
        return self._current(token)

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
        self._move(task, TaskState.DONE)
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
            self._move(task, TaskState.PAUSING)
            heapq.heappush(self._pausing, (now + pause_s, task.request.digest))
        self._make_room(worker)
        return True

    def given_back(self, token: int) -> bool:
        """An attempt has kept its state and stopped, as it was asked to; False when its token is old."""
        task = self._current(token)
        if task is None:
            return False
        worker = task.worker
        self._leave_worker(task)
        task.given_back += 1
        self._again(task)
        self._make_room(worker)
        return True

    def hung(self, token: int, message: str, now: float) -> bool:
        """An attempt gave no sign of life, and its worker has been ended."""
        return self.failed(token, FailureKind.BACKEND, message, now)

    # What to do next ----------------------------------------------------------------------------

    def next_assignments(self, now: float) -> list[Assignment]:
        """Give free workers their next shots; each assignment is booked at once."""
        while self._pausing and self._pausing[0][0] <= now:
            task = self.tasks.get(heapq.heappop(self._pausing)[1])
            if task and task.state is TaskState.PAUSING:
                self._move(task, TaskState.QUEUED)
        for worker in self.workers.values():
            if worker.blocked_until is not None and worker.blocked_until <= now:
                worker.blocked_until, worker.blame = None, 0
        assignments: list[Assignment] = []
        while any(worker.token is None for worker in self.workers.values()):
            staying = [worker for worker in self.workers.values() if not self._stays_out(worker)]
            found = candidates(self._productions.values(), self.tasks, self._free, staying)
            served = next_served(found, self.policy.passes)
            if served is None:
                break
            candidate, worker = served
            self._keep_up(candidate.production)
            candidate.production.served += 1 / candidate.production.weight
            assignments.append(self._book(candidate.task, worker, now))
        return assignments

    def to_give_back(self, coming: Callable[[WorkerNeeds], int] = lambda _: 0) -> list[Assignment]:
        """The attempts to ask to keep their state and give their worker back; each is named once.

        To be called after `next_assignments`: what waits then finds no free worker.

        Args:
            coming: how many workers of these needs are on their way.
        """
        waiting = [
            Waiting(production.priority, needs, number)
            for production in self._productions.values()
            for needs, number in self._could_begin(production).items()
        ]
        rendering = [self.tasks[digest] for digest in self._by_token.values()]
        tokens = [
            task.token
            for task in rendering
            if self._may_give_back(task) and self._leaves_now(self.workers[task.worker or ""])
        ]
        if waiting:
            tokens += preempted(waiting, [*filter(None, map(self._occupied, rendering))], coming)
        asked = []
        for token in dict.fromkeys(tokens):
            task = self._current(token or 0)
            if task is not None and task.token is not None and task.worker is not None:
                task.asked_back = True
                asked.append(Assignment(task.token, task.request.digest, task.worker))
        return asked

    def next_wake(self) -> float | None:
        """When a pausing shot becomes ready, if one is."""
        return self._pausing[0][0] if self._pausing else None

    def demand(self) -> dict[WorkerNeeds, int]:
        """How many workers of each kind could be busy now: rendering and ready shots, within limits."""
        wanted: dict[WorkerNeeds, int] = {}
        tags_left = dict(self.limits)
        for production in self._productions.values():
            left = production.max_workers
            for needs in sorted(production.needs):
                ready = () if production.paused else (TaskState.QUEUED, TaskState.PAUSING)
                number = production.number(TaskState.RENDERING, *ready, needs=needs)
                number = min([number, *(tags_left[tag] for tag in needs.tags if tag in tags_left)])
                if left is not None:
                    number = min(number, left)
                    left -= number
                for tag in tags_left.keys() & {*needs.tags}:
                    tags_left[tag] -= number
                if number:
                    wanted[needs] = wanted.get(needs, 0) + number
        return wanted

    def limited(self, needs: WorkerNeeds) -> str | None:
        """The tag of which no more workers may render now, if one keeps such a shot waiting."""
        for tag in needs.tags:
            if tag in self.limits and self._rendering_with(tag) >= self.limits[tag]:
                return tag
        return None

    # Inside -------------------------------------------------------------------------------------

    def _keep_up(self, served: ProductionQueue) -> None:
        """Who asks for nothing while others are served saves nothing up: it would keep them waiting later."""
        for production in self._productions.values():
            if production.served < served.served and not self._could_begin(production):
                production.served = served.served

    def _could_begin(self, production: ProductionQueue) -> dict[WorkerNeeds, int]:
        """How many of a production's shots only wait for a worker, within its limits."""
        if not production.may_have_more:
            return {}
        most = production.max_workers
        left = None if most is None else most - production.rendering
        found = {}
        for needs in sorted(production.needs):
            limits = [
                self.limits[tag] - self._rendering_with(tag) for tag in needs.tags if tag in self.limits
            ]
            number = min(
                [production.number(TaskState.QUEUED, needs=needs), *limits, *([] if left is None else [left])]
            )
            if number > 0:
                found[needs] = number
        return found

    def _stays_out(self, worker: WorkerState) -> bool:
        """Whether a worker gets no more shots."""
        return worker.stands_down or worker.node in self.drained

    def _leaves_now(self, worker: WorkerState) -> bool:
        return worker.stands_down or self.drained.get(worker.node, False)

    def _may_give_back(self, task: Task) -> bool:
        worker = self.workers.get(task.worker or "")
        return (
            worker is not None
            and worker.keeps
            and task.state is TaskState.RENDERING
            and not task.request.encodes
            and not task.asked_back
        )

    def _occupied(self, task: Task) -> Occupied | None:
        worker = self.workers.get(task.worker or "")
        if worker is None or task.token is None or task.state is not TaskState.RENDERING:
            return None
        if self._stays_out(worker):
            return None  # nobody else gets its place
        return Occupied(
            task.token,
            self._priority(task),
            task.started_at or 0.0,
            worker.serves,
            task.asked_back,
            self._may_give_back(task) and task.given_back < self.policy.give_backs,
        )

    def _free(self, needs: WorkerNeeds) -> list[WorkerState]:
        """The free workers that may have a shot of these needs; a blocked one only when there is no other."""
        if self.limited(needs):
            return []
        those = [
            worker for worker in self.workers.values() if worker.serves(needs) and not self._stays_out(worker)
        ]
        trusted = [worker for worker in those if worker.blocked_until is None]
        return [worker for worker in trusted or those if worker.token is None]

    def _rendering_with(self, tag: str) -> int:
        rendering = (self.tasks[digest] for digest in self._by_token.values())
        return sum(task.state is TaskState.RENDERING and tag in task.request.tags for task in rendering)

    def _current(self, token: int) -> Task | None:
        digest = self._by_token.get(token)
        return self.tasks.get(digest) if digest else None

    def _book(self, task: Task, worker: WorkerState, now: float) -> Assignment:
        self._last_token += 1
        task.token = worker.token = self._last_token
        task.worker, task.started_at, task.alive_at, task.passes = worker.name, now, now, 0
        if not task.request.encodes:
            worker.warmth = task.request.warmth
        self._move(task, TaskState.RENDERING)
        self._by_token[task.token] = task.request.digest
        return Assignment(task.token, task.request.digest, worker.name)

    def _leave_worker(self, task: Task) -> None:
        if task.token is not None:
            self._by_token.pop(task.token, None)
            worker = self.workers.get(task.worker or "")
            if worker is not None:
                self._vacate(worker, task.token)
        task.token = task.worker = None
        task.asked_back = False

    def _vacate(self, worker: WorkerState, token: int) -> None:
        if worker.token == token:
            worker.token, worker.hurries = None, False
        elif worker.writing == token:
            worker.writing = None

    def _make_room(self, name: str | None) -> None:
        """What a worker has rendered can be written as soon as the shot before it has been."""
        worker = self.workers.get(name or "")
        if worker is not None and worker.hurries and worker.token is not None and worker.writing is None:
            self.began_next(worker.token)

    def _blame(self, name: str, now: float) -> None:
        """A worker has failed what another one rendered."""
        worker = self.workers.get(name)
        if worker is None or worker.blocked_until is not None:
            return
        worker.blame += 1
        if worker.blame >= self.policy.blame:
            worker.blocked_until = now + self.policy.block_s * 2**worker.blocks
            worker.blocks += 1
