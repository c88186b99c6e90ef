"""Two films, and an application where people sign in, asked in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pipeline.review.films import ReviewedFilm, reviewed
from tests.support.pipeline.people import Studio, studio
from tests.support.pipeline.review_films import FILM, film_with_takes, settings_for


@pytest.fixture(scope="session")
def two_films(film_for_review: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, ReviewedFilm]:
    """`for-review`, and one that is called `secret`; neither is to be changed."""
    scene = {**FILM["scenes"][1], "shots": [{"id": "9Z", "duration": 6}]}
    secret = {**FILM, "title": "Secret", "scenes": [scene]}
    other = film_with_takes(tmp_path_factory.mktemp("secret") / "film", secret, assembled=False)
    return reviewed([film_for_review, other], settings_for(film_for_review))


@pytest.fixture
def opened(two_films: Mapping[str, ReviewedFilm], tmp_path: Path) -> Iterator[Studio]:
    """An application with these films, and nobody in it yet."""
    with studio(tmp_path / "home", two_films) as made:
        yield made
