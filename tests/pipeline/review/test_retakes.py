"""Retakes in the background: in their order, called off, failed in words, and left by whoever was killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.catalog.entries import Approve, Line, Note, Retake, Undo
from pipeline.catalog.record import Record
from pipeline.review.retakes import left_of
from pipeline.web.roles import Role
from storyboard.planning.adjustments import Adjustment
from tests.support.pipeline.catalogs import decided, new_take, numbered, wish
from tests.support.pipeline.review_films import TWICE, film_with_takes, settings_for
from tests.support.pipeline.review_room import Reviewer, Scripted, room
from tests.support.waiting import until

PEOPLE = {"ada": Role.REVIEWER}


@pytest.fixture(scope="module")
def with_takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose film has all its takes; not to be changed."""
    return film_with_takes(tmp_path_factory.mktemp("retaken") / "film", assembled=False)


@pytest.fixture
def folder(with_takes: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(with_takes, tmp_path / "film")
    Scripted.begun.clear()
    return tmp_path / "film"


@pytest.fixture
def ada(folder: Path) -> Iterator[Reviewer]:
    """A reviewer of the film, whose retakes go as the test says."""
    with room(folder, settings_for(folder), PEOPLE, Scripted) as (_, people):
        yield people["ada"]


def asked(ada: Reviewer, shot: str = TWICE, **what: object) -> int:
    """A retake that is asked for; the number of its decision."""
    body = {"what": {"kind": "retake", **what}, "seen": ada.story(shot)["seen"]}
    made = ada.send(f"/shots/{shot}/retakes", body, 202)
    assert made["run"]["decision"] == made["decision"]["number"]
    return int(made["run"]["decision"])


def states(ada: Reviewer) -> dict[int, str]:
    return {one["decision"]: one["state"] for one in ada.get("/runs")["runs"]}


def is_at(ada: Reviewer, number: int, state: str) -> None:
    until(lambda: states(ada).get(number) == state, f"retake {number} is {state}")


def test_retakes_are_rendered_one_after_another_in_the_order_in_which_they_were_asked_for(ada):
    first, second = asked(ada, takes=2, text="darker"), asked(ada, "1A")
    hand = Scripted.told_to(first)
    assert states(ada) == {first: "starting", second: "waiting"}
    for state in ("starting", "rendering", "assembling"):
        hand.say(state)
        is_at(ada, first, state)
    hand.say("done")
    is_at(ada, first, "done")
    assert Scripted.told_to(second) is hand
    assert [one.film for one in hand.orders] == [True, True]
    run = ada.get("/runs")["runs"][-1]
    assert (run["shot"], run["by"], run["takes"], run["made"]) == (TWICE, "ada", 2, [])
    assert run["words"].startswith("retake of take 1: darker (seed ")


def test_a_retake_that_waits_is_called_off_at_once_and_one_that_runs_when_it_has_let_go(ada):
    first, second = asked(ada), asked(ada, "1A")
    hand = Scripted.told_to(first)
    url = f"/api/films/{ada.film}/runs"
    assert ada.client.delete(f"{url}/{second}").json()["state"] == "cancelled"
    ada.client.delete(f"{url}/{first}")
    is_at(ada, first, "cancelled")
    assert hand.ended.is_set()
    assert ada.client.delete(f"{url}/{first}").status_code == 409
    assert ada.client.delete(f"{url}/99").status_code == 404
    ada.send("/runs", {"decision": first}, 202)
    until(lambda: len(Scripted.begun) == 2 and Scripted.begun[1].orders, "another one renders it")


def test_why_a_retake_failed_is_told_at_its_shot_and_it_can_be_asked_for_again(ada):
    number = asked(ada)
    Scripted.told_to(number).say("failed", error="no worker is left", hint="look at the farm")
    is_at(ada, number, "failed")
    (run,) = ada.story(TWICE)["asked"]
    assert (run["error"], run["hint"]) == ("no worker is left", "look at the farm")
    ada.send("/runs", {"decision": number, "film": False}, 202)
    until(lambda: [one.film for one in Scripted.begun[0].orders] == [True, False], "it is rendered again")
    assert ada.send("/runs", {"decision": number}, 409)["error"] == "it is being rendered already"
    Scripted.begun[0].say("done")
    is_at(ada, number, "done")


def test_what_renders_is_begun_again_when_the_farm_is_another_one_and_not_for_ever(ada):
    number = asked(ada)
    Scripted.told_to(number).say("away", last=True)
    until(lambda: len(Scripted.begun) == 2 and Scripted.begun[1].orders, "another one is told")
    Scripted.begun[1].stop()
    is_at(ada, number, "failed")
    assert "what rendered it has ended" in ada.get("/runs")["runs"][0]["error"]
    assert len(Scripted.begun) == 2


def test_one_that_ended_as_nobody_needed_it_is_begun_anew(ada):
    first = asked(ada)
    hand = Scripted.told_to(first)
    hand.say("done")
    is_at(ada, first, "done")
    hand.stop()
    second = asked(ada)
    assert Scripted.told_to(second) is Scripted.begun[1]


def test_one_that_dies_while_it_renders_is_not_asked_again(ada):
    number = asked(ada)
    hand = Scripted.told_to(number)
    hand.say("rendering")
    is_at(ada, number, "rendering")
    hand.stop()
    is_at(ada, number, "failed")
    assert len(Scripted.begun) == 1


def test_a_retake_of_a_server_that_was_killed_is_left_and_can_be_gone_on_with(ada, folder):
    number = asked(ada)
    with room(folder, settings_for(folder), PEOPLE, Scripted) as (_, people):
        again = people["ada"]
        assert states(again) == {number: "left"}
        assert [one["state"] for one in again.story(TWICE)["asked"]] == ["left"]
        again.send("/runs", {"decision": number}, 202)
        until(lambda: states(again)[number] == "starting", "it is rendered")
    ada.decide(TWICE, "undo")
    ada.send("/runs", {"decision": number}, 409)
    ada.send("/runs", {"decision": 99}, 404)


def test_a_retake_is_asked_of_the_cut_that_is_looked_at_and_seen_is_looked_at_first(ada):
    ada.decide(TWICE, "note", text="Hm.")
    body = {"what": {"kind": "retake"}, "seen": 0}
    assert ada.send(f"/shots/{TWICE}/retakes", body, 409)["conflict"][0]["text"] == "Hm."
    assert states(ada) == {}


def test_left_is_what_counts_was_not_rendered_and_has_no_later_approval():
    wishes = Adjustment(seed=1), Adjustment(seed=2)
    take = new_take("2A")

    def left(*whats: object, takes: tuple[Adjustment, ...] = ()) -> list[int]:
        record = Record()
        record.add(Line(take=numbered(take, 1)))
        for number, one in enumerate(takes, 2):
            record.add(Line(take=numbered(new_take("2A", str(number), adjustment=one), number)))
        for number, what in enumerate(whats, 1):
            of = "first" if isinstance(what, Approve) else None
            record.add(Line(decision=decided(number, wish("2A", what, of))))
        return [one.number for one in left_of(record, ())]

    retake = Retake(adjustments=wishes)
    assert left(retake) == [1]
    assert left(retake, takes=wishes[:1]) == [1]
    assert left(retake, takes=wishes) == []
    assert left(retake, Note(text="Hm."), Undo(of=1)) == []
    assert left(retake, Approve()) == []
    assert left(Approve(), retake) == [2]
