"""The catalog of a production: takes with their numbers, what people decided; a database made from the log.

The log (`pipeline.catalog.log`) is written first, so a database that is behind, because a process was killed
between the two or another one wrote, takes in the rest of it before anything is read. Any number of processes
may use one catalog; an object may be used by any number of threads.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from pipeline.catalog.database import database_errors, database_url, is_read_only, opened, sqlite_url
from pipeline.catalog.entries import Decision, NewTake, Take, Wish
from pipeline.catalog.log import DecisionLog, Piece
from pipeline.catalog.models import DecisionRow, ProductionRow, TakeRow
from pipeline.catalog.production_id import production_id
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.errors import CatalogError, StoreError

CATALOG = "catalog.sqlite"

_PRODUCTIONS, _TAKES, _DECISIONS = (
    cast("sa.Table", row.__table__) for row in (ProductionRow, TakeRow, DecisionRow)
)
_NOT_IN_ENTRIES = {"production", "place", "kind"}
"""columns that the entries do not have"""


class Catalog:
    """The catalog of one production; `Catalog.open` opens it.

    Attributes:
        production: the id of the production.
        log: what it is made from.
        engine: of its database, which may hold other productions too.
        kept: whether the database stays; where the project folder cannot be written, it lies in memory.
    """

    def __init__(self, production: str, log: DecisionLog, engine: Engine, *, kept: bool = True) -> None:
        self.production = production
        self.log = log
        self.engine = engine
        self.kept = kept
        self._lock = threading.Lock()
        self._synced = -1

    @classmethod
    def open(cls, folder: Path, settings: Settings, title: str = "") -> Self:
        """Open the catalog of a project folder; made when there is none, brought up to date when it is older.

        Args:
            folder: that of the film document.
            settings: whose `catalog` names the database; a file in the project folder without.
            title: of the film, for people; the one from before when it is empty.

        Raises:
            CatalogError: the database cannot be used, was written by a newer version, or is ahead of the log.
            StoreError: the project folder cannot be read.
        """
        state = folder / STATE_FOLDER
        log = DecisionLog(state)
        kept = True
        try:
            production = production_id(state)
            if settings.catalog:
                engine = opened(database_url(settings.catalog))
            else:
                engine = opened(sqlite_url(state / CATALOG))
        except (CatalogError, StoreError) as error:
            if not (isinstance(error, StoreError) or is_read_only(error)):
                raise
            production, engine, kept = "read-only", opened(sqlite_url(None)), False
        catalog = cls(production, log, engine, kept=kept)
        try:
            catalog._introduce(title, folder)
            catalog.catch_up()
        except BaseException:
            catalog.close()
            raise
        return catalog

    @classmethod
    def if_there(cls, folder: Path, settings: Settings) -> Self | None:
        """The same, or None for a production that never had one: nothing is made."""
        return cls.open(folder, settings) if DecisionLog(folder / STATE_FOLDER).size else None

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, *wishes: Wish) -> tuple[Decision, ...]:
        """Append decisions, all of them or none; they are durable when this returns.

        Raises:
            Conflict: somebody decided about one of the shots since its person looked (`Wish.seen`).
            UsageError: a take that its shot does not have, or something that cannot be undone.
            CatalogError: the log or the database is held by another process, or cannot be used.
            StoreError: the project folder cannot be written.
        """
        with self._lock:
            made = self.log.append(wishes)
        self.catch_up()
        return made

    def register(self, takes: Sequence[NewTake]) -> tuple[Take, ...]:
        """Give numbers to those of these takes that have none yet, in their order; returns those.

        Raises:
            CatalogError: the log or the database is held by another process, or cannot be used.
            StoreError: the project folder cannot be written.
        """
        with self._lock:
            made = self.log.register(takes)
        self.catch_up()
        return made

    def takes(self, shot: str | None = None) -> list[Take]:
        """The takes of the production, or of a shot, in the order in which they were registered.

        Raises:
            CatalogError: the database cannot be used.
        """
        mine = _TAKES.c.production == self.production
        wanted = mine if shot is None else mine & (_TAKES.c.shot == shot)
        with self.reading() as connection:
            return _takes(connection, wanted)

    def decisions(self, shot: str | None = None, after: int = 0) -> list[Decision]:
        """The decisions of the production, or about a shot, oldest first.

        Args:
            shot: about this one.
            after: those with higher numbers.

        Raises:
            CatalogError: the database cannot be used.
        """
        wanted = (_DECISIONS.c.production == self.production) & (_DECISIONS.c.number > after)
        if shot is not None:
            wanted &= _DECISIONS.c.shot == shot
        with self.reading() as connection:
            return _decisions(connection, wanted)

    def last(self, shot: str) -> int:
        """The number of the last decision about a shot, as `Wish.seen` takes it; 0 without any."""
        mine = (_DECISIONS.c.production == self.production) & (_DECISIONS.c.shot == shot)
        with self.reading() as connection:
            return connection.execute(sa.select(sa.func.max(_DECISIONS.c.number)).where(mine)).scalar() or 0

    def catch_up(self) -> None:
        """Take in what the log says and the database does not know yet.

        A log that is gone is written anew from the database.

        Raises:
            CatalogError: the log is another one than the database was made from, or that cannot be used.
            StoreError: the log cannot be read.
        """
        with self._lock:
            size = self.log.size
            if size == self._synced:
                return
            with self._writing() as connection:
                position = self._known_position(connection, size)
                if position != size:
                    with self.log.locked(shared=True):
                        piece = self.log.read(position)
                    self._insert(connection, piece)
                    self._note_position(connection, piece.ends_at)
            self._synced = size

    def rebuild(self) -> None:
        """Make this production's rows again from the log.

        Raises:
            CatalogError: there is no log, or the database cannot be used.
            StoreError: the log cannot be read.
        """
        with self._lock, self._writing() as connection:
            if not self.log.size:
                raise CatalogError(f"there is no log at {self.log.path}", "nothing was changed")
            for table in (_TAKES, _DECISIONS):
                connection.execute(sa.delete(table).where(table.c.production == self.production))
            with self.log.locked(shared=True):
                piece = self.log.read()
            self._insert(connection, piece)
            self._note_position(connection, piece.ends_at)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees all that the log says.

        Raises:
            CatalogError: the database cannot be used.
        """
        self.catch_up()
        with database_errors(self.engine.url), self.engine.connect() as connection:
            yield connection.execution_options(reading=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        with database_errors(self.engine.url), self.engine.begin() as connection:
            yield connection

    def _known_position(self, connection: Connection, size: int) -> int:
        """How much of the log the database knows; nobody else changes that until the transaction ends."""
        position, checksum = connection.execute(
            sa.select(_PRODUCTIONS.c.log_position, _PRODUCTIONS.c.log_checksum)
            .where(_PRODUCTIONS.c.id == self.production)
            .with_for_update()
        ).one()
        if position and not size:
            self.log.write_anew(
                _takes(connection, _TAKES.c.production == self.production),
                _decisions(connection, _DECISIONS.c.production == self.production),
            )
            return self._note_position(connection, self.log.size)
        if position and self.log.checksum(position) != checksum:
            raise CatalogError(
                f"{self.log.path} is not the log that the catalog was made from",
                "`shotfarm catalog rebuild` makes the catalog again from it",
            )
        return int(position)

    def _note_position(self, connection: Connection, position: int) -> int:
        connection.execute(
            sa.update(_PRODUCTIONS)
            .where(_PRODUCTIONS.c.id == self.production)
            .values(log_position=position, log_checksum=self.log.checksum(position))
        )
        return position

    def _introduce(self, title: str, folder: Path) -> None:
        """Note the production, and what it is called now."""
        mine = _PRODUCTIONS.c.id == self.production
        place = str(folder.absolute())
        with self.engine.connect() as connection, database_errors(self.engine.url):
            found = (
                connection.execution_options(reading=True)
                .execute(sa.select(_PRODUCTIONS.c.title, _PRODUCTIONS.c.folder).where(mine))
                .one_or_none()
            )
        if found and found.title == (title or found.title) and found.folder == place:
            return
        with self._writing() as connection:
            if connection.execute(sa.select(_PRODUCTIONS.c.id).where(mine)).one_or_none():
                connection.execute(
                    sa.update(_PRODUCTIONS)
                    .where(mine)
                    .values(title=title or _PRODUCTIONS.c.title, folder=place)
                )
                return
            new = {"id": self.production, "title": title, "folder": place, "made_at": datetime.now(UTC)}
            connection.execute(sa.insert(_PRODUCTIONS).values(**new, log_position=0, log_checksum=""))

    def _insert(self, connection: Connection, piece: Piece) -> None:
        mine = _TAKES.c.production == self.production
        place = connection.execute(sa.select(sa.func.count()).select_from(_TAKES).where(mine)).scalar_one()
        takes = [line.take for line in piece.lines if line.take]
        decisions = [line.decision for line in piece.lines if line.decision]
        if takes:
            connection.execute(
                sa.insert(_TAKES),
                [
                    {
                        "production": self.production,
                        "place": place + number,
                        **take.model_dump(),
                        "adjustment": _laid(take),
                    }
                    for number, take in enumerate(takes, 1)
                ],
            )
        if decisions:
            connection.execute(
                sa.insert(_DECISIONS),
                [
                    {
                        "production": self.production,
                        "kind": one.what.kind,
                        **one.model_dump(),
                        "what": one.what.model_dump(mode="json", exclude_none=True),
                    }
                    for one in decisions
                ],
            )


def _takes(connection: Connection, wanted: sa.ColumnElement[bool]) -> list[Take]:
    rows = connection.execute(sa.select(_TAKES).where(wanted).order_by(_TAKES.c.place)).mappings()
    return [Take.model_validate(_entry(row)) for row in rows]


def _decisions(connection: Connection, wanted: sa.ColumnElement[bool]) -> list[Decision]:
    rows = connection.execute(sa.select(_DECISIONS).where(wanted).order_by(_DECISIONS.c.number)).mappings()
    return [Decision.model_validate(_entry(row)) for row in rows]


def _entry(row: sa.RowMapping) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in _NOT_IN_ENTRIES}


def _laid(take: Take) -> dict[str, object] | None:
    return None if take.adjustment is None else take.adjustment.model_dump(mode="json", exclude_none=True)
