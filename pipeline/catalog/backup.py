"""A copy of a catalog while it is in use: a SQLite file, whatever database the catalog lies in.

To go back to a copy, put it as `catalog.sqlite` into the `.shotfarm` folder of the project; where the log is
gone as well, it is written anew from it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import sqlalchemy as sa

from farm.store.files import fsync
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.database import database_errors, leave_wal, opened, sqlite_url
from pipeline.catalog.rows import OF_LOG, PRODUCTIONS
from storyboard.errors import StoreError
from storyboard.refusals import store_errors


def back_up(catalog: Catalog, path: Path) -> None:
    """Copy a catalog as it is at one moment into a file, which is there whole or not at all.

    Nobody who reads or writes the catalog meanwhile waits for it.

    Raises:
        CatalogError: the catalog cannot be read.
        StoreError: there is such a file already, or it cannot be written.
    """
    if path.exists():
        raise StoreError(f"{path} exists already", "choose another name")
    catalog.catch_up()
    aside = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        with store_errors(path):
            aside.touch()
        _copy(catalog, aside)
        with store_errors(path):
            fsync(aside)
            aside.rename(path)
            fsync(path.parent)
    finally:
        for scrap in path.parent.glob(f"{aside.name}*"):
            scrap.unlink()


def _copy(catalog: Catalog, path: Path) -> None:
    """The production's rows, all of the same moment."""
    copy, _ = opened(sqlite_url(path))
    source = catalog.engine
    repeatable = {} if source.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    try:
        with (
            database_errors(source.url),
            source.connect().execution_options(reading=True, **repeatable) as connection,
            database_errors(copy.url),
            copy.begin() as into,
        ):
            for table, owner in ((PRODUCTIONS, "id"), *((table, "production") for table in OF_LOG)):
                mine = sa.select(table).where(table.c[owner] == catalog.production)
                for rows in connection.execute(mine).mappings().partitions(1000):
                    into.execute(sa.insert(table), [dict(row) for row in rows])
        with copy.connect() as connection:
            leave_wal(connection)  # a copy is one file
    finally:
        copy.dispose()
