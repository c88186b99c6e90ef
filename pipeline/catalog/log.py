"""The log of a production: what people decided and the numbers of takes, a JSON line each, appended for good.

    <project>/.shotfarm/decisions.jsonl

It is the truth, and a database (`pipeline.catalog.catalog`) is made from it. A line counts when it ends in a
line break; what a killed process left of one is ignored, and told. Whoever appends holds the file's lock, so
numbers are given by one at a time of any number of processes.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from farm.store.files import fsync, is_json
from pipeline.catalog.entries import Decision, Line, NewTake, Raise, Take, Wish
from pipeline.catalog.record import Record
from pipeline.settings import STATE_FOLDER
from storyboard.errors import CatalogError
from storyboard.refusals import store_errors

LOG = "decisions.jsonl"
LOG_VERSION = 1
"""of the form of its lines; its first one says it, and one that is newer than this is refused"""
LOCK_PATIENCE_S = 60.0
"""how long another process may hold the lock before it is said; an append takes milliseconds"""
_LOCK_LOOKS_S = 0.005


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a log.

    Attributes:
        lines: what it says.
        ends_at: the byte after its last whole line.
        torn: what it has of lines that were never whole, for people.
    """

    lines: tuple[Line, ...]
    ends_at: int
    torn: tuple[str, ...]


class DecisionLog:
    """The log of one production; any number of threads may use one.

    Args:
        state: the folder that holds it (`.shotfarm` of the project).
    """

    def __init__(self, state: Path) -> None:
        self.path = state / LOG
        self._record = Record()
        self._position = 0
        self._taking_in = threading.RLock()
        self.torn: list[str] = []

    @classmethod
    def of(cls, folder: Path) -> Self:
        """That of the film in a project folder."""
        return cls(folder / STATE_FOLDER)

    @property
    def size(self) -> int:
        """How long it is, in bytes; 0 when it is not there."""
        with store_errors(self.path):
            try:
                return self.path.stat().st_size
            except (FileNotFoundError, NotADirectoryError):
                return 0

    def record(self) -> Record:
        """All that it says by now.

        Raises:
            CatalogError: a line that this version of shotfarm does not read.
            StoreError: it cannot be read.
        """
        with self._taking_in:
            size = self.size
            if size < self._position:
                self._record, self._position, self.torn = Record(), 0, []
            if size > self._position:
                self._take_in(self.read(self._position))
            return self._record

    def read(self, start: int = 0) -> Piece:
        """What it says from a byte on, which is the first of a line.

        Raises:
            CatalogError: a line that this version of shotfarm does not read.
            StoreError: it cannot be read.
        """
        with store_errors(self.path):
            try:
                with self.path.open("rb") as stream:
                    stream.seek(start)
                    content = stream.read()
            except (FileNotFoundError, NotADirectoryError):
                content = b""
        return self._parsed(content, start)

    def checksum(self, position: int) -> str:
        """Tells the log up to a position from another one: a digest of its last bytes before it."""
        with store_errors(self.path):
            try:
                with self.path.open("rb") as stream:
                    stream.seek(max(0, position - 512))
                    return hashlib.sha256(stream.read(position - stream.tell())).hexdigest()
            except (FileNotFoundError, NotADirectoryError):
                return ""

    def append(self, wishes: Sequence[Wish]) -> tuple[Decision, ...]:
        """Append decisions, all of them or none; they are durable when this returns.

        Raises:
            Conflict: somebody decided about one of the shots since its person looked.
            UsageError: a take that its shot does not have, or something that cannot be undone.
            CatalogError: another process holds the log, or a line is not one that this version reads.
            StoreError: the log cannot be written.
        """
        at = datetime.now(UTC)
        lines = self._append(lambda record: [Line(decision=one) for one in record.next_decisions(wishes, at)])
        return tuple(line.decision for line in lines if line.decision)

    def register(self, takes: Sequence[NewTake]) -> tuple[Take, ...]:
        """Give numbers to those of these takes that have none yet, in their order; returns those.

        Raises:
            CatalogError: another process holds the log, or a line is not one that this version reads.
            StoreError: the log cannot be written.
        """
        record = self.record()
        if all(record.take(one.shot, one.digest) for one in takes):
            return ()
        lines = self._append(lambda record: [Line(take=one) for one in record.next_takes(takes)])
        return tuple(line.take for line in lines if line.take)

    def raise_budget(self, raised: Raise) -> None:
        """Append that a budget was raised; it is durable when this returns.

        Raises:
            CatalogError: another process holds the log, or a line is not one that this version reads.
            StoreError: the log cannot be written.
        """
        self._append(lambda _: [Line(raised=raised)])

    def write_anew(
        self, takes: Sequence[Take], decisions: Sequence[Decision], raises: Sequence[Raise] = ()
    ) -> int:
        """Write a log that is gone once more; one that is there is left alone.

        Returns:
            The byte after its last line; 0 when one was there.

        Raises:
            CatalogError: another process holds the log.
            StoreError: it cannot be written.
        """
        lines = [*(Line(take=one) for one in takes), *(Line(decision=one) for one in decisions)]
        lines += [Line(raised=one) for one in raises]
        with self._taking_in:
            written = self._append(lambda said: [] if said.takes or said.decisions or said.raises else lines)
            return self._position if written else 0

    @contextlib.contextmanager
    def locked(self, *, shared: bool = False) -> Iterator[int]:
        """Hold the log, which is made unless it is there; the descriptor of its file.

        Raises:
            CatalogError: another process does, for longer than anything takes.
            StoreError: it cannot be opened.
        """
        with store_errors(self.path):
            descriptor = self._opened(shared=shared)
        try:
            self._wait_for(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _opened(self, *, shared: bool) -> int:
        if shared:
            return os.open(self.path, os.O_RDONLY)
        try:
            return os.open(self.path, os.O_RDWR | os.O_APPEND)
        except (FileNotFoundError, NotADirectoryError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            fsync(self.path.parent)
            return descriptor

    def _wait_for(self, descriptor: int, lock: int) -> None:
        ends_at = time.monotonic() + LOCK_PATIENCE_S
        while True:
            try:
                fcntl.flock(descriptor, lock | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > ends_at:
                    raise CatalogError(
                        f"{self.path} is held by another process", "end it, or wait for it, and try again"
                    ) from None
                time.sleep(_LOCK_LOOKS_S)
            else:
                return

    def _append(self, make: Callable[[Record], Sequence[Line]]) -> Sequence[Line]:
        """Append what follows from what the log says while nobody else writes."""
        with self._taking_in, self.locked() as descriptor, store_errors(self.path):
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                _write(descriptor, b"\n")  # somebody was killed in the middle of a line
            record = self.record()
            lines = make(record)
            if not lines:
                return ()
            size = os.fstat(descriptor).st_size
            head = [] if size else [Line(log=LOG_VERSION)]
            text = "".join(f"{line.model_dump_json(exclude_none=True)}\n" for line in (*head, *lines))
            try:
                _write(descriptor, text.encode())
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, size)
                raise
            self._take_in(Piece(tuple(lines), size + len(text.encode()), ()))
        return lines

    def _take_in(self, piece: Piece) -> None:
        for line in piece.lines:
            self._record.add(line)
        self._position = piece.ends_at
        self.torn += piece.torn

    def _parsed(self, content: bytes, start: int) -> Piece:
        whole, newline, _ = content.rpartition(b"\n")
        lines, torn = [], []
        for text in whole.split(b"\n") if newline else ():
            if not text:
                continue
            try:
                lines.append(Line.model_validate_json(text))
            except ValidationError as error:
                if is_json(text):
                    raise CatalogError(
                        f"{self.path} has a line that this version of shotfarm does not read: {_shown(text)}",
                        "was it written by a newer one? use that",
                    ) from error
                torn.append(_shown(text))
        versions = [line.log for line in lines if line.log is not None]
        if versions and max(versions) > LOG_VERSION:
            raise CatalogError(f"{self.path} was written by a newer shotfarm", "use that one, or a later one")
        return Piece(tuple(lines), start + len(whole) + len(newline), tuple(torn))


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _shown(text: bytes) -> str:
    return text[:100].decode(errors="replace")
