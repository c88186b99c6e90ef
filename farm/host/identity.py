"""Which machine a process runs on, and whether the process that made something is still there.

What is written into a shared place says in its name who made it: `<machine>-<process>-<random>`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from functools import cache
from pathlib import Path

_DEAD = {"Z", "X", "x"}
"""states of a process that has ended, and that nobody has asked how"""
_START = 18
"""the number behind the state in `/proc/<pid>/stat` that is the tick after the boot when it began: proc(5)"""


@cache
def machine() -> str:
    """What tells this machine from others, and from a container on it whose process ids mean others."""
    boot, spaces = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    told = f"{boot.read_text().strip()} {spaces.stat().st_ino}" if boot.exists() else ""
    return f"{socket.gethostname()}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def new_attempt_name() -> str:
    """A name for an attempt of this process that no other attempt has."""
    return f"{machine()}-{os.getpid()}-{secrets.token_hex(4)}"


def has_ended(attempt: str) -> bool | None:
    """Whether the process that gave an attempt its name is gone; None for one of another machine."""
    made_by, _, process = attempt.rpartition("-")[0].rpartition("-")
    if made_by != machine() or not process.isdigit():
        return None
    return is_over(int(process))


def is_over(pid: int) -> bool:
    """Whether no process of this machine has this number that will do anything any more.

    A killed one is taken apart for up to seconds, its memory first, and then stays until its parent has asked
    how it ended.
    """
    import psutil

    if not psutil.pid_exists(pid):
        return True
    try:
        process = psutil.Process(pid)
        return process.status() == psutil.STATUS_ZOMBIE or not process.memory_info().vms
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def birth_of(pid: int) -> str:
    """What tells a process of this machine from others that get its number; empty when it has ended.

    No setting of the clock changes it: by the time of day a process began at another moment after each.
    """
    try:
        words = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return _birth_by_the_clock(pid)
    state, *numbers = words.rpartition(")")[2].split()
    return "" if state in _DEAD else f"{machine()}-{numbers[_START]}"


def is_gone(pid: int, birth: str) -> bool:
    """Whether a process of this machine is gone for certain; its number may be another one's by now.

    Args:
        pid: its number.
        birth: what `birth_of` said of it.
    """
    return not birth or birth_of(pid) != birth


def _birth_by_the_clock(pid: int) -> str:
    """The same where the system does not say more."""
    import psutil

    try:
        process = psutil.Process(pid)
        dead = process.status() == psutil.STATUS_ZOMBIE
        return "" if dead else f"{machine()}-{process.create_time():.0f}"
    except psutil.NoSuchProcess:
        return ""
