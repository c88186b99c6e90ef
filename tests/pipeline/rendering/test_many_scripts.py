"""Films whose title, people, words and files are in many writing systems, through a real farm."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from storyboard.foreign_names import file_stem
from tests.support.pipeline.slate_films import Shotfarm, metrics_of, shot_of, six_slates, write_film

pytestmark = pytest.mark.slow

TITLE = "Café 夜の町 Ночь ليلة रात 🌙"
NAMED = "план-夜-é"
SPENT = "writing down what was spent"
PICTURE = unicodedata.normalize("NFD", "référence-夜-ночь.png")


def film_in_many_scripts(folder: Path) -> Path:
    """Six slates, with other letters wherever people write."""
    film: dict[str, Any] = six_slates()
    film |= {"title": TITLE, "logline": "数字が過ぎる。"}
    film["characters"]["ada"] |= {"name": "Ада", "description": "نجمة", "references": [PICTURE]}
    film["characters"]["ада"] = film["characters"].pop("ada")
    film["locations"] = {"여기": {"name": "여기"}}
    shot_of(film, "2A")["action"] = "Μια πλάκα."  # noqa: RUF001  (Greek is meant)
    shot_of(film, "2B")["lines"] = [{"character": "ада", "text": "आगे बढ़ो。", "at": 2}]
    shot_of(film, "1A")["titles"][0]["text"] = "Straße"
    for scene, name in zip(film["scenes"], ("場面", "ליל"), strict=True):
        scene |= {"id": name, "location": "여기"}
    shot_of(film, "2C")["continues"] = shot_of(film, "2A")["id"] = NAMED
    folder.mkdir(parents=True)
    Image.new("RGB", (16, 16), "red").save(folder / PICTURE)
    return write_film(folder, film)


def test_a_standing_farm_renders_it_and_the_film_after_it(standing: Shotfarm, tmp_path):
    folder = film_in_many_scripts(tmp_path / "فيلم-夜")
    before = standing.json("farm", "status")["troubles"]
    assert standing.json("render", folder)["rendered"] == 6
    assert (folder / "out" / f"{file_stem(TITLE)}.mp4").is_file()
    assert metrics_of(standing, TITLE)["shotfarm_attempts_total"] == {("done", ""): 6.0}
    # Those of other tests, and of their stores that have gone, are not of this film.
    troubles = [one for one in standing.json("farm", "status")["troubles"] if one not in before]
    assert [one for one in troubles if one["what"] != SPENT or str(folder) in one["latest"]] == []
    other_form = unicodedata.normalize("NFD", NAMED)
    assert len(standing.json("farm", "logs", other_form, folder)["attempts"]) == 1
    assert standing.json("approve", other_form, folder)["shot"] == NAMED
    assert [take["shot"] for take in standing.json("takes", other_form, folder)] == [NAMED]
    said = standing.here("validate", folder)
    assert "the slate has no letters ПЛАН夜É" in said.stdout + said.stderr
    plain = six_slates() | {"title": "After It", "seed": 5}
    assert standing.json("render", write_film(tmp_path / "after", plain))["rendered"] == 6


def test_a_run_without_a_standing_farm_renders_it(shotfarm: Shotfarm, tmp_path):
    folder = film_in_many_scripts(tmp_path / "ночь")
    assert shotfarm.json("render", folder)["rendered"] == 6
    shotfarm.ends()


def test_the_attempts_at_a_shot_whose_id_is_not_drawn_are_found(standing: Shotfarm, tmp_path):
    folder = film_in_many_scripts(tmp_path / "film")
    standing.json("render", folder, "--backend", "animatic", "--shots", NAMED)
    found = standing.json("farm", "logs", NAMED, folder, "--backend", "animatic")
    assert [one["shot"] for one in found["attempts"]] == [NAMED]
    assert "has left a log" not in standing("farm", "logs", NAMED, folder, "--backend", "animatic").stdout
