"""What one production has rendered tells another of the same store: how fast, and what is different."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from farm.store.store import Store
from pipeline.production import other_productions
from pipeline.production.open import open_production
from pipeline.production.other_productions import note_production
from pipeline.production.production import Production
from pipeline.settings import load_settings
from tests.support.pipeline.odd_backends import render_here
from tests.support.pipeline.slate_films import SHOTS, shot_of, six_slates, write_film


def opened(folder: Path, document: dict[str, Any]) -> Production:
    settings = load_settings(home=folder / "home", backend="slate", store=str(folder.parent / "store"))
    return open_production(write_film(folder, document), settings)


def rendered(folder: Path, document: dict[str, Any]) -> Production:
    """As a run renders: the takes, and the note of them."""
    production = opened(folder, document)
    plan = production.plan()
    render_here(production)
    takes = {shot.shot: shot.digest for shot in plan.shots}
    note_production(production.store.notes, production.film.title, production.folder, plan, takes)
    return production


def small() -> dict[str, Any]:
    document = six_slates()
    document["format"] = {"width": 256, "height": 144, "rate": 24}
    shot_of(document, "1A")["action"] = "Somebody waits."
    return document


@pytest.fixture
def first(tmp_path):
    return rendered(tmp_path / "first", small())


def reasons(production: Production) -> dict[str, tuple[str, ...]]:
    return {shot.shot: shot.reasons for shot in production.plan().shots}


def test_nothing_is_rendered_again_for_another_production(first, tmp_path):
    assert opened(tmp_path / "second", small()).plan().missing == ()


def test_a_shot_of_another_film_is_compared_with(first, tmp_path):
    document = small()
    document["title"] = "花子の灯台"
    document["look"] = {"description": "ink"}
    said = reasons(opened(tmp_path / "second", document))
    title = small()["title"]
    assert said["1A"] == (f'like shot 1A of "{title}"', "look: description changed")


def test_the_same_shot_of_the_same_film_is_compared_with_although_something_else_happens(first, tmp_path):
    document = small()
    shot_of(document, "1A")["action"] = "Somebody leaves."
    said = reasons(opened(tmp_path / "elsewhere", document))
    assert said["1A"] == (f'like shot 1A of "{document["title"]}"', "action changed")


def test_what_no_production_has_is_new(first, tmp_path):
    document = small()
    document["title"] = "Another"
    shot_of(document, "1A")["action"] = "Nobody is there."
    assert reasons(opened(tmp_path / "second", document))["1A"] == ("new shot",)


def test_the_latest_production_is_compared_with(first, tmp_path):
    document = small()
    document["title"] = "Later"
    document["look"] = {"description": "chalk"}
    rendered(tmp_path / "later", document)
    document["title"], document["seed"] = "Last", 99
    shot_of(document, "1A")["seed"] = 5
    assert reasons(opened(tmp_path / "last", document))["1A"][0] == 'like shot 1A of "Later"'


def test_a_film_s_own_last_take_counts_more(first, tmp_path):
    document = small()
    document["title"] = "Own"
    document["look"] = {"description": "chalk"}
    own = rendered(tmp_path / "own", document)
    own.takes.remember({shot.shot: shot.digest for shot in own.plan().shots})
    document["look"] = {"description": "ink"}
    assert reasons(opened(tmp_path / "own", document))["1A"] == ("look: description changed",)


def test_a_note_that_cannot_be_understood_is_passed_over(first, tmp_path):
    first.store.notes.keep_production("broken", b"{")
    first.store.notes.keep_production("other", b'{"title": 5}')
    document = copy.deepcopy(small())
    document["title"] = "Second"
    document["look"] = {"description": "ink"}
    assert "look: description changed" in reasons(opened(tmp_path / "second", document))["1A"]


def test_few_notes_are_read_and_none_when_nothing_is_new(first, tmp_path, monkeypatch):
    read: list[bytes] = []
    real = other_productions._NOTE.validate_json

    class Counting:
        def validate_json(self, record: bytes) -> JsonValue:
            read.append(record)
            return real(record)

    monkeypatch.setattr(other_productions, "_NOTE", Counting())
    notes = Store(tmp_path / "store").notes
    for number in range(40):
        notes.keep_production(f"film {number}", b'{"title": "Film", "shots": {}}')
    opened(tmp_path / "second", small()).plan()
    assert read == []
    document = small()
    document["look"] = {"description": "ink"}
    opened(tmp_path / "third", document).plan()
    assert len(read) == other_productions.MOST_PRODUCTIONS


def test_another_production_s_takes_tell_how_long_this_one_s_will_take(tmp_path):
    document = small()
    document["backend_options"] = {"slate": {"delay_s": 0.02}}
    before = opened(tmp_path / "first", document).plan()
    assert before.guessed
    rendered(tmp_path / "first", document)
    document["title"], document["look"] = "Second", {"description": "ink"}
    plan = opened(tmp_path / "second", document).plan()
    assert len(plan.missing) == len(SHOTS)
    assert not plan.guessed
    frames = sum(shot.spec.total_frames for shot in plan.missing)
    assert plan.estimate_s > frames * 0.02 > 10 * before.estimate_s
