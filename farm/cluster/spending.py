"""Writes down what a dispatcher's workers were charged for, and looks up what was spent before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from farm.logs.spent import RENEWED_EVERY_S, keep_entries, spent_of
from farm.schedule.amounts import RUNNING, Budget, Entry
from farm.schedule.bookkeeping import Bookkeeping
from farm.schedule.ledger import Ledger, Place
from farm.store.store import Store
from storyboard.errors import StoreError

WRITE_S = 3.0
"""what is charged is written down after so long; a dispatcher that is killed forgets no more than that"""
MOST_ENTRIES = 200
"""of a part, before another is begun: each part is written over until then"""
TRY_AGAIN_S = 5.0
PATIENCE_S = 5.0


class Spending:
    """The dispatcher's; to be called in its loop.

    Args:
        epoch: the dispatcher's.
        ledger: what is charged.
        books: hear of what cannot be written or read.
        wake: called when what was spent before is known.
    """

    def __init__(self, epoch: str, ledger: Ledger, books: Bookkeeping, wake: Callable[[], None]) -> None:
        self._epoch = epoch
        self._ledger = ledger
        self._books = books
        self._wake = wake
        self._parts: dict[Place, tuple[int, list[Entry]]] = {}
        self._written: dict[Place, tuple[tuple[Entry, ...], float]] = {}
        self._wrote_at = 0.0
        self._writing = asyncio.Lock()
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._last_write: asyncio.Task[None] | None = None

    def look_up(self, budgets: tuple[Budget, ...]) -> None:
        """Look up in their stores what was spent of budgets; it is known a moment later."""
        for budget in budgets:
            before = self._looking.get(budget.account)
            if before is None or before.done():
                self._looking[budget.account] = asyncio.get_running_loop().create_task(self._look_up(budget))

    async def _look_up(self, budget: Budget) -> None:
        while True:
            try:
                spent = await asyncio.to_thread(spent_of, budget, self._epoch)
            except StoreError as error:
                self._books.failed("reading what was spent", error.in_words)
                await asyncio.sleep(TRY_AGAIN_S)
            else:
                self._ledger.spent_before(budget.account, spent)
                self._wake()
                return

    def due(self) -> bool:
        """Whether it is time to write something down."""
        return time.monotonic() - self._wrote_at > WRITE_S and not self._writing.locked()

    async def write_at_last(self) -> None:
        """Write down what there is, and wait for that as long as a store takes that is well."""
        self._last_write = asyncio.get_running_loop().create_task(self.write())
        await asyncio.wait([self._last_write], timeout=PATIENCE_S)

    async def write(self) -> None:
        """Write down what has changed since it was written last; what cannot be written now is later."""
        async with self._writing:
            self._wrote_at = time.monotonic()
            self._ledger.close_idle()
            for place in [*self._ledger.closed]:
                self._parts.setdefault(place, (1, []))[1].extend(self._ledger.closed.pop(place))
            unfinished = self._ledger.unfinished()
            for place in [*dict.fromkeys([*self._parts, *unfinished])]:
                number, closed = self._parts.setdefault(place, (1, []))
                if len(closed) >= MOST_ENTRIES:
                    if not await self._write(place, number, tuple(closed)):
                        continue
                    number, closed = self._parts[place] = number + 1, []
                await self._write(place, number, (*closed, *unfinished.get(place, ())))

    async def _write(self, place: Place, number: int, entries: tuple[Entry, ...]) -> bool:
        """Write a part over; False when that cannot be done now."""
        before, at = self._written.get(place, ((), 0.0))
        runs = any(one.purpose == RUNNING for one in entries)
        if entries == before and not (runs and time.monotonic() - at > RENEWED_EVERY_S):
            return True
        store, bucket = place
        try:
            await asyncio.to_thread(_keep, store, bucket, f"{self._epoch}-{number}", entries)
        except StoreError as error:
            self._books.failed("writing down what was spent", error.in_words)
            return False
        self._written[place] = entries, time.monotonic()
        return True


def _keep(store: str, bucket: str, name: str, entries: tuple[Entry, ...]) -> None:
    keep_entries(Store(store).notes, bucket, name, entries)
