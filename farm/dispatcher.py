"""The detached Ray actor that applies `schedule.py`: it owns the workers and talks to the clients.

One lives in each cluster. It decides nothing itself: every outcome goes into the schedule, and what the
schedule says is done. Its memory may be lost at any moment: clients notice by its `epoch` and submit again.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from farm.backend import Resources, backend_class
from farm.orders import (
    Event,
    FarmStatus,
    Outcome,
    ProductionOrder,
    ProductionStatus,
    RenderOrder,
    Update,
    WorkerStatus,
)
from farm.schedule import Schedule
from farm.states import ENDED, Assignment, FailureKind
from farm.worker import Worker, WorkerFacts
from storyboard.errors import ShotfarmError

NAMESPACE = "shotfarm"
NAME = "shotfarm-dispatcher"
IDLE_WORKER_S = 900.0
FORGET_S = 600.0
"""a production that has ended and whose client has not asked for so long is forgotten"""
CLOSE_S = 20.0
NO_NODE_S = 20.0
"""a backend that no node can hold is given up after this time: a node may be about to join"""
LOAD_TRIES = 3
LOAD_LOSSES = 8
"""workers lost in a row while they loaded, at which the backend is the likely cause"""
_TICK_S = 1.0


@dataclass(slots=True)
class _Production:
    title: str
    seen_at: float
    """when its client last asked for news"""
    events: list[Event] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class _Actor:
    handle: Any
    """the Ray actor handle of a `Worker`"""
    backend: str
    resources: Resources
    ready: bool = False
    idle_since: float = 0.0


class Dispatcher:
    """Gives shots to workers until every production has ended."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        self._schedule = Schedule()
        self._productions: dict[str, _Production] = {}
        self._orders: dict[str, RenderOrder] = {}
        self._progress: dict[int, float] = {}
        self._actors: dict[str, _Actor] = {}
        self._load_failures: Counter[str] = Counter()
        self._load_losses: Counter[str] = Counter()
        self._unheld_since: dict[str, float] = {}
        self._names = itertools.count(1)
        self._wake = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._background: set[asyncio.Task[None]] = set()

    async def hello(self) -> tuple[str, str]:
        """This dispatcher's epoch and the shotfarm version it runs."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())
        self._raise_bug()
        return self.epoch, version("shotfarm")

    async def submit(self, order: ProductionOrder) -> str:
        """Take a production's shots on; returns the epoch under which its events are counted."""
        self._productions.setdefault(order.production, _Production(order.title, time.monotonic()))
        requests = []
        for request in order.requests:
            render = order.orders[request.digest]
            name = _name(request.digest, render.store)
            after = _name(request.after, render.store) if request.after else None
            self._orders[name] = render
            requests.append(replace(request, digest=name, after=after))
        self._schedule.submit(order.production, requests, order.max_workers)
        self._spread()
        self._wake.set()
        return self.epoch

    async def updates(self, production: str, after: int, wait_s: float) -> Update | None:
        """Events above number `after`, waiting up to `wait_s` for one; None for an unknown production."""
        entry = self._productions.get(production)
        if entry is None:
            return None
        entry.seen_at = time.monotonic()
        self._raise_bug()
        if len(entry.events) <= after:
            entry.news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(entry.news.wait(), wait_s)
        progress = {}
        for token, done in self._progress.items():
            task = self._schedule.task_of(token)
            if task and production in task.productions:
                progress[_digest(task.request.digest)] = done
        return Update(tuple(entry.events[after:]), progress)

    async def withdraw(self, production: str) -> None:
        """Drop a production; what only it wanted stops at its next step."""
        for stopped in self._schedule.cancel(production):
            actor = self._actors.get(stopped.worker)
            if actor:
                actor.handle.cancel.remote(stopped.token)
        self._productions.pop(production, None)
        self._orders = {
            digest: order for digest, order in self._orders.items() if digest in self._schedule.tasks
        }
        self._spread()
        self._wake.set()

    async def report(self, token: int, done: float) -> None:
        """A sign of life from the worker that holds this token."""
        if self._schedule.task_of(token):
            self._progress[token] = done

    async def status(self) -> FarmStatus:
        """Nodes, workers, what each renders, and the queue."""
        now = time.monotonic()
        workers = []
        for name, worker in sorted(self._schedule.workers.items()):
            task = self._schedule.task_of(worker.token) if worker.token is not None else None
            workers.append(
                WorkerStatus(
                    name,
                    worker.backend,
                    worker.node,
                    task.request.shot if task else None,
                    self._progress.get(worker.token or 0, 0.0),
                    now - task.started_at if task and task.started_at is not None else 0.0,
                )
            )
        nodes = tuple(
            {
                "id": node["NodeID"],
                "address": node["NodeManagerAddress"],
                "alive": bool(node["Alive"]),
                "cpus": float(node["Resources"].get("CPU", 0)),
                "gpus": float(node["Resources"].get("GPU", 0)),
            }
            for node in _nodes()
        )
        productions = tuple(
            ProductionStatus(
                name, entry.title, self._schedule.counts(name), tuple(self._schedule.next_shots(name, 8))
            )
            for name, entry in self._productions.items()
        )
        return FarmStatus(version("shotfarm"), nodes, tuple(workers), productions)

    def _raise_bug(self) -> None:
        """A bug that ended the loop is for the clients to show; they would wait for ever."""
        if self._running is not None and self._running.done():
            self._running.result()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            for name, production in list(self._productions.items()):
                # A client that was killed loses nothing: what it asked for is rendered to its end.
                silent = time.monotonic() - production.seen_at > FORGET_S
                if silent and self._schedule.production_ended(name):
                    await self.withdraw(name)
            await self._scale()
            for assignment in self._schedule.next_assignments(time.monotonic()):
                # Looked up now: by the time the attempt starts, the shot may be withdrawn.
                actor, order = self._actors[assignment.worker], self._orders[assignment.digest]
                self._in_background(self._attempt(assignment, actor, order))
            self._spread()
            wake_at = self._schedule.next_wake()
            pause = _TICK_S if wake_at is None else max(0.01, min(_TICK_S, wake_at - time.monotonic()))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def _attempt(self, assignment: Assignment, actor: _Actor, order: RenderOrder) -> None:
        try:
            outcome: Outcome = await actor.handle.render.remote(assignment.token, order)
        except RayActorError:
            self._bury(assignment.worker)
        except RayError as error:
            self._schedule.failed(assignment.token, FailureKind.BACKEND, str(error), time.monotonic())
        else:
            now = actor.idle_since = time.monotonic()
            if outcome.failure is not None:
                self._schedule.failed(assignment.token, outcome.failure, outcome.message, now)
            elif not outcome.cancelled:
                self._schedule.completed(assignment.token, now)
        self._schedule.attempt_over(assignment.worker, assignment.token)
        self._progress.pop(assignment.token, None)
        self._wake.set()

    def _spread(self) -> None:
        """Hand the schedule's changes to the productions that they concern."""
        for change in self._schedule.take_changes():
            digest = change.request.digest
            if change.state in ENDED:
                self._orders.pop(digest, None)
            for name in change.productions:
                entry = self._productions.get(name)
                if entry:
                    number = len(entry.events) + 1
                    entry.events.append(
                        Event(
                            number, _digest(digest), change.state, change.worker, change.error, change.failure
                        )
                    )
                    entry.news.set()

    async def _scale(self) -> None:
        """Start the workers that the queue needs and the cluster has room for; give idle ones back."""
        now = time.monotonic()
        demand = self._schedule.demand()
        for name, actor in list(self._actors.items()):
            worker = self._schedule.workers.get(name)
            idle = worker is not None and worker.token is None
            wanted_elsewhere = any(
                backend != actor.backend and self._count(backend) < wanted
                for backend, wanted in demand.items()
            )
            unused = not demand.get(actor.backend) and (
                wanted_elsewhere or now - actor.idle_since > IDLE_WORKER_S
            )
            if actor.ready and idle and unused:
                self._schedule.worker_lost(name)
                self._in_background(self._retire(name))
        for backend, wanted in demand.items():
            missing = wanted - self._count(backend)
            if missing <= 0:
                continue
            try:
                resources = backend_class(backend).TRAITS.resources
            except ShotfarmError as error:
                self._schedule.backend_unusable(backend, error.message)
                continue
            if self._no_node_holds(resources):
                first = self._unheld_since.setdefault(backend, now)
                if now - first > NO_NODE_S:
                    needs = f"{resources.gpus:g} GPUs and {resources.cpus:g} CPUs"
                    self._schedule.backend_unusable(
                        backend, f"a worker of {backend} needs {needs}; no node of the farm has them"
                    )
                continue
            self._unheld_since.pop(backend, None)
            for _ in range(min(missing, self._room_for(resources))):
                self._start(backend, resources)

    def _count(self, backend: str) -> int:
        return sum(actor.backend == backend for actor in self._actors.values())

    def _no_node_holds(self, resources: Resources) -> bool:
        return not any(
            node["Alive"]
            and node["Resources"].get("CPU", 0) >= resources.cpus
            and node["Resources"].get("GPU", 0) >= resources.gpus
            for node in _nodes()
        )

    def _room_for(self, resources: Resources) -> int:
        """How many more workers of this size the cluster's nodes hold beside those that are here."""
        total_cpus = total_gpus = 0.0
        for node in _nodes():
            if node["Alive"]:
                total_cpus += node["Resources"].get("CPU", 0)
                total_gpus += node["Resources"].get("GPU", 0)
        cpus = total_cpus - sum(actor.resources.cpus for actor in self._actors.values())
        gpus = total_gpus - sum(actor.resources.gpus for actor in self._actors.values())
        rooms = [int(cpus // resources.cpus)] if resources.cpus else []
        rooms += [int(gpus // resources.gpus)] if resources.gpus else []
        return max(0, min(rooms, default=1))

    def _start(self, backend: str, resources: Resources) -> None:
        name = f"{backend}-{next(self._names)}"
        remote: Any = ray.remote(Worker)
        handle = remote.options(
            num_cpus=resources.cpus, num_gpus=resources.gpus, max_restarts=0, max_concurrency=4
        ).remote(name, backend, ray.get_runtime_context().current_actor)
        self._actors[name] = _Actor(handle, backend, resources)
        self._in_background(self._load(name))

    async def _load(self, name: str) -> None:
        actor = self._actors[name]
        try:
            facts: WorkerFacts = await actor.handle.load.remote()
        except RayError as error:
            self._bury(name)
            # A worker that is lost while it loads says little of the backend: its node may be gone.
            lost = isinstance(error, RayActorError)
            tries = self._load_losses if lost else self._load_failures
            tries[actor.backend] += 1
            if tries[actor.backend] >= (LOAD_LOSSES if lost else LOAD_TRIES):
                tries[actor.backend] = 0
                cause = "each was lost while it did" if lost else getattr(error, "cause", None) or error
                self._schedule.backend_unusable(actor.backend, f"no worker can load {actor.backend}: {cause}")
        else:
            self._load_failures[actor.backend] = self._load_losses[actor.backend] = 0
            actor.ready, actor.idle_since = True, time.monotonic()
            self._schedule.worker_joined(name, actor.backend, facts.node)
        self._wake.set()

    async def _retire(self, name: str) -> None:
        """Close an idle worker, giving it `CLOSE_S` for it."""
        with contextlib.suppress(RayError, TimeoutError):
            await asyncio.wait_for(self._actors[name].handle.close.remote(), CLOSE_S)
        self._bury(name)
        self._wake.set()

    def _bury(self, name: str) -> None:
        """Make sure that a worker is dead, then let the schedule know."""
        actor = self._actors.pop(name, None)
        if actor:
            ray.kill(actor.handle)
        self._schedule.worker_lost(name)

    def _in_background(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _name(digest: str, store: str) -> str:
    """What the schedule knows a take by: the same take may be wanted in two stores."""
    return f"{digest}@{store}"


def _digest(name: str) -> str:
    return name.partition("@")[0]


def _nodes() -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return nodes


def dispatcher_of_cluster() -> Any:
    """The actor handle of the cluster's dispatcher; it is started when there is none."""
    remote: Any = ray.remote(Dispatcher)
    return remote.options(
        name=NAME,
        namespace=NAMESPACE,
        lifetime="detached",
        get_if_exists=True,
        num_cpus=0,
        max_restarts=-1,
        max_task_retries=0,
    ).remote()
