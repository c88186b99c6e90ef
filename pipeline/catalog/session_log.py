"""The sessions of those who watch a film of their own, kept: each in a folder of its name.

    <project>/.shotfarm/sessions/<id>/session.jsonl    how it began, and what was decided: a JSON line each
    <project>/.shotfarm/sessions/<id>/picture-….png    a picture of one's own, by a digest of it
    <project>/.shotfarm/sessions/<id>/at.json          where its viewer was last
    <project>/.shotfarm/sessions/<id>/forgotten.json   all that is left of one that was forgotten

What a viewer gives is theirs: it stands in no log that is never rewritten (`pipeline.catalog.log`), so that
all of it goes with its folder. Other things of a session's own may lie there, and go with it too. Any number
of processes and threads may use the sessions of a project.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import JsonValue, ValidationError

from farm.store.files import clear_folder, fsync, write_atomically
from pipeline.catalog.entries import EntryModel
from pipeline.catalog.sessions import (
    SESSIONS,
    Answered,
    At,
    Began,
    Caused,
    Finished,
    Forgotten,
    Session,
    SessionLine,
)
from pipeline.settings import STATE_FOLDER
from storyboard.errors import CatalogError, NotNow, StoreError, UsageError
from storyboard.refusals import store_errors

NO_VALUES: Mapping[str, JsonValue] = MappingProxyType({})
_LINES, _AT, _FORGOTTEN = "session.jsonl", "at.json", "forgotten.json"
_ID = re.compile(r"[0-9a-f]{20}")
_Kept = TypeVar("_Kept", bound=EntryModel)


class SessionLog:
    """The sessions of a project.

    Args:
        folder: of the project.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / STATE_FOLDER / SESSIONS

    def begin(
        self, document: str, version: dict[str, JsonValue] | None = None, after: str | None = None
    ) -> tuple[Session, str]:
        """A new session, and the secret that its viewer shows; nobody can tell it from what is kept.

        Raises:
            StoreError: the project folder cannot be written.
        """
        name, secret = secrets.token_hex(10), secrets.token_urlsafe(24)
        began = Began(
            document=document,
            version=version or {},
            secret=_hashed(secret),
            at=datetime.now(UTC),
            after=after,
        )
        folder = self.folder(name)
        with store_errors(folder):
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(mode=0o700)
            write_atomically(folder / _LINES, _written(SessionLine(began=began)), private=True)
            fsync(self.path)
        return Session(name, began), secret

    def folder(self, name: str) -> Path:
        """Where all lies that is of a session alone."""
        return self.path / name

    def find(self, name: str) -> Session | None:
        """What stands of a session; None where there never was one of this name.

        Raises:
            CatalogError: it has a line that this version of shotfarm does not read.
            StoreError: it cannot be read.
        """
        if not _ID.fullmatch(name):
            return None
        folder = self.folder(name)
        with store_errors(folder):
            try:
                return Session(name, None, forgotten=_read(Forgotten, folder / _FORGOTTEN))
            except FileNotFoundError:
                pass
            try:
                content = (folder / _LINES).read_bytes()
            except FileNotFoundError:
                return None
        return self._taken_together(name, content)

    def viewer(self, name: str) -> Session:
        """What stands of a session that a person names.

        Raises:
            UsageError: there is none of this name.
            CatalogError, StoreError: it cannot be read.
        """
        found = self.find(name)
        if found is None:
            raise UsageError(f"there is no viewer {name}", "`shotfarm viewers list` tells who there is")
        return found

    def known(self, name: str, secret: str) -> Session | None:
        """The session whose viewer shows a secret; None where it is not theirs. A forgotten one is told.

        Raises:
            CatalogError, StoreError: it cannot be read.
        """
        found = self.find(name)
        if found is None or found.began is None:
            return found
        return found if secrets.compare_digest(_hashed(secret), found.began.secret) else None

    def every(self) -> list[Session]:
        """All of them, in the order in which they began, or were forgotten.

        Raises:
            CatalogError, StoreError: one cannot be read.
        """
        with store_errors(self.path):
            names = sorted(one.name for one in self.path.iterdir()) if self.path.is_dir() else []
        found = [one for one in map(self.find, names) if one]
        return sorted(found, key=lambda one: (one.since, one.id))

    def answer(
        self,
        name: str,
        number: int,
        scene: str,
        answer: str | None,
        values: Mapping[str, JsonValue] = NO_VALUES,
    ) -> None:
        """Append what a viewer decided; it is durable when this returns.

        Args:
            name: of the session.
            number: which of its decisions it is, from 0.
            scene: at the end of which it was asked for.
            answer: as `Answered` has it.
            values: likewise.

        Raises:
            NotNow: that is decided already, or the session is finished.
            SessionForgotten: it is forgotten.
            StoreError: the project folder cannot be written.
        """

        def made(session: Session) -> SessionLine:
            if session.is_finished or len(session.answered) != number:
                raise NotNow("this is decided already")
            return SessionLine(
                answered=Answered(scene=scene, answer=answer, values=dict(values), at=datetime.now(UTC))
            )

        self._append(name, made)

    def keep_picture(self, name: str, png: bytes) -> str:
        """Keep a picture of a viewer's own, which goes with their session.

        Args:
            name: of the session.
            png: its bytes.

        Returns:
            The file, as a film document names it: from the project folder on.

        Raises:
            SessionForgotten: it is forgotten.
            StoreError: the project folder cannot be written.
        """
        file = f"picture-{hashlib.sha256(png).hexdigest()[:16]}.png"
        with self._held(name):
            self.viewer(name).must_be_there()
            with store_errors(self.folder(name)):
                write_atomically(self.folder(name) / file, png, private=True)
        return f"{STATE_FOLDER}/{SESSIONS}/{name}/{file}"

    def cause(self, name: str, takes: Iterable[str], worker_s: float, money: int) -> None:
        """Append that takes begin to be made for a session alone.

        Raises:
            SessionForgotten: it is forgotten.
            StoreError: the project folder cannot be written.
        """
        one = Caused(takes=tuple(takes), worker_s=worker_s, money=money, at=datetime.now(UTC))
        self._append(name, lambda _: SessionLine(caused=one))

    def finish(self, name: str, frames: int) -> None:
        """Append that its viewer has come to the end, unless they had before.

        Raises:
            SessionForgotten: it is forgotten.
            StoreError: the project folder cannot be written.
        """
        one = Finished(frames=frames, at=datetime.now(UTC))
        self._append(name, lambda session: None if session.is_finished else SessionLine(finished=one))

    def reach(self, name: str, frame: int) -> None:
        """Note where its viewer is; a folder that cannot be written, or has gone, loses it."""
        text = At(frame=frame).model_dump_json().encode()
        with contextlib.suppress(StoreError), self._held(name) as descriptor:
            if descriptor is not None and not self.is_forgotten(name):
                write_atomically(self.folder(name) / _AT, text, durable=False, private=True)

    def drop(self, name: str) -> None:
        """Remove a session of which nothing was seen, as if there never was one.

        Raises:
            StoreError: the project folder cannot be written.
        """
        with store_errors(self.folder(name)), contextlib.suppress(FileNotFoundError):  # another one does so
            shutil.rmtree(self.folder(name))

    def is_forgotten(self, name: str) -> bool:
        """Whether a session is forgotten, without a look at anything else of it."""
        return (self.folder(name) / _FORGOTTEN).exists()

    def forget(self, name: str, by: str) -> None:
        """Let nobody have anything of a session any more; it holds from when this returns.

        What is kept of it stays until `clear`, so that what it caused can be found.

        Raises:
            UsageError: there is no such session.
            StoreError: the project folder cannot be written.
        """
        self.viewer(name)
        folder = self.folder(name)
        with self._held(name), store_errors(folder):  # what somebody keeps just now is there to be cleared
            if not self.is_forgotten(name):
                write_atomically(folder / _FORGOTTEN, _written(Forgotten(by=by, at=datetime.now(UTC))))

    def remains(self, name: str) -> Session | None:
        """What is still kept of a session that is forgotten; None when all of it is gone.

        Raises:
            CatalogError, StoreError: it cannot be read.
        """
        path = self.folder(name) / _LINES
        with store_errors(path):
            return self._taken_together(name, path.read_bytes()) if path.exists() else None

    def clear(self, name: str) -> None:
        """Remove all that is kept of a session that is forgotten, but that it is.

        Raises:
            StoreError: the project folder cannot be written.
        """
        folder = self.folder(name)
        with store_errors(folder):
            clear_folder(folder, but=_FORGOTTEN)
            fsync(folder)

    def _append(self, name: str, make: Callable[[Session], SessionLine | None]) -> None:
        with self._held(name) as descriptor:
            session = self.find(name)
            if session is None:
                raise UsageError("there is no such session")
            line = make(session.must_be_there())
            if line and descriptor is not None:
                os.write(descriptor, _written(line))
                os.fsync(descriptor)

    @contextlib.contextmanager
    def _held(self, name: str) -> Iterator[int | None]:
        """The file of a session, which nobody else appends to meanwhile; None where there is none.

        What a killed process left of a line is cut off.
        """
        path = self.folder(name) / _LINES
        with contextlib.ExitStack() as stack, store_errors(path):
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_APPEND)
            except FileNotFoundError:
                yield None
                return
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
            if not content.endswith(b"\n"):
                os.ftruncate(descriptor, content.rfind(b"\n") + 1)
            yield descriptor

    def _taken_together(self, name: str, content: bytes) -> Session:
        began, answered, caused, finished = None, list[Answered](), list[Caused](), None
        for text in content.split(b"\n")[:-1]:
            try:
                line = SessionLine.model_validate_json(text)
            except ValidationError as error:
                raise CatalogError(
                    f"{self.folder(name) / _LINES} has a line that this version of shotfarm does not read",
                    "was it written by a newer one? use that",
                ) from error
            began, finished = began or line.began, finished or line.finished
            answered += [line.answered] if line.answered else []
            caused += [line.caused] if line.caused else []
        frame, seen_at = self._reached(name)
        return Session(name, began, tuple(answered), tuple(caused), finished, frame, seen_at)

    def _reached(self, name: str) -> tuple[int, datetime | None]:
        """Where a viewer was last, and when."""
        path = self.folder(name) / _AT
        try:
            return _read(At, path).frame, datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (OSError, ValidationError):  # nothing is lost but a place in a film
            return 0, None


def _read(kind: type[_Kept], path: Path) -> _Kept:
    return kind.model_validate_json(path.read_bytes())


def _written(line: EntryModel) -> bytes:
    return f"{line.model_dump_json(exclude_none=True)}\n".encode()


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
