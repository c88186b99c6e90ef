"""A batch: productions of a slate, looked at one after the other and made beside one another.

What is there already is told and no more. The others are begun as the slate ranks them: those of a higher
priority first, of these the ones that must be there earlier.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assembly.programs import ffmpeg
from farm.store.store import Store
from pipeline.batches.charging import budget_of_slate
from pipeline.batches.order import BatchOrder
from pipeline.batches.plan import PlannedProduction, SlatePlan, plan_slate
from pipeline.batches.produce import Farm, ended, failed, opened, produce, there
from pipeline.batches.slate import LoadedSlate, load_slate
from pipeline.batches.summary import BatchSummary, MadeProduction, State
from pipeline.batches.watching import BatchObserver
from pipeline.budgets.limits import Budgeted
from pipeline.budgets.prices import price_list
from pipeline.provenance.signer import check_signer
from pipeline.rendering.charging import check_prices
from storyboard.document.values import GivenValues
from storyboard.errors import ShotfarmError

MOST_AT_ONCE = 64
"""productions that are being made; more than any farm serves at once"""
_LOOK_S = 0.2
_LATEST = datetime.max.replace(tzinfo=UTC)

Begin = Callable[[str, Callable[[], MadeProduction]], "Future[MadeProduction]"]
"""has a production made by a thread of its own: its name, and the work"""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was checked and planned.

    Attributes:
        order: what was asked for.
        plan: its productions.
        slate: what it was planned from.
    """

    order: BatchOrder
    plan: SlatePlan
    slate: LoadedSlate

    @property
    def misses_takes(self) -> bool:
        """Whether a farm is needed."""
        return self.plan.unique > self.plan.there


def planned_batch(
    order: BatchOrder, given: GivenValues | None = None, loaded: LoadedSlate | None = None
) -> Batch:
    """Read a slate and plan its productions: what can be refused is, before anything starts.

    Args:
        order: what is asked for.
        given: its values with the places where they stand; at none when left out.
        loaded: its slate, when that was read already.

    Raises:
        DocumentError: what is wrong in the slate, its tables, or its films with their values.
        UsageError: the order asks for what there is not, a budget is in a currency without prices, or the
            studio's certificate cannot sign.
    """
    loaded = loaded or load_slate(Path(order.slate))
    values = order.given() if given is None else given
    plan = plan_slate(loaded, order.settings(), order.only, values, order.priority)
    if any(one.deliverables for one in plan.productions):
        check_signer(order.settings().signing)
    prices = price_list(order.settings())
    own = {one.film: Budgeted(one.film, one.title, one.budget) for one in plan.productions if one.budget}
    for budget in (budget_of_slate(loaded), *own.values()):
        if budget:
            check_prices(budget, prices)
    return Batch(order, plan, loaded)


def stores_for(batch: Batch) -> list[Store]:
    """The stores that a batch's takes go to, without what killed attempts have left.

    One that cannot be written is told of by the productions that need it, and stops no other.

    Raises:
        StoreError: a remote store cannot be read.
    """
    settings = batch.order.settings()
    roots = sorted({root for one in batch.plan.productions for root, _ in one.takes})
    stores = [Store(root, settings) for root in roots]
    for store in stores:
        store.sweep()
    return stores


def ranked(productions: tuple[PlannedProduction, ...]) -> list[PlannedProduction]:
    """Productions in the order in which they are begun."""
    return sorted(productions, key=lambda one: (-one.priority, one.deadline or _LATEST))


def found_done(batch: Batch, watcher: BatchObserver) -> BatchSummary | None:
    """A batch of which all is there as the slate wants it; None of any other, of which nothing is told.

    Args:
        batch: what is asked for.
        watcher: hears how it is.
    """
    began_at = time.monotonic()
    if batch.misses_takes:
        return None
    found: list[MadeProduction] = []
    for planned in batch.plan.productions:
        try:
            made = there(opened(planned))
        except ShotfarmError:  # it is told when the production is made
            return None
        if made is None:
            return None
        found.append(made)
    watcher.planned(batch.plan)
    for made in found:
        watcher.ended(made)
    return _summary(batch, found, 0, time.monotonic() - began_at)


def _summary(batch: Batch, made: Sequence[MadeProduction], rendered: int, took_s: float) -> BatchSummary:
    return BatchSummary(
        slate=batch.order.slate,
        productions=tuple(made),
        shots=batch.plan.shots,
        unique=batch.plan.unique,
        rendered=rendered,
        took_s=took_s,
    )


def make_batch(batch: Batch, farm: Farm, begin: Begin, watcher: BatchObserver) -> BatchSummary:
    """Make what is missing of a batch's productions; one that fails does not stop the others.

    Args:
        batch: what is asked for.
        farm: what all productions work with.
        begin: has one made beside the others.
        watcher: hears how it goes.
    """
    began_at = time.monotonic()
    making = _Making(batch, farm, begin, watcher)
    watcher.planned(batch.plan)
    try:
        making.all()
    except BaseException:
        farm.stop.set()
        raise
    finally:
        making.end()
    return making.summary(time.monotonic() - began_at)


class _Making:
    def __init__(self, batch: Batch, farm: Farm, begin: Begin, watcher: BatchObserver) -> None:
        self._batch = batch
        self._farm = farm
        self._begin = begin
        self._watcher = watcher
        self._running: dict[Future[MadeProduction], PlannedProduction] = {}
        self._made: dict[str, MadeProduction] = {}

    def all(self) -> None:
        """Look at each production, and have those made of which something is missing."""
        for planned in ranked(self._batch.plan.productions):
            self._hear(0)
            while len(self._running) >= MOST_AT_ONCE:
                self._hear(_LOOK_S)
            if self._farm.stop.is_set():
                self._tell(ended(planned, State.STOPPED))
                continue
            began_at = time.monotonic()
            try:
                one = opened(planned)
                found = there(one)
            except ShotfarmError as error:
                self._tell(failed(planned, error, took_s=time.monotonic() - began_at))
                continue
            if found:
                self._tell(found)
                continue
            observer = self._watcher.begins(planned.name)
            work = lambda one=one, observer=observer: produce(one, self._farm, observer)  # noqa: E731
            self._running[self._begin(planned.name, work)] = planned
        while self._running:
            self._hear(_LOOK_S)

    def end(self) -> None:
        """Wait for those that were told to stop; the programs of theirs that run are killed."""
        while self._running and self._farm.stop.is_set():
            ffmpeg.end_all()
            over, _ = wait(self._running, timeout=_LOOK_S)
            for future in over:
                del self._running[future]

    def _hear(self, wait_s: float) -> None:
        if self._farm.stop.is_set():
            ffmpeg.end_all()  # what one of them is waiting for, and each time: another may begin
        over, _ = wait(self._running, timeout=wait_s, return_when=FIRST_COMPLETED)
        for future in over:
            del self._running[future]
            self._tell(future.result())

    def _tell(self, made: MadeProduction) -> None:
        self._made[made.name] = made
        self._watcher.ended(made)
        if made.state is State.FAILED and self._batch.order.fail_fast:
            self._farm.stop.set()

    def summary(self, took_s: float) -> BatchSummary:
        """What became of all, in the order of the slate."""
        made = [self._made[one.name] for one in self._batch.plan.productions]
        return _summary(self._batch, made, self._farm.rendered, took_s)
