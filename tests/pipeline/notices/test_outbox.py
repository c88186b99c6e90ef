"""The outbox: what is in it stays in it, whoever is killed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from farm.host.identity import new_attempt_name
from pipeline.notices import outbox as outbox_module
from pipeline.notices.notice import About, failed, finished
from pipeline.notices.outbox import Fate, Line, Outbox, letters_of
from pipeline.notices.troubles import troubles
from pipeline.settings import load_settings
from storyboard.errors import FarmError

ABOUT = About("The Lamp", Path("film.yaml"))


@pytest.fixture
def outbox(tmp_path) -> Outbox:
    return Outbox(load_settings(home=tmp_path))


def a_notice():
    return finished(ABOUT, Path("f.mp4"), seconds=1, shots=1, rendered=1)


def test_a_letter_is_what_its_lines_say(outbox):
    notice = a_notice()
    about = {"channel": "a", "id": notice.id}
    lines = [
        Line(**about, at=1, notice=notice),
        Line(**about, at=2, tried="no answer"),
        Line(channel="b", id=notice.id, at=2, tried="never queued"),
        Line(**about, at=3, tried="still none"),
    ]
    (one,) = letters_of(lines).values()
    assert (one.tries, one.last_at, one.why, one.fate) == (2, 3, "still none", Fate.WAITS)
    (one,) = letters_of([*lines, Line(**about, at=9, tried="gone", fate=Fate.GIVEN_UP)]).values()
    assert (one.tries, one.why, one.fate) == (3, "gone", Fate.GIVEN_UP)
    (one,) = letters_of([*lines, Line(**about, at=9, fate=Fate.DELIVERED)]).values()
    assert (one.tries, one.fate) == (3, Fate.DELIVERED)
    (one,) = letters_of([*lines, Line(**about, at=9, notice=notice)]).values()
    assert (one.tries, one.queued_at, one.fate) == (0, 9, Fate.WAITS), "it was queued again"


def test_the_same_notice_is_queued_once_for_each_channel(outbox):
    notice = a_notice()
    outbox.queue(notice, ["a"], 1)
    outbox.queue(notice, ["a", "b"], 2)
    assert [(one.channel, one.queued_at) for one in outbox.letters().values()] == [("a", 1), ("b", 2)]


def test_it_is_its_owners_alone(outbox):
    outbox.queue(a_notice(), ["a"], 1)
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in outbox.folder.iterdir()} == {0o600}


def test_half_a_line_of_a_killed_process_costs_no_other(outbox):
    first, second = a_notice(), a_notice()
    outbox.queue(first, ["a"], 1)
    with (outbox.folder / "outbox.jsonl").open("a") as stream:
        stream.write('{"channel": "a", "id": "')
    outbox.queue(second, ["a"], 2)
    assert [one.notice for one in outbox.letters().values()] == [first, second]


def test_a_long_log_is_written_anew_with_all_that_waits(outbox, monkeypatch):
    waiting, old, new = a_notice(), a_notice(), a_notice()
    outbox.queue(waiting, ["a"], 1)
    outbox.note(Line(channel="a", id=waiting.id, at=1.5, tried="away"))
    for at, notice in enumerate((old, new), 2):
        outbox.queue(notice, ["a"], at)
        outbox.note(Line(channel="a", id=notice.id, at=at, fate=Fate.DELIVERED))
    monkeypatch.setattr(outbox_module, "MOST_BYTES", 1)
    monkeypatch.setattr(outbox_module, "KEPT", 1)
    outbox.note(Line(channel="a", id=waiting.id, at=5, tried="still away"))
    left = [*outbox.letters().values()]
    assert [one.notice for one in left] == [waiting, new]
    assert (left[0].fate, left[0].why, left[0].queued_at, left[0].last_at) == (Fate.WAITS, "still away", 1, 5)
    assert left[1].fate is Fate.DELIVERED


def test_many_processes_lose_no_notice(tmp_path):
    program = (
        "import sys; from pathlib import Path; from pipeline.notices.outbox import Outbox;"
        "from pipeline.notices.notice import About, killed; from pipeline.settings import load_settings;"
        "box = Outbox(load_settings(home=Path(sys.argv[1])));"
        "[box.queue(killed(About('x', Path('f'))), ['a'], n) for n in range(25)]"
    )
    every = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(3)]
    assert [process.wait() for process in every] == [0, 0, 0]
    assert len(Outbox(load_settings(home=tmp_path)).letters()) == 75


def test_a_run_that_was_killed_is_told_of_and_one_that_lives_is_not(outbox):
    notice = failed(ABOUT, FarmError("gone"))
    note = outbox.begin(notice, ["a"])
    assert outbox.watches()
    outbox.sweep()
    assert outbox.letters() == {}
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    note.rename(note.with_name(f"{new_attempt_name().replace(f'-{os.getpid()}-', f'-{dead.pid}-')}.json"))
    outbox.sweep()
    assert [one.notice for one in outbox.letters().values()] == [notice]
    assert not outbox.watches()


def test_people_are_told_of_what_does_not_arrive_and_of_nothing_else(outbox):
    notices = [a_notice() for _ in range(4)]
    for notice in notices:
        outbox.queue(notice, ["a"], time.time())
    assert troubles(outbox.letters().values()) == []
    outbox.note(Line(channel="a", id=notices[0].id, at=2, fate=Fate.DELIVERED))
    outbox.note(Line(channel="a", id=notices[1].id, at=2, tried="away"))
    outbox.note(Line(channel="a", id=notices[2].id, at=2, tried="it says 500", fate=Fate.GIVEN_UP))
    assert troubles(outbox.letters().values()) == [
        "1 notice to a will be tried again: away",
        "1 notice to a given up: it says 500; `shotfarm notices retry` tries again",
    ]
    outbox.queue_again([outbox.letters()["a", notices[2].id]], 3)
    assert len(troubles(outbox.letters().values())) == 1


def test_every_line_is_json_for_whoever_looks_into_it(outbox):
    outbox.queue(a_notice(), ["a", "b"], 1)
    lines = (outbox.folder / "outbox.jsonl").read_text().splitlines()
    assert [json.loads(line)["channel"] for line in lines] == ["a", "b"]
