"""Several who write at once, some of them killed; and a project folder that nobody may write into."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.catalog import database
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.database import BusyError
from pipeline.catalog.entries import Approve, Note, Omit
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.record import Conflict
from pipeline.settings import STATE_FOLDER, load_settings
from storyboard.errors import StoreError
from tests.support.pipeline.catalogs import new_take, wish

EACH = 12
WRITE = """
import sys
from pathlib import Path
from pipeline.catalog import database
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.database import BusyError
from pipeline.catalog.entries import Note
from pipeline.settings import load_settings
from tests.support.pipeline.catalogs import new_take, wish

folder, url, name, many = sys.argv[1:]
with Catalog.open(Path(folder), load_settings(catalog=url or None)) as catalog:
    for number in range(int(many)):
        catalog.register([new_take("1A", f"{name} {number}"), new_take("1B", f"shared {number}")])
        catalog.append(wish("1A", Note(text=f"{name} {number}"), by=name))
        print(number, flush=True)
"""
"""a process that registers takes and appends notes, and tells of each that has its answer"""


def writer(folder: Path, settings, name: str, many: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITE, str(folder), settings.catalog or "", name, str(many)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def assert_whole(catalog: Catalog) -> None:
    """The database says what the log says, and every number was given once and none left out."""
    record = catalog.log.record()
    assert (catalog.takes(), catalog.decisions()) == (record.takes, record.decisions)
    numbers = [one.number for one in catalog.decisions()]
    assert numbers == [*range(1, len(numbers) + 1)]
    for shot in {take.shot for take in record.takes}:
        takes = catalog.takes(shot)
        assert sorted(take.number for take in takes) == [*range(1, len(takes) + 1)]
        assert len({take.digest for take in takes}) == len(takes)


def test_two_processes_at_once_lose_nothing_and_give_each_number_once(settings, tmp_path):
    both = [writer(tmp_path, settings, name, EACH) for name in ("ada", "bo")]
    assert [process.wait() for process in both] == [0, 0]
    with Catalog.open(tmp_path, settings) as catalog:
        assert_whole(catalog)
        assert {one.what.text for one in catalog.decisions()} == {
            f"{name} {number}" for name in ("ada", "bo") for number in range(EACH)
        }
        assert len(catalog.takes("1B")) == EACH, "what both rendered is one take"


def test_of_many_threads_that_saw_the_same_one_decides(open_catalog):
    catalog = open_catalog()
    catalog.register([new_take("1A")])

    def decide(name: str) -> str | None:
        try:
            catalog.append(wish("1A", Approve(), "first", seen=0, by=name))
        except Conflict:
            return None
        return name

    with ThreadPoolExecutor(8) as threads:
        came = [*filter(None, threads.map(decide, [f"person {number}" for number in range(8)]))]
    assert [one.by for one in catalog.decisions()] == came
    assert len(came) == 1


@pytest.mark.parametrize("after", [0, 3, 7])
def test_what_was_answered_before_a_kill_is_there_once(settings, tmp_path, after):
    process = writer(tmp_path, settings, "ada", 10_000)
    answered = [next(process.stdout) for _ in range(after + 1)]
    process.send_signal(signal.SIGKILL)
    answered += [*process.stdout]
    process.wait()
    with Catalog.open(tmp_path, settings) as catalog:
        assert_whole(catalog)
        said = [one.what.text for one in catalog.decisions()]
        assert said[: len(answered)] == [f"ada {number}" for number in range(len(answered))]
        assert len(said) <= len(answered) + 1, "at most the one that was on its way"
        assert catalog.append(wish("1A", Omit()))[0].number == len(said) + 1
        assert_whole(catalog)


@pytest.mark.parametrize("where", ["before the line", "in the line", "after the line"])
def test_a_kill_anywhere_in_an_append_leaves_it_whole_or_not_at_all(settings, tmp_path, where):
    """The process kills itself at a place of its own code, where a kill from outside would seldom hit."""
    kill = {
        "before the line": "log._write = lambda *_: os.kill(os.getpid(), 9)",
        "in the line": "log._write = lambda to, text: os.kill(os.write(to, text[:-9]) and os.getpid(), 9)",
        "after the line": "catalog.Catalog.catch_up = lambda _: os.kill(os.getpid(), 9)",
    }[where]
    with Catalog.open(tmp_path, settings) as catalog:
        catalog.append(wish("1A", Note(text="first")))
    code = (
        "import os, sys; from pathlib import Path; from pipeline.catalog import catalog, log\n"
        "from pipeline.catalog.entries import Omit; from pipeline.settings import load_settings\n"
        "from tests.support.pipeline.catalogs import wish\n"
        "opened = catalog.Catalog.open(Path(sys.argv[1]), load_settings(catalog=sys.argv[2] or None))\n"
        f"{kill}\n"
        "opened.append(wish('1A', Omit()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path, settings.catalog or ""], check=False)
    assert done.returncode == -signal.SIGKILL
    with Catalog.open(tmp_path, settings) as catalog:
        kinds = ["note", "omit"] if where == "after the line" else ["note"]
        assert [one.what.kind for one in catalog.decisions()] == kinds
        catalog.append(wish("1A", Note(text="after")))
        assert [one.what.kind for one in catalog.decisions()] == [*kinds, "note"]
        assert_whole(catalog)


def test_a_full_disk_leaves_no_part_of_a_decision(small_disk):
    disk = small_disk(1)
    log = DecisionLog(disk)
    log.append([wish("1A", Note(text="first"))])
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
        while stream.write(b"x" * 4096):
            pass
    with pytest.raises(StoreError, match="the disk is full"):
        log.append([wish("1A", Note(text="x" * 19_000))])
    filler.unlink()
    assert log.append([wish("1A", Note(text="after"))])[0].number == 2
    fresh = DecisionLog(disk)
    assert [one.what.text for one in fresh.record().decisions] == ["first", "after"]
    assert fresh.torn == []


def read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def test_a_read_only_project_shows_what_was_decided_and_takes_no_decision(small_disk):
    disk, settings = small_disk(8), load_settings()
    with Catalog.open(disk, settings) as catalog:
        catalog.register([new_take("1A")])
        catalog.append(wish("1A", Approve(), "first"))
        before = catalog.takes(), catalog.decisions()
    read_only(disk)
    with Catalog.open(disk, settings) as catalog:
        assert (catalog.takes(), catalog.decisions(), catalog.kept) == (*before, False)
        with pytest.raises(StoreError, match="read-only"):
            catalog.append(wish("1A", Omit()))
        with pytest.raises(StoreError, match="read-only"):
            catalog.register([new_take("1B")])


def test_a_read_only_project_without_a_catalog_has_an_empty_one(small_disk):
    disk = small_disk(1)
    read_only(disk)
    with Catalog.open(disk, load_settings()) as catalog:
        assert (catalog.takes(), catalog.decisions(), catalog.kept) == ([], [], False)


def test_a_database_that_somebody_holds_loses_no_decision_and_refuses_none(
    open_catalog, settings, monkeypatch
):
    monkeypatch.setattr(database, "BUSY_S", 0.2)
    catalog, other = open_catalog(), open_catalog()
    with other._writing() as connection:
        other._known_position(connection)
        (omitted,) = catalog.append(wish("1A", Omit()))
        (take,) = catalog.register([new_take("1A")])
        with pytest.raises(BusyError, match="held by another process"):
            catalog.decisions()
    assert (catalog.decisions(), catalog.takes()) == ([omitted], [take])
    assert_whole(catalog)


def test_a_log_that_begins_while_its_first_reader_waits_for_the_database_is_taken_in_whole(
    open_catalog, monkeypatch
):
    other = open_catalog()
    writing = Catalog._writing

    @contextlib.contextmanager
    def late(reader):
        """As behind another process that has written since the reader looked how long the log is."""
        if not other.log.size:
            with monkeypatch.context() as before:
                before.setattr(Catalog, "_writing", writing)
                other.register([new_take("1A", "both know it")])
            other.log.register([new_take("1A", "the log alone knows it")])
        with writing(reader) as connection:
            yield connection

    with monkeypatch.context() as patched:
        patched.setattr(Catalog, "_writing", late)
        reader = open_catalog()
    assert len(reader.takes()) == 2
    assert_whole(reader)


def test_a_log_that_somebody_holds_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.catalog.log.LOCK_PATIENCE_S", 0.1)
    log = DecisionLog(tmp_path / STATE_FOLDER)
    with log.locked(), pytest.raises(Exception, match="held by another process"):
        DecisionLog(tmp_path / STATE_FOLDER).append([wish("1A", Omit())])
    assert log.append([wish("1A", Omit())])[0].number == 1


def test_a_reader_waits_for_nobody(tmp_path):
    log = DecisionLog(tmp_path / STATE_FOLDER)
    log.append([wish("1A", Omit())])
    with log.locked():
        assert len(DecisionLog(tmp_path / STATE_FOLDER).record().decisions) == 1


def test_processes_that_open_a_new_catalog_at_once_make_one(settings, tmp_path):
    many = [writer(tmp_path, settings, f"person {number}", 1) for number in range(4)]
    assert [process.wait() for process in many] == [0] * 4
    with Catalog.open(tmp_path, settings) as catalog:
        assert_whole(catalog)
        assert len(catalog.decisions()) == 4
    assert [*tmp_path.rglob("*.part")] == []
