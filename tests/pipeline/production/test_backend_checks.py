"""What backends say of shots before anything renders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import load_settings
from storyboard.errors import DocumentError
from tests.support.pipeline.odd_backends import FussySlate, run, with_backends
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film


@pytest.fixture(autouse=True)
def _backends(monkeypatch):
    with_backends(monkeypatch, fussy_slate=FussySlate)


def film(**options: Any) -> dict[str, Any]:
    renderers = {"fussy": {"backend": "fussy-slate", "options": options}, "slate": {"backend": "slate"}}
    return {**six_slates(), "renderers": renderers, "renderer": "fussy"}


def opened(folder: Path, document: dict[str, Any]) -> Production:
    return open_production(write_film(folder, document), load_settings(home=folder / "home"))


def problems(folder: Path, document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as caught:
        opened(folder, document)
    assert all(problem.line for problem in caught.value.problems)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def test_every_shot_that_cannot_be_rendered_is_named_at_once(tmp_path):
    document = film()
    for name in ("1B", "2C"):
        shot_of(document, name)["size"] = "ECU"
    words = "fussy-slate cannot come that close; half-slate can"
    assert problems(tmp_path, document) == [("scenes[0].shots[1]", words), ("scenes[1].shots[2]", words)]


def test_a_wrong_option_is_told_once_where_it_is_set(tmp_path):
    assert problems(tmp_path, film(delay_s=2)) == [("renderers.fussy.options.delay_s", "that is too slow")]
    document = film()
    document["backend_options"]["fussy-slate"] = {"delay_s": 3}
    shot_of(document, "2B")["backend_options"] = {"fussy-slate": {"delay_s": 4}}
    assert {path for path, _ in problems(tmp_path, document)} == {
        "backend_options.fussy-slate.delay_s",
        "scenes[1].shots[1].backend_options.fussy-slate.delay_s",
    }


def test_a_shot_is_judged_by_the_backend_that_renders_it(tmp_path):
    document = film()
    shot_of(document, "1B").update(size="ECU", renderer="slate")
    assert opened(tmp_path, document).warnings == ()


def test_what_a_backend_leaves_out_of_a_shot_is_told(tmp_path):
    document = film()
    write_film(tmp_path, document)
    Image.effect_noise((32, 18), 50).save(tmp_path / "end.png")
    for name in ("1A", "2B"):
        shot_of(document, name).update(last_frame="end.png", renderer="slate")
    shot_of(document, "2B")["match_cut"] = "1A"
    told = {warning.message: warning.shots for warning in opened(tmp_path, document).warnings}
    assert told == {
        "the backend slate leaves out pictures of last frames": ("1A", "2B"),
        "the backend slate leaves out match cuts": ("2B",),
    }


def test_warnings_are_gathered_and_shown(tmp_path, monkeypatch, capsys):
    document = film()
    for name in ("1A", "2B"):
        shot_of(document, name)["camera"] = "push-in"
    folder = write_film(tmp_path, document)
    expected = "warning: shots 1A, 2B: fussy-slate leaves the camera where it is"
    assert expected in run(monkeypatch, capsys, "plan", folder)[1]
    assert expected in run(monkeypatch, capsys, "validate", folder)[1]
    planned = json.loads(run(monkeypatch, capsys, "plan", folder, "--json")[1])
    assert planned["warnings"] == [
        {"message": "fussy-slate leaves the camera where it is", "shots": ["1A", "2B"]}
    ]
    assert planned["to_render"] == 6


def test_problems_of_backends_and_files_come_in_the_same_round(tmp_path):
    """A picture that is not there and one that is broken, a shot too close, a voice that is none."""
    document = film()
    shot_of(document, "1A")["first_frame"] = "missing.png"
    shot_of(document, "1B")["size"] = "ECU"
    shot_of(document, "2A")["last_frame"] = "broken.png"
    document["characters"]["ada"]["voice"] = {"name": "nope"}
    write_film(tmp_path, document)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG nothing")
    found = problems(tmp_path, document)
    assert [path for path, _ in found] == [
        "characters.ada.voice.name",
        "scenes[0].shots[0].first_frame",
        "scenes[0].shots[1]",
        "scenes[1].shots[0].last_frame",
    ]
    assert found[1][1].startswith('there is no file "missing.png"')
    assert found[2][1] == "fussy-slate cannot come that close; half-slate can"


def test_problems_of_schema_checks_options_voices_fonts_and_files_come_in_one_round(tmp_path):
    document = film(delay_s="x")
    shot_of(document, "1A")["renderer"] = "nope"
    shot_of(document, "1B")["size"] = "HUGE"
    shot_of(document, "2A")["first_frame"] = "missing.png"
    shot_of(document, "2B")["lines"][0]["recording"] = "broken.wav"
    document["characters"]["ada"]["voice"] = {"name": "nope"}
    document["soundfont"] = "font.sf2"
    document["music"].append({"id": "M2", "from": "1A", "to": "1A", "file": "cue.mid"})
    write_film(tmp_path, document)
    for name in ("broken.wav", "font.sf2", "cue.mid"):
        (tmp_path / name).write_bytes(b"RIFF nothing")
    assert {path for path, _ in problems(tmp_path, document)} == {
        "characters.ada.voice.name",
        "music[1].file",
        "renderers.fussy.options.delay_s",
        "scenes[0].shots[0].renderer",
        "scenes[0].shots[1].size",
        "scenes[1].shots[0].first_frame",
        "scenes[1].shots[1].lines[0].recording",
        "soundfont",
    }
