"""Reading, checking and planning a long film."""

from __future__ import annotations

import time
from pathlib import Path

from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.checks.film import look_at
from tests.benchmarks.films import slate_film

SHOTS = 5000


def run(folder: Path, shots: int = SHOTS) -> dict[str, float]:
    """Measure once: nothing is in the store, so every shot is given a reason."""
    path = folder / "film.yaml"
    path.write_text(slate_film(shots, lines=True))
    started = time.perf_counter()
    look_at(path)
    read_s = time.perf_counter() - started
    production = open_production(path, load_settings(home=folder / "home"))
    started = time.perf_counter()
    plan = production.plan()
    plan_s = time.perf_counter() - started
    if len(plan.missing) != shots:
        raise SystemExit("the plan is not whole")
    return {
        "shots": shots,
        "read_and_check_s": round(read_s, 2),
        "plan_s": round(plan_s, 2),
        "plan_to_read_ratio": round(plan_s / read_s, 2),
    }
