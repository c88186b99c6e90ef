"""The review application before 1,500 shots, and its player at 720p, in a real browser.

python -m tests.benchmarks review
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farm.store.store import Store
from pipeline.production.open import open_production
from tests.benchmarks.takes import publish_slates
from tests.support import browser
from tests.support.browser import Visit
from tests.support.pipeline.review_films import Watching, served, settings_for
from tests.support.pipeline.slate_films import write_film
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 1500
SCENE = 15
STEPS = 40
PLAYED_S = 10


def film_of(shots: int, frames: int, width: int, height: int) -> dict[str, Any]:
    """A film of so many shots, some of them dissolved."""
    listed = [
        {
            "id": f"{number // SCENE + 1}{chr(65 + number % SCENE)}",
            "duration": frames,
            **({"transition": {"kind": "dissolve", "duration": 8}} if number % SCENE % 3 == 2 else {}),
        }
        for number in range(shots)
    ]
    return {
        "schema": 1,
        "title": f"{shots} Slates",
        "format": {"width": width, "height": height, "rate": 24},
        "locations": {"here": {"name": "Here"}},
        "scenes": [
            {
                "id": str(at // SCENE + 1),
                "slug": f"INT. ROOM {at // SCENE + 1}",
                "location": "here",
                "shots": listed[at : at + SCENE],
            }
            for at in range(0, shots, SCENE)
        ],
    }


def _rendered(folder: Path, film: dict[str, Any]) -> Path:
    production = open_production(write_film(folder, film), settings_for(folder))
    plan = production.plan()
    publish_slates(production, plan, {})
    production.takes.remember({shot.shot: shot.digest for shot in plan.shots})
    Store(production.store.root).sweep()
    return folder


def run(folder: Path) -> dict[str, Any]:
    """Measure both films in one browser."""
    many = _rendered(folder / "many", film_of(MANY, 12, 160, 90))
    played = _rendered(folder / "played", film_of(4, 24 * 6, 1280, 720))
    with _visits() as visits:
        return {**_strip(many, visits.open()), **_player(played, visits.open())}


@contextlib.contextmanager
def _visits() -> Iterator[browser.Visits]:
    program = browser.program()
    assert program, "this benchmark needs Chromium"
    with contextlib.ExitStack() as stack:
        profile = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(browser.running(program, profile))
        yield stack.enter_context(browser.connected(address))


def _strip(folder: Path, visit: Visit) -> dict[str, Any]:
    began = time.monotonic()
    with served([folder]) as door:
        opened_s = time.monotonic() - began
        began = time.monotonic()
        watching = Watching(visit, door).open()
        ready_s = time.monotonic() - began
        visit.page.evaluate(_LONG_TASKS)
        visit.page.evaluate(_SCROLL)
        tasks = visit.page.evaluate("globalThis.longTasks")
        cells = visit.page.locator(".shot").count()
        assert watching.screen("state") == "shown"
    return {
        "shots": MANY,
        "film opened by the server, s": round(opened_s, 2),
        "page ready with its first picture, s": round(ready_s, 2),
        "long tasks while scrolling (over 50 ms)": len(tasks),
        "longest of them, ms": round(max(tasks, default=0)),
        "elements of shots after scrolling": cells,
    }


def _player(folder: Path, visit: Visit) -> dict[str, Any]:
    with served([folder]) as door:
        watching = Watching(visit, door).open()
        steps = visit.page.evaluate(_STEPS, STEPS)
        watching.press("Home", "Space")
        until(lambda: watching.player("frame") > 24, "it plays")
        watching.player("stats = {painted: 0, dropped: 0}")
        visit.page.wait_for_timeout(PLAYED_S * 1000)
        stats = watching.player("stats")
        watching.press("k")
        visit.page.goto("about:blank")
    shown = stats["painted"] + stats["dropped"]
    return {
        "frame step to painted frame at 720p, median ms": round(statistics.median(steps), 1),
        "frame step, 95th percentile ms": round(statistics.quantiles(steps, n=20)[18], 1),
        f"frames painted in {PLAYED_S} s of playing 720p24": stats["painted"],
        "frames dropped, %": round(100 * stats["dropped"] / max(1, shown), 2),
    }


_LONG_TASKS = """() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => one.duration)))
        .observe({type: 'longtask'});
}"""
_SCROLL = """async () => {
    const strip = document.querySelector('shot-strip');
    for (let step = 0; step < 300; step++) {
        strip.scrollLeft += step < 200 ? 400 : 1800;
        await new Promise(requestAnimationFrame);
    }
    await new Promise((done) => setTimeout(done, 500));
}"""
_STEPS = """async (count) => {
    const { player } = document.querySelector('review-app');
    const took = [];
    for (let step = 0; step < count; step++) {
        const began = performance.now();
        const painted = new Promise((done) => player.addEventListener('paint', done, { once: true }));
        player.step(step < count / 2 ? 1 : -1);
        if (player.painted !== player.frame) await painted;
        await new Promise(requestAnimationFrame);
        took.push(performance.now() - began);
        await new Promise((done) => setTimeout(done, 60));
    }
    return took;
}"""
