"""How long a long film takes to load, check and plan; run it with a number of shots."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import yaml

from storyboard.checks.film import find_problems
from storyboard.document.load import parse_film
from storyboard.planning.plan import plan_film
from tests.support.storyboard.small_films import large, renderer

RENDERER = renderer(draws_lines=True)


def measure(shots: int) -> dict[str, float]:
    """Seconds of each step over a film of so many shots."""
    text = yaml.safe_dump(large(shots), sort_keys=False)
    times = {}
    start = time.perf_counter()
    loaded = parse_film(text, Path("film.yaml"))
    times["load_s"] = time.perf_counter() - start
    start = time.perf_counter()
    find_problems(loaded)
    times["check_s"] = time.perf_counter() - start
    start = time.perf_counter()
    plan = plan_film(loaded.film, {}, lambda shot: RENDERER, published=lambda _: False, previous={})
    times["plan_s"] = time.perf_counter() - start
    previous = {one.shot: one.spec.model_copy(update={"frames": 1}) for one in plan.shots}
    start = time.perf_counter()
    plan_film(loaded.film, {}, lambda shot: RENDERER, published=lambda _: False, previous=previous)
    times["plan_with_reasons_s"] = time.perf_counter() - start
    return times


if __name__ == "__main__":
    for name, seconds in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5000).items():
        print(f"{name} {seconds:.2f}")
