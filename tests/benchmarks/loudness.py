"""How loud every sounding deliverable is, and how high its peaks are, as ebur128 hears the finished files.

python -m tests.benchmarks loudness
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from pipeline.delivery.deliver import deliver
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.project import new_project
from storyboard.schema.deliverables import SOUNDING, DeliverableKind
from tests.benchmarks.takes import publish_slates

if TYPE_CHECKING:
    from pathlib import Path

TARGETS_LUFS = (-14.0, -16.0, -23.0, -27.0)
WIDTH, HEIGHT = 320, 180


def run(folder: Path) -> dict[str, str]:
    """Deliver the sample film's sound in every kind, the web's at every target, with small slates."""
    wanted = {f"web at {target:.0f} LUFS": (DeliverableKind.WEB, target) for target in TARGETS_LUFS}
    others = sorted(SOUNDING - {DeliverableKind.WEB, DeliverableKind.SHARE})
    for number, kind in enumerate(others):
        target = TARGETS_LUFS[number % len(TARGETS_LUFS)]
        wanted[f"{kind.value} at {target:.0f} LUFS"] = kind, target
    project = folder / "film"
    new_project(project, example="lamp_at_saltmarsh")
    film = yaml.safe_load((project / "film.yaml").read_text("utf-8"))
    film["format"] |= {"width": WIDTH, "height": HEIGHT}
    film["deliverables"] = {
        f"d{number}": {"kind": kind.value, "loudness_lufs": target}
        for number, (kind, target) in enumerate(wanted.values())
    }
    (project / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False), "utf-8")
    production = open_production(project, load_settings(home=folder / "home", backend="slate"))
    plan = production.plan()
    publish_slates(production, plan, {})
    made = deliver(
        production.material(plan), production.store, production.film.deliverables, project / "out", Nobody()
    )
    return {
        name: f"{one.lufs:.1f} LUFS, true peak {one.true_peak_dbtp:.1f} dBTP"
        for name, one in zip(wanted, made, strict=True)
    }
