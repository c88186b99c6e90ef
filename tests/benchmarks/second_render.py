"""How soon a render of a film that has not changed is back, with a standing farm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from pipeline.services.standing_farm import farm_down, farm_up
from pipeline.settings import load_settings
from storyboard.project import new_project

RUNS = 3


def run(folder: Path) -> dict[str, float]:
    """Measure the first render once and the second one `RUNS` times (the median counts)."""
    home = folder / "home"
    settings = load_settings(home=home)
    film = folder / "film"
    new_project(film, example="lamp_at_saltmarsh")
    farm_up(settings)
    try:
        first_s, first = _render(film, home)
        again = sorted((_render(film, home) for _ in range(RUNS)), key=lambda measured: measured[0])
    finally:
        farm_down(settings)
    second_s, second = again[RUNS // 2]
    if second["rendered"] or second["film"]["made"] or second["film"]["digest"] != first["film"]["digest"]:
        raise SystemExit("the second render made something")
    return {
        "first_render_s": round(first_s, 1),
        "second_render_s": round(second_s, 2),
        "first_to_second_ratio": round(first_s / second_s, 1),
        "film_s": first["film"]["seconds"],
    }


def _render(film: Path, home: Path) -> tuple[float, dict]:
    command = [str(Path(sys.executable).with_name("shotfarm")), "render", str(film), "--json"]
    started = time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, "SHOTFARM_HOME": str(home)}, capture_output=True, text=True, check=True
    )
    return time.perf_counter() - started, json.loads(done.stdout)
