"""Which shot is given to which free worker next, as `fairness.py` has it. Pure.

Candidates are looked for in their order, and only as far as one has to look: with many productions that is
seldom farther than the first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, groupby, takewhile
from operator import attrgetter, itemgetter

from farm.schedule.fairness import Entry, ProductionQueue
from farm.schedule.free_workers import FreeWorkers
from farm.schedule.playheads import ANY_TIME
from farm.schedule.states import Task, TaskState, Urgency, WorkerState

Standing = tuple[Urgency, float, float]
"""of a production: urgency turned round, share, served: the smallest is served first"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shot that is the first of its queue, and that a free worker may have.

    Attributes:
        standing: of its production.
        entry: its place in the queue.
        workers: the free workers that may have it; of those that are alike one.
    """

    production: ProductionQueue
    standing: Standing
    entry: Entry
    task: Task
    workers: tuple[WorkerState, ...]

    @property
    def is_due(self) -> bool:
        """Whether somebody comes to it."""
        return self.entry[0] < ANY_TIME

    def warmest(self) -> int:
        """How much the warmest of its workers holds of what it needs."""
        return max(shared(self.task.request.warmth, worker.warmth) for worker in self.workers)


@dataclass(frozen=True, slots=True)
class Served:
    """Who is served next.

    Attributes:
        candidate: whose shot it is.
        worker: that gets it.
        passed: the shot that is passed, because a worker is warm for this one or somebody comes to it.
    """

    candidate: Candidate
    worker: WorkerState
    passed: Task | None


class _InOrder:
    """Candidates in their order, each looked for when it is asked for, and once."""

    def __init__(self, found: Iterator[Candidate]) -> None:
        self._seen: list[Candidate] = []
        self._rest = found

    def __iter__(self) -> Iterator[Candidate]:
        for place in count():
            if place == len(self._seen):
                more = next(self._rest, None)
                if more is None:
                    return
                self._seen.append(more)
            yield self._seen[place]


def next_served(
    productions: Iterable[ProductionQueue], tasks: Mapping[str, Task], free: FreeWorkers, passes: int
) -> Served | None:
    """Who is served next; None when no free worker may have anything.

    Args:
        productions: all that there are.
        tasks: every shot, by digest.
        free: the workers.
        passes: how often the same shot may be passed.
    """
    found = _InOrder(_candidates(productions, tasks, free))
    first = next(iter(found), None)
    if first is None:
        return None
    if first.is_due:
        return _served_of_due(first, found, passes)
    chosen = first
    if first.task.passes < passes and not first.task.request.encodes:
        chosen = _warmest(first, found, free.most_warm)
    return Served(chosen, _worker_for(chosen, found), first.task if chosen is not first else None)


def _served_of_due(first: Candidate, found: _InOrder, passes: int) -> Served:
    """The shot that somebody comes to first; what nobody comes to, when that was passed too often."""
    beside = takewhile(lambda one: one.standing == first.standing, found)
    own = (one for one in beside if one.production is first.production and not one.is_due)
    passed = next(own, None)
    if passed is not None and passed.task.passes >= passes:
        return Served(passed, _worker_for(passed, found), None)
    return Served(first, _worker_for(first, found), passed.task if passed else None)


def _warmest(first: Candidate, found: _InOrder, most: int) -> Candidate:
    """The first, or one that stands beside it, for which a worker is warmer; of several the first again.

    Args:
        first: of all.
        found: all in their order.
        most: no worker holds more than so much.
    """
    warmest, warmth = first, first.warmest()
    for one in found if warmth < most else ():
        if one.standing[:2] != first.standing[:2]:
            break
        if not one.task.request.encodes and (warmer := one.warmest()) > warmth:
            warmest, warmth = one, warmer
            if warmth >= most:
                break
    return warmest


def _worker_for(chosen: Candidate, found: _InOrder) -> WorkerState:
    """The warmest worker; among equals the one whose warmth the others want least, then the plainest."""
    if len(chosen.workers) == 1:
        return chosen.workers[0]
    others = {one.task.request.warmth for one in found if one is not chosen}

    def fitness(worker: WorkerState) -> tuple[int, int, int, int]:
        wanted = max((shared(warmth, worker.warmth) for warmth in others), default=0)
        fits = shared(chosen.task.request.warmth, worker.warmth)
        return fits, -wanted, -len(worker.tags), -worker.joined

    return max(chosen.workers, key=fitness)


def _candidates(
    productions: Iterable[ProductionQueue], tasks: Mapping[str, Task], free: FreeWorkers
) -> Iterator[Candidate]:
    """The first shot of every queue that a free worker may have, in order."""
    standing = [(_standing(one), place, one) for place, one in enumerate(productions) if one.may_begin]
    standing.sort(key=itemgetter(0, 1))
    for stands, alike in groupby(standing, key=itemgetter(0)):
        those = [each for _, _, one in alike for each in _of_production(one, stands, tasks, free)]
        yield from sorted(those, key=attrgetter("entry"))


def _standing(production: ProductionQueue) -> Standing:
    level, standing, priority = production.urgency
    return (-level, -standing, -priority), production.share, production.served


def _of_production(
    production: ProductionQueue, standing: Standing, tasks: Mapping[str, Task], free: FreeWorkers
) -> Iterator[Candidate]:
    for needs, queues in production.queues.items():
        for queue in queues.values() if any(queues.values()) and free.unlike(needs) else ():
            found = _first_that_fits(queue, tasks, free)
            if found:
                entry, workers = found
                yield Candidate(production, standing, entry, tasks[entry[-1]], workers)


def _first_that_fits(
    queue: list[Entry], tasks: Mapping[str, Task], free: FreeWorkers
) -> tuple[Entry, tuple[WorkerState, ...]] | None:
    """The first shot of a queue that one of the workers may have; those before it stay where they are."""
    passed: list[Entry] = []
    found = None
    while queue and found is None:
        entry = queue[0]
        task = tasks.get(entry[-1])
        if task is None or task.state is not TaskState.QUEUED:
            heapq.heappop(queue)
        elif fit := free.fit(task):
            found = entry, fit
        else:
            passed.append(heapq.heappop(queue))
    for entry in passed:
        heapq.heappush(queue, entry)
    return found


def shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many parts two warmths have in common, from the coarse end.

    >>> shared(("wan", "ada"), ("wan", "ben"))
    1
    """
    number = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        number += 1
    return number
