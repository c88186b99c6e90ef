"""Shots that a hosted service renders: how busy its places are, what waiting holds, and who pays twice."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from farm.backend.conformance import render, shot
from farm.backend.protocol import Backend
from farm.backend.traits import complete_options
from farm.backends.hosted.comfyui import ComfyBackend
from farm.backends.hosted.runway import RunwayBackend
from farm.backends.hosted.runway.key import VARIABLE
from farm.cluster.connect import cluster_for_this_run
from farm.store.store import Store
from storyboard.document.given_files import sha256_of
from storyboard.errors import FarmError
from storyboard.planning.spec import ResolvedFile, ShotSpec
from tests.support.farm.fake_comfyui import INPUTS, FakeComfyUI, workflow
from tests.support.farm.fake_runway import KEY, FakeRunway
from tests.support.farm.hosted_calls import KeptContext
from tests.support.farm.orders_of_slates import production_order

SHOTS, PLACES, TASK_S = 60, 5, 20.0
KILLS = 200
SHORT_TASK_S = 0.3


@dataclass(frozen=True)
class Kind:
    """What renders, and how it is told of shots.

    Attributes:
        backend: that has shots rendered elsewhere.
        options: of its shots: for how many places, and where these are.
        serve: the servers, in a process of their own: for how many places, how long a task takes, and where
            to tell their addresses.
    """

    backend: type[Backend]
    options: Callable[[Sequence[str]], Mapping[str, Any]]
    serve: Callable[[int, float, Any], None]


def run(folder: Path) -> dict[str, Any]:
    """Measure once; nothing is scaled: a task takes its 20 seconds."""
    found: dict[str, Any] = {}
    for name, kind in KINDS.items():
        # In a process of its own: Ray reads the token of a cluster once in a process.
        own = multiprocessing.get_context("spawn")
        with _running(kind, PLACES, TASK_S) as urls, ProcessPoolExecutor(1, own) as process:
            busy = process.submit(_film, name, folder / f"{name}-film", urls).result()
        with _running(kind, PLACES, SHORT_TASK_S) as urls:
            killed = _killed(kind, folder / f"{name}-killed", urls)
        found |= {f"{name}_{what}": value for what, value in {**busy, **killed}.items()}
    return {"shots": SHOTS, "places": PLACES, "task_s": TASK_S, **found}


def _film(name: str, folder: Path, urls: Sequence[str]) -> dict[str, Any]:
    """A film of 60 shots, on a farm of its own."""
    kind = KINDS[name]
    specs = [_spec(kind, number, urls, folder) for number in range(SHOTS)]
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
    tasks = [one["begun_at"] for one in _accepted(urls)]
    span = max(tasks) + TASK_S - min(tasks)
    return {
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


def _killed(kind: Kind, folder: Path, urls: Sequence[str]) -> dict[str, Any]:
    """Shots whose process is killed with -9 at a random moment, again and again until each has its take.

    The moment lies anywhere in the time that an undisturbed shot takes, and a little after.
    """
    quick = {"look_every_s": 0.02}
    for seed in (998, 999):  # what all lives need is imported by the first; the second is timed
        began = time.monotonic()
        whole = _spec(kind, seed, urls, folder, **quick)
        render(kind.backend, whole, files=_files(whole, folder))
    longest_s = 1.2 * (time.monotonic() - began)
    dice = random.Random(16)
    kills = shots = said = 0
    while kills < KILLS:
        spec = _spec(kind, 1000 + shots, urls, folder, **quick)
        shots += 1
        while (status := _life(kind, spec, folder, dice.uniform(0.0, longest_s))) == -signal.SIGKILL:
            kills += 1
        said += status == _SAID
        if status not in {0, _SAID}:
            raise RuntimeError(f"a shot ended with status {status}")
    paid = Counter(one["seed"] for one in _accepted(urls))
    return {
        "kills": kills,
        "killed_shots": shots,
        "paid_twice": sum(number > 1 for number in paid.values()),
        "said_that_nobody_knows": said,
    }


_SAID = 3


def _life(kind: Kind, spec: ShotSpec, folder: Path, for_s: float) -> int:
    """A process that renders a shot, killed after a while; what became of it."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            context = KeptContext(Store(str(folder)), spec.digest())
            render(kind.backend, spec, context=context, files=_files(spec, folder))
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


def _spec(kind: Kind, seed: int, urls: Sequence[str], folder: Path, **options: Any) -> ShotSpec:
    """A shot, and in the store what it is made from."""
    traits = kind.backend.TRAITS
    complete = complete_options(traits, kind.options(urls), options)
    given = {}
    for one in traits.option_files(complete, "", folder) if traits.option_files else ():
        path = folder / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(workflow()))
        given[one.name] = ResolvedFile(sha256=sha256_of(path))
        Store(str(folder)).keep_file(path, given[one.name].sha256)
    return shot(backend=traits.name, options=complete, seed=seed, head=0, tail=0, given=given)


def _files(spec: ShotSpec, folder: Path) -> dict[str, Path]:
    return {file.sha256: folder / name for name, file in spec.given.items()}


@contextmanager
def _running(kind: Kind, places: int, task_s: float) -> Iterator[Sequence[str]]:
    """The servers, in a process of their own; the SDK of Runway finds the first of them."""
    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    process = context.Process(target=kind.serve, args=(places, task_s, told), daemon=True)
    process.start()
    urls: Sequence[str] = told.get()
    before = {name: os.environ.get(name) for name in ("RUNWAYML_BASE_URL", VARIABLE)}
    os.environ.update({"RUNWAYML_BASE_URL": urls[0], VARIABLE: KEY})
    try:
        yield urls
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        process.terminate()
        process.join()


def _serve_runway(places: int, task_s: float, told: Any) -> None:
    told.put([FakeRunway(places=places, task_s=task_s).url])
    threading.Event().wait()


def _serve_comfyui(places: int, task_s: float, told: Any) -> None:
    """A server a place: each renders one workflow at a time."""
    servers = [FakeComfyUI() for _ in range(places)]
    for server in servers:
        server.faults.task_s = task_s
        server.start()
    told.put([server.url for server in servers])
    threading.Event().wait()


def _accepted(urls: Sequence[str]) -> list[dict[str, Any]]:
    return [one for url in urls for one in httpx.get(f"{url}/accepted").json()]


def _runway_options(_: Sequence[str]) -> Mapping[str, Any]:
    return {"look_every_s": 5.0, "concurrency": PLACES, "ahead": PLACES}


def _comfyui_options(urls: Sequence[str]) -> Mapping[str, Any]:
    return {"workflow": "shot.json", "inputs": INPUTS, "servers": [{"url": url} for url in urls]}


KINDS = {
    "runway": Kind(RunwayBackend, _runway_options, _serve_runway),
    "comfyui": Kind(ComfyBackend, _comfyui_options, _serve_comfyui),
}
