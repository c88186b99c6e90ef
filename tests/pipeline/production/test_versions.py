"""Decisions of versions: a circled take is in the films whose shot is the same; what versions need stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.catalog.catalog import Catalog
from pipeline.decisions import deciding
from pipeline.decisions.history import history_of
from pipeline.decisions.listing import listed_takes
from pipeline.decisions.shots import Meant
from pipeline.observer import Nobody
from pipeline.production.known_versions import (
    forget_version,
    known_versions,
    remember_version,
    with_values,
    words_of_version,
)
from pipeline.production.open import open_production
from pipeline.production.production import Production
from storyboard.document.values import Given
from storyboard.errors import UsageError
from storyboard.planning.adjustments import Adjustment
from tests.support.pipeline.decided_films import render_here, settings_in
from tests.support.pipeline.kept_films import KeptFilm, finish
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film


def film() -> dict:
    film = six_slates()
    film["format"] |= {"width": 64, "height": 36}
    film["backend_options"], film["music"] = {}, []
    film["parameters"] = {"who": {"type": "text", "default": "all"}}
    film["title"] = "For {{ who }}"
    shot_of(film, "2B")["action"] = "A slate for {{ who }}."
    film["scenes"] = [{**film["scenes"][1], "shots": film["scenes"][1]["shots"][:2]}]
    return film


@pytest.fixture
def kept(tmp_path: Path) -> KeptFilm:
    return KeptFilm(write_film(tmp_path / "film", film()))


def version(kept: KeptFilm, who: str | None = None) -> Production:
    given = {"who": Given(who, "--set who")} if who else {}
    return open_production(kept.path, settings_in(kept.path.parent), given)


def made(kept: KeptFilm, who: str | None = None) -> Production:
    """A version, rendered and remembered as a run does."""
    production = version(kept, who)
    remember_version(production.folder, production.loaded.version)
    render_here(production)
    return version(kept, who)


def cut(production: Production) -> dict[str, str]:
    return {shot.shot: shot.digest for shot in production.plan().cut}


def approve(production: Production, shot: str, number: int) -> None:
    meant = Meant.of(production, shot)
    deciding.approve(meant, meant.take(number), "ada")


def retake(production: Production, shot: str) -> Production:
    """Have another take of a shot made, and circle it."""
    plan = production.plan([shot], {shot: [Adjustment(seed=5)]})
    render_here(production, plan)
    meant = Meant.of(production, shot)
    deciding.approve(meant, meant.takes[-1], "ada")
    return production


def test_a_circled_take_is_in_every_version_whose_shot_is_the_same(kept):
    made(kept), made(kept, "Ana")
    before = cut(version(kept, "Ana"))["2A"]
    retake(version(kept), "2A")
    circled = cut(version(kept))["2A"]
    assert circled != before
    assert cut(version(kept, "Ana"))["2A"] == circled
    assert cut(version(kept, "Bo"))["2A"] == circled


def test_a_take_that_shows_one_version_is_in_no_others_film(kept):
    made(kept), made(kept, "Ana"), made(kept, "Bo")
    own = {who: cut(version(kept, who))["2B"] for who in (None, "Ana", "Bo")}
    approve(version(kept), "2B", 1)
    retake(version(kept, "Ana"), "2B")
    circled = cut(version(kept, "Ana"))["2B"]
    assert circled not in own.values()
    assert cut(version(kept, "Bo"))["2B"] == own["Bo"]
    assert cut(version(kept))["2B"] == own[None]
    assert {shot: len(about.circled.digest) for shot, about in version(kept, "Ana").decided.items()} == {
        "2B": 64
    }
    assert version(kept, "Bo").decided == {}


def test_it_stays_circled_and_becomes_stale_when_the_storyboard_changes(kept):
    made(kept), made(kept, "Ana")
    retake(version(kept, "Ana"), "2B")
    circled = cut(version(kept, "Ana"))["2B"]
    kept.change("A slate for", "A last slate for")
    assert cut(version(kept, "Ana"))["2B"] == circled
    (listed,) = [one for one in listed_takes(version(kept, "Ana"), "2B") if one.circled]
    assert (listed.in_cut, bool(listed.stale), listed.version) == (True, True, "who=Ana")
    made(kept, "Bo")
    assert cut(version(kept, "Bo"))["2B"] != circled


def test_versions_are_decided_of_side_by_side_and_what_is_undone_is_their_own(kept):
    made(kept), made(kept, "Ana")
    approve(version(kept), "2B", 1)
    approve(version(kept, "Ana"), "2B", 2)
    circled = {who: Meant.of(version(kept, who), "2B").standing.circled for who in (None, "Ana")}
    assert [one["slate"].number for one in circled.values()] == [1, 2]
    with pytest.raises(UsageError, match="no such take of shot 2B is approved"):
        deciding.unapprove(Meant.of(version(kept, "Ana"), "2B"), 1, "ada")
    deciding.undo(Meant.of(version(kept), "2B"), "ada")
    assert not Meant.of(version(kept), "2B").standing.circled
    assert Meant.of(version(kept, "Ana"), "2B").standing.circled
    words = [event.words for event in history_of(version(kept), "2B") if event.decision]
    assert words == ["approve of take 1", "approve of take 2 [who=Ana]", "undo of decision 1"]


def test_an_omitted_shot_is_out_of_every_version(kept):
    made(kept)
    deciding.omit(Meant.of(version(kept, "Ana"), "2B"), "ada")
    assert [*cut(version(kept))] == [*cut(version(kept, "Bo"))] == ["2A"]


def test_approval_is_asked_of_each_version_for_what_differs(kept):
    kept.document.write_text(kept.document.read_text() + "require_approval: true\n")
    made(kept), made(kept, "Ana")
    for shot in ("2A", "2B"):
        approve(version(kept), shot, 1)
    assert version(kept).unapproved(version(kept).plan()) == ()
    assert version(kept, "Ana").unapproved(version(kept, "Ana").plan()) == ("2B",)


def test_the_catalog_has_the_version_of_takes_and_decisions(kept):
    made(kept, "Ana")
    approve(version(kept, "Ana"), "2B", 1)
    production = version(kept, "Ana")
    with Catalog.open(production.folder, production.settings) as catalog:
        assert {take.shot: take.version for take in catalog.takes()} == {
            "2A": {"who": "Ana"},
            "2B": {"who": "Ana"},
        }
        assert [one.version for one in catalog.decisions()] == [{"who": "Ana"}]


def test_making_room_keeps_what_every_version_that_was_made_needs(kept):
    for who in (None, "Ana", "Bo"):
        finish(made(kept, who), Nobody())
    needed = {digest for who in (None, "Ana", "Bo") for digest in cut(version(kept, who)).values()}
    assert len(needed) == 4
    pruned = kept.prune("circled")
    assert kept.takes() == needed
    assert not [thing for thing in pruned.gone if thing.kind == "films"]
    remembered = known_versions(kept.path)
    assert sorted(one.words for one in remembered) == ["who=Ana", "who=Bo"]
    (bo,) = with_values(remembered, {"who": "Bo"})
    forget_version(kept.path, bo)
    kept.prune("circled")
    assert kept.takes() == needed - {cut(version(kept, "Bo"))["2B"]}


def test_a_take_that_is_circled_in_a_version_nobody_remembers_stays(kept):
    made(kept), made(kept, "Ana")
    retake(version(kept, "Ana"), "2B")
    circled = cut(version(kept, "Ana"))["2B"]
    forget_version(kept.path, known_versions(kept.path)[0])
    kept.prune("circled")
    assert circled in kept.takes()


def test_nothing_goes_while_a_version_cannot_be_opened(kept):
    made(kept), made(kept, "Ana")
    before = kept.takes()
    kept.change("default: all", "default: all\n    max_length: 2")
    kept.change("type: text\n    default: all", "type: text\n    default: al")
    with pytest.raises(Exception, match="the version who=Ana") as caught:
        kept.prune("circled")
    assert "--forget" in caught.value.hint
    assert kept.takes() == before


def test_a_film_without_defaults_is_known_by_the_versions_that_were_made(kept):
    kept.change("    default: all\n", "")
    finish(made(kept, "Ana"), Nobody())
    before = kept.takes()
    kept.prune("circled")
    assert kept.takes() == before


def test_a_version_is_told_by_what_differs_from_the_defaults(kept):
    assert version(kept, "all").loaded.version == {}
    assert version(kept, "Ana").loaded.version == {"who": "Ana"}
    assert words_of_version({"b": 2, "a": "x" * 100}) == f"a={'x' * 59}…, b=2"
    remember_version(kept.path, {})
    assert known_versions(kept.path) == []
