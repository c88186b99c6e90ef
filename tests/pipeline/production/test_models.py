"""The models of a film's renderers: listed, checked and fetched through the hooks of their backends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.support.pipeline.odd_backends import ModelSlate, run, with_backends
from tests.support.pipeline.slate_films import shot_of, six_slates, write_film


@pytest.fixture(autouse=True)
def _backends(monkeypatch):
    with_backends(monkeypatch, model_slate=ModelSlate)
    monkeypatch.delenv("SHOTFARM_BACKEND", raising=False)


def film(folder: Path, *final: str) -> Path:
    document: dict[str, Any] = six_slates()
    document["backend_options"]["model-slate"] = {"folder": str(folder / "models")}
    document["renderers"] = {
        "draft": {"backend": "model-slate"},
        "final": {"backend": "model-slate", "options": {"models": [*final]}},
        "drawn": {"backend": "animatic"},
    }
    document["renderer"] = "draft"
    shot_of(document, "2B")["renderer"] = "final"
    return write_film(folder / "film", document)


def test_the_models_of_all_renderers_are_listed_once(tmp_path, monkeypatch, capsys):
    folder = film(tmp_path, "tiny/slate", "big/slate")
    code, said = run(monkeypatch, capsys, "models", "list", folder, "--json")
    assert code == 0
    listed = {model["name"]: model for model in json.loads(said)}
    assert [*listed] == ["tiny/slate", "big/slate"]
    assert listed["tiny/slate"]["renderers"] == ["draft", "final"]
    assert listed["big/slate"]["shots"] == ["2B"]
    assert listed["big/slate"]["revision"] == "0123456789abcdef"
    _, said = run(monkeypatch, capsys, "models", "list", folder)
    row = next(line for line in said.splitlines() if "big/slate" in line)
    for words in ("0123456789ab", "final", "Apache-2.0", "3.0 GiB", "100 MiB", "no"):
        assert words in row


def test_models_that_are_missing_are_named_fetched_and_then_there(tmp_path, monkeypatch, capsys):
    folder = film(tmp_path, "big/slate")
    code, said = run(monkeypatch, capsys, "models", "check", folder)
    assert code == 1
    assert "2 of 2 models are not on this machine" in said
    code, said = run(monkeypatch, capsys, "models", "fetch", folder, "--json")
    assert (code, json.loads(said)) == (0, {"needed": 2, "fetched": ["tiny/slate", "big/slate"]})
    assert run(monkeypatch, capsys, "models", "check", folder) == (0, "All 2 models are here.\n")
    assert run(monkeypatch, capsys, "models", "fetch", folder) == (0, "Nothing is missing.\n")
    code, said = run(monkeypatch, capsys, "models", "check", folder, "--json")
    assert json.loads(said) == {"needed": 2, "missing": []}


def test_what_came_before_a_model_that_cannot_be_had_is_kept(tmp_path, monkeypatch, capsys):
    folder = film(tmp_path, "lost/slate")
    code, said = run(monkeypatch, capsys, "models", "fetch", folder)
    assert code == 2
    assert "nobody has lost/slate" in said
    assert "Traceback" not in said
    assert (tmp_path / "models" / "tiny" / "slate").exists()
    assert "1 of 2" in run(monkeypatch, capsys, "models", "check", folder)[1]


def test_a_renderer_that_is_asked_for_is_the_only_one_listed(tmp_path, monkeypatch, capsys):
    folder = film(tmp_path, "big/slate")
    _, said = run(monkeypatch, capsys, "models", "list", folder, "--renderer", "drawn", "--json")
    assert [model["name"] for model in json.loads(said)] == ["big/slate"], "2B keeps its own"
    code, said = run(monkeypatch, capsys, "models", "list", folder, "--backend", "animatic")
    assert (code, said) == (0, "This film needs no models.\n")


def test_a_licence_that_forbids_selling_is_a_warning_of_the_plan(tmp_path, monkeypatch, capsys):
    folder = film(tmp_path, "free/slate")
    production = open_production(folder, load_settings(home=tmp_path))
    (warning,) = production.plan().warnings
    assert warning.shots == ("2B",)
    assert warning.message == "the licence of free/slate forbids commercial use (research only)"
    _, said = run(monkeypatch, capsys, "plan", folder)
    assert "shot 2B: the licence of free/slate forbids commercial use" in said
    assert "model tiny/slate: Apache-2.0 (not on this machine: shotfarm models fetch)" in said
    _, said = run(monkeypatch, capsys, "plan", folder, "--json")
    assert [model["licence"] for model in json.loads(said)["models"]] == ["Apache-2.0", "research only"]
