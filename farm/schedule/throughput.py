"""How fast a production's shots get done, and when the rest will be. Pure: `now` is any clock in seconds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW_S = 900.0


@dataclass(slots=True)
class Throughput:
    """What was rendered lately.

    Work is in the seconds that the plan estimates, so it matters little how good the estimates are: what is
    left is estimated by the same rule as what is done.

    Attributes:
        window_s: how far back "lately" goes.
    """

    window_s: float = WINDOW_S
    _began_at: float | None = None
    _done: deque[tuple[float, float]] = field(default_factory=deque)

    def begin(self, now: float) -> None:
        """The first shot has gone to a worker; later calls change nothing."""
        if self._began_at is None:
            self._began_at = now

    def finished(self, now: float, work_s: float) -> None:
        """A shot is done, of so much estimated work."""
        self.begin(now)
        self._done.append((now, work_s))
        self._forget(now)

    def shots_per_hour(self, now: float) -> float | None:
        """Shots done lately; None before the first."""
        span_s = self._span_s(now)
        return len(self._done) * 3600 / span_s if span_s else None

    def left_s(self, now: float, work_s: float) -> float | None:
        """Seconds until so much estimated work is done at this pace; None without one."""
        span_s = self._span_s(now)
        done_s = sum(work for _, work in self._done)
        if work_s <= 0:
            return 0.0
        return work_s * span_s / done_s if span_s and done_s else None

    def _span_s(self, now: float) -> float:
        """The seconds in which that was done; 0 when nothing was."""
        self._forget(now)
        if self._began_at is None or not self._done:
            return 0.0
        return max(1e-3, min(self.window_s, now - self._began_at))

    def _forget(self, now: float) -> None:
        while self._done and self._done[0][0] < now - self.window_s:
            self._done.popleft()
