"""Versions of a film: what differs in a shot is in its digest, and whoever opens it has its values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pipeline.film.lay import lay_film
from pipeline.film.sound import soundtrack_of
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import load_settings
from storyboard.document.values import Given
from storyboard.errors import DocumentError
from tests.support.pipeline.slate_films import Shotfarm, six_slates, write_film


def with_a_name() -> dict:
    """The film of six slates, for somebody: in one shot, in one line, and in the title of another shot."""
    film = six_slates()
    shots = [shot for scene in film["scenes"] for shot in scene["shots"]]
    film["parameters"] = {"who": {"type": "text", "default": "all"}, "long": {"type": "number", "default": 0}}
    film["title"] = "For {{ who }}"
    film.setdefault("characters", {})["ana"] = {"name": "Ana"}
    shots[1]["action"] = "somebody waves at {{ who }}"
    shots[3]["titles"] = [{"text": "For {{ who }}"}]
    shots[4]["lines"] = [
        {"character": "ana", "text": "Hello {{ who }}"},
        {"character": "ana", "text": "!", "at": 9},
    ]
    shots[5]["when"] = "long == 1"
    return film


def opened(folder: Path, **values) -> Production:
    given = {name: Given(value, f"--set {name}") for name, value in values.items()}
    return open_production(folder, load_settings(backend="slate", home=folder / "home"), given)


def test_versions_share_every_shot_segment_and_sound_that_does_not_differ(tmp_path):
    folder = write_film(tmp_path / "film", with_a_name())
    ana, bo = opened(folder, who="Ana"), opened(folder, who="Bo")
    plans = ana.plan(), bo.plan()
    digests = [[shot.digest for shot in plan.shots] for plan in plans]
    shared = [one == other for one, other in zip(*digests, strict=True)]
    assert shared.count(False) <= 2
    assert not shared[1]
    assert len(shared) == 5
    materials = [one.material(plan) for one, plan in zip((ana, bo), plans, strict=True)]
    clips = [set(lay_film(material).sources) for material in materials]
    assert len(clips[0] & clips[1]) >= 3
    tracks = [soundtrack_of(material, one.store) for material, one in zip(materials, (ana, bo), strict=True)]
    spoken = [[event.source.digest() for event in track.speech] for track in tracks]
    assert spoken[0][0] != spoken[1][0]
    assert spoken[0][1] == spoken[1][1]
    assert len(opened(folder, long="1").plan().shots) == 6


def test_what_is_opened_again_is_opened_with_its_values(tmp_path):
    folder = write_film(tmp_path / "film", with_a_name())
    before = opened(folder, who="Ana")
    again = open_production(before.loaded.path, before.settings, before.loaded.given)
    assert again.film.title == before.film.title == "For Ana"
    assert [shot.digest for shot in again.plan().shots] == [shot.digest for shot in before.plan().shots]


def test_a_file_that_a_value_names_is_confined_to_the_project(tmp_path):
    film = with_a_name()
    film["parameters"]["photo"] = {"type": "file", "default": "../../../etc/passwd"}
    film["look"] = {"references": ["{{ photo }}"]}
    folder = write_film(tmp_path / "film", film)
    with pytest.raises(DocumentError) as caught:
        opened(folder)
    assert '"../../../etc/passwd" leads outside the project folder ("{{ photo }}" became' in str(caught.value)


def test_commands_take_values_from_options_and_a_file(tmp_path, capfd):
    home = Shotfarm(tmp_path / "home")
    film = with_a_name()
    del film["parameters"]["who"]["default"]
    folder = write_film(tmp_path / "film", film)
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump({"who": "Bo", "long": 1}))
    command = ("validate", folder, "--backend", "slate", "--json")
    refused = home.here(*command)
    assert refused.returncode == 2
    told = json.loads(refused.stdout)["problems"]
    assert [one["path"] for one in told] == ["parameters.who"]
    assert "it has no default, and no value is given (--set who=…)" in told[0]["message"]
    ana = json.loads(home.here(*command, "--set", "who=Ana").stdout)
    assert (ana["title"], ana["shots"]) == ("For Ana", 5)
    both = json.loads(home.here(*command, "--values", values, "--set", "who=Ana").stdout)
    assert (both["title"], both["shots"]) == ("For Ana", 6)
    planned = json.loads(home.here("plan", folder, "--backend", "slate", "--json", "--values", values).stdout)
    assert (planned["title"], len(planned["shots"])) == ("For Bo", 6)
    wrong = home.here(*command, "--values", values, "--set", "whom=Ana")
    assert wrong.returncode == 2
    assert "no parameter is called" in wrong.stdout
