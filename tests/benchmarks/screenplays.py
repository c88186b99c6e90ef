"""A screenplay of 120 pages into a film, and a rewrite of it into the film that is there."""

from __future__ import annotations

import time
from pathlib import Path

from pipeline.production.open import open_production
from pipeline.production.screenplays import import_file, write_import
from pipeline.settings import load_settings
from storyboard.screenplay.breakdown import Choices
from tests.support.storyboard.long_screenplay import long_screenplay

PAGES = 120


def run(folder: Path, pages: int = PAGES) -> dict[str, float]:
    """Measure once, in seconds of a processor: what is imported is loaded before."""
    script, film = folder / "feature.fountain", folder / "film.yaml"
    text = long_screenplay(pages)
    script.write_text(long_screenplay(1), encoding="utf-8")
    import_file(script, film, Choices())
    script.write_text(text, encoding="utf-8")
    started = time.process_time()
    made = import_file(script, film, Choices())
    write_import(film, made)
    import_s = time.process_time() - started
    script.write_text(text.replace("leaves at six", "leaves at seven"), encoding="utf-8")
    started = time.process_time()
    again = import_file(script, film, Choices())
    write_import(film, again)
    again_s = time.process_time() - started
    started = time.process_time()
    plan = open_production(film, load_settings(home=folder / "home")).plan()
    plan_s = time.process_time() - started
    if len(plan.missing) != len(made.film.shots()) or not again.changes:
        raise SystemExit("the film is not whole")
    return {
        "pages": round(made.pages),
        "shots": len(made.film.shots()),
        "film_minutes": round(float(made.film.duration_frames() / made.film.format.rate) / 60, 1),
        "import_cpu_s": round(import_s, 2),
        "second_import_cpu_s": round(again_s, 2),
        "open_and_plan_cpu_s": round(plan_s, 2),
    }
