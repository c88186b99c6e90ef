"""Where a store's files lie: a folder, or (`farm.store.objects`) objects that fsspec reaches."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from farm.store.files import create_atomically, write_atomically
from storyboard.refusals import refusal, store_errors


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file of a place.

    Attributes:
        size: in bytes.
        written: when, by the place's own clock.
    """

    size: int
    written: datetime


class Place(Protocol):
    """Files by their paths, each operation whole or not at all.

    All raise a `StoreError` that says in words what the place refuses.

    Attributes:
        path: that of its root, with which all other paths begin.
        url: its root as a user names it, the start of what a user is told of a file in it.
    """

    path: str
    url: str

    def check(self) -> None:
        """Write something and remove it, before anything is made for this place."""

    def is_there(self) -> bool:
        """Whether it has not been taken away since; objects need no folder that could be."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None when there is none."""

    def sizes(self, paths: Sequence[str]) -> list[int | None]:
        """Lengths of files in bytes, in their order; None of what is not there."""

    def write(self, path: str, content: bytes, *, durable: bool = True) -> None:
        """Write a file, or write it over; a reader sees the old one or the new one, whole.

        Not `durable`, a power cut may take it, and nothing waits for a disk.
        """

    def create(self, path: str, content: bytes) -> bool:
        """Write a file unless there is one; False when there is, whoever was first."""

    def remove(self, path: str) -> None:
        """Remove a file, if there is one."""

    def below(self, path: str) -> dict[str, datetime | None]:
        """The files below a path and when each was written, by the place's own clock."""

    def held(self) -> Iterator[tuple[str, HeldFile]]:
        """Every file, but for those that are being written, in no order."""

    def remove_empty(self, folder: str) -> None:
        """Remove a folder that holds nothing, and the one above it if that holds nothing else."""


class FolderPlace:
    """A folder of this machine, or of a file system that several share."""

    def __init__(self, path: str) -> None:
        self.path = self.url = path

    def check(self) -> None:
        """Make the folder unless it is there, and write into it.

        Raises:
            StoreError: it cannot be written.
        """
        folder = Path(self.path)
        with store_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass

    def is_there(self) -> bool:
        """Whether the folder has not been removed."""
        return Path(self.path).is_dir()

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None when there is none."""
        with store_errors(path):
            try:
                return Path(path).read_bytes()
            except FileNotFoundError:
                return None

    def sizes(self, paths: Sequence[str]) -> list[int | None]:
        """Lengths of files in bytes, in their order; None of what is not there."""
        return [_size(path) for path in paths]

    def write(self, path: str, content: bytes, *, durable: bool = True) -> None:
        """Write a file, or write it over, with the folders that lead to it."""
        with store_errors(path):
            while True:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileNotFoundError):  # somebody removed an empty folder just then
                    write_atomically(Path(path), content, durable=durable)
                    return

    def create(self, path: str, content: bytes) -> bool:
        """Write a file unless there is one, into a folder that is there."""
        with store_errors(path):
            return create_atomically(Path(path), content)

    def remove(self, path: str) -> None:
        """Remove a file, if there is one."""
        with store_errors(path):
            Path(path).unlink(missing_ok=True)

    def below(self, path: str) -> dict[str, datetime | None]:
        """The files below a folder, but for those that are being written, and when each was written."""
        found: dict[str, datetime | None] = {}
        with store_errors(path):
            for file in _files_below(path):
                with contextlib.suppress(FileNotFoundError):  # somebody removed it meanwhile
                    found[str(file)] = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return found

    def held(self) -> Iterator[tuple[str, HeldFile]]:
        """Every file, but for those that are being written, in no order."""
        with store_errors(self.path):
            for file in _files_below(self.path):
                with contextlib.suppress(FileNotFoundError):  # somebody removed it meanwhile
                    status = file.stat()
                    written = datetime.fromtimestamp(status.st_mtime, UTC)
                    yield str(file), HeldFile(status.st_size, written)

    def remove_empty(self, folder: str) -> None:
        """Remove a folder that holds nothing, and the one above it if that holds nothing else."""
        for empty in (Path(folder), Path(folder).parent):
            try:
                empty.rmdir()
            except OSError:
                return

    def now(self) -> datetime:
        """What the clock says that dates the folder's files: another machine's, when it is shared."""
        with tempfile.NamedTemporaryFile(dir=self.path) as probe:
            return datetime.fromtimestamp(Path(probe.name).stat().st_mtime, UTC)


def _files_below(folder: str) -> Iterator[Path]:
    """The files below a folder, but for those that are being written; of folders that go meanwhile, none."""

    def unless_gone(error: OSError) -> None:
        if not isinstance(error, (FileNotFoundError, NotADirectoryError, PermissionError)):
            raise error

    for above, _, names in os.walk(folder, onerror=unless_gone):
        yield from (Path(above) / name for name in names if not name.startswith("."))


def _size(path: str) -> int | None:
    try:  # asked of thousands of files at a time, which a `Path` and a context would double
        return os.stat(path).st_size  # noqa: PTH116
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refusal(error.filename or path, error) from error
