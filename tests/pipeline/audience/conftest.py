"""A film that is whole, and shown: shared by the tests that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pipeline.audience_films import FILM, Shown, join, mix, publish, shown
from tests.support.pipeline.review_films import opened
from tests.support.pipeline.slate_films import write_film


@pytest.fixture(scope="session")
def whole_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose film has all its takes, its joints and its sound; not to be changed."""
    folder = write_film(tmp_path_factory.mktemp("audience") / "film", FILM)
    publish(opened(folder))
    join(opened(folder))
    mix(opened(folder))
    return folder


@pytest.fixture(scope="session")
def showing(whole_film: Path) -> Iterator[Shown]:
    """That film, shown."""
    with shown(whole_film) as found:
        yield found
