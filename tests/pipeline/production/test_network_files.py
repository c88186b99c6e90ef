"""What a film says of retiming and upscaling: what is missing or does not fit is refused at its line."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from assembly.frames.clips import inspect
from pipeline.production import network_files
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.settings import load_settings
from tests.support.assembly.tiny_networks import brighter, larger, mean
from tests.support.pipeline.odd_backends import HalfSlate, assemble_here, render_here, run, with_backends
from tests.support.pipeline.slate_films import FRAMES, six_slates, write_film


@pytest.fixture(autouse=True)
def _backends(monkeypatch):
    with_backends(monkeypatch, half_slate=HalfSlate)


def film(**profile: Any) -> dict[str, Any]:
    document = six_slates()
    document["format"] = {"width": 160, "height": 96, "rate": 24}
    document["renderers"] = {"own": {"backend": "half-slate", **profile}}
    document["renderer"] = "own"
    return document


def project(folder: Path, **profile: Any) -> Path:
    write_film(folder, film(**profile))
    larger(folder / "x2.onnx")
    brighter(folder / "same.onnx")
    mean(folder / "rife.onnx")
    return folder


@pytest.mark.parametrize(
    ("profile", "place", "words"),
    [
        ({"retime": "rife"}, "retime", "`shotfarm models rife` writes one"),
        (
            {"retime": "flow", "retime_model": "rife.onnx"},
            "retime_model",
            "goes with rife alone, not with flow",
        ),
        ({"retime": "smooth"}, "retime", "mci"),
        ({"retime": "rife", "retime_model": "x2.onnx"}, "retime_model", "before, after, phase are wanted"),
        ({"retime": "rife", "retime_model": "../rife.onnx"}, "retime_model", "outside the project folder"),
        ({"upscale": "lanzcos"}, "upscale", "neither lanczos nor a file"),
        ({"upscale": "same.onnx"}, "upscale", "2 to 8 times larger"),
        ({"upscale": "film.yaml"}, "upscale", "cannot be used"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_line(profile, place, words, monkeypatch, capsys, tmp_path):
    code, said = run(monkeypatch, capsys, "validate", project(tmp_path, **profile))
    assert code == 2
    assert f"renderers.own.{place}" in said
    assert words in said


@pytest.mark.parametrize(
    ("profile", "library", "extra"),
    [
        ({"retime": "rife", "retime_model": "rife.onnx"}, "onnxruntime", "rife"),
        ({"upscale": "x2.onnx"}, "onnxruntime", "upscale"),
    ],
)
def test_a_missing_library_is_said_before_anything_renders(
    profile, library, extra, monkeypatch, capsys, tmp_path
):
    def find(name: str) -> Any:
        return None if name == library else importlib.util.find_spec(name)

    monkeypatch.setattr(network_files, "find_spec", find)
    code, said = run(monkeypatch, capsys, "plan", project(tmp_path, **profile))
    assert code == 2
    assert f"install shotfarm[{extra}]" in said


def made(folder: Path, **profile: Any) -> tuple[Production, str]:
    production = open_production(project(folder, **profile), load_settings(home=folder / "home"))
    if production.plan().missing:
        render_here(production)
    finished = assemble_here(production, folder / "film.mp4")
    assert inspect(finished.path).frames == finished.frames == FRAMES
    return production, finished.digest


@pytest.mark.slow
def test_another_network_or_way_renders_nothing_and_makes_another_film(tmp_path):
    _, plain = made(tmp_path)
    learned, first = made(tmp_path, retime="rife", retime_model="rife.onnx", upscale="x2.onnx")
    assert learned.choices.used[0].upscale == "x2.onnx"
    larger(tmp_path / "x3.onnx", 3)
    again = open_production(
        write_film(tmp_path, film(retime="rife", retime_model="rife.onnx", upscale="x3.onnx")),
        load_settings(home=tmp_path / "home"),
    )
    assert again.plan().missing == ()
    second = assemble_here(again, tmp_path / "film.mp4").digest
    assert len({plain, first, second}) == 3
