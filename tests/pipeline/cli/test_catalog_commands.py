"""`shotfarm catalog ...`: a catalog made again, copied, brought up to date."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from farm.store.store import Store
from pipeline.catalog.catalog import CATALOG, Catalog
from pipeline.catalog.entries import Note
from pipeline.settings import STATE_FOLDER, load_settings
from tests.support.pipeline.catalogs import new_take, wish
from tests.support.pipeline.slate_films import Shotfarm, assert_clear


@pytest.fixture
def decided(film_folder):
    """A film of which somebody decided something."""
    with Catalog.open(film_folder, load_settings(), "Six Slates") as catalog:
        catalog.register([new_take("1A"), new_take("1B")])
        catalog.append(wish("1A", Note(text="good")))
    return film_folder


@pytest.fixture
def command(tmp_path) -> Shotfarm:
    return Shotfarm(tmp_path / "home")


def test_a_catalog_is_made_again_and_says_what_was_never_whole(decided, command):
    state = decided / STATE_FOLDER
    (state / CATALOG).write_bytes(b"no database")
    with (state / "decisions.jsonl").open("a") as log:
        log.write('{"decision": [bold]\n')
    done = command.here("catalog", "rebuild", decided)
    assert (done.returncode, done.stderr) == (0, "")
    assert "made again: 2 takes, 1 decision" in done.stdout
    assert 'never whole: {"decision": [bold]' in done.stdout
    with Catalog.open(decided, load_settings()) as catalog:
        assert [take.number for take in catalog.takes()] == [1, 1]


def test_a_catalog_is_made_again_though_the_film_is_wrong(decided, command):
    (decided / "film.yaml").write_text("schema: 1\n")
    done = command.here("catalog", "rebuild", decided)
    assert done.returncode == 0
    assert "the store was not looked at" in done.stdout
    assert json.loads(command.here("catalog", "rebuild", decided, "--json").stdout)["takes"] == 2


def test_a_catalog_is_copied(decided, command, tmp_path):
    done = command.here("catalog", "backup", tmp_path / "copy.sqlite", decided)
    assert "2 takes, 1 decision" in done.stdout, done.stderr
    with sqlite3.connect(tmp_path / "copy.sqlite") as copy:
        assert copy.execute("SELECT count(*) FROM take").fetchone() == (2,)
    again = command.here("catalog", "backup", tmp_path / "copy.sqlite", decided)
    assert_clear(again, 2, "exists already")


def test_a_catalog_says_its_form(decided, command):
    told = json.loads(command.here("catalog", "upgrade", decided, "--json").stdout)
    assert told["form"] == told["form_before"]
    assert told["decisions"] == 1


@pytest.mark.parametrize("words", [("backup", "copy.sqlite"), ("upgrade",)])
def test_a_film_without_a_catalog_is_given_none(film_folder, command, words):
    assert_clear(command.here("catalog", *words, film_folder), 2, "has no catalog yet")
    assert not (film_folder / STATE_FOLDER).exists()


def test_planning_a_film_that_was_never_rendered_makes_no_catalog(film_folder, command):
    assert command.here("plan", film_folder).returncode == 0
    assert not (film_folder / STATE_FOLDER).exists()


@pytest.mark.slow
def test_takes_of_the_store_get_numbers_again_where_the_log_is_gone(copy_of_finished, command):
    state = copy_of_finished / STATE_FOLDER
    for name in ("decisions.jsonl", "production.json"):
        (state / name).unlink(missing_ok=True)
    told = json.loads(command.here("catalog", "rebuild", copy_of_finished, "--json").stdout)
    assert told == {"takes": 6, "decisions": 0, "torn_lines": []}
    with Catalog.open(copy_of_finished, load_settings()) as catalog:
        for take in catalog.takes():
            manifest = Store(state / "store").find("takes", take.digest)
            assert take.made_at == manifest.created
            assert take.worker_s == manifest.facts["render_s"]
    shutil.rmtree(state)
