"""One of something is not several of it."""

from __future__ import annotations

from tests.support.pipeline.slate_films import Shotfarm, six_slates, write_film


def test_a_film_of_one_scene_and_one_shot_is_said_so(shotfarm: Shotfarm, tmp_path):
    film = six_slates()
    film["music"] = []
    assert "2 scenes, 6 shots, " in shotfarm.here("validate", write_film(tmp_path / "six", film)).stdout
    film["scenes"] = film["scenes"][:1]
    film["scenes"][0]["shots"] = film["scenes"][0]["shots"][:1]
    assert "1 scene, 1 shot, " in shotfarm.here("validate", write_film(tmp_path / "one", film)).stdout
