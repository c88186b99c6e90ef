"""Which machine a process runs on, and whether the process that made something is still there.

What is written into a shared place says in its name who made it: `<machine>-<process>-<random>`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import time
from functools import cache
from pathlib import Path

import psutil

_SAME_START_S = 1.0
"""two times of one process's start differ by less, however they were rounded"""


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
    if not psutil.pid_exists(int(process)):
        return True
    try:
        return psutil.Process(int(process)).status() == psutil.STATUS_ZOMBIE  # dead, and nobody has asked how
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def start_of(pid: int) -> float:
    """When a process of this machine began, for `is_gone`; now, for one that has ended already."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return time.time()


def is_gone(pid: int, started: float) -> bool:
    """Whether a process of this machine is gone for certain; its id may be another one's by now.

    Args:
        pid: its id.
        started: when it began, in seconds since 1970 by the machine's clock.
    """
    try:
        process = psutil.Process(pid)
        another = abs(process.create_time() - started) > _SAME_START_S
        return another or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
