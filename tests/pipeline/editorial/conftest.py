"""A film of slates whose takes are there, to be cut by editors."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.pipeline.decided_films import Folder, slates_with_takes


@pytest.fixture(scope="session")
def slates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a film of slates whose takes are there and have numbers; not to be changed."""
    return slates_with_takes(tmp_path_factory.mktemp("editorial") / "film")


@pytest.fixture
def film(slates: Path, tmp_path: Path) -> Folder:
    """A copy of the film of slates."""
    shutil.copytree(slates, tmp_path / "film")
    return Folder(tmp_path / "film")
