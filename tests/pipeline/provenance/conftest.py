"""A signed file, made once for all tests of a process."""

from __future__ import annotations

import pytest

from tests.support.pipeline.decided_films import Folder
from tests.support.pipeline.signed_films import Delivered, made_of
from tests.support.pipeline.slate_films import six_slates, write_film


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """A film, rendered and delivered for the web; not to be changed."""
    film = Folder(write_film(tmp_path_factory.mktemp("signed") / "film", six_slates()))
    film.render()
    made = made_of(film, "web", film.path / "out")
    assert made.error is None
    return Delivered(film, made.files[0])
