"""Versions of a film on a farm: what is rendered is what was planned with these values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assembly.picture.film_file import probe
from tests.support.pipeline.slate_films import FRAMES, Shotfarm, six_slates, write_film


@pytest.mark.slow
def test_a_second_version_renders_what_differs_alone_and_goes_to_its_own_file(
    standing: Shotfarm, tmp_path: Path
):
    film = six_slates()
    film["parameters"] = {
        "who": {"type": "text", "default": "all"},
        "short": {"type": "number", "default": 0},
    }
    film["scenes"][1]["shots"][0]["action"] = "A slate for {{ who }}."
    film["scenes"][1]["shots"][1]["when"] = "short == 0"
    folder = write_film(tmp_path / "film", film)
    values = tmp_path / "bo.json"
    values.write_text(json.dumps({"who": "Bo", "short": 1}))
    ana, bo = tmp_path / "ana.mp4", tmp_path / "bo.mp4"
    first = standing.json("render", folder, "--set", "who=Ana", "--out", ana)
    second = standing.json("render", folder, "--values", values, "--out", bo)
    assert (first["rendered"], second["rendered"]) == (6, 2)
    assert (probe(ana).frames, probe(bo).frames) == (FRAMES, FRAMES - 24)
    planned = standing.json("plan", folder, "--values", values)
    assert (len(planned["shots"]), planned["to_render"]) == (5, 0)
    assert standing.json("plan", folder)["to_render"] == 2
