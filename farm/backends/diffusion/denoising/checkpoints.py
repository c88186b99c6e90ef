"""How often a denoising keeps its state. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable


class Checkpoints:
    """When a state is kept: every so many steps, but never two within so many seconds; at once when wanted.

    Keeping one waits for a disk. A shot of many quick steps would wait longer than it computes.

    Args:
        steps: how many lie between two states; 0 keeps none.
        seconds: that lie between two states at least, and before the first.
        wanted: whether the worker is wanted elsewhere as soon as there is a state.
        clock: in seconds.
    """

    def __init__(
        self,
        steps: int,
        seconds: float,
        wanted: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._steps = steps
        self._seconds = seconds
        self._wanted = wanted
        self._clock = clock
        self._kept_at = clock()
        self._steps_since = 0

    def keeps_now(self) -> bool:
        """Whether the state of the step that has just been done is kept; to be asked once after each step."""
        self._steps_since += 1
        if not self._steps:
            return False
        now = self._clock()
        due = self._steps_since >= self._steps and now - self._kept_at >= self._seconds
        if due or self._wanted():
            self._kept_at, self._steps_since = now, 0
            return True
        return False
