"""Files on a disk: written so that a reader never sees half of one, and the disk's refusals in words."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import shutil
from functools import lru_cache
from pathlib import Path

from storyboard.document.given_files import sha256_of

PART = ".part"
"""how a file's name ends while it is written aside"""


def known_sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, remembered by this process for as long as nobody writes the file."""
    status = path.stat()
    return _sha256_of_state(
        path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )


@lru_cache(maxsize=2**16)
def _sha256_of_state(path: Path, *state: int) -> str:  # noqa: ARG001  (it tells a changed file from the old one)
    return sha256_of(path)


def is_json(text: bytes) -> bool:
    """Whether what a file holds is whole, as far as JSON can tell."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def fsync(path: Path) -> None:
    """Make a file or a folder's entries durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes, *, durable: bool = True, private: bool = False) -> None:
    """Write a file so that a reader sees the old one or the new one, whole, even after a power cut.

    Not `durable`, a power cut may leave half of it, and nothing waits for the disk. A `private` one can
    be read by its owner alone, from its first byte on.
    """
    aside = _aside(path)
    try:
        if private:
            aside.touch(mode=0o600)
        if durable:
            _write_durably(aside, content)
        else:
            aside.write_bytes(content)
        aside.replace(path)
        if durable:
            fsync(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def create_atomically(path: Path, content: bytes, *, private: bool = False) -> bool:
    """Write a file unless there is one of that name; False when there is, whoever was first.

    A `private` one can be read by its owner alone. A file system without hard links cannot tell two writers
    of the same moment apart: the last one wins.
    """
    aside = _aside(path)
    try:
        if private:
            aside.touch(mode=0o600)
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


def clear_folder(folder: Path, but: str) -> None:
    """Remove all that a folder holds but one file; others may do so in the same moment."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(path)
        elif path.name != but:
            path.unlink(missing_ok=True)


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
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{PART}")


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
