"""Runs a command and watches it from outside: the memory of its processes, and what it writes for a while."""

from __future__ import annotations

import os
import subprocess
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MEMORY_EVERY_S = 0.1
DISK_EVERY = 10
"""looks at the memory between two at the disk"""


@dataclass(slots=True)
class Watched:
    """What was seen of a command.

    Attributes:
        stdout: what it printed.
        memory_bytes: the most that its processes held together; pages that they share count in each.
        temporary_bytes: the most that lay at one time in files which were gone when it had ended.
        kept_bytes: what it left on the disk; holes in files take no room.
    """

    stdout: str = ""
    memory_bytes: int = 0
    temporary_bytes: int = 0
    kept_bytes: int = 0


def watched(words: Sequence[str], folder: Path, apart: Path, environment: dict[str, str]) -> Watched:
    """Run a command that writes below `folder`, its temporary files too, and only reads what is in `apart`.

    Raises:
        CalledProcessError: it failed.
    """
    seen, looks = Watched(), _Disk(folder, apart)
    before = {inode for inode, *_ in _files(folder, apart)}
    process = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment, "TMPDIR": str(folder)},
    )
    ended = threading.Event()

    def look() -> None:
        number = 0
        while not ended.wait(MEMORY_EVERY_S):
            seen.memory_bytes = max(seen.memory_bytes, _held(process.pid))
            if number % DISK_EVERY == 0:
                looks.look()
            number += 1

    looking = threading.Thread(target=look)
    looking.start()
    try:
        seen.stdout, _ = process.communicate()
    finally:
        ended.set()
        looking.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    seen.temporary_bytes = looks.temporary()
    seen.kept_bytes = sum(held for inode, _, held in _files(folder, apart) if inode not in before)
    return seen


def _held(pid: int) -> int:
    held = 0
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    for one in family:
        try:
            held += one.memory_info().rss
        except psutil.Error:
            continue
    return held


@dataclass(slots=True)
class _Disk:
    """Files at each look, by inode; one that shrank or was away in between is another file."""

    folder: Path
    apart: Path
    looks: list[dict[tuple[int, int], int]] = field(default_factory=list)
    _lives: dict[int, int] = field(default_factory=dict)

    def look(self) -> None:
        last = self.looks[-1] if self.looks else {}
        now = {}
        for inode, size, _ in _files(self.folder, self.apart):
            life = self._lives.get(inode, 0)
            if (self.looks and last.get((inode, life), -1) > size) or (inode, life) not in last:
                life += 1
            self._lives[inode] = life
            now[inode, life] = size
        self.looks.append(now)

    def temporary(self) -> int:
        self.look()
        kept = self.looks[-1].keys()
        return max(sum(size for file, size in look.items() if file not in kept) for look in self.looks)


def _files(folder: Path, apart: Path) -> Iterator[tuple[int, int, int]]:
    """Each file's inode, its length and what it takes of the disk, in bytes."""
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False) and entry.path != str(apart):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        found = entry.stat(follow_symlinks=False)
                        yield found.st_ino, found.st_size, found.st_blocks * 512
        except FileNotFoundError:
            continue
