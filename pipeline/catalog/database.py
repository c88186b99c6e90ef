"""The database that a catalog lies in: opened, its tables brought up to date, its refusals said in words."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from pipeline.catalog import migrations
from pipeline.catalog.migrations import REVISIONS
from pipeline.catalog.models import Row
from storyboard.errors import CatalogError

BUSY_S = 60.0
"""how long one writer waits for another"""
ANSWER_S = 30.0
"""how long a server may take to answer, beside what it waits for another writer"""
IDLE_S = 2 * BUSY_S
"""after so long a server gives up a writer that does nothing: its machine has gone, and others wait for it"""
STEPS = str(Path(migrations.__file__).parent)
"""where Alembic finds the steps"""
_LOOKS_S = 0.005
_ONE_AT_A_TIME = 0x5407FA12
"""the name of the lock under which PostgreSQL's tables are made and changed"""
_VERSION = sa.table("alembic_version", sa.column("version_num", sa.String))
_DRIVERS = {"postgresql": "postgresql+pg8000", "postgres": "postgresql+pg8000", "sqlite": "sqlite"}


class DamagedError(CatalogError):
    """A database file that is not one, or not a whole one."""


class BusyError(CatalogError):
    """A database that others hold, or that does not answer now."""


def sqlite_url(path: Path | None) -> URL:
    """Of a file, or of a database in memory."""
    return URL.create("sqlite", database=str(path) if path else None)


def database_url(text: str) -> URL:
    """Of a database that a setting names.

    Raises:
        CatalogError: it is no such URL.
    """
    hint = "give postgresql://user:password@host/database, or nothing for a file in the project folder"
    try:
        url = make_url(text)
    except ArgumentError:
        raise CatalogError(
            "the setting catalog (SHOTFARM_CATALOG) is not the URL of a database", hint
        ) from None
    if url.drivername not in {*_DRIVERS, *_DRIVERS.values()}:
        raise CatalogError(f"{_named(url)}: a catalog cannot lie in {url.drivername}", hint)
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def opened(url: URL) -> tuple[Engine, str | None]:
    """The database at a URL, its tables made or brought up to date; and the form that they had before.

    Raises:
        CatalogError: nobody answers, it refuses, or it was written by a newer version of shotfarm.
    """
    engine = _engine(url)
    try:
        with database_errors(url):
            found = bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine, found


def bring_up_to_date(engine: Engine) -> str | None:
    """Make the tables, or bring them into the form that this version of shotfarm works with.

    Returns:
        The form that they had, or None when there were none.

    Raises:
        CatalogError: they have a form that this version does not know.
    """
    with engine.connect() as connection:
        found = _form(connection)
    if found == REVISIONS[-1]:
        return found
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        found = _form(connection)  # another process may have been first
        if found is None:
            Row.metadata.create_all(connection)
            sa.Table(
                "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
            ).create(connection)
            connection.execute(_VERSION.insert().values(version_num=REVISIONS[-1]))
        elif found not in REVISIONS:
            raise CatalogError(
                f"{_named(engine.url)} was written by a newer version of shotfarm",
                "use that one, or a later one",
            )
        elif found != REVISIONS[-1]:
            migrate(connection)
    return found


def migrate(connection: Connection, to: str = "head") -> None:
    """Take the steps from the form that the tables have."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", STEPS.replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _form(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.select(_VERSION.c.version_num)).scalar_one_or_none()


@contextlib.contextmanager
def database_errors(url: URL) -> Iterator[None]:
    """Turn what a database refuses in a block into an error that names it, without its password.

    Raises:
        CatalogError: something was refused.
    """
    try:
        yield
    except DBAPIError as error:
        kind, message, hint = _in_words(error)
        raise kind(f"the catalog {_named(url)}: {message}", hint) from error


def is_read_only(error: BaseException | None) -> bool:
    """Whether SQLite may not write where its file lies."""
    while error is not None:
        said = str(error)
        if isinstance(error, DBAPIError) and ("readonly database" in said or "unable to open" in said):
            return True
        error = error.__cause__
    return False


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            options: dict[str, Any] = {} if url.database else {"poolclass": StaticPool}
            engine = sa.create_engine(
                url, connect_args={"timeout": BUSY_S, "check_same_thread": False}, **options
            )
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        else:
            engine = sa.create_engine(url, pool_pre_ping=True, connect_args={"timeout": BUSY_S + ANSWER_S})
            sa.event.listen(engine, "connect", _prepare_postgresql)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise CatalogError(
            f"{_named(url)}: {error}", "install shotfarm with its extra: `shotfarm[postgres]`"
        ) from error
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by Python
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=NORMAL")  # the log is what is durable
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let nobody who reads wait for who writes.

    While another process makes the file, SQLite refuses this at once: it does not wait as for all else.
    """
    ends_at = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > ends_at:
                raise
            time.sleep(_LOOKS_S)
        else:
            return


def _prepare_postgresql(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for setting, seconds in (("lock_timeout", BUSY_S), ("idle_in_transaction_session_timeout", IDLE_S)):
        cursor.execute(f"SET {setting} = {round(1000 * seconds)}")
    cursor.close()
    connection.commit()


def leave_wal(connection: Connection) -> None:
    """Bring all of a SQLite database into its one file."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA journal_mode=DELETE")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _named(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def _in_words(error: DBAPIError) -> tuple[type[CatalogError], str, str | None]:
    told = error.orig.args[0] if error.orig and error.orig.args else ""
    code, message = ("", str(told))
    if isinstance(told, dict):  # pg8000 gives the fields of PostgreSQL's answer by their letters
        code, message = str(told.get("C", "")), str(told.get("M", told))
    if code in {"28P01", "28000"}:
        return CatalogError, f"the user or the password is refused ({message})", "look at SHOTFARM_CATALOG"
    if code == "3D000":
        return CatalogError, f"there is no such database ({message})", "make it first: `createdb`"
    if code == "42501":
        return CatalogError, f"permission is denied ({message})", "the user needs to make tables there"
    if code in {"57P03", "53300", "57P01", "25P03"}:
        return BusyError, f"the server takes no one in now ({message})", "try again"
    if isinstance(error, sa.exc.InterfaceError) or "Can't create a connection" in message:
        hint = "is it up, and is SHOTFARM_CATALOG right?"
        return BusyError, f"the server does not answer: {message}", hint
    if code == "55P03" or "locked" in message:
        return BusyError, "it is held by another process", "end it, or wait for it, and try again"
    if "malformed" in message or "not a database" in message:
        hint = "`shotfarm catalog rebuild` makes it again from the log"
        return DamagedError, f"it is damaged ({message})", hint
    if "disk is full" in message:
        return CatalogError, "the disk is full", "free some space and try again"
    return CatalogError, message, None
