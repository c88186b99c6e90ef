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
- A budget that is reached lets nothing begin, and what renders end; it is told at the top of `ledger.py`.
- What a deadline that comes near does to weights and priorities is told at the top of `deadlines.py`.
- Which shots give their worker back to one of a higher priority is told at the top of `preemption.py`, which
  do to one that somebody is about to see at the top of `playheads.py`. That costs them no try.
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
import math
from collections.abc import Callable, Iterator, Mapping

from farm.schedule.deadlines import NOTHING_S, is_raised, kept_at, pressure, raised_to
from farm.schedule.fairness import ProductionQueue
from farm.schedule.free_workers import FreeWorkers
from farm.schedule.ledger import Ledger
from farm.schedule.messages import Outcome
from farm.schedule.playheads import Coming, Placed, overtaken
from farm.schedule.preemption import Occupied, Waiting, preempted
from farm.schedule.roster import Roster
from farm.schedule.serving import next_served
from farm.schedule.states import (
    RUNNING,
    Assignment,
    FailureKind,
    Task,
    TaskState,
    WorkerNeeds,
    WorkerState,
)
from farm.schedule.tasks import CallSheet


class Schedule:
    """Brings the call sheet and the workers together. `now` is any clock in seconds.

    Attributes:
        sheet: every shot that is wanted; the one door through which its state changes.
        roster: every worker that has loaded.
        ledger: who pays for their time.
        epoch_s: seconds since 1970 when the clock of `now` was 0.
    """

    def __init__(self, sheet: CallSheet, epoch_s: float = 0.0) -> None:
        self.sheet = sheet
        self.roster = Roster(sheet.policy)
        self.ledger = Ledger()
        self.epoch_s = epoch_s
        self._policy = sheet.policy
        self._limits: dict[str, int] = {}
        self._pausing: list[tuple[float, str]] = []
        self._by_token: dict[int, str] = {}
        self._last_token = 0

    @property
    def limits(self) -> Mapping[str, int]:
        """How many workers may render shots that ask for a tag, by tag."""
        return self._limits

    # What people and clients ask ----------------------------------------------------------------

    def limit(self, tag: str, number: int | None) -> None:
        """Let so many workers at most render shots that ask for a tag; None lifts the limit."""
        if number is None:
            self._limits.pop(tag, None)
        else:
            self._limits[tag] = number

    def cancel(self, production: str) -> list[Assignment]:
        """Withdraw a production; returns the attempts to stop because nobody else wants them."""
        stop: list[Assignment] = []
        for task in self.sheet.withdraw(production):
            stop += self._forget_attempt(task)
            self.sheet.drop(task)
        return stop

    def call_off(self, production: str, message: str) -> list[Assignment]:
        """End a production for its client too: what it alone wants is cancelled; the attempts to stop."""
        stop: list[Assignment] = []
        for task in self.sheet.stop(production, message):
            stop += self._forget_attempt(task)
            self.sheet.move(task, TaskState.CANCELLED, message)
            task.worker = None
        return stop

    # What workers do ----------------------------------------------------------------------------

    def outranked(self, needs: WorkerNeeds) -> list[str]:
        """The workers that may be stood down so that one of these needs can be started in their place.

        The one that renders what is least urgent comes first.
        """
        urgency = max(
            (
                production.urgency
                for production in self.sheet.productions.values()
                if needs in self._could_begin(production)
            ),
            default=None,
        )
        rendering = [self.sheet.tasks[digest] for digest in self._by_token.values()]
        found = [
            task
            for task in rendering
            if task.state is TaskState.RENDERING
            and task.worker is not None
            and not self.roster.stays_out(self.roster.workers[task.worker])
            and (not self._may_give_back(task) or task.given_back < self._policy.give_backs)
            and urgency is not None
            and self.sheet.urgency(task) < urgency
        ]
        found.sort(key=lambda task: (self.sheet.urgency(task), -(task.started_at or 0.0)))
        return [task.worker for task in found if task.worker is not None]

    def began_next(self, token: int) -> None:
        """An attempt has rendered; while it is decoded and written, its worker may have one more shot."""
        task = self._current(token)
        if task is not None and task.worker is not None and self.roster.write_beside(task.worker, token):
            self.sheet.move(task, TaskState.WRITING)

    def attempt_over(self, worker: str, token: int) -> None:
        """A worker has really stopped an attempt, also when its outcome no longer counts."""
        self.roster.vacate(worker, token)
        self._make_room(worker)

    def worker_lost(self, name: str) -> None:
        """A worker is gone; what it was rendering and writing goes back without losing a try."""
        for token in self.roster.leave(name):
            task = self._current(token)
            if task is None:
                continue
            self._leave_worker(task)
            task.losses += 1
            if task.losses >= self._policy.losses:
                words = f"{task.losses} workers were lost while they rendered it"
                self.sheet.fail(task, words, FailureKind.BACKEND)
            else:
                self.sheet.again(task)

    def alive(self, token: int, now: float) -> bool:
        """A sign of life of an attempt; False when its token is no longer current."""
        task = self._current(token)
        if task is not None:
            task.alive_at = now
        return task is not None

    def silent(self, now: float) -> list[Assignment]:
        """The attempts that hang."""
        running = [self.sheet.tasks[digest] for digest in self._by_token.values()]
        return [
            Assignment(task.token, task.request.digest, task.worker)
            for task in running
            if task.token is not None
            and task.worker is not None
            and now - task.alive_at > task.request.silence_s
        ]

    def task_of(self, token: int) -> Task | None:
        """The shot that an attempt renders, while its token is current."""
        return self._current(token)

    # How attempts end ---------------------------------------------------------------------------

    def ended(self, token: int, outcome: Outcome, now: float) -> bool:
        """An attempt is over; False when its token is no longer current."""
        if outcome.failure is not None:
            return self.failed(token, outcome.failure, outcome.message, now)
        if outcome.given_back:
            return self.given_back(token)
        return not outcome.cancelled and self.completed(token, now, outcome.render_s)

    def completed(self, token: int, now: float, render_s: float = 0.0) -> bool:
        """An attempt published its take, after so much work; False when its token is no longer current."""
        task = self._current(token)
        if task is None:
            return False
        worker = task.worker
        self._leave_worker(task)
        for name in task.failed_on:
            self.roster.blame(name, now)
        task.render_s = render_s
        self.sheet.move(task, TaskState.DONE)
        self._make_room(worker)
        self.sheet.release(task.request.digest)
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
        pause_s = self._policy.pause_after(kind, task.tries)
        if pause_s is None or self.sheet.given_up(task):
            self.sheet.fail(task, message, kind)
        else:
            self.sheet.move(task, TaskState.PAUSING, message, kind)
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
        self.sheet.again(task)
        self._make_room(worker)
        return True

    def hung(self, token: int, message: str, now: float) -> bool:
        """An attempt gave no sign of life, and its worker has been ended."""
        return self.failed(token, FailureKind.BACKEND, message, now)

    # What to do next ----------------------------------------------------------------------------

    def next_assignments(self, now: float) -> list[Assignment]:
        """Give free workers their next shots; each assignment is booked at once."""
        while self._pausing and self._pausing[0][0] <= now:
            task = self.sheet.tasks.get(heapq.heappop(self._pausing)[1])
            if task and task.state is TaskState.PAUSING:
                self.sheet.move(task, TaskState.QUEUED)
        self.roster.forgive(now)
        self._press(now)
        assignments: list[Assignment] = []
        free = FreeWorkers(self._free, self.roster.staying, self.roster.most_warm())
        while self.roster.any_free():
            self.weigh_budgets()
            served = next_served(self.sheet.productions.values(), self.sheet.tasks, free, self._policy.passes)
            if served is None:
                break
            if served.passed is not None:
                served.passed.passes += 1
            production = served.candidate.production
            self._keep_up(production)
            production.serve()
            assignments.append(self._book(served.candidate.task, served.worker, now))
            booked = assignments[-1].token, production.name, served.candidate.task.request, served.worker
            self.ledger.began(*booked, int(now + self.epoch_s))
            free.taken(within_limits=bool(self._limits))
        return assignments

    def weigh_budgets(self) -> None:
        """Hold the productions of which a budget lets nothing begin, and let the others go on."""
        if self.ledger.budgeted:
            for production in self.sheet.productions.values():
                production.held = self.ledger.holds(production.name)

    def to_give_back(
        self, coming: Callable[[WorkerNeeds], int] = lambda _: 0, now: float = -math.inf
    ) -> list[Assignment]:
        """The attempts to ask to keep their state and give their worker back; each is named once.

        To be called after `next_assignments`: what waits then finds no free worker.

        Args:
            coming: how many workers of these needs are on their way.
            now: the moment; without it, no shot is so late that it takes another's place.
        """
        waiting = [
            Waiting(production.urgency, needs, number)
            for production in self.sheet.productions.values()
            for needs, number in self._could_begin(production).items()
        ]
        rendering = [self.sheet.tasks[digest] for digest in self._by_token.values()]
        tokens = [
            task.token
            for task in rendering
            if self._may_give_back(task) and self.roster.leaves_now(self.roster.workers[task.worker or ""])
        ]
        if waiting:
            tokens += preempted(waiting, [*filter(None, map(self._occupied, rendering))], coming)
            tokens += overtaken(self._coming(), [*filter(None, map(self._placed, rendering))], now)
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
        tags_left = dict(self._limits)
        for production in self.sheet.productions.values():
            left = production.max_workers
            for needs in sorted(production.needs):
                stands = production.paused or production.held
                ready = () if stands else (TaskState.QUEUED, TaskState.PAUSING)
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

    def deadline_of(self, production: str) -> float | None:
        """When a production must be there, in seconds since 1970; None for any time."""
        entry = self.sheet.productions.get(production)
        return None if entry is None or entry.deadline is None else entry.deadline + self.epoch_s

    def waits_for_a_person(self, production: str) -> bool:
        """Whether nothing of a production renders, and nothing begins until a person says so."""
        entry = self.sheet.productions.get(production)
        if entry is None or entry.number(*RUNNING):
            return False
        return entry.paused or bool(self.ledger.reached(production))

    def limited(self, needs: WorkerNeeds) -> str | None:
        """The tag of which no more workers may render now, if one keeps such a shot waiting."""
        for tag in needs.tags:
            if tag in self._limits and self._rendering_with(tag) >= self._limits[tag]:
                return tag
        return None

    # Inside -------------------------------------------------------------------------------------

    def _press(self, now: float) -> None:
        """Let deadlines that come near make their productions' weights greater, and then their priorities."""
        productions = self.sheet.productions
        if all(one.deadline is None and one.kept_at is None for one in productions.values()):
            return
        wanting = [one for one in productions.values() if one.may_have_more and one.to_begin_s > NOTHING_S]
        longest = sorted(((one.longest_s, one.name) for one in productions.values()), reverse=True)[:2]
        for production in productions.values():
            if production.deadline is None:
                continue
            workers = len(self.roster.workers)
            if production.max_workers is not None:
                workers = min(workers, production.max_workers)
            left_s, workers = production.deadline - now, max(1, workers)
            production.pressure = pressure(left_s, production.work_left_s / workers)
            raised = is_raised(
                left_s,
                production.to_begin_s / workers,
                production.longest_chain_s(self.sheet.tasks),
                next((longest_s for longest_s, name in longest if name != production.name), 0.0),
                was=production.raised_to is not None,
            )
            others = (one.priority for one in wanting if one is not production)
            production.raised_to = raised_to(production.priority, others) if raised else None
        levels = [(one.priority, one.raised_to) for one in productions.values() if one.raised_to is not None]
        for production in productions.values():
            production.kept_at = kept_at(production.priority, levels) if production.waited_for else None

    def _keep_up(self, served: ProductionQueue) -> None:
        """Who asks for nothing while others are served saves nothing up: it would keep them waiting later."""
        for production in self.sheet.productions.values():
            if production.served < served.served and not self._may_begin(production):
                production.catch_up(served.served)

    def _may_begin(self, production: ProductionQueue) -> bool:
        """Whether one of a production's shots only waits for a worker, within its limits."""
        return production.may_begin and (not self._limits or bool(self._could_begin(production)))

    def _could_begin(self, production: ProductionQueue) -> dict[WorkerNeeds, int]:
        """How many of a production's shots only wait for a worker, within its limits."""
        if not production.may_have_more:
            return {}
        most = production.max_workers
        left = None if most is None else most - production.rendering
        found = {}
        for needs in sorted(production.needs):
            limits = [
                self._limits[tag] - self._rendering_with(tag) for tag in needs.tags if tag in self._limits
            ]
            number = min(
                [production.number(TaskState.QUEUED, needs=needs), *limits, *([] if left is None else [left])]
            )
            if number > 0:
                found[needs] = number
        return found

    def _may_give_back(self, task: Task) -> bool:
        worker = self.roster.workers.get(task.worker or "")
        return (
            worker is not None
            and worker.keeps
            and task.state is TaskState.RENDERING
            and not task.request.encodes
            and not task.asked_back
        )

    def _occupied(self, task: Task) -> Occupied | None:
        worker = self.roster.workers.get(task.worker or "")
        if worker is None or task.token is None or task.state is not TaskState.RENDERING:
            return None
        if self.roster.stays_out(worker):
            return None  # nobody else gets its place
        return Occupied(
            task.token,
            self.sheet.urgency(task),
            task.started_at or 0.0,
            worker.serves,
            task.asked_back,
            self._may_give_back(task) and task.given_back < self._policy.give_backs,
        )

    def _coming(self) -> Iterator[Coming]:
        """The shots that somebody comes to and that only wait for a worker."""
        for production in self.sheet.productions.values():
            if production.paused or production.held:
                continue
            own_place = None if production.may_have_more else production.name
            for digest, due in production.due.items():
                task = self.sheet.tasks.get(digest)
                if task is not None and task.state is TaskState.QUEUED:
                    request = task.request
                    yield Coming(due, request.work_s, request.needs, production.urgency, own_place)

    def _placed(self, task: Task) -> Placed | None:
        """The attempt at a shot as one who comes to another sees it."""
        one = self._occupied(task)
        if one is None:
            return None
        return Placed(
            one.token,
            self.sheet.due(task),
            task.request.work_s,
            one.urgency,
            one.serves,
            frozenset(task.productions),
            one.asked,
            one.may_be_asked,
        )

    def _free(self, needs: WorkerNeeds) -> list[WorkerState]:
        """The free workers that may have a shot of these needs now."""
        return [] if self.limited(needs) else self.roster.free(needs)

    def _rendering_with(self, tag: str) -> int:
        return self.sheet.rendering_with[tag]

    def _current(self, token: int) -> Task | None:
        digest = self._by_token.get(token)
        return self.sheet.tasks.get(digest) if digest else None

    def _book(self, task: Task, worker: WorkerState, now: float) -> Assignment:
        self._last_token += 1
        request = task.request
        task.token, task.worker = self._last_token, worker.name
        task.started_at, task.alive_at, task.passes = now, now, 0
        self.roster.take(worker.name, task.token, None if request.encodes else request.warmth)
        self.sheet.move(task, TaskState.RENDERING)
        self._by_token[task.token] = request.digest
        return Assignment(task.token, request.digest, worker.name)

    def _leave_worker(self, task: Task) -> None:
        """An attempt has ended, and so has its claim on a worker."""
        if task.token is not None:
            self._by_token.pop(task.token, None)
            self.roster.vacate(task.worker or "", task.token)
        task.token = task.worker = None
        task.asked_back = False

    def _forget_attempt(self, task: Task) -> list[Assignment]:
        """What becomes of an attempt does not count any more; it is to be stopped, if there is one."""
        if task.state not in RUNNING or task.token is None or task.worker is None:
            return []
        stopped = Assignment(task.token, task.request.digest, task.worker)
        self._by_token.pop(task.token, None)
        task.token = None
        return [stopped]

    def _make_room(self, name: str | None) -> None:
        """What a worker has rendered can be written as soon as the shot before it has been."""
        token = self.roster.hurried(name or "")
        if token is not None:
            self.began_next(token)
