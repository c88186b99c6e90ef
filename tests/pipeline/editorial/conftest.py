"""A film of slates whose takes are there, to be cut by editors."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.production.open import open_production
from tests.support.pipeline.decided_films import Folder, render_here, settings_in
from tests.support.pipeline.slate_films import six_slates, write_film


@pytest.fixture(scope="session")
def slates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a film of slates whose takes are there and have numbers; not to be changed."""
    film = six_slates()
    film["backend_options"] = {}
    folder = write_film(tmp_path_factory.mktemp("editorial") / "film", film)
    render_here(open_production(folder, settings_in(folder.parent)))
    return folder


@pytest.fixture
def film(slates: Path, tmp_path: Path) -> Folder:
    """A copy of the film of slates."""
    shutil.copytree(slates, tmp_path / "film")
    return Folder(tmp_path / "film")
