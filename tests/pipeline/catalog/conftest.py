"""Catalogs in SQLite and in a real PostgreSQL: the same tests run over both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.catalog.catalog import Catalog
from pipeline.settings import Settings, load_settings
from tests.support.pipeline.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of somebody whose catalogs lie in an empty database of each kind."""
    if request.param == "sqlite":
        return load_settings()
    server: PostgresServer = request.getfixturevalue("postgres")
    return load_settings(catalog=server.url(server.new_database()))


@pytest.fixture
def open_catalog(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Catalog]]:
    """Opens the catalog of a project folder, `film` when none is named; each is closed in the end."""
    opened: list[Catalog] = []

    def open_it(folder: str = "film", title: str = "A Film") -> Catalog:
        project = tmp_path / folder
        project.mkdir(exist_ok=True)
        opened.append(Catalog.open(project, settings, title))
        return opened[-1]

    yield open_it
    for catalog in opened:
        catalog.close()
