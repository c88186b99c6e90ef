"""Laying a film decides: it reads no take, writes nothing, and comes to the same each time."""

from __future__ import annotations

import pytest

from pipeline.film.lay import lay_film
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from tests.support.pipeline.odd_backends import HalfSlate, with_backends
from tests.support.pipeline.slate_films import FRAMES, six_slates, tree, write_film


@pytest.fixture
def material(tmp_path, monkeypatch):
    """A film whose takes come to its size and rate, with none of them there."""
    with_backends(monkeypatch, half_slate=HalfSlate)
    film = six_slates() | {"renderers": {"own": {"backend": "half-slate"}}, "renderer": "own"}
    film["format"] = {"width": 256, "height": 144, "rate": 24}
    production = open_production(write_film(tmp_path, film), load_settings(home=tmp_path / "home"))
    return production.material(production.plan())


def test_a_film_without_takes_is_laid_and_nothing_is_written(material, tmp_path):
    before = tree(tmp_path)
    laid = lay_film(material)
    assert laid.cut.frames == FRAMES
    assert all(source.segment for source in laid.sources.values())
    assert len(material.absent) == len(material.plan.shots)
    assert lay_film(material) == laid
    assert tree(tmp_path) == before
