"""Copies of catalogs that are in use."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import UTC, datetime

import pytest

from pipeline.catalog import backup
from pipeline.catalog.backup import back_up
from pipeline.catalog.catalog import CATALOG, Catalog
from pipeline.catalog.entries import More, Note, Omit, Raise
from pipeline.settings import STATE_FOLDER, load_settings
from storyboard.errors import StoreError
from tests.support.pipeline.catalogs import new_take, wish


def test_a_copy_alone_brings_the_catalog_and_its_log_back(open_catalog, tmp_path):
    catalog = open_catalog()
    open_catalog("other").append(wish("9Z", Omit()))
    catalog.register([new_take("1A"), new_take("1A", "second")])
    catalog.append(wish("1A", Note(text="good")))
    more = More(gpu_ms=3_600_000)
    catalog.log.raise_budget(Raise(document="film.yaml", more=more, by="Nina", at=datetime.now(UTC)))
    back_up(catalog, tmp_path / "copy.sqlite")
    state = tmp_path / "elsewhere" / STATE_FOLDER
    state.mkdir(parents=True)
    shutil.copy(tmp_path / "copy.sqlite", state / CATALOG)
    with Catalog.open(tmp_path / "elsewhere", load_settings()) as restored:
        assert restored.production == catalog.production
        assert (restored.takes(), restored.decisions()) == (catalog.takes(), catalog.decisions())
        assert [one.more for one in restored.log.record().raises] == [more]
        restored.rebuild()
        assert (restored.takes(), restored.decisions()) == (catalog.takes(), catalog.decisions())


def test_a_copy_taken_while_others_write_is_of_one_moment(open_catalog, tmp_path):
    catalog, writing = open_catalog(), open_catalog()
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            writing.register([new_take("1A", f"{number}"), new_take("1B", f"{number}")])

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            back_up(catalog, tmp_path / f"{number}.sqlite")
    finally:
        stop.set()
        thread.join()
    for number in range(5):
        with sqlite3.connect(tmp_path / f"{number}.sqlite") as copy:
            shots = dict(copy.execute("SELECT shot, count(*) FROM take GROUP BY shot").fetchall())
            assert shots.get("1A", 0) == shots.get("1B", 0)


def test_a_copy_that_is_stopped_leaves_nothing(open_catalog, tmp_path, monkeypatch):
    catalog = open_catalog()
    there = {*tmp_path.iterdir()}

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        back_up(catalog, tmp_path / "copy.sqlite")
    assert {*tmp_path.iterdir()} == there


def test_a_file_that_is_there_is_not_written_over(open_catalog, tmp_path):
    (tmp_path / "copy.sqlite").write_text("mine")
    with pytest.raises(StoreError, match="exists already"):
        back_up(open_catalog(), tmp_path / "copy.sqlite")
    assert (tmp_path / "copy.sqlite").read_text() == "mine"
