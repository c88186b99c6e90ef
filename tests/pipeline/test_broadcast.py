"""A run tells the project folder what it does, and leaves nothing there; nothing there is ever in its way."""

from __future__ import annotations

import pytest

from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import TaskState
from pipeline.broadcast import LIVE, broadcast, live_picture, live_runs
from pipeline.observer import Nobody
from pipeline.settings import STATE_FOLDER
from tests.support.pipeline.review_films import opened
from tests.support.pipeline.slate_films import six_slates, write_film
from tests.support.waiting import until


@pytest.fixture
def plan(tmp_path):
    return opened(write_film(tmp_path / "film", six_slates())).plan()


def update(plan, state, progress=None, picture=None, error=None):
    digest = plan.shots[0].digest
    return Update(
        (ShotEvent(1, digest, state, "w1", error),),
        {} if progress is None else {digest: progress},
        {} if picture is None else {digest: picture},
    )


def test_who_looks_sees_states_progress_pictures_and_errors_while_the_run_lasts(plan, tmp_path):
    folder, first = tmp_path / "film", plan.shots[0].digest
    with broadcast(Nobody(), folder) as told:
        told.planned(plan)
        (run,) = live_runs(folder).values()
        assert {shot.state for shot in run.shots.values()} == {TaskState.WAITING}
        assert live_picture(folder, first) is None
        told.rendering(update(plan, TaskState.RENDERING, 0.5, b"a small JPEG"))
        (run,) = live_runs(folder).values()
        assert (run.shots[first].state, run.shots[first].progress) == (TaskState.RENDERING, 0.5)
        assert (run.shots[first].picture, live_picture(folder, first)) == (1, b"a small JPEG")
        told.rendering(update(plan, TaskState.FAILED, error="the lamp fell"))
        (run,) = live_runs(folder).values()
        assert run.shots[first].error == "the lamp fell"
        told.stage("film", 1, 1)
        (run,) = live_runs(folder).values()
        assert (run.stage, run.done) == ("film", 1)
    assert live_runs(folder) == {}
    assert not (folder / STATE_FOLDER / LIVE).exists()


def test_the_first_picture_of_a_shot_is_told_at_once_however_soon_it_comes(plan, tmp_path):
    folder, first = tmp_path / "film", plan.shots[0].digest
    with broadcast(Nobody(), folder) as told:
        told.planned(plan)
        told.rendering(update(plan, TaskState.RENDERING))
        told.rendering(Update((), {first: 0.1}, {first: b"a small JPEG"}))
        (run,) = live_runs(folder).values()
        assert run.shots[first].picture == 1


def test_a_run_that_was_killed_is_not_shown_and_the_next_one_removes_what_it_left(plan, tmp_path):
    folder = tmp_path / "film"
    with broadcast(Nobody(), folder) as told:
        told.planned(plan)
        (name,) = live_runs(folder)
        place = folder / STATE_FOLDER / LIVE
        machine, _, _ = name.rpartition("-")[0].rpartition("-")
        (place / name).rename(place / f"{machine}-{2**22 + 5}-00000000")
        assert live_runs(folder) == {}
    with broadcast(Nobody(), folder) as told:
        told.planned(plan)
        until(lambda: len([*place.iterdir()]) == 1, "what the other left is removed")


def test_a_folder_that_cannot_be_written_does_not_stop_the_run(plan, tmp_path):
    (tmp_path / "film" / STATE_FOLDER).write_text("in the way")
    heard = []

    class Hears(Nobody):
        def rendering(self, update):
            heard.append(update)

    with broadcast(Hears(), tmp_path / "film") as told:
        told.planned(plan)
        told.rendering(update(plan, TaskState.RENDERING, 0.5, b"x"))
    assert len(heard) == 1
    assert live_runs(tmp_path / "film") == {}


def test_no_name_of_a_picture_leads_out_of_the_folder(tmp_path):
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "film" / STATE_FOLDER / LIVE / "run").mkdir(parents=True)
    assert live_picture(tmp_path / "film", "../../../../secret") is None
