"""What a process prints, Python, C++ and its children alike: its file descriptors 1 and 2 go to a file.

A process has one pair of them. When two things that are listened to run at once, what it prints belongs to
the one that began last, as long as that runs.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from pathlib import Path

FIRST_BYTES = LAST_BYTES = 256 * 1024
"""so much is kept of the beginning and of the end of what was printed"""
MOST_BYTES = 16 * 1024**2
"""so much of it may lie on the disk while more is printed"""
_PAIR = (1, 2)


class Output:
    """A file that takes what this process prints, from now until `close`.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        _listeners.add(self._file)

    def bound(self) -> int:
        """Drop what was printed in the middle when the file has grown too large; returns how many bytes."""
        size = os.fstat(self._file).st_size
        if size <= MOST_BYTES:
            return 0
        last = os.pread(self._file, LAST_BYTES, size - LAST_BYTES)
        os.truncate(self._file, FIRST_BYTES)
        os.write(self._file, last)
        return size - FIRST_BYTES - len(last)

    def close(self) -> None:
        """What is printed from now on goes where it went before."""
        _listeners.remove(self._file)


class _Listeners:
    """The open files, and where the descriptors went before the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: list[int] = []
        self._before: list[int] = []

    def add(self, file: int) -> None:
        with self._lock:
            _flush()
            if not self._files:
                self._before = [os.dup(descriptor) for descriptor in _PAIR]
            self._files.append(file)
            self._lead()

    def remove(self, file: int) -> None:
        with self._lock:
            _flush()
            self._files.remove(file)
            self._lead()
            if not self._files:
                for descriptor in self._before:
                    os.close(descriptor)
            os.close(file)

    def _lead(self) -> None:
        targets = [self._files[-1]] * 2 if self._files else self._before
        for target, descriptor in zip(targets, _PAIR, strict=True):
            os.dup2(target, descriptor)


_listeners = _Listeners()


def _flush() -> None:
    """What was printed before belongs to whoever listened then; Python and C each keep some of it back."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError, OSError):  # none, closed, full
            stream.flush()
    library = ctypes.CDLL(None)
    name = "__stdoutp" if sys.platform == "darwin" else "stdout"
    with contextlib.suppress(ValueError):  # a C library that calls it something else
        library.fflush(ctypes.c_void_p.in_dll(library, name))
