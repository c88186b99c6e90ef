"""Waiting for a condition, with a limit that only a fault reaches."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

PATIENCE_S = 600.0
"""far longer than anything takes, on a machine with much other work too"""


class Run(Protocol):
    """A process, as `subprocess.Popen` has it."""

    def poll(self) -> int | None:
        """How it ended; None while it runs."""

    def communicate(self, timeout: float | None = None) -> tuple[Any, Any]:
        """What it said, and what it complained of."""


def until(
    fact: Callable[[], Any],
    what: str,
    patience_s: float = PATIENCE_S,
    least_s: float = 0.02,
    run: Run | None = None,
) -> Any:
    """What a condition gives once it holds.

    Args:
        fact: the condition.
        what: it says, for messages.
        patience_s: the most seconds to wait.
        least_s: between two looks.
        run: what has to run for it to come: nobody waits for what ended before.

    Raises:
        AssertionError: it did not in this time, or the run has ended; the message says what was waited for.
    """
    deadline = time.monotonic() + patience_s
    while (asked := time.monotonic()) < deadline:
        code = None if run is None else run.poll()
        if found := fact():
            return found
        if run is not None and code is not None:
            said = run.communicate(timeout=patience_s)
            raise AssertionError(f"it ended with {code} before: {what}\n{said}")
        # What takes long to find out, such as what a command prints, is asked less often.
        time.sleep(min(2.0, max(least_s, 3 * (time.monotonic() - asked))))
    raise AssertionError(f"not within {patience_s:.0f} s: {what}")
