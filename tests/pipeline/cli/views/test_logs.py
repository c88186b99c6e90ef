"""What `farm logs` shows: every attempt, the refused tries, and text that does nothing to the terminal."""

from __future__ import annotations

import json
import os

import pytest

from farm.host.settings import NodeSettings
from farm.logs.attempt_log import AttemptLog
from farm.schedule.messages import RenderOrder
from farm.schedule.states import AttemptState
from pipeline.cli.console import printable
from pipeline.production.open import open_production
from pipeline.rendering.render import production_order
from pipeline.settings import load_settings
from tests.support.pipeline.odd_backends import run
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film

HOSTILE = (
    "[bold]not[/bold] :pile_of_poo: \x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J\u202egnp.exe\x9b2J \x00\n"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A film with a store of its own, on a machine without a farm."""
    monkeypatch.setenv("SHOTFARM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHOTFARM_BACKEND", "slate")
    monkeypatch.setenv("SHOTFARM_LOGS", str(tmp_path / "node"))
    made = write_film(tmp_path / "film", six_slates())
    (made / ".shotfarm" / "store").mkdir(parents=True)
    return made


def order_of(folder, shot: str) -> RenderOrder:
    production = open_production(folder, load_settings())
    order = production_order(
        production.material(production.plan()), production.settings, production.store.root
    )
    (digest,) = (request.digest for request in order.requests if request.shot == shot)
    return order.orders[digest]


def attempt(
    folder, number: int, outcome: AttemptState | None, output: bytes = b"", why: str = ""
) -> AttemptLog:
    node = NodeSettings()
    log = AttemptLog.begin(order_of(folder, "2A"), number, f"slate-{number}", "slate", 1.0, node)
    assert log is not None
    os.write(1, output)
    log.progress(0.4)
    log.took("render", 12.0)
    if outcome is not None:
        log.end(outcome, why, "Traceback: broken" if why else "")
    return log


def test_every_attempt_is_listed_and_the_last_one_s_output_shown(folder, monkeypatch, capsys):
    monkeypatch.setattr(AttemptLog, "_passed", lambda _: 13.0)
    attempt(folder, 3, AttemptState.FAILED, b"of the first\n", "RuntimeError: broken")
    renders = attempt(folder, 5, None, b"of the second\n")
    try:
        code, said = run(monkeypatch, capsys, "farm", "logs", "2A", folder)
        _, of_first = run(monkeypatch, capsys, "farm", "logs", "2A", folder, "--attempt", 1)
    finally:
        renders.end(AttemptState.DONE)
    assert code == 0
    rows = [line.split("│") for line in said.splitlines() if "slate-" in line]
    assert [[cell.strip() for cell in row if cell.strip()] for row in rows] == [
        ["1", *_machine(rows[0]), "failed", "13.0 s", "40%", "1.0 s", "12.0 s"],
        ["2", *_machine(rows[1]), "rendering", "40%", "1.0 s"],
    ]
    assert "1: RuntimeError: broken" in said
    assert "of the second" in said
    assert "of the first" not in said
    assert "of the first" in of_first
    assert "Traceback: broken" in of_first


def _machine(row: list[str]) -> list[str]:
    """When, on which worker and where, as they are."""
    return [cell.strip() for cell in row[2:5]]


def test_earlier_takes_of_a_shot_are_listed_and_marked(folder, monkeypatch, capsys):
    attempt(folder, 1, AttemptState.DONE)
    film = six_slates()
    shot_of(film, "2A")["action"] = "Something else."
    write_film(folder, film)
    attempt(folder, 2, AttemptState.DONE)
    _, said = run(monkeypatch, capsys, "farm", "logs", "2A", folder)
    assert [line.count("an earlier take") for line in said.splitlines() if "slate-" in line] == [1, 0]


def test_refused_tries_are_told_with_their_seeds(folder, monkeypatch, capsys):
    production = open_production(folder, load_settings())
    tries = [{"seed": 7, "failures": ["it flickers"]}, {"seed": 8, "failures": ["80% of it is black"]}]
    production.store.notes.keep_refused(order_of(folder, "2A").digest, tries)
    _, said = run(monkeypatch, capsys, "farm", "logs", "2A", folder)
    assert "refused: seed 7: it flickers" in said
    assert "refused: seed 8: 80% of it is black" in said


def test_a_shot_without_attempts_and_one_that_is_not_there_are_told_apart(folder, monkeypatch, capsys):
    code, said = run(monkeypatch, capsys, "farm", "logs", "2A", folder)
    assert (code, said) == (0, "No attempt at shot 2A has left a log.\n")
    code, said = run(monkeypatch, capsys, "farm", "logs", "2Z", folder)
    assert code == 2
    assert "the film has no shot '2Z'" in said
    attempt(folder, 1, AttemptState.DONE)
    code, said = run(monkeypatch, capsys, "farm", "logs", "2A", folder, "--attempt", 2)
    assert code == 2
    assert "shot 2A has no attempt 2" in said


def test_hostile_output_does_nothing_to_the_terminal_and_json_keeps_it(folder, monkeypatch, capsys):
    attempt(folder, 1, AttemptState.FAILED, HOSTILE.encode(), HOSTILE)
    _, said = run(monkeypatch, capsys, "farm", "logs", "2A", folder)
    assert "[bold]not[/bold] :pile_of_poo:" in said
    assert not {letter for letter in said if not letter.isprintable()} - {"\n"}
    _, told = run(monkeypatch, capsys, "farm", "logs", "2A", folder, "--json")
    (only,) = json.loads(told)["attempts"]
    assert (only["output"], only["why"]) == (HOSTILE, HOSTILE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("größe 映画", "größe 映画"),
        ("10 %\r50 %\r100 %\nnext", "100 %\nnext"),
        ("windows\r\n", "windows\n"),
        ("\x1b[1;32mgreen\x1b[0m", "green"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\u202etxt", "\\u202etxt"),
        ("\x9b2J\x08", "\\x9b2J\\x08"),
    ],
)
def test_only_what_a_terminal_draws_is_shown(text, shown):
    assert printable(text) == shown
