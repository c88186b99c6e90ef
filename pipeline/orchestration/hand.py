"""A process that stands by to render (`pipeline.orchestration.standby`), held from outside."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from pipeline.orchestration.standby import PROGRAM, Lead, Order, Progress, StandBy, Told
from storyboard.errors import FarmError
from storyboard.refusals import store_errors

LOG = "review-retakes.log"
"""what the process and its libraries print, in the home folder, where nothing else is said"""
_MOST_LOG_BYTES = 2**20
END_S = 20.0
"""how long it may take to let go of what it does"""


class Hand:
    """Such a process; it ends with this one, whatever happens.

    Args:
        told: what film it is about, and how that is opened.
        log: what the file is called that has what it prints, in the home folder.

    Raises:
        FarmError: it cannot be started.
        StoreError: the home folder cannot be written.
    """

    def __init__(self, told: StandBy, log: str = LOG) -> None:
        home = told.settings.home
        self.log = home / log
        with store_errors(self.log):
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            with contextlib.suppress(FileNotFoundError):
                if self.log.stat().st_size > _MOST_LOG_BYTES:
                    self.log.unlink()
            printed = self.log.open("ab")
        with printed:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", PROGRAM],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=printed,
                    start_new_session=True,  # Ctrl-C is for whoever serves, and reaches it through here
                )
            except OSError as error:
                raise FarmError(f"nothing can be rendered here: {error.strerror}") from error
        self._tell(told)

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def render(self, order: Order) -> None:
        """Have something rendered; `lines` tell how that goes."""
        self._tell(order)

    def lead(self, due: Mapping[str, float]) -> None:
        """Say when somebody who watches comes to shots, in seconds since 1970, by their digests."""
        self._tell(Lead(due=dict(due)))

    def lines(self) -> Iterator[Progress]:
        """What it tells, until it ends."""
        if self._process.stdout:
            for line in self._process.stdout:
                with contextlib.suppress(ValidationError):
                    yield Progress.model_validate_json(line)

    def stop(self) -> None:
        """Have it let go of what it does, and end; at the latest in some seconds. Nobody waits."""
        timer = threading.Timer(END_S, self._process.kill)
        timer.daemon = True
        timer.start()
        if self._process.stdin:
            with contextlib.suppress(OSError):  # it waits for what others tell it just now
                self._process.stdin.close()

    def close(self) -> None:
        """Stop it, and wait until it has ended, or for some seconds after it was killed.

        A killed process lives on where a disk or a device does not answer it; nobody waits for that.
        """
        self.stop()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(END_S)

    def _tell(self, told: Told) -> None:
        if self._process.stdin:
            with contextlib.suppress(OSError, ValueError):  # it has ended, or was stopped: its lines tell
                self._process.stdin.write(told.model_dump_json().encode() + b"\n")
                self._process.stdin.flush()
