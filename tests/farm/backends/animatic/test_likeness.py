"""No two characters of a film look alike, and each is alike in all shots: measured on their pictures."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from farm.backend.conformance import character, location, shot
from farm.backend.traits import complete_options
from farm.backends.animatic import AnimaticBackend
from farm.backends.animatic.casting import cast
from farm.backends.animatic.painter import Painter
from storyboard.checks.film import look_at
from storyboard.planning.plan import plan_film
from storyboard.planning.renderer import Renderer
from storyboard.project import new_project

SIZE = (320, 180)
ALIKE, DIFFERENT = 0.18, 0.22
"""of pictures that lie over each other: 0 the same, 1 nothing in common"""
WIDE, HIGH = 60, 130
"""of what a figure is compared in, in pixels around its feet"""


def specs_of(tmp_path, name):
    loaded, problems = look_at(new_project(tmp_path / "film", example=name))
    assert problems == []
    traits = AnimaticBackend.TRAITS
    drawn = Renderer(traits, lambda shared, own: complete_options(traits, shared, own))
    planned = plan_film(loaded.film, {}, lambda _: drawn, published=lambda _: False, previous={}).shots
    return [one.spec for one in planned]


def figure(person, place, position="centre", seed=1):
    """Somebody who stands in a place: where they are, and their colours, around their feet."""
    stands = character(
        person.id,
        name=person.name,
        description=person.description,
        wardrobe=person.wardrobe,
        colours=person.colours,
        position=position,
        facing="right",
    )
    size = {"width": SIZE[0], "height": SIZE[1], "frames": 1, "head": 0, "tail": 0, "size": "WS"}
    spec = shot(**size, camera="static", action="", seed=seed, location=location(place), characters=(stands,))
    painter = Painter(spec, captions=False, soft_focus=False)
    try:
        with_them = painter.frame(0).astype(int)
        painter.stage_group.fade(0)
        there = np.abs(with_them - painter.frame(0)).max(-1) > 12
    finally:
        painter.canvas.close()
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.sum(0) > 3)
    foot, middle = rows.max() + 1, (columns.min() + columns.max()) // 2
    cut = slice(foot - HIGH, foot), slice(middle - WIDE // 2, middle + WIDE // 2)
    return there[cut], with_them[cut] / 255


def distance(one, other):
    """How far two figures are from each other: silhouettes and colours, 0 to 1."""
    both, either = one[0] & other[0], one[0] | other[0]
    colours = np.abs(one[1] - other[1]).mean(-1)
    return float((colours[both].sum() + (either & ~both).sum()) / either.sum())


def cast_of(specs):
    return {person.id: person for spec in specs for person in spec.characters}


@pytest.mark.parametrize(
    "name", ["lamp_at_saltmarsh", "night_window", "quiet_orbit", "crane_at_snow_village"]
)
def test_characters_of_a_film_are_told_apart_and_known_again(tmp_path, name):
    specs = specs_of(tmp_path, name)
    designs = {(person.id, person.wardrobe): set() for spec in specs for person in spec.characters}
    for spec in specs:
        for person in spec.characters:
            designs[person.id, person.wardrobe].add(cast(person))
    assert {len(one) for one in designs.values()} == {1}
    figures = {one: figure(person, "Desert") for one, person in cast_of(specs).items()}
    between = {pair: distance(*(figures[one] for one in pair)) for pair in combinations(figures, 2)}
    assert [pair for pair, far in between.items() if far < DIFFERENT] == []
    people = cast_of(specs)
    again = {one: distance(figures[one], figure(people[one], "Park", "left", 7)) for one in figures}
    assert [one for one, far in again.items() if far > ALIKE] == []
