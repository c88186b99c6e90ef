"""What versions cost: one against its film, forty against forty renders, and two hundred that are there."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import yaml

from pipeline.batches.batch import found_done, planned_batch
from pipeline.batches.order import BatchOrder
from pipeline.batches.watching import NobodyWatches
from storyboard.project import template
from tests.benchmarks.films import slate_film
from tests.support.pipeline.slate_films import SHOTFARM, Shotfarm, home_with_history

SHOTS, CHANGED = 60, 2
FRAMES = 96
VIEWERS, MEASURED = 40, 3
UNCHANGED = 200
LIMIT_S = 1800.0
"""of a command: one that takes longer hangs"""


def run(
    folder: Path, viewers: int = VIEWERS, measured: int = MEASURED, unchanged: int = UNCHANGED
) -> dict[str, float]:
    """Measure once; with smaller numbers it only shows that it works."""
    return {
        **_a_version(folder / "version"),
        **_forty(folder / "forty", viewers, measured),
        **_unchanged(folder / "unchanged", unchanged),
    }


@dataclass(frozen=True)
class Cost:
    """Of a command: seconds by the clock, and of processors, its farm's among them."""

    wall_s: float
    work_s: float


def _cost(command: Shotfarm, *words: object) -> Cost:
    before, started = _work_s(command.family()), time.perf_counter()
    process = subprocess.Popen(
        [SHOTFARM, *map(str, words)],
        env=command._environment(),
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    limit = threading.Timer(LIMIT_S, process.kill)
    limit.start()
    _, status, used = os.wait4(process.pid, 0)
    limit.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{words} ended with {process.returncode}")
    wall_s = time.perf_counter() - started
    own_s = used.ru_utime + used.ru_stime
    return Cost(wall_s, own_s + _work_s(command.family()) - before)


def _work_s(processes: Iterable[psutil.Process]) -> float:
    """What processes that go on, and those that they have outlived, have taken of processors."""
    total = 0.0
    for process in processes:
        try:
            took = process.cpu_times()
        except psutil.Error:
            continue
        total += took.user + took.system + took.children_user + took.children_system
    return total


def _a_version(folder: Path) -> dict[str, float]:
    film = yaml.safe_load(slate_film(SHOTS, frames=FRAMES))
    film["format"] = {"width": 1920, "height": 1080, "rate": 24}
    film["parameters"] = {"viewer": {"type": "text", "default": "all"}}
    for shot in film["scenes"][1]["shots"][:CHANGED]:
        shot["action"] += " {{ viewer }}"
    _write(folder / "f" / "film.yaml", film)
    command = Shotfarm(home_with_history(folder / "home"))
    try:
        done = command("farm", "up", "--cpus", 2)
        if done.returncode:
            raise RuntimeError(done.stderr)
        # The workers are loaded, and Prefect has run, before anything is measured.
        _write(folder / "warm" / "film.yaml", yaml.safe_load(slate_film(4)))
        _cost(command, "render", folder / "warm")
        whole = _cost(command, "render", folder / "f")
        mine = _cost(command, "variant", folder / "f", "--set", "viewer=Ana", "-o", folder / "ana.mp4")
    finally:
        command("farm", "down")
        command.end_all()
    return {
        "shots_of_the_film": SHOTS,
        "shots_of_the_version": CHANGED,
        "film_work_s": round(whole.work_s, 1),
        "version_work_s": round(mine.work_s, 1),
        "version_work_percent": round(100 * mine.work_s / whole.work_s, 1),
        "at_most_percent": round(100 * CHANGED / SHOTS + 5, 1),
        "film_wall_s": round(whole.wall_s, 1),
        "version_wall_s": round(mine.wall_s, 1),
    }


def _forty(folder: Path, versions: int, measured: int) -> dict[str, float]:
    film = yaml.safe_load(template(example="lamp_at_saltmarsh"))
    film["parameters"] = {"viewer": {"type": "text", "default": "all"}}
    film["title"] = "The Lamp, for {{ viewer }}"
    film["format"] |= {"width": 160, "height": 90}
    film["scenes"][0]["shots"][0]["titles"][0]["text"] = "FOR {{ upper(viewer) }}"
    film["scenes"][0]["shots"][2]["action"] = "Wren looks up at {{ viewer }}, sure of it."
    viewers = [f"Viewer {number}" for number in range(versions)]
    _write(folder / "f" / "film.yaml", film)
    entry = {"film": "f", "backend": "slate", "matrix": {"viewer": viewers}, "out": "out/{viewer}.mp4"}
    _write(folder / "slate.yaml", {"productions": [entry]})
    command = Shotfarm(home_with_history(folder / "home"))
    try:
        separate = []
        for number in range(measured):
            _write(folder / f"f{number}" / "film.yaml", film)
            words = "--set", f"viewer={viewers[number]}"
            separate.append(_cost(command, "render", folder / f"f{number}", *words).wall_s)
        _cost(command, "variant", folder / "f0", "--set", "viewer=warm")
        shared_s = _cost(command, "variant", folder / "f0", "--set", "viewer=another").wall_s
        together = _cost(command, "batch", "run", folder / "slate.yaml")
    finally:
        command.end_all()
    separate_s = sorted(separate)[measured // 2] * versions
    return {
        "versions": versions,
        "one_separate_render_s": round(separate_s / versions, 1),
        "forty_separate_renders_s": round(separate_s, 1),
        "batch_of_forty_s": round(together.wall_s, 1),
        "separate_renders_to_batch": round(separate_s / together.wall_s, 1),
        "one_variant_after_another_s": round(shared_s, 1),
        "forty_variants_one_after_another_to_batch": round(shared_s * versions / together.wall_s, 1),
    }


def _unchanged(folder: Path, versions: int) -> dict[str, float]:
    film = yaml.safe_load(slate_film(20))
    film["parameters"] = {"viewer": {"type": "text", "default": "all"}}
    film["title"] = "For {{ viewer }}"
    _write(folder / "f" / "film.yaml", film)
    viewers = [f"Viewer {number}" for number in range(versions)]
    entry = {"film": "f", "backend": "slate", "matrix": {"viewer": viewers}, "out": "out/{viewer}.mp4"}
    _write(folder / "slate.yaml", {"productions": [entry]})
    command = Shotfarm(home_with_history(folder / "home"))
    try:
        _cost(command, "batch", "run", folder / "slate.yaml")
        again = _cost(command, "batch", "run", folder / "slate.yaml")
    finally:
        command.end_all()
    started = time.perf_counter()
    batch = planned_batch(BatchOrder(slate=str(folder / "slate.yaml")))
    if found_done(batch, NobodyWatches()) is None:
        raise RuntimeError("something is not there")
    found_s = time.perf_counter() - started
    return {
        "unchanged_productions": versions,
        "found_done_ms_each": round(1000 * found_s / versions, 1),
        "whole_command_ms_each": round(1000 * again.wall_s / versions, 1),
    }


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
