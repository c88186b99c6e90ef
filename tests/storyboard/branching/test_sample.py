"""The sample film that asks: every way through it is there, and none is short."""

from __future__ import annotations

from storyboard.branching.overview import overview
from storyboard.checks.film import look_at
from storyboard.project import new_project


def test_the_last_letter_has_four_ways_to_two_endings_and_nothing_is_wrong_with_any(tmp_path):
    new_project(tmp_path / "film", example="last_letter")
    loaded, problems = look_at(tmp_path / "film" / "film.yaml")
    assert problems == []
    found = overview(loaded.film, {})
    assert [ending.name for ending in found.endings] == ["It was read", "It was kept"]
    assert [asked.scene for asked in found.questions] == ["quay", "lane", "door"]
    assert found.ways.number == 4
    assert found.ways.shortest >= 75 * 24
