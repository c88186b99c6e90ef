"""Planning a slate of a thousand versions of a small film of which nothing exists."""

from __future__ import annotations

import time
from pathlib import Path

import yaml

from pipeline.batches.plan import plan_slate
from pipeline.batches.slate import load_slate
from pipeline.settings import load_settings
from tests.support.pipeline.slate_films import six_slates, write_film

VERSIONS = 1000


def run(folder: Path, versions: int = VERSIONS) -> dict[str, float]:
    """Measure once: read, expand, fill, check and plan; one shot of six differs."""
    film = six_slates()
    film["parameters"] = {"who": {"type": "text", "default": "all"}}
    film["title"] = "For {{ who }}"
    film["scenes"][1]["shots"][1]["action"] = "Somebody waves at {{ who }}."
    write_film(folder / "f", film)
    entry = {"film": "f", "backend": "slate", "matrix": {"who": [f"V{number}" for number in range(versions)]}}
    path = folder / "slate.yaml"
    path.write_text(yaml.safe_dump({"productions": [entry]}))
    settings = load_settings(home=folder / "home")
    wall, processor = time.perf_counter(), time.process_time()
    plan = plan_slate(load_slate(path), settings)
    took = time.perf_counter() - wall, time.process_time() - processor
    if (len(plan.productions), plan.unique) != (versions, versions + 5):
        raise SystemExit("the plan is not whole")
    return {
        "productions": versions,
        "shots": plan.shots,
        "takes": plan.unique,
        "plan_s": round(took[0], 2),
        "processor_s": round(took[1], 2),
    }
