"""The schedule in simulated time: how much of its workers' time a farm uses, and how long deciding takes."""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from farm.schedule.schedule import Schedule
from farm.schedule.states import ShotRequest
from farm.schedule.tasks import CallSheet

WORKERS = 16
SHORTEST_S, LONGEST_S = 1.0, 20.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """A farm that has rendered everything.

    Attributes:
        utilisation: the least time in which any schedule can be through, divided by what it took.
        call_us: microseconds that the schedule took to decide, for each time that it was asked.
    """

    utilisation: float
    call_us: float


@dataclass(frozen=True, slots=True)
class Film:
    """What one production wants: its shots, and how long each really takes."""

    name: str
    requests: tuple[ShotRequest, ...]
    takes_s: dict[str, float]

    def longest_chain_s(self) -> float:
        """No schedule is through earlier, with any number of workers."""
        ends: dict[str, float] = {}
        for request in self.requests:
            ends[request.digest] = ends.get(request.after or "", 0.0) + self.takes_s[request.digest]
        return max(ends.values())


def film(seed: int, shots: int, continued: float, mistaken: float = 0.0) -> Film:
    """Shots of 1 to 20 s with two models.

    Args:
        seed: of everything.
        shots: how many.
        continued: the share of them that start from the one before.
        mistaken: by how much of its length a shot may differ from the estimate that the schedule is told.
    """
    chance = random.Random(seed)
    works = [chance.uniform(SHORTEST_S, LONGEST_S) for _ in range(shots)]
    follows = [number > 0 and chance.random() < continued for number in range(shots)]
    ranks = works[:]
    for number in reversed(range(1, shots)):
        if follows[number]:
            ranks[number - 1] += ranks[number]
    names = [f"{seed}-{number}" for number in range(shots)]
    requests = tuple(
        ShotRequest(
            names[number],
            names[number],
            "slate",
            number,
            ranks[number],
            names[number - 1] if follows[number] else None,
            warmth=(chance.choice(["wan", "ltx"]),),
            work_s=works[number],
        )
        for number in range(shots)
    )
    takes = [work * (1 + chance.uniform(-mistaken, mistaken)) for work in works]
    return Film(f"film {seed}", requests, dict(zip(names, takes, strict=True)))


def simulate(films: Sequence[Film], workers: int = WORKERS) -> Simulated:
    """Render films that are all there from the beginning."""
    schedule = Schedule(CallSheet())
    for one in films:
        schedule.sheet.submit(one.name, one.requests)
    for number in range(workers):
        schedule.roster.join(f"worker-{number}", "slate")
    takes_s = {digest: seconds for one in films for digest, seconds in one.takes_s.items()}
    now, calls, spent_s = 0.0, 0, 0.0
    ends: list[tuple[float, int]] = []
    while True:
        began = time.perf_counter()
        given = schedule.next_assignments(now)
        spent_s += time.perf_counter() - began
        calls += 1
        for each in given:
            heapq.heappush(ends, (now + takes_s[each.digest], each.token))
        if not ends:
            break
        now, token = heapq.heappop(ends)
        schedule.completed(token, now)
    if not all(schedule.sheet.production_ended(one.name) for one in films):
        raise RuntimeError("the farm stands still")
    least_s = max(sum(takes_s.values()) / workers, *(one.longest_chain_s() for one in films))
    return Simulated(least_s / now, spent_s / calls * 1e6)


def one_film(mistaken: float = 0.0, seeds: int = 20) -> Iterator[Simulated]:
    """A film of 200 shots, of which some continue others, once for each seed."""
    for seed in range(seeds):
        yield simulate([film(seed, 200, continued=0.2, mistaken=mistaken)])


def three_films(seeds: int = 10) -> Iterator[Simulated]:
    """Three films of 100 shots that share the farm, once for each seed."""
    for seed in range(seeds):
        yield simulate([film(seed * 3 + number, 100, continued=0.2) for number in range(3)])
