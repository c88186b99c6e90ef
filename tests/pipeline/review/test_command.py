"""The command: it says where the page is in one line, and Ctrl-C ends it."""

from __future__ import annotations

import json
import signal
import socket

import httpx
import pytest

from pipeline.web.serving import listening
from tests.support.pipeline.review_films import link_of
from tests.support.pipeline.slate_films import assert_clear, held_up, six_slates, write_film
from tests.support.waiting import PATIENCE_S, until


@pytest.mark.slow
def test_a_script_reads_the_link_and_an_interrupt_ends_it_in_order(shotfarm, film_for_review):
    started = shotfarm.start("review", film_for_review, "--json")
    url = link_of(started)
    with httpx.Client(follow_redirects=True, timeout=PATIENCE_S) as client:
        assert "<review-app>" in client.get(url).text
        address = url.partition("/?")[0]
        film = client.get(f"{address}/api/films/for-review").json()
        assert [shot["there"] for shot in film["shots"]] == [True] * 4
        with client.stream("GET", f"{address}/api/films/for-review/events") as events:
            assert next(events.iter_lines()) == "retry: 1000"
            started.send_signal(signal.SIGINT)
            said, complained = started.communicate(timeout=PATIENCE_S)
    assert (started.returncode, said) == (0, "")
    assert "Traceback" not in complained


@pytest.mark.slow
def test_a_render_of_the_same_folder_is_told_until_the_film_is_there(standing, tmp_path):
    folder = write_film(tmp_path / "film", held_up(six_slates()))
    started = standing.start("review", folder, "--json")
    try:
        address, _, token = link_of(started).partition("/?token=")
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S) as client:
            there = lambda: [  # noqa: E731
                shot["there"] for shot in client.get(f"{address}/api/films/six-slates").json()["shots"]
            ]
            with client.stream("GET", f"{address}/api/films/six-slates/events") as events:
                data = (
                    line.removeprefix("data: ") for line in events.iter_lines() if line.startswith("data: ")
                )
                states = map(json.loads, data)
                rendering = standing.start("render", folder)  # all that it does is told from now on
                told = []
                while not (_are_told(told, "rendering", "done") and any(map(_is_seen, told))):
                    told += next(states)["shots"].values()
                rendering.send_signal(signal.SIGINT)
                rendering.communicate(timeout=PATIENCE_S)
                write_film(folder, six_slates())
                standing.json("render", folder)
                assert next(state for state in states if state["runs"] == 0)
            until(lambda: there() == [True] * 6, "the film is there")
            sound = client.get(f"{address}/api/films/six-slates/sound").json()["sound"]
    finally:
        started.send_signal(signal.SIGINT)
        started.communicate(timeout=PATIENCE_S)
    assert rendering.returncode == 130
    assert sound["samples"] > 0


def _are_told(told, *states):
    return {*states} <= {shot["state"] for shot in told}


def _is_seen(shot):
    """Whether it renders, and what it makes is shown."""
    return 0 < shot["progress"] < 1 and shot["picture"]


def test_a_port_that_is_taken_and_a_film_that_is_not_there_are_refused_in_words(shotfarm, film_for_review):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_clear(shotfarm.here("review", film_for_review, "--port", port), 2, str(port), "another --host")
    assert_clear(shotfarm.here("review", film_for_review / "nowhere"), 2, "nowhere")


def test_where_the_quiet_port_is_taken_at_that_address_another_is_listened_on(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr("pipeline.web.serving.free_port", lambda: port)
        with listening("127.0.0.1", 0) as ours:
            assert ours.getsockname()[1] not in {0, port}
