"""How soon a film is seen: from its link to its first frame, and from a choice to what follows it.

python -m tests.benchmarks first_frame
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import copytree
from statistics import median
from typing import Any

from pipeline.production.open import open_production
from tests.support import browser
from tests.support.browser import Visit
from tests.support.pipeline.audience_films import ASKING, Shown, Watcher, mix, publish, shown
from tests.support.pipeline.review_films import settings_for
from tests.support.pipeline.slate_films import write_film
from tests.support.waiting import until

TIMES = 5
SHOTS, SHOT_FRAMES, RATE = 8, 96, 24
CHOSEN_AT = 192
"""the frame of `ASKING` from which on all depends on the second answer"""
_FIRST_FRAME = """() => {
    const look = () => {
        const video = document.querySelector("video");
        if (video) video.requestVideoFrameCallback((now) => (globalThis.firstFrame = now));
        else setTimeout(look, 1);
    };
    look();
}"""
_CHOOSE = """(moment) => new Promise((done) => {
    const app = document.querySelector("watch-app"), video = document.querySelector("video");
    const begun = performance.now();
    const look = () => {
        const { buffered } = video;
        const there = buffered.length ? buffered.end(buffered.length - 1) : 0;
        if (app.answers.length === 2 && there > moment) done(performance.now() - begun);
        else setTimeout(look, 1);
    };
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "2", bubbles: true }));
    look();
})"""


def film() -> dict[str, Any]:
    """A film of eight shots of 4 s, with a sound that is known before the pictures."""
    return {
        "schema": 1,
        "title": "Eight Slates",
        "format": {"width": 640, "height": 360, "rate": RATE},
        "locations": {"here": {"name": "Here", "room_tone": "wind"}},
        "scenes": [
            {
                "id": "1",
                "slug": "INT. HERE - DAY",
                "location": "here",
                "shots": [{"id": f"1-{number}", "duration": SHOT_FRAMES} for number in range(SHOTS)],
            }
        ],
    }


def run(folder: Path) -> dict[str, Any]:
    """Open it anew each time, in a browser that was never there; seconds."""
    links, choices = [], []
    program = browser.program()
    assert program, "this benchmark needs Chromium"
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        browser.running(program, Path(profile)) as address,
        browser.connected(address) as visits,
    ):
        begun, asking = _begun(folder / "begun"), _asking(folder / "asking")
        for number in range(TIMES):
            links.append(_from_link(copytree(begun, folder / f"link-{number}"), visits.open()))
            choices.append(_from_choice(copytree(asking, folder / f"choice-{number}"), visits.open()))
    return {
        "first_frame_s": round(median(links), 2),
        "slowest_first_frame_s": round(max(links), 2),
        "after_a_choice_s": round(median(choices), 2),
        "slowest_after_a_choice_s": round(max(choices), 2),
    }


def _begun(folder: Path) -> Path:
    """A folder with a film of which the first shot is there, and the sound."""
    production = open_production(write_film(folder, film()), settings_for(folder))
    publish(production, "1-0")
    mix(production)
    return folder


def _asking(folder: Path) -> Path:
    """A folder with a film that asks, all of whose takes are there."""
    publish(open_production(write_film(folder, ASKING), settings_for(folder)))
    return folder


def _from_link(folder: Path, visit: Visit) -> float:
    """From the link until the browser has shown a frame; nothing is there but a shot and the sound."""
    with shown(folder) as found:
        visit.page.add_init_script(f"({_FIRST_FRAME})()")
        visit.page.goto(found.url, wait_until="commit")
        until(lambda: visit.page.evaluate("globalThis.firstFrame ?? 0"), "a frame is shown")
        seconds: float = visit.page.evaluate("globalThis.firstFrame") / 1000
    visit.context.close()
    return seconds


def _from_choice(folder: Path, visit: Visit) -> float:
    """From a key until the first frame of what follows is where the browser plays it from; it was there."""
    with shown(folder) as found:
        watcher = Watcher(visit, found.url).open()
        watcher.play(until="app.stage.asking.number === 1")
        visit.sees(lambda: watcher.state == "paused", "it asks for a way")
        until(lambda: _is_foreseen(found), "both answers are there")
        moment = (CHOSEN_AT + 1 + watcher.app("film.delay")) / RATE
        seconds: float = visit.page.evaluate(_CHOOSE, moment) / 1000
    visit.context.close()
    return seconds


def _is_foreseen(found: Shown) -> bool:
    """Whether the ways after the next answer are open, and their sound is there."""
    house = found.house
    for key, one in [*house._screenings.items()]:
        if key != house.key:
            ways = [way for way, _ in house._paths.foreseen(one)]
            return len(ways) == 2 and all(way.sound() for way in ways)
    return False
