"""Shots that a hosted service renders: how busy its places are, what waiting holds, and who pays twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from farm.backend.conformance import render, shot
from farm.backend.traits import complete_options
from farm.backends.hosted.runway import RunwayBackend
from farm.backends.hosted.runway.key import VARIABLE
from farm.cluster.connect import cluster_for_this_run
from farm.store.store import Store
from storyboard.errors import FarmError
from storyboard.planning.spec import ShotSpec
from tests.support.farm.fake_runway import KEY, FakeRunway
from tests.support.farm.hosted_calls import KeptContext
from tests.support.farm.orders_of_slates import production_order

SHOTS, PLACES, TASK_S = 60, 5, 20.0
KILLS = 200
SHORT_TASK_S, LONGEST_LIFE_S = 0.3, 0.6


def run(folder: Path) -> dict[str, Any]:
    """Measure once; nothing is scaled: a task takes its 20 seconds."""
    with _runway(PLACES, TASK_S) as url:
        busy = _film(folder / "film", url)
    with _runway(PLACES, SHORT_TASK_S) as url:
        return {**busy, **_killed(folder / "killed", url)}


def _film(folder: Path, url: str) -> dict[str, Any]:
    """A film of 60 shots, on a farm of its own whose workers look every five seconds."""
    specs = [_spec(number, look_every_s=5.0, concurrency=PLACES, ahead=PLACES) for number in range(SHOTS)]
    sizes: list[tuple[int, int]] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(1.0):
            sizes.extend(_sizes())

    began = time.monotonic()
    with cluster_for_this_run(2) as client:
        watcher = threading.Thread(target=watch)
        watcher.start()
        for _ in client.render(production_order(specs, folder)):
            pass
        ended.set()
        watcher.join()
    tasks = [one["begun_at"] for one in _accepted(url)]
    span = max(tasks) + TASK_S - min(tasks)
    return {
        "shots": SHOTS,
        "places": PLACES,
        "task_s": TASK_S,
        "tasks": len(tasks),
        "wall_s": round(time.monotonic() - began, 1),
        "places_busy": round(len(tasks) * TASK_S / (PLACES * span), 4),
        "workers": max(count for count, _ in sizes),
        "worker_mb": round(max(size for _, size in sizes) / 1e6, 1),
    }


def _sizes() -> list[tuple[int, int]]:
    """How many processes wait for the service now, and their memory that nobody shares, in bytes."""
    found = []
    for one in psutil.Process().children(recursive=True):
        try:
            if "ray::Worker" in " ".join(one.cmdline()):
                found.append(one.memory_full_info().uss)
        except psutil.Error:
            continue
    return [(len(found), sum(found))] if found else []


def _killed(folder: Path, url: str) -> dict[str, Any]:
    """Shots whose process is killed with -9 at a random moment, again and again until each has its take."""
    render(RunwayBackend, _spec(999, look_every_s=0.02))  # what all lives need is imported once
    dice = random.Random(16)
    kills = shots = said = 0
    while kills < KILLS:
        spec = _spec(1000 + shots, look_every_s=0.02)
        shots += 1
        while (status := _life(spec, folder, dice.uniform(0.0, LONGEST_LIFE_S))) == -signal.SIGKILL:
            kills += 1
        said += status == _SAID
    paid = Counter(one["seed"] for one in _accepted(url))
    return {
        "kills": kills,
        "killed_shots": shots,
        "paid_twice": sum(number > 1 for number in paid.values()),
        "said_that_nobody_knows": said,
    }


_SAID = 3


def _life(spec: ShotSpec, folder: Path, for_s: float) -> int:
    """A process that renders a shot, killed after a while; what became of it."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            render(RunwayBackend, spec, context=KeptContext(Store(str(folder)), spec.digest()))
            status = 0
        except FarmError as error:
            status = _SAID if "may have taken it on" in error.message else 1
        finally:
            os._exit(status)
    timer = threading.Timer(for_s, os.kill, (pid, signal.SIGKILL))
    timer.start()
    _, how = os.waitpid(pid, 0)
    timer.cancel()
    return os.waitstatus_to_exitcode(how)


def _spec(seed: int, **options: Any) -> ShotSpec:
    complete = complete_options(RunwayBackend.TRAITS, options)
    return shot(backend="runway", options=complete, seed=seed, head=0, tail=0)


@contextmanager
def _runway(places: int, task_s: float) -> Iterator[str]:
    """A Runway of our own in a process of its own, which the SDK finds."""
    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    process = context.Process(target=_serve, args=(places, task_s, told), daemon=True)
    process.start()
    url: str = told.get()
    before = {name: os.environ.get(name) for name in ("RUNWAYML_BASE_URL", VARIABLE)}
    os.environ.update({"RUNWAYML_BASE_URL": url, VARIABLE: KEY})
    try:
        yield url
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        process.terminate()
        process.join()


def _serve(places: int, task_s: float, told: Any) -> None:
    told.put(FakeRunway(places=places, task_s=task_s).url)
    threading.Event().wait()


def _accepted(url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{url}/accepted").json()
    return found
