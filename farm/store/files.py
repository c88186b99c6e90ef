"""Files on a disk: written so that a reader never sees half of one, and the disk's refusals in words."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from storyboard.errors import StoreError


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def known_sha256_of(path: Path) -> str:
    """The same, remembered by this process for as long as nobody writes the file."""
    status = path.stat()
    return _sha256_of_state(
        path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )


@lru_cache(maxsize=2**16)
def _sha256_of_state(path: Path, *state: int) -> str:  # noqa: ARG001  (it tells a changed file from the old one)
    return sha256_of(path)


def fsync(path: Path) -> None:
    """Make a file or a folder's entries durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file so that a reader sees the old one or the new one, whole, even after a power cut.

    Not `durable`, a power cut may leave half of it, and nothing waits for the disk.
    """
    aside = _aside(path)
    try:
        if durable:
            _write_durably(aside, content)
        else:
            aside.write_bytes(content)
        aside.replace(path)
        if durable:
            fsync(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def create_atomically(path: Path, content: bytes) -> bool:
    """Write a file unless there is one of that name; False when there is, whoever was first.

    A file system without hard links cannot tell two writers of the same moment apart: the last one wins.
    """
    aside = _aside(path)
    try:
        _write_durably(aside, content)
        try:
            os.link(aside, path)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
                raise
            aside.replace(path)
        fsync(path.parent)
    finally:
        aside.unlink(missing_ok=True)
    return True


def copy_atomically(source: Path, target: Path) -> None:
    """Copy a file so that the target is never seen half-written."""
    aside = _aside(target)
    try:
        shutil.copyfile(source, aside)
        fsync(aside)
        aside.replace(target)
        fsync(target.parent)
    finally:
        aside.unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space and run again; what was finished is kept"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and run again; what was finished is kept"),
    errno.EROFS: ("the file system is read-only", "choose another folder"),
    errno.EACCES: ("permission is denied", "choose a folder that you may write to"),
    errno.EPERM: ("permission is denied", "choose a folder that you may write to"),
    errno.ENOTDIR: ("a part of the path is a file", "choose another folder"),
    errno.EISDIR: ("it is a folder", "choose another name"),
    errno.EEXIST: ("a file of that name is in the way", "choose another folder"),
}


@contextlib.contextmanager
def store_errors(place: object) -> Iterator[None]:
    """Turn what a disk or an object store refuses into a `StoreError` that names the place."""
    try:
        yield
    except OSError as error:
        reason, hint = _REASONS.get(error.errno or 0, (str(error), None))
        raise StoreError(f"{error.filename2 or error.filename or place}: {reason}", hint) from error
