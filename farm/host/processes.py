"""Processes that outlive whoever starts them: started in a group of their own, and ended with all of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import psutil


def start_in_background(arguments: list[str], log: Path, environment: dict[str, str]) -> int:
    """Start a process that outlives this one, in a process group of its own; returns its id."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
            cwd=log.parent,
        )
    return process.pid


def stop_process_group(pid: int, wait_s: float = 15.0) -> bool:
    """End a process that `start_in_background` started, with all that it started; False when it was gone."""
    family = [process for process in psutil.process_iter() if _session_of(process.pid) == pid]
    if not family:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        leader = psutil.Process(pid)
        family += leader.children(recursive=True)
        leader.send_signal(signal.SIGTERM)
    family = list(dict.fromkeys(family))
    led = any(process.pid == pid for process in family)
    _, alive = psutil.wait_procs(family, timeout=wait_s if led else 0)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=wait_s)
    return True


def end_rest_of_group() -> None:
    """Kill whatever else is in the group of this process, which leads one."""
    for process in psutil.process_iter():
        if process.pid != os.getpid() and _session_of(process.pid) == os.getpid():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def groups_with(name: str, value: str) -> set[int]:
    """The groups, other than this process's own, of processes that have this in their environment."""
    groups = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(name) == value:
                groups.add(os.getsid(process.pid))
    return groups - {os.getsid(0)}


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None
