"""A film of slates with its takes and its deliverable, to make room around."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.observer import Nobody
from pipeline.production.open import open_production
from tests.support.pipeline.decided_films import render_here, settings_in
from tests.support.pipeline.kept_films import KeptFilm, finish
from tests.support.pipeline.slate_films import six_slates, write_film


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a film that is all there; not to be changed."""
    film = six_slates()
    film |= {"scenes": film["scenes"][1:], "music": [], "backend_options": {}}
    film["deliverables"] = {"poster": {"kind": "poster"}, "web": {"kind": "web"}}
    folder = write_film(tmp_path_factory.mktemp("kept") / "film", film)
    production = open_production(folder, settings_in(folder.parent))
    render_here(production)
    finish(production, Nobody())
    return folder


@pytest.fixture
def film(kept: Path, tmp_path: Path) -> KeptFilm:
    """A copy of it."""
    shutil.copytree(kept, tmp_path / "film")
    return KeptFilm(tmp_path / "film")
