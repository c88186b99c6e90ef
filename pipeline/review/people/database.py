"""Where people are kept: the studio's database, or a file in the home of whoever runs the application.

Never in a project folder: those are copied, packed and given away, and with them would go what people sign in
with.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from pipeline.catalog.database import DamagedError, database_errors, database_url, opened, sqlite_url
from pipeline.catalog.models import AuditRow, PersonRow, PersonSessionRow, PersonTokenRow, ShareLinkRow
from pipeline.settings import Settings
from storyboard.errors import CatalogError
from storyboard.refusals import store_errors

PEOPLE_FILE = "people.sqlite"
PEOPLE, SESSIONS, TOKENS, LINKS, AUDIT = (
    cast("sa.Table", row.__table__)
    for row in (PersonRow, PersonSessionRow, PersonTokenRow, ShareLinkRow, AuditRow)
)


class PeopleDatabase:
    """The tables of people; `PeopleDatabase.open` opens them. Any number of processes may, at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open it; made when there is none, brought up to date when it is older.

        Args:
            settings: whose `catalog` names the database; `people.sqlite` in its `home` without.

        Raises:
            CatalogError: the database cannot be used, or was written by a newer version.
            StoreError: the home cannot be written.
        """
        if settings.catalog:
            return cls(opened(database_url(settings.catalog))[0])
        path = settings.home / PEOPLE_FILE
        with store_errors(path):
            _make_private(path)
        try:
            return cls(opened(sqlite_url(path))[0])
        except DamagedError as error:
            raise CatalogError(
                f"{path} is damaged", "put it aside; people and links must be added again then"
            ) from error

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with.

        Raises:
            CatalogError: the database cannot be used.
        """
        with database_errors(self._engine.url), self._engine.connect() as connection:
            yield connection.execution_options(reading=True)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all that is written in the block, or nothing.

        Raises:
            CatalogError: the database cannot be used.
        """
        with database_errors(self._engine.url), self._engine.begin() as connection:
            yield connection


def _make_private(path: Path) -> None:
    """A file that its owner alone reads, from the first byte on; SQLite's files beside it get its mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)
