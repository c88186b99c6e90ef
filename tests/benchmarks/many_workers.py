"""The schedule and the dispatcher with many workers: decisions a second, memory, time to answer a status."""

from __future__ import annotations

import asyncio
import heapq
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from farm.schedule.messages import ProductionOrder
from farm.schedule.schedule import Schedule
from farm.schedule.states import TaskState
from farm.schedule.tasks import CallSheet
from tests.support.farm.orders_of_slates import render_order, slate
from tests.support.farm.simulated_farm import film
from tests.support.farm.sleeping_farm import sleeping_farm

SHOTS = tuple(int(number) for number in os.environ.get("SHOTS", "12500,25000,50000,100000").split(","))
WORKERS = tuple(int(number) for number in os.environ.get("WORKERS", "16,100,1000").split(","))
FILMS = 10
SLEEP_S = 0.1
PART = 1024
LOOK_S = 0.5
STATUS_EVERY_S = 1.0


def run(folder: Path) -> dict[str, Any]:
    """Measure once, each in a process of its own; seconds are a processor's."""
    most = WORKERS[-1]
    found: dict[str, Any] = {"films": FILMS}
    took = {shots: _apart(_schedule, shots, most) for shots in SHOTS}
    for shots, one in took.items():
        found[f"schedule, {most} workers, {shots} shots: decisions a second"] = round(shots / one["s"])
        found[f"schedule, {most} workers, {shots} shots: memory, MB"] = round(one["mb"])
    for workers in WORKERS[:-1]:
        one = _apart(_schedule, SHOTS[-1], workers)
        found[f"schedule, {workers} workers, {SHOTS[-1]} shots: decisions a second"] = round(
            SHOTS[-1] / one["s"]
        )
    found |= _growth("schedule", took)
    took = {shots: _apart(_dispatcher, shots, most) for shots in SHOTS}
    for shots, one in took.items():
        named = f"dispatcher, {most} workers, {shots} shots"
        found[f"{named}: decisions a second"] = round(shots / one["s"])
        found[f"{named}: memory, MB"] = round(one["mb"])
        found[f"{named}: status, median ms"] = round(one["status_ms"], 1)
    for workers in WORKERS[:-1]:
        one = _apart(_dispatcher, SHOTS[0], workers)
        found[f"dispatcher, {workers} workers, {SHOTS[0]} shots: decisions a second"] = round(
            SHOTS[0] / one["s"]
        )
    return found | _growth("dispatcher", took)


def _growth(what: str, took: dict[int, dict[str, float]]) -> dict[str, float]:
    times = [one["s"] for one in took.values()]
    most = max((after / before for before, after in pairwise(times)), default=0.0)
    return {f"{what}, twice the shots: at most so many times the time": round(most, 2)}


def _apart(work: Callable[..., dict[str, float]], *words: Any) -> dict[str, float]:
    """In a process that has done nothing before."""
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        return alone.apply(work, words)


def _memory_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


def _schedule(shots: int, workers: int) -> dict[str, float]:
    """Films whose shots take 1 to 20 s, in simulated time: all that the schedule does, from order to end."""
    films = [film(seed, shots // FILMS, continued=0.2) for seed in range(FILMS)]
    takes_s = {digest: seconds for one in films for digest, seconds in one.takes_s.items()}
    before_mb, began = _memory_mb(), time.process_time()
    schedule = Schedule(CallSheet())
    for one in films:
        schedule.sheet.submit(one.name, one.requests)
    for number in range(workers):
        schedule.roster.join(f"worker-{number}", "slate")
    ends: list[tuple[float, int, str]] = []
    now = 0.0
    while True:
        for each in schedule.next_assignments(now):
            heapq.heappush(ends, (now + takes_s[each.digest], each.token, each.worker))
        if not ends:
            break
        now, token, worker = heapq.heappop(ends)
        schedule.completed(token, now)
        schedule.attempt_over(worker, token)
        schedule.sheet.take_changes()
    return {"s": time.process_time() - began, "mb": _memory_mb() - before_mb}


def _dispatcher(shots: int, workers: int) -> dict[str, float]:
    """All of the dispatcher: meters, ledger, news and staffing, with a client that follows each film."""
    return asyncio.run(_dispatched(shots, workers))


async def _dispatched(shots: int, workers: int) -> dict[str, float]:
    orders = [_order(number, shots // FILMS) for number in range(FILMS)]
    before_mb = _memory_mb()
    status_s: list[float] = []
    async with sleeping_farm(workers, SLEEP_S) as dispatcher:
        began = time.process_time()

        async def follow(order: ProductionOrder) -> None:
            for start in range(0, len(order.requests), PART):
                requests = order.requests[start : start + PART]
                part = {request.digest: order.orders[request.digest] for request in requests}
                await dispatcher.submit(replace(order, requests=requests, orders=part), more=start > 0)
            seen = done = 0
            while done < len(order.requests):
                update = await dispatcher.updates(order.production, seen, LOOK_S)
                if update is None:
                    raise RuntimeError("the dispatcher has forgotten a film")
                seen += len(update.events)
                done += sum(event.state is TaskState.DONE for event in update.events)

        async def look() -> None:
            while True:
                await asyncio.sleep(STATUS_EVERY_S)
                asked = time.process_time()
                await dispatcher.status()
                status_s.append(time.process_time() - asked)

        looking = asyncio.create_task(look())
        await asyncio.gather(*map(follow, orders))
        looking.cancel()
        took_s, held_mb = time.process_time() - began, _memory_mb() - before_mb
        asked = time.process_time()
        await dispatcher.status()
        status_s.append(time.process_time() - asked)
    return {"s": took_s, "mb": held_mb, "status_ms": statistics.median(status_s) * 1000}


def _order(film_number: int, shots: int) -> ProductionOrder:
    """Shots that are alike, but for their digests."""
    spec = slate("1A")
    order, requests = render_order(spec, "/store"), film(film_number, shots, continued=0.2).requests
    orders = {request.digest: replace(order, digest=request.digest) for request in requests}
    return ProductionOrder(f"film-{film_number}", f"Film {film_number}", requests, orders)
