"""Copies of a remote store's files on this machine: bounded in size, checked before each first use.

    <folder>/<first two digits>/<sha256><suffix>    the copies; what was used last has the latest time
    <folder>/in-use/<digits>/                       links that keep what a process uses on the disk
    <folder>/in-use/<digits>.lock                   which that process holds as long as it lives

Any number of processes may share a folder, from several containers too, where a number of a process means
another one. A copy that somebody uses may leave the cache at any moment; its bytes stay until the last link
goes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from storyboard.document.given_files import sha256_of

IN_USE = "in-use"


class FileCache:
    """A process's door to the cache folder.

    What `file` returns stays readable as long as this object lives, whatever others do.

    Args:
        folder: where the copies lie.
        most_bytes: how much the copies may hold together; what is in use comes on top.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._locks: dict[str, threading.Lock] = {}
        self._links = folder / IN_USE / secrets.token_hex(8)
        self._life: int | None = None
        self._beginning = threading.Lock()

    def file(self, sha256: str, suffix: str, fetch: Callable[[Path], None]) -> Path:
        """A local file of these bytes; `fetch` writes it to a path when the cache has no good copy.

        Raises:
            ValueError: what was fetched has other bytes.
            OSError: the disk refuses.
        """
        link = self._links / f"{sha256}{suffix}"
        with self._locks.setdefault(link.name, threading.Lock()):  # threads that want the same fetch it once
            return link if link.exists() else self._bring(link, sha256, fetch)

    def _bring(self, link: Path, sha256: str, fetch: Callable[[Path], None]) -> Path:
        self._begin()
        copy = self._folder / sha256[:2] / link.name
        with contextlib.suppress(FileNotFoundError):
            link.hardlink_to(copy)
            if sha256_of(link) == sha256:
                os.utime(link)
                return link
            link.unlink()
            copy.unlink(missing_ok=True)
        aside = self._links / f"{link.name}.{secrets.token_hex(4)}.part"
        try:
            fetch(aside)
            if sha256_of(aside) != sha256:
                raise ValueError(sha256)
            aside.replace(link)
        finally:
            aside.unlink(missing_ok=True)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # another process was as quick
            copy.hardlink_to(link)
        self._make_room()
        return link

    def _begin(self) -> None:
        """Hold the lock of the links, then make their folder: so nobody finds one whose lock is free."""
        with self._beginning:
            if self._life is None:
                self._links.parent.mkdir(parents=True, exist_ok=True)
                self._life = os.open(_lock_of(self._links), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._life, fcntl.LOCK_EX)
                self._links.mkdir()
                weakref.finalize(self, _end, self._links, self._life)

    def _make_room(self) -> None:
        """Drop what was used longest ago until the rest fits, and the links of processes that have ended."""
        with self._alone() as alone:
            if not alone:
                return
            for links in (self._folder / IN_USE).glob("*/"):
                _sweep(links)
            copies = []
            for copy in self._folder.glob("??/*"):
                with contextlib.suppress(FileNotFoundError):
                    status = copy.stat()
                    copies.append((status.st_mtime_ns, status.st_size, copy))
            held = sum(size for _, size, _ in copies)
            for _, size, copy in sorted(copies):
                if held <= self._most_bytes:
                    break
                copy.unlink(missing_ok=True)
                held -= size

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether this process is the one that makes room now."""
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def _lock_of(links: Path) -> Path:
    return links.with_suffix(".lock")


def _end(links: Path, life: int) -> None:
    """Drop the links of a process, and the lock that it held of them."""
    shutil.rmtree(links, ignore_errors=True)
    _lock_of(links).unlink(missing_ok=True)
    os.close(life)


def _sweep(links: Path) -> None:
    """Drop the links of a process that has ended."""
    lock = _lock_of(links)
    try:
        life = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        shutil.rmtree(links, ignore_errors=True)
        return
    try:
        fcntl.flock(life, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(life)
    else:
        _end(links, life)
