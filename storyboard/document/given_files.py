"""Files by their digests when they are used: compared as they are read, never trusted by their path.

A film's digests are taken when it is opened; what lies at a path may be another file minutes later. Whoever
reads, copies or plays such a file does it through one of these, so that nothing is made from other bytes than
those that its digest says.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from storyboard.errors import FileChangedError

_BLOCK = 2**20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal digits: what it is known by everywhere.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_given(path: Path, sha256: str, most_bytes: int) -> bytes:
    """The bytes of a small file.

    Raises:
        ValueError: there are more than `most_bytes`.
        FileChangedError: they are others than those of the digest, or cannot be read any more.
    """
    with _opened(path) as file:
        if os.fstat(file.fileno()).st_size > most_bytes:
            raise ValueError(f"it is larger than {most_bytes // 2**20} MiB")
        content = b"".join(_blocks(path, file))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _changed(path)
    return content


def copy_given(path: Path, sha256: str, target: Path) -> None:
    """Copy a file and take the digest of what is copied; what is at `target` is good if nothing is raised.

    Raises:
        FileChangedError: its bytes are others than those of the digest, or cannot be read any more.
        OSError: the target cannot be written.
    """
    total = hashlib.sha256()
    with _opened(path) as file, target.open("wb") as copy:
        for block in _blocks(path, file):
            total.update(block)
            copy.write(block)
    if total.hexdigest() != sha256:
        raise _changed(path)


@contextlib.contextmanager
def using_given(path: Path, sha256: str) -> Iterator[None]:
    """Let a program use a file by its path: its bytes are compared before, and whether it was written after.

    What was made meanwhile is to be dropped when this raises. Any other error that a changed file led to is
    its cause.

    Raises:
        FileChangedError: its bytes are others than those of the digest, or it was written or replaced
            meanwhile.
    """
    total = hashlib.sha256()
    with _opened(path) as file:
        before = _state(os.fstat(file.fileno()))
        for block in _blocks(path, file):
            total.update(block)
    if total.hexdigest() != sha256:
        raise _changed(path)
    try:
        yield
    except Exception as error:
        if _is_other(path, before):
            raise _changed(path) from error
        raise
    if _is_other(path, before):
        raise _changed(path)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    with file:
        yield file


def _blocks(path: Path, file: BinaryIO) -> Iterator[bytes]:
    while True:
        try:
            block = file.read(_BLOCK)
        except OSError as error:
            raise _unreadable(path, error) from error
        if not block:
            return
        yield block


def _state(status: os.stat_result) -> tuple[int, ...]:
    """What is another when a file was written, replaced or renamed."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _is_other(path: Path, before: tuple[int, ...]) -> bool:
    try:
        return _state(path.stat()) != before
    except OSError:
        return True


_HINT = "run again: the film is then made with the file as it is now"


def _changed(path: Path) -> FileChangedError:
    return FileChangedError(f"{path} changed while it was being used", _HINT)


def _unreadable(path: Path, error: OSError) -> FileChangedError:
    return FileChangedError(f"{path} changed while it was being used: {error.strerror or error}", _HINT)
