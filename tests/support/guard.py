"""Ends whatever a session of tests has started and left behind, however the session ended.

Farms and servers are made to outlive who started them. So each session names itself in its environment,
which everything that it starts inherits, and a guard beside it waits for its end, be it by kill -9. The guard
is this file as a program: it needs nothing but Python, and reads `/proc`, so it is for Linux.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

SESSION = "TESTS_OF_SHOTFARM"
LOOK_S = 0.5


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Let nothing that this process starts from now on outlive it."""
    if sys.platform != "linux":
        yield
        return
    name = f"{os.getpid()}-{secrets.token_hex(8)}"
    guard = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, str(os.getpid()), name],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    before = os.environ.get(SESSION)
    os.environ[SESSION] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ[SESSION]
        else:
            os.environ[SESSION] = before
        guard.communicate(b"over")


def _end_all(name: str) -> None:
    """Kill every process of a session; those that they start meanwhile as well."""
    words = f"{SESSION}={name}".encode()
    found = True
    while found:
        found = False
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if words in (folder / "environ").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)
                    found = True
        time.sleep(0.05)


def _main(session: int, name: str) -> None:
    # A process that the session forked may keep the pipe open, so its end alone says too little.
    while os.getppid() == session and not select.select([sys.stdin], [], [], LOOK_S)[0]:
        pass
    _end_all(name)


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2])
