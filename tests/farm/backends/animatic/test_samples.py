"""The sample films: valid, of the length that was promised, and all of what they name is drawn."""

from __future__ import annotations

import pytest

from farm.backend.traits import complete_options
from farm.backends.animatic import AnimaticBackend
from farm.backends.animatic.understanding.missing import missing
from farm.backends.animatic.understanding.places import where
from storyboard.checks.film import look_at
from storyboard.planning.plan import plan_film
from storyboard.planning.renderer import Renderer
from storyboard.project import examples, new_project

PLACES = {
    "lamp_at_saltmarsh": ["boat", "harbour", "lamp room", "lighthouse", "marsh", "room"],
    "night_window": ["alley", "city street", "office", "rooftop"],
    "quiet_orbit": ["corridor", "planet", "ship's bridge", "space"],
    "crane_at_snow_village": ["Japanese house", "Japanese village", "river", "snowfield"],
}


@pytest.mark.parametrize("name", PLACES)
def test_a_sample_film_is_valid_and_all_of_it_is_drawn(tmp_path, name):
    assert name in examples()
    loaded, problems = look_at(new_project(tmp_path / "film", example=name))
    assert problems == []
    traits = AnimaticBackend.TRAITS
    drawn = Renderer(traits, lambda shared, own: complete_options(traits, shared, own))
    shots = plan_film(loaded.film, {}, lambda _: drawn, published=lambda _: False, previous={}).shots
    assert 40 <= sum(shot.spec.frames for shot in shots) / 24 <= 90
    found = [where(shot.spec.location).place for shot in shots]
    assert sorted({place.name for place in found if place}) == PLACES[name]
    assert [str(one) for shot in shots for one in missing(shot.spec)] == []
