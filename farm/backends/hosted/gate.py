"""The places of an account: so many of its tasks at once, and nothing is sent while the service wants peace.

One for each account in a process, which all of its threads share.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

TICK_S = 0.5
"""how often whoever waits looks whether its shot is still wanted"""


class Gate:
    """The places of an account."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held = 0
        self._shut_until = 0.0

    @property
    def held(self) -> int:
        """How many places are taken."""
        return self._held

    def enter(self, places: int, check: Callable[[], None]) -> None:
        """Take a place as soon as fewer than `places` are taken; `check`, called meanwhile, may raise."""
        check()
        with self._changed:
            while self._held >= places:
                self._changed.wait(TICK_S)
                check()
            self._held += 1

    def enter_at_once(self) -> None:
        """Take a place for a task that is with the service already, however many are taken."""
        with self._changed:
            self._held += 1

    def leave(self) -> None:
        """Give a place back."""
        with self._changed:
            self._held -= 1
            self._changed.notify_all()

    def shut(self, until: float) -> None:
        """Nothing is to be sent before a time, by whatever clock its users share."""
        with self._changed:
            self._shut_until = max(self._shut_until, until)

    def shut_until(self) -> float:
        """Before when nothing is to be sent."""
        with self._changed:
            return self._shut_until


class Gates:
    """The gates of a process, by account."""

    def __init__(self) -> None:
        self._gates: dict[str, Gate] = {}
        self._lock = threading.Lock()

    def of(self, account: str) -> Gate:
        """The gate of an account."""
        with self._lock:
            return self._gates.setdefault(account, Gate())


GATES = Gates()
