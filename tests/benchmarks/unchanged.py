"""How long it takes to find out that a slate of two hundred productions is done."""

from __future__ import annotations

import time
from pathlib import Path

import yaml

from pipeline.batches.batch import found_done, planned_batch
from pipeline.batches.order import BatchOrder
from pipeline.batches.watching import NobodyWatches
from tests.benchmarks.commands import cost_of, write_document
from tests.benchmarks.films import slate_film
from tests.support.pipeline.slate_films import Shotfarm, home_with_history

UNCHANGED = 200


def run(folder: Path, versions: int = UNCHANGED) -> dict[str, float]:
    """Measure once; with a smaller number it only shows that it works."""
    film = yaml.safe_load(slate_film(20))
    film["parameters"] = {"viewer": {"type": "text", "default": "all"}}
    film["title"] = "For {{ viewer }}"
    write_document(folder / "f" / "film.yaml", film)
    viewers = [f"Viewer {number}" for number in range(versions)]
    entry = {"film": "f", "backend": "slate", "matrix": {"viewer": viewers}, "out": "out/{viewer}.mp4"}
    write_document(folder / "slate.yaml", {"productions": [entry]})
    command = Shotfarm(home_with_history(folder / "home"))
    try:
        cost_of(command, "batch", "run", folder / "slate.yaml")
        again = cost_of(command, "batch", "run", folder / "slate.yaml")
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
