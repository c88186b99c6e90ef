"""The numbers of the failure policy, and what they say of a failed try; `docs/failures.md` is its prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from farm.schedule.states import FailureKind


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the failure policy.

    Attributes:
        attempts: tries of a shot whose backend fails.
        store_attempts: tries of a shot whose store fails.
        memory_attempts: tries of a shot that does not fit.
        losses: workers that a shot may lose.
        first_pause_s: after the first failed try; each further one is twice as long.
        store_pause_s: the same, when the store failed.
        stop_share: the share of a production's shots at which failures end it.
        stop_least: the failures that there must be for that.
        give_backs: how often a shot that renders gives its worker back to one of a higher priority.
        passes: how many shots may be served before the one in front because a worker is warm for them.
        blame: failures of shots that others rendered, at which a worker is blocked.
        block_s: for how long the first time; each further time is twice as long.
    """

    attempts: int = 3
    store_attempts: int = 4
    memory_attempts: int = 2
    losses: int = 5
    first_pause_s: float = 1.0
    store_pause_s: float = 2.0
    stop_share: float = 0.25
    stop_least: int = 5
    give_backs: int = 3
    passes: int = 8
    blame: int = 2
    block_s: float = 600.0

    def pause_after(self, kind: FailureKind, tries: Mapping[FailureKind, int]) -> float | None:
        """Seconds until the next try of a shot that has just failed, or None: it has failed for good.

        Args:
            kind: why it failed.
            tries: how often it has failed, by why, this time included. Each kind has a budget of its own.
        """
        allowed = {
            FailureKind.BACKEND: self.attempts,
            FailureKind.STORE: self.store_attempts,
            FailureKind.MEMORY: self.memory_attempts,
        }.get(kind, 1)
        if tries[kind] >= allowed:
            return None
        first = self.store_pause_s if kind is FailureKind.STORE else self.first_pause_s
        pause: float = first * 2 ** (tries[kind] - 1)
        return pause
