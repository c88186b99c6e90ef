"""The flow of a batch: productions of a slate through one farm, beside one another, in one process.

A production of which something is missing is a task run; one that is there is told and no more. What a batch
has made is in the store and at its places: another run looks what is there, and makes the rest.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from prefect import flow, get_run_logger, tags, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State as RunState
from prefect.runtime import flow_run
from prefect.states import Failed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from pipeline.batches.batch import MOST_AT_ONCE, Batch, make_batch, planned_batch, stores_for
from pipeline.batches.order import BatchOrder
from pipeline.batches.plan import SlatePlan
from pipeline.batches.produce import Farm
from pipeline.batches.slate import LoadedSlate, load_slate
from pipeline.batches.summary import BatchSummary, MadeProduction, State
from pipeline.batches.turns import own_turn
from pipeline.batches.watching import BatchObserver, NobodyWatches
from pipeline.observer import Observer
from pipeline.orchestration.flow_tags import tasks_without_tags
from pipeline.orchestration.lost_server import ask_a_dead_server_once, telling_of_a_lost_server
from pipeline.orchestration.telling import linked
from pipeline.orchestration.telling_of_batches import heralded_slate, tell_batch, told_batch
from pipeline.rendering.render import refuse_unseen_store
from pipeline.services.dead_runs import LivingRun, living_run
from pipeline.services.farm_access import has_farm, open_farm
from pipeline.services.standing_farm import StandingFarm, standing_farm
from storyboard.errors import FarmError, ShotFailedError
from storyboard.foreign_names import label
from storyboard.wording import counted

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient
    from pipeline.orchestration.run_log import AnyLogger

__all__ = ["BatchOrder", "BatchSummary", "Ready", "batch", "run_ready"]


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch whose farm is there.

    Attributes:
        batch: what was planned.
        client: of the farm; None where no take is missing.
        watcher: hears how it goes.
        alive: says that this process lives.
    """

    batch: Batch
    client: FarmClient | None
    watcher: BatchObserver
    alive: LivingRun


_READY: ContextVar[Ready | None] = ContextVar("_READY", default=None)
"""of this process, where a command has planned and opened what the flow would; see `run_ready`"""
ALIVE: ContextVar[LivingRun | None] = ContextVar("ALIVE", default=None)
"""of a process that runs this flow and nothing else; it lives until Prefect knows how the flow ended"""
_SUMMARY: ContextVar[list[BatchSummary]] = ContextVar("_SUMMARY")


@task(task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def make_production(name: str, work: Any) -> str:
    """Make what is missing of a production; where its film is."""
    del name
    made: MadeProduction = work()
    if made.state in {State.FAILED, State.STOPPED}:
        raise ShotFailedError(made.error or made.state.value)
    return made.out


def _called(parameters: dict[str, Any]) -> str:
    """What the run of a batch is called: as its slate, and the folder that holds it."""
    path = PurePath(parameters["order"].slate)
    return label("/".join([part for part in path.parts if part != "/"][-2:]) or "batch")


def _run_name() -> str:
    return _called(dict(flow_run.parameters))


@flow(
    name="batch",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=MOST_AT_ONCE),  # type: ignore[arg-type]
    persist_result=False,
)
def batch(order: BatchOrder) -> BatchSummary | RunState[BatchSummary]:
    """Make the productions of a slate.

    A batch of which a production failed, or waits for approval, is a failed run; its summary is the run's
    artifact all the same.
    """
    settings, ready, log = order.settings(), _READY.get(), get_run_logger()
    standing, run = standing_farm(settings), str(flow_run.id)
    with contextlib.ExitStack() as stack:
        stack.enter_context(tasks_without_tags())
        alive = ready.alive if ready else ALIVE.get() or stack.enter_context(living_run(settings.home))
        alive.is_flow_run(run)
        slate = ready.batch.slate if ready else load_slate(Path(order.slate))
        herald = stack.enter_context(heralded_slate(settings, slate))
        linked(herald, standing)(run)
        ready = ready or stack.enter_context(_readied(order, slate, standing, alive))
        farm = Farm(ready.client)
        stack.callback(farm.close)
        watcher = stack.enter_context(told_batch(_Logged(ready.watcher, log), herald))
        try:
            summary = make_batch(ready.batch, farm, _begun, watcher)
        finally:
            ask_a_dead_server_once()
        tell_batch(herald, summary)
    if (heard := _SUMMARY.get(None)) is not None:
        heard.append(summary)  # what follows may fail with Prefect's server
    _artifact(summary)
    log.info("%s", summary.in_words)
    return Failed(message=summary.in_words, data=summary) if summary.exit_code else summary


class _Logged:
    """A watcher that also writes into the run's log what becomes of each production."""

    def __init__(self, watcher: BatchObserver, log: AnyLogger) -> None:
        self._watcher = watcher
        self._log = log

    def waits(self) -> None:
        """Pass it on; it is over when the flow has begun."""
        self._watcher.waits()

    def planned(self, plan: SlatePlan) -> None:
        """Say what is to be made."""
        self._watcher.planned(plan)
        productions, takes = counted(len(plan.productions), "production"), plan.unique - plan.there
        self._log.info("%s, %s to render, %d there", productions, counted(takes, "take"), plan.there)
        for words in (*plan.late, *plan.warnings):
            self._log.warning("%s", words)

    def begins(self, name: str) -> Observer:
        """Pass it on."""
        return self._watcher.begins(name)

    def ended(self, made: MadeProduction) -> None:
        """Say what became of it."""
        self._watcher.ended(made)
        level = logging.WARNING if made.error else logging.INFO
        words = f"{made.name}: {made.state.value}" + (f": {made.error}" if made.error else "")
        self._log.log(level, "%s", words)


@contextlib.contextmanager
def _readied(
    order: BatchOrder, slate: LoadedSlate, standing: StandingFarm | None, alive: LivingRun
) -> Iterator[Ready]:
    """A batch that Prefect has begun: planned here, and its farm opened."""
    settings = order.settings()
    with contextlib.ExitStack() as stack:
        planned, watcher = planned_batch(order, loaded=slate), NobodyWatches()
        stores = stores_for(planned)
        if not has_farm(settings, standing):
            roots = (store.root for store in stores)
            stack.enter_context(own_turn(settings.home, roots, watcher.waits))
        client = None
        if planned.misses_takes:
            client = stack.enter_context(open_farm(settings, standing))
            for store in stores:
                refuse_unseen_store(store)
        yield Ready(planned, client, watcher, alive)


def _begun(name: str, work: Callable[[], MadeProduction]) -> Future[MadeProduction]:
    """A production that is made by a task run."""
    made: Future[MadeProduction] = Future()

    def working() -> MadeProduction:
        try:
            one = work()
        except BaseException as error:
            made.set_exception(error)
            raise
        made.set_result(one)
        return one

    def over(_: Any) -> None:
        if not made.done():
            made.set_exception(FarmError("the Prefect server has gone away", "the same command goes on"))

    make_production.submit(label(name), quote(working)).add_done_callback(over)
    return made


def _artifact(summary: BatchSummary) -> None:
    rows = [
        {
            "production": one.name,
            "state": one.state.value,
            "shots": one.shots,
            "rendered": one.rendered,
            "length_s": round(one.seconds, 2),
            "took_s": round(one.took_s, 1),
            "cost": str(cost or ""),
            "out": one.out,
            "error": one.error,
        }
        for one, cost in zip(summary.productions, summary.costs, strict=True)
    ]
    create_table_artifact(key="productions", table=rows, description=summary.in_words)


def run_ready(ready: Ready) -> BatchSummary:
    """Run the flow in this process with what is ready; its errors are the caller's to show."""
    heard: list[BatchSummary] = []
    tokens = _READY.set(ready), _SUMMARY.set(heard)
    try:
        with telling_of_a_lost_server(), tags(ready.alive.tag):
            batch(ready.batch.order, return_state=True).result(raise_on_failure=not heard)
    except FarmError:
        if not heard:  # everything was done before its server went away
            raise
    finally:
        _READY.reset(tokens[0])
        _SUMMARY.reset(tokens[1])
    return heard[0]
