"""Room made in the stores of real films: nothing is lost that a film, a circled take or a run needs."""

from __future__ import annotations

import json
import shutil
import threading

import pytest

from farm.store.store import Store
from pipeline.catalog.entries import Approve, Wish
from pipeline.catalog.log import DecisionLog
from pipeline.housekeeping.rules import Why
from pipeline.housekeeping.store import Pruned
from pipeline.observer import Nobody
from pipeline.rendering.lease import leased
from pipeline.settings import STATE_FOLDER
from storyboard.errors import ShotfarmError
from tests.support.pipeline.decided_films import render_here, settings_in
from tests.support.pipeline.kept_films import KeptFilm, finish, make_old
from tests.support.pipeline.slate_films import Shotfarm, assert_clear
from tests.support.waiting import PATIENCE_S

OLD, NEW = "A slate.", "Another slate."


def gone(pruned: Pruned) -> set[str]:
    return {one.kind for one in pruned.gone}


def reasons(pruned: Pruned) -> set[Why | None]:
    return {one.why for one in pruned.judged}


def test_nothing_goes_of_a_film_that_is_as_it_was(film):
    assert film.prune().gone == []
    made, delivered = film.finished()
    assert not made.made
    assert [one.made for one in delivered] == [False, False]


def test_what_a_film_was_goes_and_what_it_is_stays(film):
    before = film.takes()
    film.change(OLD, NEW)
    film.render()
    film.finished()
    dry = film.prune(dry=True)
    assert before <= film.takes(), "only said"
    pruned = film.prune()
    assert {(one.kind, one.digest) for one in pruned.gone} == {(one.kind, one.digest) for one in dry.gone}
    assert {"takes", "films", "deliverables"} <= gone(pruned)
    assert len(film.takes()) == 3
    assert len(before - film.takes()) == 2
    made, delivered = film.finished()
    assert not made.made
    assert [one.made for one in delivered] == [False, False]
    assert film.prune().gone == []


def test_a_film_that_goes_back_to_what_it_was_is_made_again_after_its_takes_went(film):
    before = film.takes()
    film.change(OLD, NEW)
    film.render()
    film.prune()
    film.change(NEW, OLD)
    film.render()
    assert film.takes() >= before
    assert film.finished()[0].made


def test_the_last_takes_stay_where_they_are_asked_for(film):
    before = film.takes()
    film.change(OLD, NEW)
    film.render()
    pruned = film.prune("latest:2")
    assert film.takes() > before
    assert Why.LATEST in reasons(pruned)


def test_a_circled_take_stays_with_the_one_that_it_starts_from(film):
    log = DecisionLog(film.path / STATE_FOLDER)
    (before,), (circled,) = log.record().takes_of("2A"), log.record().takes_of("2C")
    log.append([Wish(shot="2C", what=Approve(), by="ada", take=circled.digest)])
    film.change(OLD, NEW)
    film.render()
    film.prune()
    assert {before.digest, circled.digest} <= film.takes()
    assert film.open().plan().missing == ()


def test_a_run_that_goes_on_loses_nothing(film):
    """Its document was changed back meanwhile, so that only what the run has said keeps what it makes."""
    film.change(OLD, NEW)
    production = film.open()
    plan = production.plan()
    assert len(plan.missing) == 2
    film.change(NEW, OLD)
    stop, rounds, fails = threading.Event(), [], []

    def make_room() -> None:
        while not stop.is_set():
            try:
                rounds.append(film.prune(unknown=True))
            except ShotfarmError as error:
                fails.append(error)
                return

    room = threading.Thread(target=make_room)
    with leased(production, plan, Nobody()):
        room.start()
        render_here(production, plan)
        made, delivered = finish(production, Nobody())
        stop.set()
        room.join()
    assert fails == []
    assert all(pruned.running == ("Six Slates",) for pruned in rounds)
    assert rounds
    assert made.made
    assert [one.error for one in delivered] == [None, None]
    assert {shot.digest for shot in plan.shots} <= film.takes()
    film.prune()
    assert not {shot.digest for shot in plan.missing} & film.takes(), "when it has ended, they may go"


def test_a_run_whose_takes_went_just_before_it_began_is_told(film, monkeypatch):
    production = film.open()
    plan = production.plan()
    shutil.rmtree(film.store / "takes")
    monkeypatch.setattr("farm.store.leases._LOOK_S", 0.01)
    waiting, errors = threading.Event(), []

    class Watching(Nobody):
        def stage(self, name, done, total):
            waiting.set()

    def run() -> None:
        try:
            with leased(production, plan, Watching()):
                pass
        except ShotfarmError as error:
            errors.append(error.message)

    thread = threading.Thread(target=run)
    with production.store.leases.pruning():
        thread.start()
        assert waiting.wait(PATIENCE_S)
    thread.join()
    assert errors == ["takes were removed while room was made in the store: 2A, 2B, 2C"]


def test_in_a_shared_store_what_another_production_made_stays(film, tmp_path):
    """Two films in one store, in folders of their own; what neither made is a third one's."""
    store = tmp_path / "shared"
    shutil.copytree(film.store, store)
    shutil.rmtree(film.store)
    settings = settings_in(tmp_path).model_copy(update={"store": str(store)})
    theirs = KeptFilm(tmp_path / "theirs")
    shutil.copytree(film.path, theirs.path)
    shutil.rmtree(theirs.path / STATE_FOLDER)
    theirs.change("title: Six Slates", "title: Theirs")
    theirs.change(OLD, NEW)
    production = theirs.open_with(settings)
    render_here(production)
    finish(production, Nobody())
    make_old(store)
    held = {(one.kind, one.digest) for one in Store(store).contents()}
    kept = film.prune(settings=settings)
    assert kept.gone == []
    assert Why.UNKNOWN in reasons(kept)
    both = film.prune(settings=settings, films=[theirs.path], unknown=True)
    assert both.gone == []
    assert {(one.kind, one.digest) for one in Store(store).contents()} == held
    assert {"takes", "films"} <= gone(film.prune(settings=settings, unknown=True))
    assert theirs.open_with(settings).plan().missing
    assert not film.open_with(settings).plan().missing


def test_a_document_beside_it_that_cannot_be_read_keeps_all_of_a_store(film, tmp_path):
    (film.path / "trailer.yaml").write_text("schema: 1\nscenes: []\nshots: nonsense\n")
    before = film.takes()
    make_old(film.store)
    done = Shotfarm(tmp_path / "home").here("store", "prune", film.path, "--keep", "circled", "--unknown")
    assert_clear(done, 2, "trailer.yaml")
    assert film.takes() == before


def test_a_take_that_is_circled_while_room_is_made_is_not_lost(film, monkeypatch):
    """The decision comes between two removals: what was to go next is judged again."""
    log = DecisionLog(film.path / STATE_FOLDER)
    takes = [log.record().takes_of(shot)[0] for shot in ("2A", "2C")]
    film.change(OLD, NEW)
    film.render()
    remove = Store.remove
    removed: list[str] = []

    def remove_and_decide(store, thing):
        remove(store, thing)
        removed.append(thing.digest)
        monkeypatch.setattr(Store, "remove", remove)
        threading.Thread(target=decide).start()

    def decide() -> None:
        rest = [take for take in takes if take.digest not in removed]
        for take in rest:
            log.append([Wish(shot=take.shot, what=Approve(), by="ada", take=take.digest)])
        decided.set()

    decided = threading.Event()
    held = DecisionLog.locked

    def locked(self, **how):
        if removed and threading.current_thread() is threading.main_thread():
            assert decided.wait(PATIENCE_S)
        return held(self, **how)

    monkeypatch.setattr(Store, "remove", remove_and_decide)
    monkeypatch.setattr(DecisionLog, "locked", locked)
    film.prune()
    circled = {one.take for one in log.record().decisions}
    assert circled
    assert circled <= film.takes()


def test_the_commands_show_what_is_held_and_what_goes(film, tmp_path):
    command = Shotfarm(tmp_path / "home")
    used = json.loads(command.here("store", "usage", film.path, "--json").stdout)
    parts = {part["kind"]: part for part in used["parts"]}
    assert (parts["takes"]["film"], parts["takes"]["things"]) == ("Six Slates", 3)
    files = [file for file in film.store.rglob("*") if file.is_file() and "deliverables" in file.parts]
    assert parts["deliverables"]["size"] == sum(file.stat().st_size for file in files)
    assert "Six Slates" in command.here("store", "usage", film.path).stdout
    film.change(OLD, NEW)
    film.render()
    make_old(film.store)
    words = ("store", "prune", film.path, "--keep", "days:1")
    told = json.loads(command.here(*words, "--dry-run", "--json").stdout)
    assert told["dry_run"] is True
    shown = command.here(*words).stdout
    assert "gone takes" in shown
    assert "kept: needed by a film as it is now" in shown
    assert len(film.takes()) == 3
    assert told["removed_bytes"] == sum(one["bytes"] for one in told["removed"])


def test_keep_is_read_before_anything_is_opened(film, tmp_path):
    done = Shotfarm(tmp_path / "home").here("store", "prune", film.path, "--keep", "all")
    assert_clear(done, 2, '--keep does not know "all"')


@pytest.mark.parametrize("folder", ["nothing", "."])
def test_a_folder_without_a_film_is_said(tmp_path, folder):
    done = Shotfarm(tmp_path / "home").here("store", "usage", tmp_path / folder)
    assert done.returncode == 2
    assert "error" in done.stderr
