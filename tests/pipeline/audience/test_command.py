"""`shotfarm watch` with a real farm: a film plays while its shots render slower than it goes by."""

from __future__ import annotations

import contextlib
import os
import signal

import pytest

from tests.support.pipeline.audience_films import FILM, FRAMES, Watcher, shows
from tests.support.pipeline.review_films import ready_line
from tests.support.pipeline.slate_films import assert_clear, held_up, takes_in, write_film
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.slow
JOINED = {*range(48, 72), *range(134, 158), *range(218, 242)}


@contextlib.contextmanager
def watching(command, folder):
    """The command, until it is told to end."""
    started = command.start("watch", folder, "--json", "--no-browser")
    try:
        yield started, ready_line(started)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGINT)
        started.wait(PATIENCE_S)


def test_a_film_plays_while_it_renders_also_when_the_server_is_killed_and_comes_back(
    standing, visit, tmp_path
):
    folder = write_film(tmp_path / "film", held_up(FILM))
    with watching(standing, folder) as (started, told):
        watcher = Watcher(visit, told["url"]).open()
        watcher.record()
        watcher.play()
        visit.sees(lambda: watcher.player("frame") > 10, "it plays")
        assert not watcher.player("whole"), "while it is being made"
        started.kill()
        started.wait(PATIENCE_S)
    visit.sees(lambda: visit.page.locator(".notice").is_visible(), "the page says that the server is gone")
    standing("farm", "cancel", FILM["title"])  # if its farm still makes what is held up
    write_film(folder, FILM)
    with watching(standing, folder) as (_, again):
        assert again == told, "the link is the same"
        watcher.ends_at(FRAMES - 1)
    seen = watcher.recorded()
    frames = [frame for frame, _ in seen]
    assert frames == sorted(frames)
    heads = {"1A": 0, "1B": 4, "2A": 0, "2B": 3}
    plain = [(frame, code) for frame, code in seen if frame not in JOINED]
    assert [code for _, code in plain] == [shows(frame, heads) for frame, _ in plain]
    assert len(takes_in(folder)) == 4


def test_a_film_that_is_wrong_is_refused_before_anything_is_served(standing, tmp_path):
    write_film(tmp_path / "film", {**FILM, "title": ""})
    assert_clear(standing.here("watch", tmp_path / "film"), 2, "title")
