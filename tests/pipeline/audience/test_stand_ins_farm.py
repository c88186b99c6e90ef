"""A faster renderer's takes stand in on a real farm, all of whose workers are at what is late."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.support.pipeline.review_films import link_of
from tests.support.pipeline.slate_films import takes_in, write_film
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow
LATE = {"delay_s": 4.0, "keep_every": 1}
"""of a frame: whoever waits for such a shot waits for minutes"""
FILM: dict[str, Any] = {
    "schema": 1,
    "title": "Late",
    "format": {"width": 160, "height": 90, "rate": 24},
    "renderers": {
        "final": {"backend": "slate", "options": LATE},
        "draft": {"backend": "slate", "options": {"keep_every": 2}},
    },
    "renderer": "final",
    "stand_ins": ["draft"],
    "locations": {"here": {"name": "Here"}},
    "scenes": [
        {
            "id": "1",
            "slug": "INT. HERE - DAY",
            "location": "here",
            "shots": [
                {"id": "1A", "duration": 480, "backend_options": {"slate": {"delay_s": 0}}},
                {"id": "1B", "duration": 96},
                {"id": "1C", "duration": 96, "action": "It is another one."},
            ],
        }
    ],
}


@contextlib.contextmanager
def watching(command, folder):
    """Somebody who has the link of a film that is watched."""
    started = command.start("watch", folder, "--renderer", "final", "--json", "--no-browser")
    try:
        address = urlsplit(link_of(started))
        headers = {"Authorization": f"Bearer {parse_qs(address.query)['token'][0]}"}
        base = f"http://{address.netloc}"
        with httpx.Client(base_url=base, headers=headers, timeout=PATIENCE_S) as client:
            yield client
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGINT)
        started.wait(PATIENCE_S)


def test_fast_takes_are_made_beside_those_that_are_late_and_shown(standing, tmp_path):
    folder = write_film(tmp_path / "film", FILM)
    with watching(standing, folder) as client:
        key = client.post("/api/screenings", json={}).json()["key"]

        def state(frame, *, moves=True):
            """How it stands for somebody who plays, and is at a frame."""
            told = {"frame": frame, "moves": moves}
            assert client.post(f"/api/screenings/{key}/position", json=told).status_code == 200
            return client.get(f"/api/screenings/{key}").json()

        until(lambda: state(0, moves=False)["until"] == 480, "what is fast is there")
        until(lambda: state(0) and len(takes_in(folder)) == 3, "what stands in is made for who watches")
        assert state(0)["until"] == 480, "it is not shown before somebody comes to it"
        until(lambda: state(400)["until"] >= 576, "it is shown")  # who is asked late has come further
        until(lambda: state(490)["whole"], "and so is the other")
        assert [(one["shot"], one["words"]) for one in state(490)["stand_ins"]] == [
            (name, f"Shot {name} was not there in time: this is its take by draft.") for name in ("1B", "1C")
        ]
