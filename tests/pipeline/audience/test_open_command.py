"""`shotfarm watch --open-sessions` with a real farm: that is away, killed, back, and somebody forgotten."""

from __future__ import annotations

import contextlib
import copy
import os
import signal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.support.files import files_below
from tests.support.pipeline.audience_films import ASKING
from tests.support.pipeline.review_films import ready_line
from tests.support.pipeline.slate_films import assert_clear, bytes_of, takes_in, write_film
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow
NAME = "Xanthippe"
STANDS_AT, ENDS_AT = 90, 150
"""the frames that its viewer is at when the farm goes, and when the server is killed"""
SLOW_S = 0.6
"""for each frame of the scene that is made for her: it is not there before the farm has gone"""


def quiet():
    """A film that asks, in which nothing is heard, and whose second scene takes a minute."""
    film = copy.deepcopy(ASKING)
    film["format"] = {"width": 160, "height": 90, "rate": 24}
    film["locations"]["here"] = {"name": "Here"}
    film["scenes"][1]["shots"][0]["backend_options"] = {"slate": {"delay_s": SLOW_S}}
    return film


@contextlib.contextmanager
def watching(command, folder):
    """The command and what it said, until it is told to end."""
    started = command.start(
        "watch", folder, "--open-sessions", "--most-viewers", 1, "--viewer-shots", 1, "--json", "--no-browser"
    )
    try:
        yield started, ready_line(started)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGINT)
        started.wait(PATIENCE_S)


def client_of(told, token):
    address = urlsplit(told["url"])
    headers = {"Authorization": f"Bearer {token or parse_qs(address.query)['token'][0]}"}
    return httpx.Client(base_url=f"http://{address.netloc}", headers=headers, timeout=PATIENCE_S)


def begins(client):
    answer = client.post("/api/screenings", json={})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return made, lambda: client.get(f"/api/screenings/{made['key']}").json()


def names(client, made):
    return [line for line in client.get(made["picture"]).text.splitlines() if line.endswith(".m4s")]


def tells(client, made, frame):
    there = {"frame": frame, "moves": True}
    assert client.post(f"/api/screenings/{made['key']}/position", json=there).status_code == 200


def words_in(*folders):
    """The files that have the viewer's name in them."""
    files = [path for folder in folders for path in files_below(folder)]
    return [str(path) for path in files if NAME.encode() in bytes_of(path)]


def test_a_session_goes_on_at_its_frame_after_the_farm_was_away_and_the_server_killed_and_leaves_nothing(
    standing, tmp_path
):
    folder = write_film(tmp_path / "film", quiet())
    with watching(standing, folder) as (started, told):
        with client_of(told, None) as keeper:
            token = keeper.post("/api/sessions").json()["token"]
        with client_of(told, token) as hers:
            made, state = begins(hers)
            until(lambda: state()["question"], "it asks")
            said = {"number": 0, "answer": NAME}
            assert hers.post(f"/api/screenings/{made['key']}/answers", json=said).status_code == 200
            tells(hers, made, STANDS_AT)
            until(lambda: (state()["wait"] or {}).get("take"), "her own scene is being made")
            first = names(hers, made)
            assert standing("farm", "down").returncode == 0
            assert not (state()["wait"] or {}).get("failed"), "nobody has to press anything"
            assert standing("farm", "up", "--cpus", 2).returncode == 0
            until(lambda: state()["until"] == 192, "it is made by the farm that is back")
            before = names(hers, made)
            assert before[: len(first)] == first
            session = hers.get("/api/session").json()
            assert (session["frame"], session["answers"]) == (STANDS_AT, [NAME])
            tells(hers, made, ENDS_AT)
        started.kill()
        started.wait(PATIENCE_S)
    with watching(standing, folder) as (_, again):
        assert again == told, "the link is the same"
        with client_of(again, None) as keeper:
            other = keeper.post("/api/sessions").json()["token"]
        with client_of(again, other) as his:
            assert his.get("/api/session").json()["place"] == 1, "her place is hers still"
        with client_of(again, token) as hers:
            made, state = begins(hers)
            assert (made["frame"], made["answers"]) == (ENDS_AT, [NAME])
            until(lambda: state()["until"] == 192, "it is there again")
            assert {*names(hers, made)} <= {*before}, "it is the same film"
            said = {"number": 1, "answer": "right"}
            assert hers.post(f"/api/screenings/{made['key']}/answers", json=said).status_code == 200
            until(lambda: state()["whole"], "it goes on to its end")
            session = token.partition(".")[0]
            (mine,) = standing.json("viewers", "show", session, folder)["takes"]
            others = {*takes_in(folder)} - {mine}
            assert len(others) >= 2, "her way's other scenes"
            assert words_in(folder), "so that the next look can fail"
            gone = standing.json("viewers", "forget", session, folder)
            assert gone["by_kind"]["takes"] == 1
            assert hers.get("/api/session").status_code == 410
        logs = Path(f"{standing.home}-logs")
        until(
            lambda: not words_in(folder, standing.home, logs), "nothing has her name, also when all has ended"
        )
        assert {*takes_in(folder)} >= others, "all that everybody sees is there"


def test_limits_that_nobody_can_hold_are_refused(standing, tmp_path):
    write_film(tmp_path / "film", quiet())
    done = standing.here("watch", tmp_path / "film", "--open-sessions", "--all-money", "3 EUR")
    assert_clear(done, 2, "there are no prices")
