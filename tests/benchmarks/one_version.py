"""What a version costs in which two shots of sixty differ, against its whole film."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.benchmarks.commands import cost_of, write_document
from tests.benchmarks.films import slate_film
from tests.support.pipeline.slate_films import Shotfarm, home_with_history

SHOTS, CHANGED = 60, 2
FRAMES = 96


def run(folder: Path) -> dict[str, float]:
    """Measure once."""
    film = yaml.safe_load(slate_film(SHOTS, frames=FRAMES))
    film["format"] = {"width": 1920, "height": 1080, "rate": 24}
    film["parameters"] = {"viewer": {"type": "text", "default": "all"}}
    for shot in film["scenes"][1]["shots"][:CHANGED]:
        shot["action"] += " {{ viewer }}"
    write_document(folder / "f" / "film.yaml", film)
    command = Shotfarm(home_with_history(folder / "home"))
    try:
        done = command("farm", "up", "--cpus", 2)
        if done.returncode:
            raise RuntimeError(done.stderr)
        # The workers are loaded, and Prefect has run, before anything is measured.
        write_document(folder / "warm" / "film.yaml", yaml.safe_load(slate_film(4)))
        cost_of(command, "render", folder / "warm")
        whole = cost_of(command, "render", folder / "f")
        mine = cost_of(command, "variant", folder / "f", "--set", "viewer=Ana", "-o", folder / "ana.mp4")
    finally:
        command("farm", "down")
        command.end_all()
    return {
        "shots_of_the_film": SHOTS,
        "shots_of_the_version": CHANGED,
        "film_work_s": round(whole.work_s, 1),
        "version_work_s": round(mine.work_s, 1),
        "version_work_percent": round(100 * mine.work_s / whole.work_s, 1),
        "at_most_percent": round(100 * CHANGED / SHOTS + 5, 1),
        "film_wall_s": round(whole.wall_s, 1),
        "version_wall_s": round(mine.wall_s, 1),
    }
