"""Waiting for a condition, with a limit that only a fault reaches."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE_S = 600.0
"""far longer than anything takes, on a machine with much other work too"""


def until(fact: Callable[[], Any], what: str, patience_s: float = PATIENCE_S, least_s: float = 0.02) -> Any:
    """What a condition gives once it holds.

    Raises:
        AssertionError: it did not in this time; the message says what was waited for.
    """
    deadline = time.monotonic() + patience_s
    while (asked := time.monotonic()) < deadline:
        if found := fact():
            return found
        # What takes long to find out, such as what a command prints, is asked less often.
        time.sleep(min(2.0, max(least_s, 3 * (time.monotonic() - asked))))
    raise AssertionError(f"not within {patience_s:.0f} s: {what}")
