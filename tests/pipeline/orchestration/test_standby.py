"""What stands by to render retakes: it ends when it is not needed, and says when it cannot become ready."""

from __future__ import annotations

import io
import os
import subprocess

import pytest

from pipeline.orchestration.hand import Hand
from pipeline.orchestration.standby import Progress, Render, Speaker, StandBy, _Orders
from pipeline.settings import load_settings
from tests.support.waiting import PATIENCE_S, until


def test_orders_come_until_none_came_for_long():
    order = Render(decision=3, film=True)
    read, write = os.pipe()
    with os.fdopen(read, "rb") as told, os.fdopen(write, "wb", buffering=0) as says:
        says.write(order.model_dump_json().encode() + b"\n")
        orders = _Orders(told, 0.05)
        until(lambda: not orders._lines.empty(), "the order has been read")
        assert [*orders] == [order]
        says.close()
        orders.reading.join(PATIENCE_S)


def test_a_process_that_nobody_needs_ends_by_itself(film_folder, tmp_path):
    settings = load_settings(home=tmp_path / "home", backend="slate", review_standby_s=1)
    hand = Hand(StandBy(film=film_folder, settings=settings))
    assert [told.state for told in hand.lines()] == ["ready"]
    until(lambda: not hand.lives, "it has ended")


def test_what_a_process_is_told_after_it_was_stopped_is_lost_and_no_error(film_folder, tmp_path, monkeypatch):
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda _, **how: start(["cat"], **how)
    )  # it echoes what it is told
    hand = Hand(StandBy(film=film_folder, settings=load_settings(home=tmp_path / "home")))
    hand.stop()
    hand.lead({})
    hand.render(Render(decision=3, film=True))
    assert [*hand.lines()] == []
    hand.close()


@pytest.mark.parametrize("state", ["ready", "failed"])
def test_what_is_said_is_a_line_each(state):
    heard = io.BytesIO()
    Speaker(heard)(Progress(state=state, error="a\nb"))
    assert Progress.model_validate_json(heard.getvalue()) == Progress(state=state, error="a\nb")
    assert heard.getvalue().count(b"\n") == 1
