"""Batches made in this process: by a farm whose shots are rendered by the thread that asks for them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from farm.backends.slate import SlateBackend
from farm.schedule.amounts import NOTHING_SPENT
from farm.schedule.messages import ProductionOrder, ShotEvent, Update
from farm.schedule.states import FailureKind, TaskState
from pipeline.batches.batch import make_batch, planned_batch
from pipeline.batches.order import BatchOrder
from pipeline.batches.produce import Farm
from pipeline.batches.summary import BatchSummary, MadeProduction
from pipeline.batches.watching import BatchObserver, NobodyWatches
from pipeline.services.chore_runners import OwnHands
from tests.support.farm.takes import render_take
from tests.support.pipeline.decided_films import Unwatched


class FarmHere:
    """Renders a production's shots one after the other, where they are asked for; one at a time.

    Attributes:
        asked: the productions, in the order in which they were asked for.
        rendered: how often each take was.
        fails: shots that do, by their ids.
        costs: of an attempt.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[int, str]] = []
        self.rendered: Counter[str] = Counter()
        self.fails: set[str] = set()
        self.costs = NOTHING_SPENT
        self._lock = threading.Lock()
        self._before: Callable[[], None] = lambda: None

    def before_each(self, act: Callable[[], None]) -> None:
        """Do something before each shot."""
        self._before = act

    def another(self) -> FarmHere:
        """The same farm."""
        return self

    def render(self, order: ProductionOrder, *_: object) -> Iterator[Update]:
        """What becomes of each shot."""
        self.asked.append((order.priority, order.title))
        number, spent = 0, NOTHING_SPENT
        for request in order.requests:
            self._before()
            number += 2
            yield Update((ShotEvent(number - 1, request.digest, TaskState.RENDERING),), {}, spent=spent)
            spent += self.costs
            if request.shot in self.fails:
                how: dict[str, Any] = {"error": "told to fail", "failure": FailureKind.USER}
                failed = ShotEvent(number, request.digest, TaskState.FAILED, **how)
                yield Update((failed,), {}, spent=spent)
                continue
            with self._lock:
                took_s = render_take(SlateBackend(), order.orders[request.digest], Unwatched())
                self.rendered[request.digest] += bool(took_s)
            done = ShotEvent(number, request.digest, TaskState.DONE, render_s=took_s)
            yield Update((done,), {}, spent=spent)


def write_slate(folder: Path, *entries: dict[str, Any]) -> Path:
    """A slate of the film `f` beside it."""
    path = folder / "slate.yaml"
    productions = [{"film": "f", "backend": "slate", **one} for one in entries]
    path.write_text(yaml.safe_dump({"productions": productions}, sort_keys=False), "utf-8")
    return path


def make_here(
    slate: Path, farm: FarmHere | None = None, watcher: BatchObserver | None = None, **order: Any
) -> BatchSummary:
    """Make the productions of a slate in this process, each in a thread of its own."""
    batch = planned_batch(BatchOrder(slate=str(slate), **order))
    together = Farm(farm or FarmHere(), hands=OwnHands)  # type: ignore[arg-type]
    with ThreadPoolExecutor(8) as threads:

        def begin(name: str, work: Callable[[], MadeProduction]) -> Future[MadeProduction]:
            del name
            return threads.submit(work)

        try:
            return make_batch(batch, together, begin, watcher or NobodyWatches())
        finally:
            together.close()
