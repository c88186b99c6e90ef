"""A program that a worker runs, kept by `keeper.py`: it ends with the worker, whatever ends that."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from farm.host import keeper

LAST_WORDS = 10
"""lines of what a program printed that an error quotes"""
LONGEST_LINE = 2000
"""characters of a line that are kept"""
_STOP_WAIT_S = keeper.MERCY_S + keeper.LAST_TRY_S + 5
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PRIVATE = ("RAY_", "SHOTFARM_")
"""what names of the farm's own settings and secrets begin with: they are no business of a film's programs"""


class KeptProgram:
    """A running program; no shell is between.

    Args:
        words: the program, as a path that leads to it, and its arguments.
        folder: where it runs.

    Raises:
        OSError: it cannot be started; the words are too long, for one.
    """

    def __init__(self, words: Sequence[str], folder: Path) -> None:
        self.last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self._rest = b""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, str(os.getpid()), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
            env=environment_of(os.environ),
        )

    def lines(self, wait_s: float) -> list[str] | None:
        """What it has printed meanwhile, waiting so long at most; None when it has ended and said all.

        A carriage return ends a line too; nothing in a line moves a cursor.
        """
        out = self._process.stdout
        assert out is not None  # noqa: S101  (asked for above)
        ready, _, _ = select.select([out], [], [], wait_s)
        if not ready:
            return []
        chunk = os.read(out.fileno(), 65536)
        if chunk:
            *whole, self._rest = re.split(rb"[\r\n]+", self._rest + chunk)
            self._rest = self._rest[-LONGEST_LINE * 4 :]
        elif self._rest:
            whole, self._rest = [self._rest], b""
        else:
            return None
        lines = [_shown(line) for line in whole]
        lines = [line for line in lines if line]
        self.last_words.extend(lines)
        return lines

    def wait(self) -> int:
        """Its status when it has ended; that of a signal is negative."""
        return self._process.wait()

    def stop(self) -> None:
        """End it and all that it has started: SIGTERM, and SIGKILL for what is left a moment later."""
        pipes = self._process.stdin, self._process.stdout
        if self._process.poll() is None and pipes[0] is not None:
            with contextlib.suppress(OSError):
                pipes[0].write(b"stop")
                pipes[0].flush()
        try:
            self._drain(time.monotonic() + _STOP_WAIT_S)
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            for pipe in pipes:
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def _drain(self, until: float) -> None:
        """Read what it still prints, so that it does not wait for a reader, until it has ended."""
        while self._process.poll() is None and time.monotonic() < until:
            if self.lines(0.1) is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(max(0.0, until - time.monotonic()))


def environment_of(around: Mapping[str, str]) -> dict[str, str]:
    """The environment of a film's program: the worker's, without the farm's own settings and secrets."""
    kept = {name: value for name, value in around.items() if not name.startswith(_PRIVATE)}
    return {**kept, "PYTHONUNBUFFERED": "1"}  # progress is told when it is made


def ended_words(status: int) -> str:
    """How a program ended: `ended with status 2`, `was killed by SIGKILL`."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"


def _shown(line: bytes) -> str:
    text = _COLOUR.sub("", line.decode("utf-8", "replace"))
    return "".join(c for c in text if c.isprintable() or c == "\t")[:LONGEST_LINE].rstrip()
