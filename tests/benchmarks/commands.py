"""What commands cost that benchmarks run: by the clock, and in the time of processors."""

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

from tests.support.pipeline.slate_films import SHOTFARM, Shotfarm

LIMIT_S = 1800.0
"""of a command: one that takes longer hangs"""


@dataclass(frozen=True)
class Cost:
    """Of a command: seconds by the clock, and of processors, its farm's among them."""

    wall_s: float
    work_s: float


def cost_of(command: Shotfarm, *words: object) -> Cost:
    """Run a command and measure it.

    Raises:
        RuntimeError: it has failed; what it says stands in this process's standard error.
    """
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


def write_document(path: Path, document: dict[str, Any]) -> None:
    """Write a film document or a slate."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
