"""How soon after its last take a film and its deliverables are there, and how soon after one changed shot.

    python -m tests.benchmarks finishing

12 shots of 2 s, or as many as the variable SHOTS says, in takes of half the film's size and rate by a
backend that waits as one on a card does. The same film is finished twice in the same run: with segments,
joints and deliverables made shot by shot on the farm as takes arrive, and as it was before that: one after
another in one process when all takes are there, each deliverable encoded as a whole.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import yaml

from farm.backend.traits import BackendTraits
from farm.backends.slate import SlateBackend
from farm.cluster.connect import cluster_for_this_run
from farm.schedule.chores import Chore
from farm.schedule.states import TaskState
from pipeline.delivery.deliver import deliver
from pipeline.film.assemble import assemble, check_output
from pipeline.film.part_queue import Finishing, finish_meanwhile
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.rendering.render import production_order, publish_references, render_missing
from pipeline.services.chore_runners import hands
from pipeline.settings import load_settings
from storyboard.errors import ShotfarmError
from storyboard.media.take_shape import TakeShape
from tests.support.installed import install_backends

SHOTS = int(os.environ.get("SHOTS", "12"))
WORKERS = 2
CPUS = 4
"""of the node as its farm sees it; workers hold two and leave them idle, as a GPU's do"""


def half(_: object, film: TakeShape) -> TakeShape:
    """Half the film's size and rate."""
    return film.at(film.width // 2, film.height // 2, film.rate / 2)


class WaitingSlate(SlateBackend):
    """Slates of half the film's size and rate."""

    TRAITS: ClassVar[BackendTraits] = replace(SlateBackend.TRAITS, name="waiting-slate", native=half)


class OneAfterAnother:
    """Hands that do a chore when they are asked what has ended, in this process."""

    def __init__(self, production: Production) -> None:
        self._store = production.store
        self._waiting: list[Chore] = []

    def begin(self, chore: Chore) -> None:
        """Do it later."""
        self._waiting.append(chore)

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        """The next one, done now."""
        del wait_s
        chore = self._waiting.pop(0)
        chore.work(self._store, *chore.arguments)
        return [(chore, None)]

    def close(self) -> None:
        """Forget what waits."""
        self._waiting.clear()


def run(folder: Path, shots: int = SHOTS) -> dict[str, float]:
    """Measure both ways, each once from nothing and once after one changed shot; seconds of wall time."""
    with _installed(folder / "installed"), cluster_for_this_run(CPUS) as client:
        _finished(folder / "warm", _film(3), client, by_pieces=True)  # workers load, processes start
        first = {
            way: _finished(folder / way, _film(shots), client, by_pieces=way == "pieces") for way in _WAYS
        }
        changed = _film(shots, changed=True)
        again = {way: _finished(folder / way, changed, client, by_pieces=way == "pieces") for way in _WAYS}
        sizes = {way: (folder / way / "out" / "web" / "benchmark.mp4").stat().st_size for way in _WAYS}
    return {
        "shots": shots,
        "film_s": shots * 2,
        "deliverables": len(changed["deliverables"]),
        "finished_after_last_take_s": round(first["pieces"], 2),
        "finished_as_a_whole_s": round(first["whole"], 2),
        "first_ratio": round(first["whole"] / first["pieces"], 1),
        "after_one_changed_shot_s": round(again["pieces"], 2),
        "after_one_changed_shot_as_a_whole_s": round(again["whole"], 2),
        "changed_ratio": round(again["whole"] / again["pieces"], 1),
        "web_file_by_pieces_to_whole": round(sizes["pieces"] / sizes["whole"], 3),
    }


_WAYS = ("pieces", "whole")


def _film(shots: int, *, changed: bool = False) -> dict[str, Any]:
    listed: list[dict[str, Any]] = [
        {"id": f"1-{number}", "duration": "2s", "action": "A slate."} for number in range(shots)
    ]
    for shot in listed[1::3]:
        shot["transition"] = {"kind": "dissolve", "duration": "0.5s"}
    if changed:
        listed[shots // 2]["action"] = "Another slate."
    return {
        "schema": 1,
        "title": "Benchmark",
        "format": {"width": 1280, "height": 720, "rate": 24},
        "renderers": {"own": {"backend": "waiting-slate", "options": {"delay_s": 0.2}}},
        "renderer": "own",
        "locations": {"here": {"name": "Here"}},
        "scenes": [{"id": "1", "slug": "INT. HERE - DAY", "location": "here", "shots": listed}],
        "deliverables": {"web": {"kind": "web"}, "master": {"kind": "master"}},
    }


def _finished(folder: Path, document: dict[str, Any], client: Any, *, by_pieces: bool) -> float:
    """Seconds from the last take to the film and its deliverables."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "film.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    production = open_production(folder, load_settings(home=folder / "home", workers=WORKERS))
    plan, store = production.plan(), production.store
    material = production.material(plan)
    with contextlib.ExitStack() as stack:
        if by_pieces:
            doing: Any = stack.enter_context(hands(production.settings, store, client))
        else:
            doing = OneAfterAnother(production)
            stack.enter_context(mock.patch("pipeline.delivery.make.reels_for", return_value={}))
        finishing = Finishing(store, doing, Nobody())
        if by_pieces:
            finish_meanwhile(material, store, finishing)
        last = time.perf_counter()
        publish_references(material, store)
        order = production_order(material, production.settings, store.root)
        for update in render_missing(order, plan, production, client):
            if any(event.state is TaskState.DONE for event in update.events):
                last = time.perf_counter()
            if by_pieces:
                finishing.hear(update)
        out = folder / "out"
        check_output(out / "film.mp4")
        material = production.material(plan)
        assemble(material, store, out / "film.mp4", Nobody(), finishing)
        deliver(material, store, production.film.deliverables, out, Nobody(), finishing)
    return time.perf_counter() - last


@contextlib.contextmanager
def _installed(folder: Path) -> Iterator[None]:
    """The backend as an installed package, for this process and those of the farm."""
    found = install_backends(folder, waiting_slate="tests.benchmarks.finishing:WaitingSlate")
    paths = f"{found}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    with (
        mock.patch.dict(os.environ, {"PYTHONPATH": paths}),
        mock.patch.object(sys, "path", [str(folder), *sys.path]),
    ):
        yield
