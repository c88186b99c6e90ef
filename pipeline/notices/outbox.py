"""Notices that are to be delivered, kept on disk: a JSON line for all that happens to one, appended.

    <home>/notices/outbox.jsonl     the lines; half of one, left by a killed process, is ignored
    <home>/notices/outbox.lock      held while a line is appended
    <home>/notices/living/          what is to be told of runs that go on, should they be killed

Whoever looks reads all lines and gets letters: a notice, a channel, and how its delivery stands.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.host.identity import has_ended, new_attempt_name
from farm.store.files import fsync, write_atomically
from pipeline.notices.notice import Notice
from pipeline.settings import Settings
from storyboard.refusals import store_errors

MOST_BYTES = 1_000_000
"""a log that is longer is written anew, without what ended longest ago"""
KEPT = 200
"""letters that have ended stay to be listed"""


class Fate(StrEnum):
    """How the delivery of a letter stands."""

    WAITS = "waits"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"


class Line(BaseModel):
    """One thing that happened to a letter.

    Attributes:
        channel: to which it goes.
        id: of its notice.
        at: when, in seconds since 1970.
        notice: where it is queued, for the first time or again.
        tried: why a try failed.
        fate: where it has ended.
    """

    model_config = ConfigDict(frozen=True)

    channel: str
    id: str
    at: float
    notice: Notice | None = None
    tried: str | None = None
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice to one channel.

    Attributes:
        channel: its name.
        queued_at: when it was queued last, in seconds since 1970.
        tries: how often it was tried since.
        last_at: when that was last.
        why: the last try failed; empty while none has.
    """

    channel: str
    notice: Notice
    queued_at: float
    tries: int = 0
    last_at: float = 0.0
    why: str = ""
    fate: Fate = Fate.WAITS


Letters = dict[tuple[str, str], Letter]


def letters_of(lines: Sequence[Line]) -> Letters:
    """The letters that lines tell of, by channel and id, in the order in which they were queued. Pure."""
    found: Letters = {}
    for line in lines:
        key = line.channel, line.id
        if line.notice:
            found[key] = Letter(line.channel, line.notice, line.at)
        elif before := found.get(key):
            found[key] = Letter(
                before.channel,
                before.notice,
                before.queued_at,
                before.tries + (line.tried is not None or line.fate is Fate.DELIVERED),
                line.at,
                before.why if line.tried is None else line.tried,
                line.fate or before.fate,
            )
    return found


class Outbox:
    """The outbox of a home folder."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.home / "notices"
        self._path = self.folder / "outbox.jsonl"
        self._read: tuple[tuple[int, ...], Letters] = (), {}

    def letters(self) -> Letters:
        """All that it holds.

        Raises:
            StoreError: it cannot be read.
        """
        with store_errors(self._path):
            try:
                about = self._path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return {}
        state = about.st_ino, about.st_size, about.st_mtime_ns
        if state != self._read[0]:
            self._read = state, letters_of(self._lines())
        return self._read[1]

    def queue(self, notice: Notice, channels: Sequence[str], at: float) -> None:
        """Put a notice in for some channels; what one of them has under this id already is not told again.

        Raises:
            StoreError: the disk refuses it.
        """
        with self.locked():
            known = self.letters()
            self._append(
                [
                    Line(channel=c, id=notice.id, at=at, notice=notice)
                    for c in channels
                    if (c, notice.id) not in known
                ]
            )

    def queue_again(self, letters: Sequence[Letter], at: float) -> None:
        """Try letters from the beginning that were given up.

        Raises:
            StoreError: the disk refuses it.
        """
        with self.locked():
            self._append(
                [Line(channel=one.channel, id=one.notice.id, at=at, notice=one.notice) for one in letters]
            )

    def note(self, line: Line) -> None:
        """Something happened to a letter.

        Raises:
            StoreError: the disk refuses it.
        """
        with self.locked():
            self._append([line])
            if self._path.stat().st_size > MOST_BYTES:
                self._write_anew()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else appends meanwhile."""
        with store_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.folder / "outbox.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def begin(self, notice: Notice, channels: Sequence[str]) -> Path:
        """What is to be told should this process be killed; the note is to be removed when it ends.

        Raises:
            StoreError: the disk refuses it.
        """
        path = self._living / f"{new_attempt_name()}.json"
        killed = _Killed(notice=notice, channels=(*channels,))
        with self.locked(), store_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(path, killed.model_dump_json().encode(), private=True)
        return path

    def watches(self) -> bool:
        """Whether a run of this machine goes on, or was killed, that is to be told of when it is killed."""
        return any(has_ended(path.stem) is not None for path in self._living.glob("*.json"))

    def sweep(self) -> None:
        """Queue what is to be told of runs that were killed.

        Raises:
            StoreError: the disk refuses it.
        """
        for path in sorted(self._living.glob("*.json")):
            if not has_ended(path.stem):
                continue
            with contextlib.suppress(FileNotFoundError, ValidationError):  # another process was first
                killed = _Killed.model_validate_json(path.read_bytes())
                self.queue(killed.notice, killed.channels, time.time())
            path.unlink(missing_ok=True)

    @property
    def _living(self) -> Path:
        return self.folder / "living"

    def _lines(self) -> list[Line]:
        with store_errors(self._path):
            try:
                content = self._path.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return []
        lines = []
        for text in content.split(b"\n"):
            with contextlib.suppress(ValidationError):  # a killed process has left half of it
                lines.append(Line.model_validate_json(text))
        return lines

    def _append(self, lines: Sequence[Line]) -> None:
        if not lines:
            return
        text = "".join(f"{line.model_dump_json(exclude_none=True)}\n" for line in lines).encode()
        with store_errors(self._path):
            new = not self._path.exists()
            descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "ab", buffering=0) as stream:
                size = os.fstat(descriptor).st_size
                if size and os.pread(descriptor, 1, size - 1) != b"\n":
                    text = b"\n" + text
                try:
                    while text:
                        text = text[stream.write(text) :]
                    os.fsync(descriptor)
                except OSError:
                    os.ftruncate(descriptor, size)
                    raise
            if new:
                fsync(self.folder)

    def _write_anew(self) -> None:
        """Forget the letters that ended longest ago."""
        letters = [*self.letters().values()]
        ended = sorted((one for one in letters if one.fate is not Fate.WAITS), key=lambda one: one.last_at)
        kept = [one for one in letters if one.fate is Fate.WAITS or one in ended[-KEPT:]]
        text = "".join(
            f"{line.model_dump_json(exclude_none=True)}\n" for one in kept for line in _lines_of(one)
        )
        with store_errors(self._path):
            write_atomically(self._path, text.encode(), private=True)


class _Killed(BaseModel):
    """What is to be told of a run when its process is gone, and to whom."""

    notice: Notice
    channels: tuple[str, ...]


def _lines_of(letter: Letter) -> list[Line]:
    """The shortest lines that tell how a letter stands; of many tries the number is not kept."""
    about = {"channel": letter.channel, "id": letter.notice.id}
    lines = [Line(**about, at=letter.queued_at, notice=letter.notice)]
    if letter.tries:
        fate = None if letter.fate is Fate.WAITS else letter.fate
        lines.append(Line(**about, at=letter.last_at, tried=letter.why or None, fate=fate))
    return lines
