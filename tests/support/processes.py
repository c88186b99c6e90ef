"""Processes that may end while a test looks at them."""

from __future__ import annotations

import psutil

_KERNEL = 2
"""the process whose children are threads of the kernel, which have no memory of their own"""


def words_of(process: psutil.Process) -> str:
    """The command line of a process; nothing of one that has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def is_dying(process: psutil.Process) -> bool:
    """Whether it was killed and the system still takes it apart.

    That takes up to seconds. Its memory has gone, and with it what tells whose it was; its files, locks and
    ports have not.
    """
    try:
        of_the_kernel = _KERNEL in {process.pid, process.ppid()}
        return not (of_the_kernel or process.memory_info().vms or process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
