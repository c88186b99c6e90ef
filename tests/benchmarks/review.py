"""The review application before 1,500 shots, and its player at 720p, in a real browser.

python -m tests.benchmarks review
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farm.store.store import Store
from pipeline.production.open import open_production
from pipeline.rendering.registering import register_takes
from storyboard.planning.adjustments import Adjustment
from tests.benchmarks.takes import publish_slate, publish_slates
from tests.support import browser
from tests.support.browser import Visit
from tests.support.pipeline.review_films import Watching, served, settings_for
from tests.support.pipeline.slate_films import write_film
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.web.access import Door

MANY = 1500
SCENE = 15
STEPS = 40
LENGTH_S = 8
"""of a shot that is played"""
PLAYED_S = 6
"""of it, after its first second"""


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


def rendered(folder: Path, film: dict[str, Any]) -> Path:
    """A folder with a film that has all its takes."""
    production = open_production(write_film(folder, film), settings_for(folder))
    plan = production.plan()
    publish_slates(production, plan, {})
    production.takes.remember({shot.shot: shot.digest for shot in plan.shots})
    register_takes(production, plan)
    Store(production.store.root).sweep()
    return folder


def with_two_takes(folder: Path, film: dict[str, Any]) -> Path:
    """The same with a second take of each shot."""
    production = open_production(rendered(folder, film), settings_for(folder))
    ids = [shot.id for _, shot in production.film.shots()]
    plan = production.plan(alternatives={shot: [Adjustment(seed=7)] for shot in ids})
    jobs = [
        (production.store.root, shot.spec.model_dump_json(), shot.digest, None) for shot in plan.alternatives
    ]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        list(pool.map(publish_slate, jobs))
    register_takes(production, plan)
    return folder


def run(folder: Path) -> dict[str, Any]:
    """Measure three films in one browser."""
    few = rendered(folder / "few", film_of(4, 12, 160, 90))
    many = rendered(folder / "many", film_of(MANY, 12, 160, 90))
    played = with_two_takes(folder / "played", film_of(3, 24 * LENGTH_S, 1280, 720))
    with _visits() as visits:
        beside = _ready(few, visits.open())
        return {**strip(many, visits.open(), beside["s"]), **player(played, visits.open())}


@contextlib.contextmanager
def _visits() -> Iterator[browser.Visits]:
    program = browser.program()
    assert program, "this benchmark needs Chromium"
    with contextlib.ExitStack() as stack:
        profile = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        address = stack.enter_context(browser.running(program, profile))
        yield stack.enter_context(browser.connected(address))


def _ready(folder: Path, visit: Visit) -> dict[str, float]:
    with served([folder]) as door:
        return _opened(door, visit)


def _opened(door: Door, visit: Visit) -> dict[str, float]:
    """Seconds from the address to the first picture, and what the page's own thread worked meanwhile."""
    thread = _thread(visit)
    began = time.monotonic()
    Watching(visit, door).open()
    ready_s = time.monotonic() - began
    return {"s": ready_s, "cpu_s": thread()}


def _thread(visit: Visit) -> Callable[[], float]:
    """Tells the seconds of a processor that the page's own thread has taken: other work does not count."""
    told = visit.context.new_cdp_session(visit.page)
    told.send("Performance.enable", {"timeDomain": "threadTicks"})

    def taken() -> float:
        metrics = told.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    return taken


def strip(folder: Path, visit: Visit, beside_s: float) -> dict[str, Any]:
    """A film of many shots, opened and scrolled through."""
    began = time.monotonic()
    with served([folder]) as door:
        opened_s = time.monotonic() - began
        ready = _opened(door, visit)
        thread = _thread(visit)
        visit.page.evaluate(_LONG_TASKS)
        before = thread()
        moved = visit.page.evaluate(_SCROLL)
        scrolled_s = thread() - before
        tasks = visit.page.evaluate("globalThis.longTasks")
        cells = visit.page.locator(".shot").count()
    return {
        "shots": MANY,
        "film opened by the server, s": round(opened_s, 2),
        "page ready with its first picture, s": round(ready["s"], 2),
        "the same for a film of 4 shots, s": round(beside_s, 2),
        "processor time of the page's thread until then, s": round(ready["cpu_s"], 2),
        "long tasks while scrolling (over 50 ms)": len(tasks),
        "longest of them, ms": round(max(tasks, default=0)),
        "frame of scrolling, 95th percentile ms": round(statistics.quantiles(moved, n=20)[18], 1),
        "processor time of the page's thread for it, ms": round(1000 * scrolled_s / len(moved), 1),
        "elements of shots after scrolling": cells,
    }


def player(folder: Path, visit: Visit) -> dict[str, Any]:
    """A film at 720p, stepped through and played; and `<video>` elements that play the same clips."""
    with served([folder]) as door:
        watching = Watching(visit, door).open()
        steps = visit.page.evaluate(_STEPS, STEPS)
        clips = watching.player("film.shots[0].takes.map((take) => take.clip)")
        one, one_ms = _played(watching, "&shot=1A&see=shot")
        two, two_ms = _played(watching, "&shot=1A&see=shot&compare=wipe&take=1&with=2")
        visit.page.goto("about:blank")
        visit.page.goto(door.url)  # a page of ours, which may show clips and nothing else
        sources = [f"/media/1/{_name(visit)}/clips/{clip}/file" for clip in clips]
        lost_by_one = visit.page.evaluate(_VIDEOS, sources[:1])
        lost_by_two = visit.page.evaluate(_VIDEOS, sources)
        visit.page.goto("about:blank")
    return {
        "frame step to painted frame at 720p, median ms": round(statistics.median(steps), 1),
        "frame step, 95th percentile ms": round(statistics.quantiles(steps, n=20)[18], 1),
        f"frames dropped in {PLAYED_S} s of playing 720p24, %": one,
        "a video element that plays the same clip drops, %": lost_by_one,
        "processor time of the page's thread for a frame, ms": one_ms,
        "frames dropped with two takes wiped, %": two,
        "processor time of the page's thread for one of those, ms": two_ms,
        "two video elements with both takes drop, %": lost_by_two,
    }


def _name(visit: Visit) -> str:
    return visit.page.evaluate("fetch('/api/films').then((a) => a.json()).then((told) => told.films[0].id)")


def _played(watching: Watching, query: str) -> tuple[float, float]:
    """Percent of the frames that were not painted, and the milliseconds of the page's thread for each."""
    watching.open(query)
    watching.press("Home", "Space")
    until(lambda: watching.player("frame") > 24, "it plays")
    thread = _thread(watching.visit)
    watching.player("stats = {painted: 0, dropped: 0}")
    before, overtaken = thread(), watching.visit.page.evaluate(_OVERTAKEN)
    watching.visit.page.wait_for_timeout(PLAYED_S * 1000)
    stats, taken_s = watching.player("stats"), thread() - before
    overtaken = watching.visit.page.evaluate(_OVERTAKEN) - overtaken
    watching.press("k")
    due = stats["painted"] + stats["dropped"]
    return round(100 * (stats["dropped"] + overtaken) / due, 2), round(1000 * taken_s / due, 1)


_LONG_TASKS = """() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => one.duration)))
        .observe({type: 'longtask'});
}"""
_SCROLL = """async () => {
    const strip = document.querySelector('shot-strip');
    const took = [];
    let before = performance.now();
    for (let step = 0; step < 300; step++) {
        strip.scrollLeft += step < 200 ? 400 : 1800;
        await new Promise(requestAnimationFrame);
        took.push(performance.now() - before);
        before = performance.now();
    }
    await new Promise((done) => setTimeout(done, 500));
    return took;
}"""
_OVERTAKEN = "document.querySelector('review-screen').painting.skipped"
_STEPS = """async (count) => {
    const { player } = document.querySelector('review-app');
    const screen = document.querySelector('review-screen');
    const took = [];
    for (let step = 0; step < count; step++) {
        const began = performance.now();
        player.step(step < count / 2 ? 1 : -1);
        while (screen.dataset.frame !== String(player.frame)) {
            await new Promise((done) => screen.addEventListener('painted', done, { once: true }));
        }
        took.push(performance.now() - began);
        await new Promise((done) => setTimeout(done, 60));
    }
    return took;
}"""
_VIDEOS = """async (sources) => {
    const videos = sources.map((src) => {
        const video = document.createElement('video');
        Object.assign(video, { src, muted: true, preload: 'auto' });
        Object.assign(video.style, { position: 'absolute', inset: 0, width: '100%' });
        return video;
    });
    if (videos[1]) videos[1].style.clipPath = 'inset(0 0 0 50%)';
    document.body.replaceChildren(...videos);
    await Promise.all(videos.map((one) => new Promise((done) => { one.oncanplaythrough = done; })));
    await Promise.all(videos.map((one) => one.play()));
    await Promise.all(videos.map((one) => new Promise((done) => { one.onended = done; })));
    const told = videos.map((one) => one.getVideoPlaybackQuality());
    const [lost, all] = ['droppedVideoFrames', 'totalVideoFrames'].map(
        (name) => told.reduce((sum, one) => sum + one[name], 0));
    return Math.round(10000 * lost / all) / 100;
}"""
