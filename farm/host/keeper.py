"""Keeps a program that a worker has started, with all that it starts in turn, from outliving the worker.

This file is a program that needs nothing but Python: `keeper.py OWNER WORD...` runs the words, in a session
of their own, and ends as they end. When its standard input is closed, which the kernel does for a worker that
is killed, or when its parent is not OWNER any more, everything that the program has started is killed,
whatever session, group or parent it has given itself: on Linux, orphans of the program become children of
this process. What a program leaves running when it ends by itself is killed too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

LOOK_S = 0.5
"""the parent is looked for so often, should anything else hold the standard input open"""
LAST_TRY_S = 10.0
"""what cannot be killed, because it waits inside the kernel, is left after so long"""
MERCY_S = 3.0
"""between SIGTERM and SIGKILL, when a worker that lives ends its program"""
NOT_STARTED = 125
"""the status when the program cannot be started; what the system says of it is printed"""
_SET_CHILD_SUBREAPER = 36
_SET_DEATH_SIGNAL = 1
_STOP = b"stop"


def main(owner: int, words: list[str]) -> int:
    """Run the words, see to their end, and return their status; a signal's as a negative number."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        if os.getppid() != owner:
            return NOT_STARTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    woken = _woken_by_ends()
    try:
        program = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        print(f"{words[0]}: {error.strerror}", file=sys.stderr, flush=True)
        return NOT_STARTED
    merciful = True
    while program.poll() is None:
        told = _told(woken)
        if told is not None or os.getppid() != owner:
            merciful = told == _STOP
            break
    if program.poll() is None:
        if merciful:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(program.pid, signal.SIGTERM)
            _wait(program, MERCY_S)
        _end_all(program)
    _end_all(program)
    return program.wait()


def _woken_by_ends() -> int:
    """A descriptor that can be read when a child has ended."""
    reads, writes = os.pipe()
    os.set_blocking(reads, False)
    os.set_blocking(writes, False)
    signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reads


def _told(woken: int) -> bytes | None:
    """What came over the standard input within `LOOK_S`; empty when it was closed, None when nothing came.

    A child that ends cuts the wait short.
    """
    ready, _, _ = select.select([0, woken], [], [], LOOK_S)
    if woken in ready:
        os.read(woken, 4096)
    return os.read(0, len(_STOP)) if 0 in ready else None


def _wait(program: subprocess.Popen[bytes], seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(seconds)


def _end_all(program: subprocess.Popen[bytes]) -> None:
    """Kill the program's group and every descendant, until none is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, signal.SIGKILL)
    until = time.monotonic() + LAST_TRY_S
    while (left := _descendants()) and time.monotonic() < until:
        for process in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        program.poll()
        for process in left:
            if process != program.pid:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(process, os.WNOHANG)
        time.sleep(0.01)


def _descendants() -> list[int]:
    """The processes below this one that have not ended; known on Linux alone."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if state not in {"Z", "X"}:
            parents[int(entry.parent.name)] = int(parent)
    found = {os.getpid()}
    while more := {process for process, parent in parents.items() if parent in found} - found:
        found |= more
    return [process for process in found if process != os.getpid()]


if __name__ == "__main__":
    status = main(int(sys.argv[1]), sys.argv[2:])
    if status < 0:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)
