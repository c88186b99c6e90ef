"""Room made in the stores of real films: nothing is lost that a film, a circled take or a run needs."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from farm.store.store import Store
from pipeline.catalog.entries import Approve, Wish
from pipeline.catalog.log import DecisionLog
from pipeline.settings import STATE_FOLDER
from tests.support.pipeline.slate_films import (
    SHOTS,
    Shotfarm,
    assert_clear,
    attempts_left_in,
    shot_of,
    six_slates,
    takes_in,
    write_film,
)
from tests.support.waiting import until

pytestmark = pytest.mark.slow

DAY_S = 86_400
EVERYTHING_ELSE = ("--keep", "circled")


def store_of(folder: Path) -> Path:
    return folder / STATE_FOLDER / "store"


def make_old(store: Path) -> None:
    """As if all of it had been made a hundred days ago."""
    then = time.time() - 100 * DAY_S
    for path in store.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def prune(command: Shotfarm, *words: object) -> dict:
    done = command.here("store", "prune", *words, *EVERYTHING_ELSE, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def kinds(pruned: dict) -> set[str]:
    return {one["kind"] for one in pruned["removed"]}


def changed(folder: Path, words: str) -> None:
    film = six_slates()
    shot_of(film, "2A")["action"] = words
    film["deliverables"] = {"web": {"kind": "web"}}
    write_film(folder, film)


def test_nothing_goes_of_a_film_that_is_as_it_was(standing, copy_of_finished):
    make_old(store_of(copy_of_finished))
    assert prune(standing, copy_of_finished)["removed"] == []
    shutil.rmtree(copy_of_finished / "out")
    summary = standing.json("render", copy_of_finished)
    assert (summary["rendered"], summary["film"]["made"]) == (0, False)


def test_what_a_film_was_goes_and_what_it_is_stays(standing, copy_of_finished):
    before = takes_in(copy_of_finished)
    changed(copy_of_finished, "Another slate.")
    assert standing.json("render", copy_of_finished)["rendered"] == 2
    make_old(store_of(copy_of_finished))
    dry = prune(standing, copy_of_finished, "--dry-run")
    assert {*before} <= {*takes_in(copy_of_finished)}, "only said"
    pruned = prune(standing, copy_of_finished)
    assert pruned["removed"] == dry["removed"]
    assert {"takes", "films"} <= kinds(pruned)
    assert len(takes_in(copy_of_finished)) == len(SHOTS)
    assert pruned["removed_bytes"] > 0
    shutil.rmtree(copy_of_finished / "out")
    summary = standing.json("render", copy_of_finished)
    assert (summary["rendered"], summary["film"]["made"]) == (0, False)
    assert [one["made"] for one in summary["deliverables"]] == [False]
    assert prune(standing, copy_of_finished)["removed"] == []


def test_a_circled_take_stays_and_comes_back_into_the_cut(standing, copy_of_finished):
    log = DecisionLog(copy_of_finished / STATE_FOLDER)
    (old,) = log.record().takes_of("2A")
    (after_old,) = log.record().takes_of("2C")
    log.append([Wish(shot="2C", what=Approve(), by="ada", take=after_old.digest)])
    changed(copy_of_finished, "Another slate.")
    assert standing.json("render", copy_of_finished)["rendered"] == 1, "the circled take stays in the cut"
    make_old(store_of(copy_of_finished))
    prune(standing, copy_of_finished)
    left = takes_in(copy_of_finished)
    assert after_old.digest in left
    assert old.digest in left, "the circled one starts from it"
    assert standing.json("render", copy_of_finished)["rendered"] == 0


def test_a_render_that_goes_on_loses_nothing(standing, copy_of_finished, finished):
    """The film is changed under it, so that its own document no longer says what it needs."""
    film = six_slates()
    film["backend_options"]["slate"]["delay_s"] = 0.2
    write_film(copy_of_finished, film)
    process = standing.start("render", copy_of_finished, "--json")
    running = store_of(copy_of_finished) / "running"
    until(lambda: (running.is_dir() and [*running.iterdir()]) or process.poll() is not None, "a run")
    until(lambda: len(takes_in(copy_of_finished)) > len(SHOTS) or process.poll() is not None, "a new take")
    write_film(copy_of_finished, six_slates())
    rounds = 0
    while process.poll() is None:
        make_old(store_of(copy_of_finished))
        pruned = prune(standing, copy_of_finished)
        rounds += bool(pruned["running"])
    said, complained = process.communicate()
    assert process.returncode == 0, complained
    assert rounds, "room was made while it went on"
    assert json.loads(said)["rendered"] == len(SHOTS)
    assert [*running.iterdir()] == []
    assert attempts_left_in(store_of(copy_of_finished)) == []
    make_old(store_of(copy_of_finished))
    prune(standing, copy_of_finished)
    assert takes_in(copy_of_finished).keys() == takes_in(finished).keys()


def test_in_a_shared_store_what_another_production_made_stays(standing, tmp_path):
    store, films = tmp_path / "shared", {}
    for name in ("ours", "theirs"):
        film = six_slates()
        film |= {"title": name, "scenes": film["scenes"][:1], "seed": len(name)}
        films[name] = write_film(tmp_path / name, film)
        standing.json("render", films[name], "--store", store)
    make_old(store)
    held = {(one.kind, one.digest) for one in Store(store).contents()}
    shared = ("--store", store)
    kept = prune(standing, films["ours"], *shared)
    assert kept["removed"] == []
    assert kept["kept_bytes"]["of a production that is not known here"] > 0
    assert prune(standing, films["ours"], films["theirs"], *shared, "--unknown")["removed"] == []
    assert {(one.kind, one.digest) for one in Store(store).contents()} == held
    assert "takes" in kinds(prune(standing, films["ours"], *shared, "--unknown"))
    assert standing.json("render", films["ours"], *shared)["rendered"] == 0
    assert standing.json("render", films["theirs"], *shared)["rendered"] == 3


def test_a_film_that_cannot_be_read_keeps_all_of_its_store(standing, copy_of_finished):
    (copy_of_finished / "trailer.yaml").write_text("schema: 1\nscenes: []\nshots: nonsense\n")
    before = takes_in(copy_of_finished)
    done = standing.here("store", "prune", copy_of_finished, "--keep", "circled", "--unknown")
    assert_clear(done, 2, "trailer.yaml")
    assert takes_in(copy_of_finished) == before


def test_who_decides_while_room_is_made_is_heard(standing, copy_of_finished):
    """A take is circled in the middle of it: it stays, and nobody waits longer than for one removal."""
    log = DecisionLog(copy_of_finished / STATE_FOLDER)
    (old,) = log.record().takes_of("2A")
    changed(copy_of_finished, "Another slate.")
    standing.json("render", copy_of_finished)
    make_old(store_of(copy_of_finished))
    approval = Wish(shot="2A", what=Approve(), by="ada", take=old.digest)
    deciding = threading.Thread(target=log.append, args=[[approval]])
    decided: list[bool] = []
    remove = Store.remove

    def remove_and_decide(store, thing):
        if not decided and thing.digest != old.digest:
            decided.append(True)
            deciding.start()
        remove(store, thing)
        if thing.digest == old.digest:
            decided.append(False)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Store, "remove", remove_and_decide)
        prune(standing, copy_of_finished)
    deciding.join()
    assert (old.digest in takes_in(copy_of_finished)) == (False not in decided)
    assert [one.what.kind for one in log.record().decisions] == ["approve"]


def test_usage_is_shown_by_film_kind_and_age(standing, copy_of_finished):
    used = json.loads(standing.here("store", "usage", copy_of_finished, "--json").stdout)
    parts = {part["kind"]: part for part in used["parts"]}
    assert parts["takes"]["film"] == "Six Slates"
    assert parts["takes"]["things"] == len(SHOTS)
    assert used["bytes"] == sum(
        file.stat().st_size for file in store_of(copy_of_finished).rglob("*") if file.is_file()
    )
    shown = standing.here("store", "usage", copy_of_finished)
    assert "Six Slates" in shown.stdout
    assert shown.returncode == 0
