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
from typing import Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from pipeline.catalog.database import (
    BusyError,
    DamagedError,
    database_errors,
    database_url,
    is_read_only,
    opened,
    sqlite_url,
)
from pipeline.catalog.entries import Decision, NewTake, Take, Wish
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.production_id import production_id
from pipeline.catalog.rows import (
    DECISIONS,
    OF_LOG,
    PRODUCTIONS,
    RAISES,
    TAKES,
    decisions_where,
    insert_lines,
    only_production,
    raises_where,
    takes_where,
)
from pipeline.settings import STATE_FOLDER, Settings
from storyboard.errors import CatalogError, StoreError
from storyboard.refusals import store_errors

CATALOG = "catalog.sqlite"


class Catalog:
    """The catalog of one production; `Catalog.open` opens it.

    Attributes:
        production: the id of the production.
        log: what it is made from.
        engine: of its database, which may hold other productions too.
        kept: whether the database stays; where the project folder cannot be written, it lies in memory.
        form_before: the form that its tables had when it was opened; None when there were none.
    """

    def __init__(self, production: str, log: DecisionLog, engine: Engine, *, kept: bool = True) -> None:
        self.production = production
        self.log = log
        self.engine = engine
        self.kept = kept
        self.form_before: str | None = None
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
        catalog = cls._opened(folder, settings, title)
        try:
            catalog.catch_up()
        except BaseException:
            catalog.close()
            raise
        return catalog

    @classmethod
    def _opened(cls, folder: Path, settings: Settings, title: str) -> Self:
        """As it is: what the log says beyond it is not in it yet."""
        state = folder / STATE_FOLDER
        log = DecisionLog(state)
        kept = True
        try:
            if settings.catalog:
                engine, form = opened(database_url(settings.catalog))
                production = production_id(state)
            else:
                with store_errors(state):
                    state.mkdir(parents=True, exist_ok=True)
                engine, form = opened(sqlite_url(state / CATALOG))
                production = production_id(state, only_production(engine))
        except (CatalogError, StoreError) as error:
            if not (isinstance(error, StoreError) or is_read_only(error)):
                raise
            production, kept = "read-only", False
            engine, form = opened(sqlite_url(None))
        catalog = cls(production, log, engine, kept=kept)
        catalog.form_before = form
        try:
            catalog._introduce(title, folder)
        except BaseException:
            catalog.close()
            raise
        return catalog

    @classmethod
    def rebuilt(cls, folder: Path, settings: Settings, title: str = "") -> Self:
        """The same, made again from its log; a damaged file in the project folder is put aside.

        Raises:
            CatalogError: there is no log, or the database cannot be used.
            StoreError: the project folder cannot be read or written.
        """
        state = folder / STATE_FOLDER
        log = DecisionLog(state)
        if not log.size:
            raise CatalogError(f"there is no log at {log.path}", "nothing was changed")
        log.record()  # what cannot be read is said before anything is changed
        try:
            return cls._made_again(folder, settings, title)
        except DamagedError:
            if settings.catalog:
                raise
            for file in state.glob(f"{CATALOG}*"):
                with store_errors(file):
                    file.replace(file.with_name(f"damaged-{file.name}"))
            return cls._made_again(folder, settings, title)

    @classmethod
    def _made_again(cls, folder: Path, settings: Settings, title: str) -> Self:
        catalog = cls._opened(folder, settings, title)
        try:
            catalog.rebuild()
        except BaseException:
            catalog.close()
            raise
        return catalog

    @classmethod
    def if_there(cls, folder: Path, settings: Settings) -> Self | None:
        """The same, or None for a production that never had one: nothing is made."""
        return cls.open(folder, settings) if DecisionLog.of(folder).size else None

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
            CatalogError: the log is held by another process, or the log or the database cannot be used.
            StoreError: the project folder cannot be written.
        """
        with self._lock:
            made = self.log.append(wishes)
        self._follow()
        return made

    def register(self, takes: Sequence[NewTake]) -> tuple[Take, ...]:
        """Give numbers to those of these takes that have none yet, in their order; returns those.

        Raises:
            CatalogError: the log is held by another process, or the log or the database cannot be used.
            StoreError: the project folder cannot be written.
        """
        with self._lock:
            made = self.log.register(takes)
        self._follow()
        return made

    def takes(self, shot: str | None = None) -> list[Take]:
        """The takes of the production, or of a shot, in the order in which they were registered.

        Raises:
            CatalogError: the database cannot be used.
        """
        mine = TAKES.c.production == self.production
        wanted = mine if shot is None else mine & (TAKES.c.shot == shot)
        with self.reading() as connection:
            return takes_where(connection, wanted)

    def decisions(self, shot: str | None = None, after: int = 0) -> list[Decision]:
        """The decisions of the production, or about a shot, oldest first.

        Args:
            shot: about this one.
            after: those with higher numbers.

        Raises:
            CatalogError: the database cannot be used.
        """
        wanted = (DECISIONS.c.production == self.production) & (DECISIONS.c.number > after)
        if shot is not None:
            wanted &= DECISIONS.c.shot == shot
        with self.reading() as connection:
            return decisions_where(connection, wanted)

    def last(self, shot: str) -> int:
        """The number of the last decision about a shot, as `Wish.seen` takes it; 0 without any."""
        mine = (DECISIONS.c.production == self.production) & (DECISIONS.c.shot == shot)
        with self.reading() as connection:
            return connection.execute(sa.select(sa.func.max(DECISIONS.c.number)).where(mine)).scalar() or 0

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
                position = self._known_position(connection)
                if position != size:
                    with self.log.locked(shared=True):
                        piece = self.log.read(position)
                    insert_lines(connection, self.production, piece.lines)
                    self._note_position(connection, piece.ends_at)
            self._synced = size

    def _follow(self) -> None:
        """Take in what was appended just now, or leave it to whoever reads next while the database is busy.

        It is in the log and so it is decided: to call it refused would have a person decide it again.
        """
        with contextlib.suppress(BusyError):
            self.catch_up()

    def rebuild(self) -> None:
        """Make this production's rows again from the log.

        Raises:
            CatalogError: there is no log, or the database cannot be used.
            StoreError: the log cannot be read.
        """
        with self._lock, self._writing() as connection:
            if not self.log.size:
                raise CatalogError(f"there is no log at {self.log.path}", "nothing was changed")
            for table in OF_LOG:
                connection.execute(sa.delete(table).where(table.c.production == self.production))
            with self.log.locked(shared=True):
                piece = self.log.read()
            insert_lines(connection, self.production, piece.lines)
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

    def _known_position(self, connection: Connection) -> int:
        """How much of the log the database knows; nobody else changes that until the transaction ends.

        Whoever waited for the transaction looks at the log now: it may have begun while it waited.
        """
        position, checksum = connection.execute(
            sa.select(PRODUCTIONS.c.log_position, PRODUCTIONS.c.log_checksum)
            .where(PRODUCTIONS.c.id == self.production)
            .with_for_update()
        ).one()
        if position and not self.log.size:
            written = self.log.write_anew(
                takes_where(connection, TAKES.c.production == self.production),
                decisions_where(connection, DECISIONS.c.production == self.production),
                raises_where(connection, RAISES.c.production == self.production),
            )
            if written:
                return self._note_position(connection, written)
        if position and self.log.checksum(position) != checksum:
            raise CatalogError(
                f"{self.log.path} is not the log that the catalog was made from",
                "`shotfarm catalog rebuild` makes the catalog again from it",
            )
        return int(position)

    def _note_position(self, connection: Connection, position: int) -> int:
        connection.execute(
            sa.update(PRODUCTIONS)
            .where(PRODUCTIONS.c.id == self.production)
            .values(log_position=position, log_checksum=self.log.checksum(position))
        )
        return position

    def _introduce(self, title: str, folder: Path) -> None:
        """Note the production, and what it is called now."""
        mine = PRODUCTIONS.c.id == self.production
        place = str(folder.absolute())
        with self.engine.connect() as connection, database_errors(self.engine.url):
            found = (
                connection.execution_options(reading=True)
                .execute(sa.select(PRODUCTIONS.c.title, PRODUCTIONS.c.folder).where(mine))
                .one_or_none()
            )
        if found is None:
            new = {"id": self.production, "title": title, "folder": place, "made_at": datetime.now(UTC)}
            first = contextlib.suppress(IntegrityError)  # or another process was
            with database_errors(self.engine.url), first, self.engine.begin() as connection:
                connection.execute(sa.insert(PRODUCTIONS).values(**new, log_position=0, log_checksum=""))
        elif (found.title, found.folder) != (title or found.title, place):
            with self._writing() as connection:
                named = {"title": title or found.title, "folder": place}
                connection.execute(sa.update(PRODUCTIONS).where(mine).values(**named))
