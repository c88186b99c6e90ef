"""A small film for review with all its takes, two of one shot; and its application, served right here."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from PIL import Image
from playwright.sync_api import Locator

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.entries import NewTake
from pipeline.film.assemble import assemble
from pipeline.observer import Nobody
from pipeline.orchestration.hand import Hand
from pipeline.orchestration.standby import StandBy
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.review.app import review_app
from pipeline.review.films import reviewed
from pipeline.settings import Settings, load_settings
from pipeline.web.access import Door
from pipeline.web.roles import Person
from pipeline.web.serving import listening, server_of
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.plan import PlannedShot
from tests.benchmarks.takes import publish_slate
from tests.support.browser import Visit
from tests.support.pipeline.slate_films import write_film
from tests.support.pipeline.warm_commands import WarmProcess
from tests.support.waiting import PATIENCE_S, until

TWICE = "2A"
"""the shot with two takes"""
FILM: dict[str, Any] = {
    "schema": 1,
    "title": "For Review",
    "format": {"width": 320, "height": 180, "rate": 24},
    "characters": {"ada": {"name": "Ada", "voice": {"name": "en-gb"}}},
    "locations": {"here": {"name": "Here", "room_tone": "wind"}},
    "scenes": [
        {
            "id": "1",
            "slug": "INT. HERE - DAY",
            "location": "here",
            "shots": [
                {"id": "1A", "duration": 40, "action": "It begins.", "characters": [{"id": "ada"}]},
                {"id": "1B", "duration": 30, "transition": {"kind": "dissolve", "duration": 8}},
            ],
        },
        {
            "id": "2",
            "slug": "EXT. HERE - NIGHT",
            "location": "here",
            "shots": [
                {"id": "2A", "duration": 36, "lines": [{"character": "ada", "text": "Go.", "at": 2}]},
                {"id": "2B", "duration": 25},
            ],
        },
    ],
}
FRAMES = 40 + 30 + 36 + 25
STARTS = {"1A": 0, "1B": 40, "2A": 70, "2B": 106}


def settings_for(folder: Path) -> Settings:
    """The slate backend, and a home beside the film."""
    return load_settings(home=folder / "home", backend="slate")


def film_with_takes(
    folder: Path,
    film: dict[str, Any] | None = None,
    *,
    assembled: bool = True,
    settings: Settings | None = None,
) -> Path:
    """A folder with the film, its takes, two of one shot, and the film put together of them."""
    settings = settings or settings_for(folder)
    production = open_production(write_film(folder, film or FILM), settings)
    alternatives = {} if film else {TWICE: [Adjustment(seed=7)]}
    plan = production.plan(alternatives=alternatives)
    for shot in plan.missing:
        publish_slate((production.store.root, shot.spec.model_dump_json(), shot.digest, None))
    production.takes.remember({shot.shot: shot.digest for shot in plan.shots})
    with Catalog.open(folder, settings, production.film.title) as catalog:
        renderer = production.choices.default_name
        catalog.register([_new(shot, renderer) for shot in (*plan.shots, *plan.alternatives)])
    if assembled:
        production = open_production(folder, settings)
        material = production.material(production.plan())
        assemble(material, production.store, folder / "film.mp4", Nobody())
    return folder


def copy_of_film(folder: Path, place: Path) -> Path:
    """A folder like that one, to change."""
    shutil.copytree(folder, place)
    return place


def opened(folder: Path) -> Production:
    """The production in a folder."""
    return open_production(folder, settings_for(folder))


def _new(shot: PlannedShot, renderer: str) -> NewTake:
    return NewTake(
        shot=shot.shot,
        digest=shot.digest,
        renderer=renderer,
        seed=shot.spec.seed,
        made_at=datetime(2026, 11, 1, tzinfo=UTC),
        by="ada",
        why="another seed" if shot.adjusted else "new shot",
        worker_s=1.5,
        gpu_s=0.0,
        quality={},
        adjustment=Adjustment(seed=7) if shot.adjusted else None,
    )


@contextlib.contextmanager
def answering(server: uvicorn.Server, at: socket.socket) -> Iterator[None]:
    """A server in a thread, which answers on a socket that listens."""
    thread = threading.Thread(target=server.run, args=([at],), daemon=True)
    thread.start()
    until(lambda: server.started, "the application answers")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the application does not end"


def ready_line(started: subprocess.Popen[str] | WarmProcess) -> dict[str, Any]:
    """What an application says that was started with --json, once it is ready.

    Raises:
        AssertionError: it ended without a word; with what it complained of.
    """
    late = threading.Timer(PATIENCE_S, started.kill)
    late.start()
    line = started.stdout.readline() if started.stdout else ""
    late.cancel()
    assert line, f"the application ended: {started.stderr.read() if started.stderr else ''}"
    said: dict[str, Any] = json.loads(line)
    return said


def link_of(started: subprocess.Popen[str] | WarmProcess) -> str:
    """The link of such an application."""
    return str(ready_line(started)["url"])


@contextlib.contextmanager
def served(
    paths: Sequence[Path],
    settings: Settings | None = None,
    *,
    door: Door | None = None,
    keeper: Person | None = None,
    hand: Callable[[StandBy], Hand] = Hand,
) -> Iterator[Door]:
    """The application for these films, on a port of its own; or behind the door of one that has ended.

    Whoever has its link is its keeper; `hand` starts what renders retakes.
    """
    films = reviewed(paths, settings or settings_for(paths[0]), hand=hand)
    with contextlib.closing(listening("127.0.0.1", door.port if door else 0)) as at:
        if door is None:
            door = Door("127.0.0.1", at.getsockname()[1], **({"keeper": keeper} if keeper else {}))
        try:
            with answering(server_of(review_app(films, door)), at):
                yield door
        finally:
            for film in films.values():
                film.close()


@dataclass
class Watching:
    """Somebody who looks at a film in a browser."""

    visit: Visit
    door: Door

    def __post_init__(self) -> None:
        """What the page says for a moment stays until it says something else: a test may be late."""
        self.visit.context.add_init_script(_SAID)

    def open(self, query: str = "") -> Watching:
        """Come by the link; the page is there, with a picture or with words in its place."""
        self.visit.page.goto(self.door.url + query)
        self.visit.sees(lambda: self.screen("state") in {"shown", "said"}, "the page shows the film")
        return self

    def screen(self, name: str) -> str | None:
        """What the screen notes about itself."""
        return self.visit.page.evaluate(f"document.querySelector('review-screen')?.dataset['{name}'] ?? null")

    def player(self, expression: str) -> Any:
        """Something of the player, or something that it does."""
        return self.visit.page.evaluate(f"document.querySelector('review-app').player.{expression}")

    def app(self, expression: str) -> Any:
        """Something that the page knows."""
        return self.visit.page.evaluate(f"document.querySelector('review-app').{expression}")

    def ink(self, name: str) -> str | None:
        """What lies over the picture, as it notes about itself."""
        return self.visit.page.evaluate(f"document.querySelector('frame-ink').dataset['{name}'] ?? null")

    def text(self, selector: str) -> str:
        """What stands there, as it is seen."""
        return self.visit.page.locator(selector).first.inner_text()

    def button(self, name: str) -> Locator:
        """A button by all of its name."""
        return self.visit.page.get_by_role("button", name=name, exact=True)

    def note(self, words: str) -> None:
        """Write a note by keys, and wait until it is said."""
        self.press("n")
        self.visit.page.keyboard.type(words)
        self.press("Enter")
        self.visit.sees(lambda: words in self.text("shot-conversation"), "the note is in the conversation")
        self.decided()

    def decided(self) -> None:
        """Wait until the page has heard that it is decided, which it may have seen before.

        Until then no key decides anything, and what was written stays in its form.
        """
        self.visit.sees(lambda: self.app("desk.busy") is False, "it is decided")

    def drag(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw with the mouse, between two places in parts of the picture."""
        box = self.visit.page.locator("frame-ink").bounding_box()
        assert box
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (begin, end)]
        mouse = self.visit.page.mouse
        mouse.move(*places[0])
        mouse.down()
        mouse.move(*places[1], steps=4)
        mouse.up()

    def tab_to(self, name: str) -> None:
        """Press Tab until a control has the focus."""
        named = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
        for _ in range(80):
            self.press("Tab")
            if self.visit.page.evaluate(named) == name:
                return
        raise AssertionError(f"Tab never came to {name!r}")

    def press(self, *keys: str) -> None:
        """Keys, one after another, as fast as they are taken."""
        for key in keys:
            self.visit.page.keyboard.press(key)

    def seek(self, frame: int) -> None:
        """Go to a frame of the film."""
        self.player(f"seek({frame})")

    def is_at(self, frame: int) -> None:
        """Wait until a frame of the film is painted."""
        self.visit.sees(
            lambda: self.screen("state") == "shown" and self.screen("frame") == str(frame),
            f"frame {frame} is painted",
        )

    def picture(self) -> np.ndarray:
        """What is on the canvas, once it is painted: uint8 [height, width, 3]."""
        self.visit.sees(lambda: self.screen("state") != "painting", "the picture is painted")
        canvas = "document.querySelector('review-screen canvas')"
        url = self.visit.page.evaluate(f"{canvas}.toDataURL('image/png')")
        data = base64.b64decode(url.partition(",")[2])
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


_SAID = """{
    const later = globalThis.setTimeout;
    const MOMENT_MS = 6000;  // of `news.js`, and of nothing else
    globalThis.setTimeout = (does, ms, ...more) => later(does, ms === MOMENT_MS ? 2 ** 30 : ms, ...more);
}"""
