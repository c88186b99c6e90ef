"""A version of a film is reviewed: all that opens the film again opens that version."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from pipeline.catalog.entries import Retake, Wish
from pipeline.catalog.log import DecisionLog
from pipeline.orchestration.standby import StandBy
from pipeline.production.open import open_production
from pipeline.review.films import ReviewedFilm
from pipeline.review.people.films import film_key
from pipeline.settings import load_settings
from pipeline.web.roles import Role
from storyboard.document.values import Given
from storyboard.planning.adjustments import Adjustment
from tests.support.pipeline.people import studio
from tests.support.pipeline.review_films import FILM, settings_for
from tests.support.pipeline.review_room import Idle, room
from tests.support.pipeline.slate_films import Shotfarm, write_film
from tests.support.waiting import until

VERSIONED = {
    **FILM,
    "title": "For {{ who }}",
    "parameters": {"who": {"type": "text"}},
    "scenes": [{**FILM["scenes"][1], "shots": [{"id": "2A", "duration": 6, "action": "{{ who }} waves."}]}],
}


def given(who: str) -> dict[str, Given]:
    return {"who": Given(who, "--set who")}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that needs a value, without takes; not to be changed."""
    return write_film(tmp_path_factory.mktemp("versions") / "film", VERSIONED)


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "film"))


def test_what_renders_a_retake_opens_the_version_that_is_looked_at(folder):
    Idle.begun.clear()
    with room(folder, settings_for(folder), {"ada": Role.REVIEWER}, given=given("Bo")) as (film, people):
        ada = people["ada"]
        body = {"what": {"kind": "retake", "new_seed": True}, "seen": 0}
        ada.send("/shots/2A/retakes", body, 202)
        until(lambda: Idle.begun, "somebody renders it")
        told = StandBy.model_validate_json(Idle.begun[-1].told_of.model_dump_json())
        opened = open_production(told.film, told.settings, told.given)
        assert opened.film == film.now().production.film
        assert opened.film.title == "For Bo"
        assert DecisionLog.of(folder).record().decisions[0].version == {"who": "Bo"}


def test_a_retake_of_another_version_is_none_that_was_left_here(folder):
    settings = settings_for(folder)
    wish = Wish(
        shot="2A", what=Retake(adjustments=(Adjustment(seed=3),)), by="ada", version={"who": "Bo"}
    )  # fmt: skip
    DecisionLog.of(folder).append([wish])
    for who, left in (("Bo", ["left"]), ("Cy", [])):
        with room(folder, settings, {"ada": Role.REVIEWER}, given=given(who)) as (_, people):
            ada = people["ada"]
            assert [one["state"] for one in ada.get("/runs")["runs"]] == left
            assert [one["state"] for one in ada.story("2A")["asked"]] == left
            if not left:
                error = ada.send("/runs", {"decision": 1}, 409)["error"]
                assert error == "retake 1 is of another version of the film: who=Bo"


def test_secrets_of_the_settings_reach_what_renders(folder):
    """A channel of notices is one; everywhere else they are blackened."""
    settings = load_settings(home=folder / "home", channels="{ledger: {webhook: https://x.example}}")
    told = StandBy(film=folder, settings=settings)
    assert StandBy.model_validate_json(told.model_dump_json()) == told
    assert "ledger" not in repr(told)


def test_a_link_shows_its_version_and_no_other(folder):
    settings = settings_for(folder)
    bo, cy = (ReviewedFilm(folder, settings, given(who), Idle) for who in ("Bo", "Cy"))
    with studio(folder / "home", {"film": bo}) as made:
        made.add("Ada", Role.PRODUCER)
        ada = made.signed_in("Ada")
        link = ada.post("/api/films/film/links", json={"name": "The client"}).json()
        assert link["version"] == "who=Bo"
        guest = made.guest(link["url"])
        assert guest.get("/api/films/film").json()["title"] == "For Bo"
        cookie = guest.cookies.get(made.door.cookie)
        made.open({"film": cy})
        late = made.client()
        late.cookies.set(made.door.cookie, cookie)
        assert late.get("/api/films/film").json()["error"] == "the film of this link is not shown here now"
        text = link["url"].partition("#")[2]
        assert made.client().post("/api/share/look", json={"link": text}).status_code == 404
        # Whoever looks after the film sees and ends the links of all its versions.
        ada = made.signed_in("Ada")
        assert [one["version"] for one in ada.get("/api/films/film/links").json()["links"]] == ["who=Bo"]
        assert ada.delete(f"/api/films/film/links/{link['id']}").json()["holds"] is False
    for film in (bo, cy):
        film.close()


def test_notes_and_links_of_a_version_are_had_by_commands(folder, tmp_path):
    shotfarm = Shotfarm(tmp_path / "home")
    said = ("2A", "Too dark.", folder, "--set", "who=Bo")
    assert shotfarm.here("note", *said).returncode == 0
    listed = shotfarm.here("notes", folder, "--set", "who=Bo", "--json")
    assert json.loads(listed.stdout)["film"] == "For Bo"
    values = tmp_path / "values.yaml"
    values.write_text("who: Bo")
    made = shotfarm.here("review", "share", folder, "--values", values, "--json")
    assert made.returncode == 0, made.stderr
    (link,) = json.loads(shotfarm.here("review", "links", folder, "--json").stdout)
    version = open_production(folder, settings_for(folder), given("Bo")).loaded.version
    key = film_key(folder, load_settings(home=shotfarm.home), "", version)
    assert (link["title"], link["film"]["version"]) == ("For Bo", key.version)
    assert "For Bo [who=Bo]" in io.StringIO(shotfarm.here("review", "links", folder).stdout).read()
