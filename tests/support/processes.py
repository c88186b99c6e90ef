"""Processes that may end while a test looks at them."""

from __future__ import annotations

import psutil


def words_of(process: psutil.Process) -> str:
    """The command line of a process; nothing of one that has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
