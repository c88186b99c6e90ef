"""When takes are there, as far as it can be foreseen: workers make them in their order. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from pipeline.audience.deciding.prefetch import Coming


class Rehearsal:
    """Workers that make takes in the order that `prefetch.order` gives them.

    Args:
        making: in how many seconds each take is there that a worker makes now.
        workers: how many there are, one at least; as many as are at it, where that is more.
    """

    def __init__(self, making: Mapping[str, float], workers: int) -> None:
        self._making = making
        self._free = [*making.values(), *[0.0] * (workers - len(making))]
        heapq.heapify(self._free)

    def there_in_s(self, made: Sequence[Coming]) -> Mapping[str, float]:
        """In how many seconds each take is there, when all of these are made; a take once."""
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

    def late_s(self, made: Sequence[Coming], asked: Sequence[Coming]) -> float:
        """By how much the latest of some takes is late when all of `made` are made; negative when none is."""
        there = self.there_in_s(made)
        return max((there[one.take] - one.in_s for one in asked), default=float("-inf"))
