"""A film put together from its takes, then with one sentence changed: in a process of its own, told as JSON.

    python -P tests/benchmarks/one_sound.py FOLDER SCENES

It asks for nothing that an older version does not have, so that one can be measured too: with its checkout as
the only path of Python.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from pipeline.film.assemble import assemble
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.benchmarks.feature import CLAP, film_of
from tests.benchmarks.takes import publish_slate

WIDTH, HEIGHT = 320, 180


def measured(folder: Path, scenes: int) -> dict[str, Any]:
    """The seconds and processor seconds of both, and the bytes that the second leaves in the store."""
    document, _ = film_of(scenes, 1, WIDTH, HEIGHT)
    for scene in document["scenes"]:
        for shot in scene["shots"]:
            shot["effects"] = [one for one in shot.get("effects", ()) if one["sound"] != CLAP]
    found = {"first": _assembled(folder, document)}
    before = _bytes(folder)
    shot = document["scenes"][scenes // 2]["shots"][4]
    shot["lines"][0]["text"] = "This is another sentence."
    found["changed"] = _assembled(folder, document)
    return {**found, "left": _bytes(folder) - before}


def _assembled(folder: Path, document: dict[str, Any]) -> dict[str, float]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "film.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    production = open_production(folder, load_settings(home=folder / "home", backend="slate"))
    for shot in production.plan().missing:
        publish_slate((production.store.root, shot.spec.model_dump_json(), shot.digest, None))
    material = production.material(production.plan())
    began, worked = time.perf_counter(), _processor_s()
    finished = assemble(material, production.store, folder / "film.mp4", Nobody())
    return {
        "s": time.perf_counter() - began,
        "processor_s": _processor_s() - worked,
        "lufs": finished.lufs or 0.0,
        "seconds": finished.seconds,
        "film_bytes": (folder / "film.mp4").stat().st_size,
    }


def _processor_s() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def _bytes(folder: Path) -> int:
    """What the store takes of the disk: holes take nothing."""
    store = folder / ".shotfarm" / "store"
    return sum(path.stat().st_blocks * 512 for path in store.rglob("*") if path.is_file())


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), int(sys.argv[2]))))
