"""Which processors of the nodes may be used for chores, beside or between the workers. Pure.

A worker that renders nothing lends its processors too: a chore ends in seconds, and gives way to rendering
meanwhile. A node lends at least one: a GPU's worker seldom keeps a processor busy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 1
FORGET_S = 30.0
"""who has not asked for so long is gone"""


@dataclass(frozen=True, slots=True)
class _Loan:
    asked_at: float
    wants: bool
    holds: Counter[str]


class Lending:
    """Who has been lent how many processors of which node."""

    def __init__(self) -> None:
        self._loans: dict[str, _Loan] = {}

    def lend(
        self, borrower: str, holds: Mapping[str, int], wanted: int, spare: Mapping[str, float], now: float
    ) -> list[str]:
        """Lend a production processors for chores; the ids of their nodes, one for each processor.

        Args:
            borrower: whose chores they are.
            holds: how many it has in use, by node; the others have been given back.
            wanted: how many more it could use.
            spare: processors without a busy worker, by node; only these nodes lend.
            now: in seconds.
        """
        self._loans = {name: loan for name, loan in self._loans.items() if now - loan.asked_at < FORGET_S}
        mine = Counter(holds)
        self._loans[borrower] = _Loan(now, wanted > 0, mine)
        room = {node: max(LEAST, int(number)) for node, number in spare.items()}
        wanting = sum(loan.wants for loan in self._loans.values())
        share = -(-sum(room.values()) // max(1, wanting))
        for loan in self._loans.values():
            room = {node: number - loan.holds[node] for node, number in room.items()}
        lent: list[str] = []
        while len(lent) < wanted and sum(mine[node] for node in room) < share:
            node = max(room, key=lambda name: room[name], default="")
            if room.get(node, 0) < 1:
                break
            room[node] -= 1
            mine[node] += 1
            lent.append(node)
        return lent

    def give_back(self, borrower: str) -> None:
        """A production has no more chores."""
        self._loans.pop(borrower, None)
