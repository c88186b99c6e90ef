"""The call sheet of a farm: which shots are wanted, by whom, and the one state that each is in. Pure.

It knows nothing of workers; `schedule.py` adds them. Every change of a state passes one door here, and what
comes of it (who may begin, who fails with it, when a production stops) is decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from farm.schedule.fairness import ProductionQueue
from farm.schedule.playheads import ANY_TIME, with_what_they_wait_for
from farm.schedule.policy import Policy
from farm.schedule.states import (
    ENDED,
    RUNNING,
    TO_BEGIN,
    Change,
    FailureKind,
    ShotRequest,
    Task,
    TaskState,
    Urgency,
    WorkerNeeds,
)

_READY = frozenset({TaskState.QUEUED, TaskState.PAUSING})
_NOBODYS_FAULT = frozenset({None, FailureKind.USER})
"""failures that say nothing of the farm: they follow from another shot's, or from what was asked"""


class CallSheet:
    """Every shot that productions want of a farm.

    Attributes:
        policy: the numbers of the failure policy.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self._tasks: dict[str, Task] = {}
        self._productions: dict[str, ProductionQueue] = {}
        self._stopped: dict[str, str] = {}
        self._called_off: set[str] = set()
        self._followers: dict[str, list[str]] = {}
        self._changes: list[Change] = []
        self._rendering_with: Counter[str] = Counter()

    @property
    def rendering_with(self) -> Mapping[str, int]:
        """How many shots render that ask for a tag, by tag."""
        return self._rendering_with

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Every shot and every encoding, by digest."""
        return self._tasks

    @property
    def productions(self) -> Mapping[str, ProductionQueue]:
        """Every production and its queue, by name."""
        return self._productions

    # What clients ask ---------------------------------------------------------------------------

    def submit(
        self,
        production: str,
        requests: Iterable[ShotRequest],
        max_workers: int | None = None,
        priority: int = 0,
        weight: float = 1.0,
        *,
        more: bool = False,
        deadline: float | None = None,
        waited_for: bool = False,
    ) -> None:
        """Add a production's shots; one that is here already and has not ended is shared, not repeated.

        One that was done is given out again: whoever asks did not find its take; a worker that finds it
        is done at once.

        A shot's predecessor and the encoding of its inputs come before it in `requests`, or are published
        already (`after` and `encoding` are None). With `more`, these shots follow earlier ones of the same
        order: when those have been stopped, so are these. The deadline is by the clock of the schedule. What
        is `waited_for`, a person sits waiting for.
        """
        entry = self._productions.get(production)
        if entry is None:
            others = [each.served for each in self._productions.values() if not each.ended]
            entry = self._productions[production] = ProductionQueue(
                production, served=min(others, default=0.0)
            )
        entry.max_workers, entry.priority, entry.weight = max_workers, priority, weight
        entry.waited_for = waited_for
        entry.is_due(deadline, self._tasks)
        if not more:
            self._stopped.pop(production, None)
            self._called_off.discard(production)
        for request in requests:
            self._ask(entry, request)
        if production in self._stopped:
            self._stop(entry, self._stopped[production], None)

    def _ask(self, entry: ProductionQueue, request: ShotRequest) -> None:
        task = self._tasks.get(request.digest)
        if task is not None and task.state not in ENDED:
            if entry.name not in task.productions:
                self._share(task, entry)
            self._tell(task)
            if task.state is TaskState.QUEUED:
                entry.enqueue(task.request)
            return
        if task is not None:
            for name in task.productions:
                self._productions[name].count(task, task.state, -1)
        task = self._tasks[request.digest] = Task(request, set(task.productions) if task else set())
        for name in (*task.productions,):
            self._productions[name].count(task, task.state, 1)
        if entry.name not in task.productions:
            self._share(task, entry)
        names = [name for name in (request.after, request.encoding) if name]
        before = self._tasks.get(request.after) if request.after else None
        task.waits = {name for name in names if name in self._tasks and self._tasks[name].state not in ENDED}
        for name in task.waits:
            self._followers.setdefault(name, []).append(request.digest)
        if before is not None and before.state is TaskState.FAILED:
            self.fail(task, _follows_failed(before), None)
        elif before is not None and before.state is TaskState.CANCELLED:
            self.move(task, TaskState.CANCELLED, before.error)
        else:
            self.move(task, TaskState.WAITING if task.waits else TaskState.QUEUED)

    def _share(self, task: Task, entry: ProductionQueue) -> None:
        task.productions.add(entry.name)
        entry.digests[task.request.digest] = None
        entry.count(task, task.state, 1)

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

    def lead(self, production: str, due: Mapping[str, float]) -> None:
        """Serve the shots of a production by when somebody comes to them.

        Args:
            production: its name.
            due: when each must be there, by digest, on the clock of the schedule; the others at any time.
        """
        entry = self._productions.get(production)
        if entry is None:
            return
        tasks = [self._tasks[digest] for digest in entry.digests]
        known = {digest: at for digest, at in due.items() if digest in entry.digests}
        all_due = with_what_they_wait_for(known, [task.request for task in tasks])
        entry.lead(all_due, [task.request for task in tasks if task.state is TaskState.QUEUED])

    def due(self, task: Task) -> float:
        """When the first who comes to it needs it."""
        return min(
            (self._productions[name].due.get(task.request.digest, ANY_TIME) for name in task.productions),
            default=ANY_TIME,
        )

    def withdraw(self, production: str) -> list[Task]:
        """Forget a production; returns the shots that nobody else wants, each to be dropped."""
        entry = self._productions.pop(production, None)
        self._stopped.pop(production, None)
        self._called_off.discard(production)
        wanted = [self._tasks[digest] for digest in entry.digests] if entry else []
        for task in wanted:
            task.productions.discard(production)
        return [task for task in wanted if not task.productions]

    def drop(self, task: Task) -> None:
        """Forget a shot that nobody wants."""
        if task.state not in ENDED:
            self.move(task, TaskState.CANCELLED)
        digest = task.request.digest
        del self._tasks[digest]
        # Another production's shot may wait for it; whether its take is there, a worker will see.
        self.release(digest)

    def stop(self, production: str, message: str) -> list[Task]:
        """Cancel what has not started of a production; returns what has, and only it wants."""
        entry = self._productions.get(production)
        if entry is None:
            return []
        self._called_off.add(production)
        self._stop(entry, message, None)
        tasks = [self._tasks[digest] for digest in entry.digests]
        return [task for task in tasks if task.state in RUNNING and self.given_up(task)]

    def retry(self, production: str, shot: str | None = None) -> list[str]:
        """Ask again for the failed and the cancelled shots of a production; returns their ids.

        Args:
            production: its name.
            shot: ask for this one alone, with what it starts from and what starts from it.
        """
        entry = self._productions.get(production)
        failed = [
            task
            for digest in (entry.digests if entry else ())
            if (task := self._tasks[digest]).state in {TaskState.FAILED, TaskState.CANCELLED}
            and not task.request.encodes
        ]
        if shot is not None:
            chain = {task.request.digest for task in failed if task.request.shot == shot}
            for task in reversed(failed):
                if task.request.digest in chain and task.request.after:
                    chain.add(task.request.after)
            for task in failed:
                if task.failure is None and task.request.after in chain:
                    chain.add(task.request.digest)
            failed = [task for task in failed if task.request.digest in chain]
        if entry is not None and failed:
            self._stopped.pop(production, None)
            self._called_off.discard(production)
            for task in failed:
                # What it would wait for has ended long ago, or is asked for again here before it.
                self._ask(entry, replace(task.request, encoding=None))
        return [task.request.shot for task in failed]

    def failures(self, production: str) -> list[Task]:
        """A production's failed shots, in its order."""
        entry = self._productions.get(production)
        if entry is None or not entry.number(TaskState.FAILED):
            return []
        tasks = [self._tasks[digest] for digest in entry.digests]
        return [task for task in tasks if task.state is TaskState.FAILED and not task.request.encodes]

    def is_paused(self, production: str) -> bool:
        """Whether somebody has paused it."""
        return production in self._productions and self._productions[production].paused

    def priority_of(self, production: str) -> int:
        """Its priority; 0 when it is not here."""
        return self._productions[production].priority if production in self._productions else 0

    def raised_of(self, production: str) -> int:
        """By how much that is raised because of a deadline."""
        entry = self._productions.get(production)
        return 0 if entry is None else entry.urgency[0] - entry.priority

    def backend_unusable(self, backend: str, message: str) -> None:
        """No worker can load this backend: everything that waits for it fails."""
        for task in list(self._tasks.values()):
            if task.request.backend == backend and task.state in _READY:
                self.fail(task, message, FailureKind.USER)

    def no_node_for(self, needs: WorkerNeeds, message: str, waited_s: float) -> None:
        """No node holds such a worker, for so long: what does not wait longer for one fails."""
        for task in list(self._tasks.values()):
            waits = task.request.needs == needs and task.state in _READY
            if waits and task.request.node_wait_s < waited_s:
                self.fail(task, message, FailureKind.USER)

    # What is known ------------------------------------------------------------------------------

    def production_ended(self, production: str) -> bool:
        """Whether every shot of a production has ended."""
        entry = self._productions.get(production)
        return entry is None or entry.ended

    def wanted_by(self, production: str) -> list[str]:
        """The digests of everything that a production wants."""
        entry = self._productions.get(production)
        return [*entry.digests] if entry else []

    def counts(self, production: str) -> dict[str, int]:
        """How many of a production's shots are in each state."""
        entry = self._productions.get(production)
        counted: dict[str, int] = {}
        for (_, state), number in entry.tally.items() if entry else ():
            if number:
                counted[state.value] = counted.get(state.value, 0) + number
        return counted

    def work_left_s(self, production: str) -> float:
        """Seconds of work, as the plan estimates it, of a production's shots that have not ended."""
        entry = self._productions.get(production)
        return entry.work_left_s if entry else 0.0

    def ready(self, production: str) -> list[WorkerNeeds]:
        """What the shots of a production need that only wait for a worker."""
        entry = self._productions.get(production)
        return (
            sorted(needs for needs in entry.needs if entry.number(TaskState.QUEUED, needs=needs))
            if entry
            else []
        )

    def next_shots(self, production: str, most: int) -> list[str]:
        """The shots of a production that are served next, in order; warmth may change it a little."""
        entry = self._productions.get(production)
        found: dict[str, str] = {}
        for *_, digest in entry.in_order() if entry else ():
            if len(found) == most:
                break
            task = self._tasks.get(digest)
            if task is not None and task.state is TaskState.QUEUED:
                found[digest] = task.request.shot
        return [*found.values()]

    def take_changes(self) -> list[Change]:
        """Every change of a shot's state since the last call, in order."""
        changes, self._changes = self._changes, []
        return changes

    # How shots come and go ----------------------------------------------------------------------

    def move(
        self, task: Task, state: TaskState, error: str | None = None, failure: FailureKind | None = None
    ) -> None:
        """The one door through which a shot changes its state.

        Args:
            task: the shot.
            state: it is in now.
            error: what it failed of; what it failed of before stands without one, until it is done.
            failure: why it failed; None when it follows from another shot's failure.
        """
        if error is not None or state is TaskState.DONE:
            task.error, task.failure = error, failure
        for name in task.productions:
            self._productions[name].count(task, task.state, -1)
            self._productions[name].count(task, state, 1)
        for tag in task.request.tags:
            self._rendering_with[tag] += (state is TaskState.RENDERING) - (task.state is TaskState.RENDERING)
        task.state = state
        self._tell(task)
        if state is TaskState.QUEUED:
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
                task.render_s,
            )
        )

    def release(self, name: str) -> None:
        """What waited for this waits for it no longer."""
        for digest in self._followers.pop(name, []):
            follower = self._tasks.get(digest)
            if follower is None or follower.state is not TaskState.WAITING:
                continue
            follower.waits.discard(name)
            if not follower.waits:
                self.move(follower, TaskState.QUEUED)

    def again(self, task: Task) -> None:
        """Back into the queue, unless everybody who wants it has given up."""
        if self.given_up(task):
            name = next(iter(task.productions))
            if name in self._called_off:
                self.move(task, TaskState.CANCELLED, self._stopped[name])
            else:
                self.fail(task, self._stopped[name], task.failure)
        else:
            self.move(task, TaskState.QUEUED)

    def urgency(self, task: Task) -> Urgency:
        """The highest of those who want it."""
        return max((self._productions[name].urgency for name in task.productions), default=(0, 0, 0))

    def given_up(self, task: Task) -> bool:
        """Whether everybody who wants it has been stopped."""
        return bool(task.productions) and task.productions <= self._stopped.keys()

    def fail(self, task: Task, message: str, kind: FailureKind | None) -> None:
        """Fail a shot and every shot that continues from it, however long the chain."""
        failing = [(task, message, kind)]
        while failing:
            one, words, why = failing.pop()
            self.move(one, TaskState.FAILED, words, why)
            if one.request.encodes:
                self.release(one.request.digest)
                continue
            for digest in self._followers.pop(one.request.digest, []):
                follower = self._tasks.get(digest)
                if follower and follower.state is TaskState.WAITING:
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
            failed = entry.number(TaskState.FAILED)
            if failed < self.policy.stop_least or failed < self.policy.stop_share * len(entry.digests):
                continue
            own = sum(
                self._tasks[digest].state is TaskState.FAILED
                and self._tasks[digest].failure not in _NOBODYS_FAULT
                for digest in entry.digests
            )
            if own >= max(self.policy.stop_least, self.policy.stop_share * len(entry.digests)):
                self._stop(entry, f"not tried: {own} of {len(entry.digests)} shots have failed", None)

    def _stop(self, entry: ProductionQueue, message: str, kind: FailureKind | None) -> None:
        """End what has not started of a production, except what another one wants too."""
        self._stopped[entry.name] = message
        for digest in entry.digests:
            task = self._tasks[digest]
            if task.state in TO_BEGIN and self.given_up(task):
                called_off = entry.name in self._called_off
                self.move(task, TaskState.CANCELLED if called_off else TaskState.FAILED, message, kind)


def _follows_failed(before: Task) -> str:
    return f"starts from shot {before.request.shot}, which failed"
