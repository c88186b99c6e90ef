"""The log of an attempt at a shot, while it runs: what its worker prints, how far it comes, how it ends.

Nothing here fails an attempt: a log that cannot be written is not there. Where it lies, and what becomes of
it afterwards, is told at the top of `kept.py`.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import platform
import shutil
import threading
import time
from datetime import UTC, datetime
from typing import Any, ClassVar

from farm.host.identity import birth_of, machine
from farm.host.output import MOST_BYTES, Output
from farm.host.settings import NodeSettings
from farm.logs.kept import OUTPUT, PROGRESS, Told, publish, write
from farm.schedule.messages import RenderOrder
from farm.schedule.states import AttemptState

LEAST_FREE_BYTES = 4 * MOST_BYTES
"""on a disk with less room than that nothing is written: a print that fails would fail the shot"""
_TENTHS = 10


class AttemptLog:
    """The log of one attempt of this process, from its start to its end.

    Args:
        told: what is known of it now.
        node: what this machine sets for itself.

    Raises:
        OSError: it cannot be written here.
    """

    _open: ClassVar[list[AttemptLog]] = []
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, told: Told, node: NodeSettings) -> None:
        self._told = told
        self._node = node
        self._folder = self._node.logs / (
            f"{told.started:%Y%m%dT%H%M%S%f}.{told.shot}.{machine()}-{told.pid}-{told.attempt}"
        )
        self._began = time.monotonic()
        self._next_mark = 0.0
        self._folder.mkdir(parents=True, mode=0o700)
        if shutil.disk_usage(self._folder).free < LEAST_FREE_BYTES:
            self._folder.rmdir()
            raise OSError(errno.ENOSPC, "too little is free for what a worker prints", str(self._folder))
        write(self._folder, told)
        self._output = Output(self._folder / OUTPUT)
        with self._lock:
            for other in self._open:
                other._joined_by(told.shot)  # noqa: SLF001  (it is another of these)
            self._open.append(self)

    @classmethod
    def begin(
        cls,
        order: RenderOrder,
        attempt: int,
        worker: str,
        backend: str,
        load_s: float | None,
        node: NodeSettings,
    ) -> AttemptLog | None:
        """Begin the log of an attempt; None when it cannot be written here.

        Args:
            order: what is attempted.
            attempt: its token.
            worker: its worker's name.
            backend: what that renders with.
            load_s: how long the worker took to load it.
            node: what this machine sets for itself.
        """
        try:
            return cls(
                Told(
                    shot=order.shot,
                    digest=order.digest,
                    film=order.film,
                    store=order.store,
                    attempt=attempt,
                    worker=worker,
                    backend=backend,
                    machine=platform.node(),
                    pid=os.getpid(),
                    birth=birth_of(os.getpid()),
                    started=datetime.now(UTC),
                    load_s=load_s,
                ),
                node,
            )
        except OSError:
            return None

    def progress(self, done: float) -> None:
        """So much of the shot is done, 0 to 1."""
        with contextlib.suppress(OSError):
            dropped = self._output.bound()
            if dropped:
                with self._lock:
                    self._know(left_out=self._told.left_out + dropped)
            if done >= self._next_mark:
                self._next_mark = (math.floor(min(done, 1.0) * _TENTHS) + 1) / _TENTHS
                with (self._folder / PROGRESS).open("a") as file:
                    file.write(f"{self._passed():.3f} {done:.4f}\n")

    def took(self, part: str, seconds: float) -> None:
        """Doing this took so long."""
        self._told.took[part] = round(seconds, 3)

    def end(self, outcome: AttemptState, why: str = "", details: str = "") -> None:
        """The attempt is over: publish its log."""
        with contextlib.suppress(OSError):
            self._output.close()
        with self._lock:
            self._open.remove(self)
            self._know(outcome=outcome, why=why, details=details, seconds=round(self._passed(), 3))
        publish(self._folder, self._node)

    def _joined_by(self, shot: str) -> None:
        if self._told.beside is None:
            self._know(beside=shot)

    def _know(self, **more: Any) -> None:
        self._told = self._told.model_copy(update=more)
        with contextlib.suppress(OSError):
            write(self._folder, self._told)

    def _passed(self) -> float:
        return time.monotonic() - self._began
