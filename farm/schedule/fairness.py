"""Who is served next: priority, an even share, the longest chain, and what a worker is warm for.

Pure. A production's share is how many of its shots render for each unit of its weight; among those with the
same share, the one that was served least (for its weight) comes first. Inside a production the shot with the
longest chain of work behind it comes first, then the order of the film. A shot that a worker is warmer for
may go before that, inside the production and among those with the same share, but only `Policy.passes` times
past the same shot: so nobody starves, and models are not swapped for every shot.

A deadline that comes near makes the weight of its production greater among those of the same priority, up to
`deadlines.MOST` times: the others keep a share. Only where that is not enough, and all workers would be, it
raises the priority too, by `deadlines.RAISE` at most; `deadlines.py` tells when, and what is not overtaken.

Shots that somebody is about to see come before the others of their production; told at the top of
`playheads.py`.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from farm.schedule.playheads import ANY_TIME
from farm.schedule.states import (
    ENDED,
    TO_BEGIN,
    ShotRequest,
    Task,
    TaskState,
    Urgency,
    WorkerNeeds,
)

Entry = tuple[float, float, int, str]
"""when it is due, negative rank, order, digest: the smallest is served first"""


@dataclass(slots=True)
class ProductionQueue:
    """A production's place among others, and its queues.

    Attributes:
        max_workers: how many workers it may use at once.
        paused: it gets no workers; what renders goes on.
        held: the same, because of a budget.
        priority: higher ones are served first.
        weight: of its share beside others of the same priority.
        served: shots served, divided by the weight; one that joins or comes back begins where others are.
        queues: by what their workers must be; then by warmth, those that somebody comes to apart.
        tally: how many tasks are in which state, by what their workers must be; encodings are no shots and
            not in it.
        needs: whatever its tasks need of a worker.
        work_left_s: of its shots that have not ended, in seconds, as the plan estimates it.
        to_begin_s: the same of those that have not begun.
        deadline: when they must have, by the clock of the schedule; None for any time.
        pressure: how many times its weight counts because of that.
        raised_to: the priority of those before whom it comes because of that; None where it is its own alone.
        waited_for: a person sits waiting for it.
        kept_at: the priority at which it comes before those that deadlines have raised past it; None without
            any.
        longest_s: of its shots.
        rendering: how many workers it uses.
        queued: how many of its tasks only wait for a worker.
        not_ended: how many of its tasks have not.
        due: when shots must be there that somebody comes to, by digest, on the clock of the schedule.
    """

    name: str
    max_workers: int | None = None
    paused: bool = False
    held: bool = False
    priority: int = 0
    weight: float = 1.0
    served: float = 0.0
    queues: dict[WorkerNeeds, dict[tuple[tuple[str, ...], bool], list[Entry]]] = field(default_factory=dict)
    digests: dict[str, None] = field(default_factory=dict)
    tally: Counter[tuple[WorkerNeeds, TaskState]] = field(default_factory=Counter)
    encodings: Counter[tuple[WorkerNeeds, TaskState]] = field(default_factory=Counter)
    needs: set[WorkerNeeds] = field(default_factory=set)
    work_left_s: float = 0.0
    to_begin_s: float = 0.0
    deadline: float | None = None
    pressure: float = 1.0
    raised_to: int | None = None
    waited_for: bool = False
    kept_at: int | None = None
    longest_s: float = 0.0
    rendering: int = 0
    queued: int = 0
    not_ended: int = 0
    due: dict[str, float] = field(default_factory=dict)
    _chains: list[tuple[float, str]] = field(default_factory=list)

    def enqueue(self, request: ShotRequest) -> None:
        """Put a shot into its queue."""
        kind = request.warmth, request.digest in self.due
        queue = self.queues.setdefault(request.needs, {}).setdefault(kind, [])
        due = self.due.get(request.digest, ANY_TIME)
        heapq.heappush(queue, (due, -request.rank, request.order, request.digest))

    def lead(self, due: Mapping[str, float], queued: Iterable[ShotRequest]) -> None:
        """Whoever watches is somewhere else now.

        Args:
            due: when each shot must be there that somebody comes to.
            queued: all that only wait for a worker.
        """
        self.due = {**due}
        self.queues.clear()
        for request in queued:
            self.enqueue(request)

    def count(self, task: Task, state: TaskState, number: int) -> None:
        """Count a task into or out of a state."""
        tally = self.encodings if task.request.encodes else self.tally
        needs = task.request.needs
        self.needs.add(needs)
        tally[needs, state] += number
        if state is TaskState.RENDERING:
            self.rendering += number
        elif state is TaskState.QUEUED:
            self.queued += number
        if state not in ENDED:
            self.not_ended += number
            self.work_left_s += number * task.request.work_s
        if state in TO_BEGIN:
            self.to_begin_s += number * task.request.work_s
            self.longest_s = max(self.longest_s, task.request.work_s)
            if number > 0 and self.deadline is not None:
                heapq.heappush(self._chains, (-task.request.rank, task.request.digest))

    def is_due(self, deadline: float | None, tasks: Mapping[str, Task]) -> None:
        """Set its deadline; of what it had before without one, the chains are counted now."""
        if deadline is not None and self.deadline is None:
            self._chains = [(-tasks[digest].request.rank, digest) for digest in self.digests]
            heapq.heapify(self._chains)
        if deadline is None:
            self.pressure, self.raised_to = 1.0, None
        self.deadline = deadline

    def longest_chain_s(self, tasks: Mapping[str, Task]) -> float:
        """Seconds of work in the longest chain of its shots that have not begun, where it has a deadline."""
        while self._chains:
            rank, digest = self._chains[0]
            if digest in self.digests and digest in tasks and tasks[digest].state in TO_BEGIN:
                return -rank
            heapq.heappop(self._chains)
        return 0.0

    @property
    def urgency(self) -> Urgency:
        """Its priority, with what deadlines add."""
        if self.kept_at is not None:
            return self.kept_at, 2, self.priority
        level = self.priority if self.raised_to is None else self.raised_to
        return level, int(self.raised_to is not None), self.priority

    def serve(self) -> None:
        """One of its shots has been given to a worker."""
        self.served += 1 / (self.weight * self.pressure)

    def catch_up(self, served: float) -> None:
        """It has asked for nothing while others were served so much: it saves nothing up."""
        self.served = max(self.served, served)

    def in_order(self) -> Iterator[Entry]:
        """What is in its queues, the first to be served first; some of it may have left them since."""
        queues = [queue for those in self.queues.values() for queue in those.values()]
        return heapq.merge(*map(_sorted, queues))

    def number(self, *states: TaskState, needs: WorkerNeeds | None = None) -> int:
        """How many tasks are in one of these states, encodings included."""
        kinds = self.needs if needs is None else [needs]
        return sum(
            tally[theirs, state]
            for tally in (self.tally, self.encodings)
            for theirs in kinds
            for state in states
        )

    @property
    def share(self) -> float:
        """How many workers it uses for each unit of its weight."""
        return self.rendering / (self.weight * self.pressure)

    @property
    def may_have_more(self) -> bool:
        """Whether it is under its limit, nobody has paused it and no budget holds it."""
        return not (self.paused or self.held) and (
            self.max_workers is None or self.rendering < self.max_workers
        )

    @property
    def may_begin(self) -> bool:
        """Whether one of its tasks only waits for a worker."""
        return self.queued > 0 and self.may_have_more

    @property
    def ended(self) -> bool:
        """Whether every task has ended."""
        return not self.not_ended


def _sorted(queue: list[Entry]) -> Iterator[Entry]:
    """A heap in order, as far as it is asked for: what comes next is below one that has come."""
    near = [(entry, 0) for entry in queue[:1]]
    while near:
        entry, place = heapq.heappop(near)
        yield entry
        for below in range(2 * place + 1, min(2 * place + 3, len(queue))):
            heapq.heappush(near, (queue[below], below))
