"""Planning a slate of a thousand versions of a small film of which nothing exists, also with deadlines."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from pipeline.batches.plan import SlatePlan, plan_slate
from pipeline.batches.slate import load_slate
from pipeline.settings import load_settings
from tests.support.pipeline.slate_films import six_slates, write_film

VERSIONS = 1000
SOON_S = 0.03
"""between two deadlines: less than a version takes with two workers in the beginning"""


def run(folder: Path, versions: int = VERSIONS) -> dict[str, float]:
    """Measure once: read, expand, fill, check and plan; one shot of six differs."""
    plain = _planned(folder / "plain", versions, None)
    soon = _planned(folder / "due", versions, timedelta(seconds=versions * SOON_S))
    if not 0 < len(soon.plan.late_at) < versions:
        raise SystemExit("some deadlines were to be missed, and some to be met")
    return {
        "productions": versions,
        "shots": plain.plan.shots,
        "takes": plain.plan.unique,
        "plan_s": round(plain.wall_s, 2),
        "processor_s": round(plain.processor_s, 2),
        "with_a_deadline_each_plan_s": round(soon.wall_s, 2),
        "with_a_deadline_each_processor_s": round(soon.processor_s, 2),
        "of_which_late": len(soon.plan.late_at),
    }


@dataclass(frozen=True)
class _Planned:
    plan: SlatePlan
    wall_s: float
    processor_s: float


def _planned(folder: Path, versions: int, last: timedelta | None) -> _Planned:
    """Plan a slate whose versions are due one after another, up to `last` from now; at any time without."""
    film = six_slates()
    film["parameters"] = {"who": {"type": "text", "default": "all"}}
    film["title"] = "For {{ who }}"
    film["scenes"][1]["shots"][1]["action"] = "Somebody waves at {{ who }}."
    write_film(folder / "f", film)
    names = [f"V{number}" for number in range(versions)]
    entries: list[dict[str, object]] = [{"film": "f", "backend": "slate", "matrix": {"who": names}}]
    if last is not None:
        now = datetime.now(UTC)
        entries = [
            {
                "film": "f",
                "backend": "slate",
                "values": {"who": name},
                "out": f"out/{name}.mp4",
                "deadline": now + last * (number + 1) / versions,
            }
            for number, name in enumerate(names)
        ]
    path = folder / "slate.yaml"
    path.write_text(yaml.safe_dump({"productions": entries}))
    settings = load_settings(home=folder / "home", workers=2)
    wall, processor = time.perf_counter(), time.process_time()
    plan = plan_slate(load_slate(path), settings)
    took = time.perf_counter() - wall, time.process_time() - processor
    if (len(plan.productions), plan.unique) != (versions, versions + 5):
        raise SystemExit("the plan is not whole")
    return _Planned(plan, *took)
