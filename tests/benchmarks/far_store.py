"""What a store in the network costs that takes 60 ms to answer, against a folder, in the same run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from pipeline.film.assemble import assemble, check_output, film_path
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import Settings, load_settings
from tests.benchmarks.films import slate_film
from tests.benchmarks.takes import publish_slates
from tests.support.s3_servers import BUCKET, environment, failing_proxy, s3_server

SHOTS = int(os.environ.get("SHOTS", "60"))
ANSWER_S = 0.06
RUNS = 3


def run(folder: Path) -> dict[str, Any]:
    """Measure `RUNS` times each, near and far in turns; the median counts."""
    with s3_server() as port, failing_proxy(port) as far:
        own = {**environment(far.port), "SHOTFARM_CACHE": str(folder / "cache")}
        with patch.dict(os.environ, own):
            far.delay_s = ANSWER_S
            return _measured(folder, far)


def _measured(folder: Path, far: Any) -> dict[str, Any]:
    places = {"near": "", "far": f"s3://{BUCKET}/far"}
    projects = {name: folder / name for name in places}
    settings = {
        name: load_settings(home=folder / name / "home", backend="slate", store=store or None)
        for name, store in places.items()
    }
    for name, project in projects.items():
        project.mkdir()
        _write(project, "as at first")
        _with_takes(project, settings[name])
        _assemble(project, settings[name])
    far.set("slow")
    unchanged: dict[str, list[float]] = {name: [] for name in places}
    retaken: dict[str, list[float]] = {name: [] for name in places}
    asked: dict[str, list[int]] = {"unchanged": [], "retaken": []}
    for _ in range(RUNS):
        for name, project in projects.items():
            before = len(far.requests)
            unchanged[name].append(_timed(lambda: _render(project, settings[name])))  # noqa: B023  (called here)
            if name == "far":
                asked["unchanged"].append(len(far.requests) - before)
    for again in range(RUNS):
        for name, project in projects.items():
            _write(project, f"retake {again}")
            far.set("")
            _with_takes(project, settings[name])
            far.set("slow")
            before = len(far.requests)
            retaken[name].append(_timed(lambda: _assemble(project, settings[name])))  # noqa: B023  (called here)
            if name == "far":
                asked["retaken"].append(len(far.requests) - before)
    found: dict[str, Any] = {"shots": SHOTS, "answer_ms": round(1000 * ANSWER_S)}
    for words, took in (("unchanged film rendered", unchanged), ("film with a retake assembled", retaken)):
        near_s, far_s = (statistics.median(took[name]) for name in places)
        requests = statistics.median(asked["unchanged" if took is unchanged else "retaken"])
        found |= {
            f"{words}: store in a folder, s": round(near_s, 2),
            f"{words}: store in the network, s": round(far_s, 2),
            f"{words}: requests": round(requests),
            f"{words}: of them one after another, s": round(requests * ANSWER_S, 1),
            f"{words}: network to folder ratio": round(far_s / near_s, 1),
        }
    return found


def _write(project: Path, action: str) -> None:
    """The film, in which one shot has this action."""
    film = yaml.safe_load(slate_film(SHOTS))
    film["scenes"][0]["shots"][4]["action"] = action
    (project / "film.yaml").write_text(yaml.safe_dump(film, sort_keys=False))


def _opened(project: Path, settings: Settings) -> Production:
    return open_production(project, settings)


def _with_takes(project: Path, settings: Settings) -> None:
    """What a render leaves: all takes, and the note of which they are."""
    production = _opened(project, settings)
    plan = production.plan()
    publish_slates(production, plan, {})
    production.takes.remember({shot.shot: shot.digest for shot in plan.shots})


def _assemble(project: Path, settings: Settings) -> None:
    """From the document to the film at its place."""
    production = _opened(project, settings)
    out = film_path(production.film.title, production.folder)
    check_output(out)
    assemble(production.material(production.plan()), production.store, out, Nobody())


def _render(project: Path, settings: Settings) -> None:
    """The whole command, which finds that there is nothing to make."""
    home = {**os.environ, "SHOTFARM_HOME": str(settings.home), "SHOTFARM_BACKEND": "slate"}
    command = [str(Path(sys.executable).with_name("shotfarm")), "render", str(project), "--json"]
    store = ["--store", str(settings.store)] if settings.store else []
    done = subprocess.run([*command, *store], env=home, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    if told["rendered"] or told["film"]["made"]:
        raise RuntimeError("something was made")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
