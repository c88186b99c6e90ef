"""When a viewer may begin so that nothing they come to is late, nor anything that others come to. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.audience.deciding.prefetch import Coming

_TRIES = 30
_ENOUGH_S = 1e-3


def begins_in_s(
    own: Sequence[Coming], others: Sequence[Coming], making: Mapping[str, float], workers: int
) -> float:
    """Seconds to wait before a film begins so that it need not stop once it has, and no other must either.

    It is rehearsed with what may be chosen as if all of it were: workers take shots in the order that
    `prefetch.order` gives them. Where others will be late without this viewer, they are no later with them.

    Args:
        own: what the viewer may come to, from when they begin.
        others: what those may come to, from now, who have begun already, or came before and wait.
        making: in how many seconds each take is there that a worker makes now.
        workers: how many there are, one at least.
    """
    rehearse = _Rehearsal(making, workers)
    late_s = max(0.0, rehearse.late_s(others, others))
    wait_s = 0.0
    for _ in range(_TRIES):
        mine = [replace(one, in_s=one.in_s + wait_s) for one in own]
        everything = [*others, *mine]
        later = max(rehearse.late_s(everything, mine), rehearse.late_s(everything, others) - late_s)
        if later <= _ENOUGH_S:
            break
        wait_s += later
    return wait_s


class _Rehearsal:
    """Workers that make takes in their order."""

    def __init__(self, making: Mapping[str, float], workers: int) -> None:
        self._making = making
        self._free = [*making.values(), *[0.0] * (workers - len(making))]
        heapq.heapify(self._free)

    def late_s(self, made: Sequence[Coming], asked: Sequence[Coming]) -> float:
        """By how much the latest of some takes is late when all of `made` are made; negative when none is."""
        there = self._there_in_s(made)
        return max((there[one.take] - one.in_s for one in asked), default=float("-inf"))

    def _there_in_s(self, made: Sequence[Coming]) -> Mapping[str, float]:
        """In how many seconds each take is there."""
        ranks: dict[str, float] = {}
        work: dict[str, float] = {}
        for one in made:
            if one.take not in self._making:
                ranks[one.take] = min(one.rank_s, ranks.get(one.take, float("inf")))
                work[one.take] = one.work_s
        free = [*self._free]
        there = {**self._making}
        for take in sorted(ranks, key=lambda take: (ranks[take], take)):
            there[take] = heapq.heappop(free) + work[take]
            heapq.heappush(free, there[take])
        return there
