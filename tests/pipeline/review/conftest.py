"""A film, its application, and somebody who looks at it: shared by the tests that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.web.access import Door
from tests.support.browser import Visit
from tests.support.pipeline.review_films import Watching, film_with_takes, served


@pytest.fixture(scope="session")
def film_for_review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose film has all its takes, and is put together; not to be changed."""
    return film_with_takes(tmp_path_factory.mktemp("review") / "film")


@pytest.fixture(scope="session")
def review(film_for_review: Path) -> Iterator[Door]:
    """The application for that film."""
    with served([film_for_review]) as door:
        yield door


@pytest.fixture
def watching(visit: Visit, review: Door) -> Watching:
    """Somebody with a browser, who has not come yet."""
    return Watching(visit, review)
