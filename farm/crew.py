"""The workers of a farm as Ray actors: started as the queue needs, loaded, given back, and buried."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from farm.backend import Resources, backend_class
from farm.schedule import Schedule
from farm.worker import Worker, WorkerFacts, end_process
from storyboard.errors import ShotfarmError

IDLE_WORKER_S = 900.0
CLOSE_S = 20.0
CONFIRM_S = 30.0
NO_NODE_S = 20.0
"""a backend that no node can hold is given up after this time: a node may be about to join"""
LOAD_TRIES = 3
LOAD_LOSSES = 8
"""workers lost in a row while they loaded, at which the backend is the likely cause"""


@dataclass(slots=True)
class Member:
    """A worker: its Ray actor handle, and what it holds."""

    handle: Any
    backend: str
    resources: Resources
    facts: WorkerFacts | None = None
    """where it lives, once it has loaded"""
    idle_since: float = 0.0


class Crew:
    """Every worker that the dispatcher owns.

    Args:
        schedule: hears of workers that come and go.
        wake: called when something has changed that the schedule may act on.

    Attributes:
        members: by name, those too that load.
    """

    def __init__(self, schedule: Schedule, wake: Callable[[], None]) -> None:
        self._schedule = schedule
        self._wake = wake
        self.members: dict[str, Member] = {}
        self._load_failures: Counter[str] = Counter()
        self._load_losses: Counter[str] = Counter()
        self._unheld_since: dict[str, float] = {}
        self._ends: dict[str, asyncio.Task[None]] = {}
        self._hung: dict[int, str] = {}
        self._names = itertools.count(1)
        self._background: set[asyncio.Task[None]] = set()

    def in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run beside everything else; kept alive until its end."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    def scale(self) -> None:
        """Start the workers that the queue needs and the cluster has room for; give idle ones back."""
        demand = self._schedule.demand()
        self._give_idle_back(demand)
        now = time.monotonic()
        for backend, wanted in demand.items():
            missing = wanted - self._count(backend)
            if missing <= 0:
                continue
            try:
                resources = backend_class(backend).TRAITS.resources
            except ShotfarmError as error:
                self._schedule.backend_unusable(backend, error.message)
                continue
            if _no_node_holds(resources):
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

    def end_hung(self, name: str, token: int, message: str) -> None:
        """End a worker whose attempt hangs; only when it is dead for certain does the shot go on."""
        member = self.members.get(name)
        if member is None or name in self._ends:
            return
        self._hung[token] = message
        self._ends[name] = self.in_background(self._end(member))

    async def lost(self, name: str) -> None:
        """A worker has died, or is being ended: bury it when that is certain."""
        end = self._ends.get(name)
        if end is not None:
            await asyncio.shield(end)
        self.bury(name)

    def bury(self, name: str) -> None:
        """Make sure that a worker is dead, then let the schedule know."""
        member = self.members.pop(name, None)
        self._ends.pop(name, None)
        if member:
            ray.kill(member.handle)
        worker = self._schedule.workers.get(name)
        for token in worker.tokens if worker else ():
            message = self._hung.pop(token, None)
            if message is not None:
                self._schedule.hung(token, message, time.monotonic())
        self._schedule.worker_lost(name)

    def _give_idle_back(self, demand: dict[str, int]) -> None:
        now = time.monotonic()
        for name, member in list(self.members.items()):
            worker = self._schedule.workers.get(name)
            wanted_elsewhere = any(
                backend != member.backend and self._count(backend) < wanted
                for backend, wanted in demand.items()
            )
            unused = not demand.get(member.backend) and (
                wanted_elsewhere or now - member.idle_since > IDLE_WORKER_S
            )
            if worker is not None and not worker.tokens and unused:
                self._schedule.worker_lost(name)
                self.in_background(self._retire(name))

    def _count(self, backend: str) -> int:
        return sum(member.backend == backend for member in self.members.values())

    def _room_for(self, resources: Resources) -> int:
        """How many more workers of this size the cluster's nodes hold beside those that are here."""
        alive = [node for node in nodes() if node["Alive"]]
        cpus = sum(node["Resources"].get("CPU", 0) for node in alive)
        gpus = sum(node["Resources"].get("GPU", 0) for node in alive)
        cpus -= sum(member.resources.cpus for member in self.members.values())
        gpus -= sum(member.resources.gpus for member in self.members.values())
        rooms = [int(cpus // resources.cpus)] if resources.cpus else []
        rooms += [int(gpus // resources.gpus)] if resources.gpus else []
        return max(0, min(rooms, default=1))

    def _start(self, backend: str, resources: Resources) -> None:
        name = f"{backend}-{next(self._names)}"
        remote: Any = ray.remote(Worker)
        handle = remote.options(
            num_cpus=resources.cpus, num_gpus=resources.gpus, max_restarts=0, max_concurrency=4
        ).remote(name, backend, ray.get_runtime_context().current_actor)
        self.members[name] = Member(handle, backend, resources)
        self.in_background(self._load(name))

    async def _load(self, name: str) -> None:
        member = self.members[name]
        backend = member.backend
        try:
            facts: WorkerFacts = await member.handle.load.remote()
        except RayError as error:
            self.bury(name)
            # A worker that is lost while it loads says little of the backend: its node may be gone.
            lost = isinstance(error, RayActorError)
            tries = self._load_losses if lost else self._load_failures
            tries[backend] += 1
            if tries[backend] >= (LOAD_LOSSES if lost else LOAD_TRIES):
                tries[backend] = 0
                cause = "each was lost while it did" if lost else getattr(error, "cause", None) or error
                self._schedule.backend_unusable(backend, f"no worker can load {backend}: {cause}")
        else:
            self._load_failures[backend] = self._load_losses[backend] = 0
            member.facts, member.idle_since = facts, time.monotonic()
            self._schedule.worker_joined(name, backend, facts.node)
        self._wake()

    async def _retire(self, name: str) -> None:
        """Close an idle worker, giving it `CLOSE_S` for it."""
        with contextlib.suppress(RayError, TimeoutError):
            await asyncio.wait_for(self.members[name].handle.close.remote(), CLOSE_S)
        self.bury(name)
        self._wake()

    async def _end(self, member: Member) -> None:
        """Kill a worker and see that its process is gone, as long as its node is there."""
        ray.kill(member.handle)
        facts = member.facts
        while facts is not None and any(node["Alive"] and node["NodeID"] == facts.node for node in nodes()):
            remote: Any = ray.remote(end_process)
            pinned = remote.options(
                num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(facts.node, soft=False)
            )
            with contextlib.suppress(RayError, TimeoutError):
                if await asyncio.wait_for(pinned.remote(facts.pid), CONFIRM_S):
                    return


def nodes() -> list[dict[str, Any]]:
    """What Ray knows of the cluster's nodes."""
    found: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return found


def _no_node_holds(resources: Resources) -> bool:
    return not any(
        node["Alive"]
        and node["Resources"].get("CPU", 0) >= resources.cpus
        and node["Resources"].get("GPU", 0) >= resources.gpus
        for node in nodes()
    )
