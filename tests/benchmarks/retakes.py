"""How soon a retake is seen after it was asked for in the review application, with a standing farm.

python -m tests.benchmarks retakes
"""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from pipeline.production.open import open_production
from pipeline.services.standing_farm import farm_down, farm_up
from pipeline.settings import Settings, load_settings
from tests.benchmarks.review import film_of
from tests.benchmarks.takes import publish_slates
from tests.support.pipeline.review_films import served
from tests.support.pipeline.slate_films import write_film
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.web.access import Door

RUNS = 5
FEATURE_SHOTS, FEATURE_FRAMES = 1296, 100
"""ninety minutes at 24 frames a second"""
DELAY_S = 0.004
"""a frame of the retake takes so long: 250 of them a second"""


@dataclass
class Listening:
    """What the page is told while it listens, and when."""

    door: Door
    film: str
    shot: str
    told: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def listen(self) -> None:
        """Until the server ends."""
        with (
            self.client() as client,
            client.stream("GET", f"/api/films/{self.film}/events") as events,
        ):
            for line in _lines(events):
                if line.startswith("data: ") and '"asked"' in line:
                    self.told.append((time.perf_counter(), json.loads(line.removeprefix("data: "))))

    def client(self) -> httpx.Client:
        """Asks the server."""
        headers = {"Authorization": f"Bearer {self.door.token}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.door.port}", headers=headers, timeout=600)

    def first(self, since: float, number: int, what: str) -> float | None:
        """When a retake had its first picture, or was through; None before that."""
        for at, state in self.told:
            runs = [one for one in state["asked"] if one["decision"] == number]
            if at < since or not runs:
                continue
            if runs[0]["state"] == "failed":
                raise SystemExit(f"a retake failed: {runs[0]['error']}")
            pictured = state["shots"].get(self.shot, {}).get("picture")
            if (what == "picture" and pictured) or (what == "film" and runs[0]["state"] == "done"):
                return at
        return None


def run(folder: Path) -> dict[str, Any]:
    """Measure a short film and a feature, whose films are there; the medians of `RUNS` retakes."""
    settings = load_settings(home=folder / "home", backend="slate")
    farm_up(settings)
    try:
        short = _measured(folder / "short", settings, film_of(6, 48, 320, 180))
        feature = _measured(folder / "feature", settings, film_of(FEATURE_SHOTS, FEATURE_FRAMES, 320, 180))
    finally:
        farm_down(settings)
    return {
        **{f"six shots: {name}": value for name, value in short.items()},
        **{f"ninety minutes: {name}": value for name, value in feature.items()},
        "a frame of the new take, ms": 1000 * DELAY_S,
        "load of the machine before it": round(os.getloadavg()[2], 1),
    }


def _measured(folder: Path, settings: Settings, film: dict[str, Any]) -> dict[str, float]:
    production = open_production(write_film(folder, film), settings)
    plan = production.plan()
    publish_slates(production, plan, {})
    production.takes.remember({shot.shot: shot.digest for shot in plan.shots})
    with served([folder], settings) as door:
        (name,) = Listening(door, "", "").client().get("/api/films").json()["films"]
        # One of the last: what lies before a shot is looked at too.
        heard = Listening(door, name["id"], film["scenes"][-1]["shots"][-2]["id"])
        threading.Thread(target=heard.listen, daemon=True).start()
        with heard.client() as client:
            _retake(client, heard)  # what had never been put together is, and what renders is ready
            measured = [_retake(client, heard) for _ in range(RUNS)]
    pictures, films = (sorted(column)[RUNS // 2] for column in zip(*measured, strict=True))
    return {"first picture, s": round(pictures, 2), "film with the new take, s": round(films, 2)}


def _retake(client: httpx.Client, heard: Listening) -> tuple[float, float]:
    """Seconds from the request until the page was told of the first picture, and of the film."""
    url = f"/api/films/{heard.film}/shots/{heard.shot}"
    seen = client.get(url).json()["seen"]
    time.sleep(2)  # a person looks, and what was made before is read anew
    what = {"kind": "retake", "new_seed": True, "options": {"delay_s": DELAY_S}}
    since = time.perf_counter()
    answer = client.post(f"{url}/retakes", json={"what": what, "seen": seen}).json()
    number = answer["run"]["decision"]
    until(lambda: heard.first(since, number, "film") is not None, "the film is there")
    picture, film = (heard.first(since, number, what) for what in ("picture", "film"))
    assert picture is not None
    assert film is not None
    return picture - since, film - since


def _lines(events: httpx.Response) -> Iterator[str]:
    try:
        yield from events.iter_lines()
    except httpx.HTTPError:  # the server has ended
        return
