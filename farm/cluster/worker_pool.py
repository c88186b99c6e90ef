"""The workers of a farm as Ray actors: started as the queue needs, loaded, given back, and buried."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import ray
from ray.autoscaler.sdk import request_resources
from ray.exceptions import ActorUnschedulableError, RayActorError, RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from farm.backend.registry import backend_class
from farm.backend.traits import Resources
from farm.cluster.nodes import every_node, farm_nodes, leaving_nodes, pinned
from farm.cluster.worker import Worker, WorkerFacts, end_process
from farm.host.hardware import VitalSigns
from farm.host.settings import NodeSettings
from farm.logs.kept import publish_left_of
from farm.schedule.placement import FarmNode, bundle, resources_of
from farm.schedule.schedule import Schedule
from farm.schedule.staffing import LoadTries, Staff, Staffing, Start, staffing
from farm.schedule.states import WorkerNeeds
from farm.schedule.status import NodeStatus
from storyboard.errors import ShotfarmError

CLOSE_S = 20.0
CONFIRM_S = 30.0
CONFIRM_AGAIN_S = 1.0
SAVE_LOGS_S = 600.0
"""after that, what a lost worker left on its node waits for the next one that starts there"""
WHY_S = 300.0
"""for so long a worker that hangs is left alive until what its logs shall say of that is written"""
LOOK_S = 2.0
"""how long the vital signs of workers are waited for, and how old they may be"""
NODES_S = 0.5
"""how old what is known of the cluster's nodes may be: asking Ray takes longer than giving a shot out"""
CALLS_OF_A_PLACE = 3
"""that may be on their way at once to a worker which shares its process: its shot, and words about it"""
MOST_ASKED = 64
"""workers beside those that are here, that an autoscaler is asked for at once"""


@dataclass(slots=True)
class Member:
    """A worker: its Ray actor handle, where it is, and what it holds there."""

    name: str
    handle: Any
    needs: WorkerNeeds
    """that it was started for"""
    resources: Resources
    node: FarmNode
    process: str
    """the name of the worker that its process was started for; several may share one"""
    facts: WorkerFacts | None = None
    """its process, once it has loaded"""
    signs: VitalSigns | None = None
    """its memory and cards, when they were asked for last"""
    idle_since: float = 0.0
    leaving: bool = False
    """it is being closed"""


class Crew:
    """Every worker that the dispatcher owns.

    Args:
        schedule: hears of workers that come and go.
        wake: called when something has changed that the schedule may act on.

    Attributes:
        members: by name, those too that load.
        nowhere: why no node can hold a worker of these needs, while none can.
        every_node: what Ray told a moment ago of the cluster's nodes.
        leaving: the ids of those that it drains.
    """

    def __init__(self, schedule: Schedule, wake: Callable[[], None]) -> None:
        self._schedule = schedule
        self._wake = wake
        self.members: dict[str, Member] = {}
        self._loads = LoadTries()
        self.nowhere: dict[WorkerNeeds, str] = {}
        self._nowhere_since: dict[WorkerNeeds, float] = {}
        self._idle_s = NodeSettings().idle_worker_s
        self._asked: list[dict[str, float]] | None = None
        self._ends: dict[str, asyncio.Task[None]] = {}
        self._hung: dict[int, str] = {}
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = 0.0
        self.every_node: list[NodeStatus] = []
        self._nodes: list[FarmNode] = []
        self.leaving: list[str] = []
        self._counted_at: float | None = None
        self._scaled_for: float | None = None
        self._names = itertools.count(1)
        self._background: set[asyncio.Task[None]] = set()

    def look(self) -> None:
        """Ask each worker for its vital signs, unless it was asked a moment ago; they come in their time."""
        now = time.monotonic()
        if self._looking is None or (self._looking.done() and now - self._looked_at > LOOK_S):
            self._looked_at = now
            self._looking = self.in_background(self._look())

    async def _look(self) -> None:
        loaded = [member for member in self.members.values() if member.facts is not None]
        asked = [asyncio.wait_for(member.handle.vital_signs.remote(), LOOK_S) for member in loaded]
        for member, signs in zip(loaded, await asyncio.gather(*asked, return_exceptions=True), strict=True):
            if isinstance(signs, VitalSigns):  # a worker that is lost or too busy tells nothing
                member.signs = signs

    def in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run beside everything else; kept alive until its end."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    def count_nodes(self) -> None:
        """See which nodes there are and which of them leave, unless that was seen a moment ago."""
        now = time.monotonic()
        if self._counted_at is None or now - self._counted_at > NODES_S:
            self._counted_at = now
            self.every_node, self.leaving = every_node(), leaving_nodes()
            self._nodes = farm_nodes(self.every_node)

    def recount(self) -> None:
        """See which nodes there are before anything else is decided: somebody counts on one that is new."""
        self._counted_at = None

    def scale(self) -> None:
        """Start the workers that the queue needs and the cluster has room for; give idle ones back."""
        counted_anew, self._scaled_for = self._counted_at != self._scaled_for, self._counted_at
        demand = self._schedule.demand()
        sizes = self._sizes(demand)
        self._ask_for_nodes(demand, sizes)
        drained = self._schedule.roster.drained
        plan = staffing(
            demand,
            sizes,
            {name: self._staff(member) for name, member in self.members.items()},
            [node for node in self._nodes if node.id not in drained],
            self._schedule.outranked,
            time.monotonic() - self._idle_s,
        )
        self._say_nowhere(plan, counted_anew=counted_anew)
        for name in plan.give_back:
            self._give_back(name)
        for name in plan.stand_down:
            self._schedule.roster.stand_down(name)
        for start in plan.start:
            self._start(start)

    def _sizes(self, demand: Mapping[WorkerNeeds, int]) -> dict[WorkerNeeds, Resources]:
        """What workers of these needs hold; a backend that is not here fails what waits for it."""
        sizes = {}
        for needs in demand:
            try:
                sizes[needs] = resources_of(needs, backend_class(needs.backend).TRAITS.resources)
            except ShotfarmError as error:
                self._schedule.sheet.backend_unusable(needs.backend, error.message)
        return sizes

    def _staff(self, member: Member) -> Staff:
        worker = self._schedule.roster.workers.get(member.name)
        waits = self._schedule.ledger.waits_for_a_person(member.name)  # which may take days
        return Staff(
            member.name,
            member.needs,
            member.node,
            member.resources,
            busy=worker is None or bool(worker.tokens),
            leaves=member.leaving
            or member.node.id in self._schedule.roster.drained
            or (worker is not None and worker.stands_down),
            closes=member.leaving,
            idle_since=-math.inf if waits else member.idle_since,
        )

    def _say_nowhere(self, plan: Staffing, *, counted_anew: bool) -> None:
        """Tell what waits for a worker that no node can hold, and for how long none could."""
        now = time.monotonic()
        before, self.nowhere = self.nowhere, plan.nowhere
        for needs in plan.missing.keys() - plan.nowhere.keys():
            self._nowhere_since.pop(needs, None)
        for needs, why in plan.nowhere.items():
            if before.get(needs) != why or counted_anew:
                since = self._nowhere_since.setdefault(needs, now)
                self._schedule.sheet.no_node_for(needs, why, now - since)

    def _ask_for_nodes(
        self, demand: Mapping[WorkerNeeds, int], sizes: Mapping[WorkerNeeds, Resources]
    ) -> None:
        """Tell Ray's autoscaler, if there is one, what the queue needs; it keeps what is asked for."""
        room = len(self.members) + MOST_ASKED
        bundles: list[dict[str, float]] = []
        for needs, resources in sorted(sizes.items(), key=lambda item: item[0]):
            if asked := bundle(resources, needs.tags):  # who only waits for others needs nothing
                bundles += [asked] * min(demand[needs], needs.places or room, room)
        if bundles != self._asked:
            request_resources(bundles=bundles)
            self._asked = bundles

    def staying(self) -> dict[str, float]:
        """Processors of the nodes that stay, by their ids."""
        self.count_nodes()
        gone = {*self._schedule.roster.drained, *self.leaving}
        return {node.id: node.cpus for node in self._nodes if node.id not in gone}

    def spare_cpus(self) -> dict[str, float]:
        """Those of them without a worker that renders or loads."""
        spare = self.staying()
        for name, member in self.members.items():
            worker = self._schedule.roster.workers.get(name)
            if member.node.id in spare and (worker is None or worker.tokens):
                spare[member.node.id] -= member.resources.cpus
        return spare

    def coming(self, needs: WorkerNeeds) -> int:
        """How many workers that serve these needs are loading."""
        return sum(
            member.facts is None and self._staff(member).serves(needs) for member in self.members.values()
        )

    def end_hung(self, name: str, token: int, message: str) -> None:
        """End a worker whose attempt hangs; only when it is dead for certain does the shot go on."""
        member = self.members.get(name)
        if member is None or name in self._ends:
            return
        self._hung[token] = message
        self._ends[name] = self.in_background(self._end(member))

    async def lost(self, name: str) -> None:
        """A worker has died, or is being ended: bury it when that is certain."""
        member = self.members.get(name)
        if member is not None and name not in self._ends:
            # Ray calls a worker dead whose process may still be ending its shot.
            self._ends[name] = self.in_background(self._end(member))
        if name in self._ends:
            await asyncio.shield(self._ends[name])
        for other in self.beside(member) if member is not None else ():
            self.bury(other)  # nobody would notice it of one that idles
        self.bury(name)

    def beside(self, member: Member) -> list[str]:
        """The names of the other workers that share a worker's process."""
        return [
            name
            for name, each in self.members.items()
            if each.process == member.process and each is not member
        ]

    def _loaded_beside(self, member: Member) -> str | None:
        """One that shares a worker's process and knows its number, by which it is seen to be gone."""
        return next((name for name in self.beside(member) if self.members[name].facts is not None), None)

    def bury(self, name: str) -> None:
        """Make sure that a worker is dead, then let the schedule know."""
        member = self.members.pop(name, None)
        self._ends.pop(name, None)
        if member and not self.beside(member):
            ray.kill(member.handle)
        worker = self._schedule.roster.workers.get(name)
        tokens = worker.tokens if worker else ()
        for token in tokens:
            message = self._hung.pop(token, None)
            if message is not None:
                self._schedule.hung(token, message, time.monotonic())
        if tokens and member and member.facts:
            self.in_background(self._save_logs(member.facts, tokens))
        self._schedule.worker_lost(name)

    def _give_back(self, name: str) -> None:
        self.members[name].leaving = True
        self._schedule.worker_lost(name)
        self.in_background(self._retire(name))

    def _start(self, start: Start) -> None:
        name = f"{start.needs.backend}-{next(self._names)}"
        if start.needs.places and (host := self._host(start)) is not None:
            self.members[name] = Member(
                name, host.handle, start.needs, start.resources, host.node, host.process
            )
            self.in_background(self._load(name))
            return
        handle = self._actor(start, name)
        self.members[name] = Member(name, handle, start.needs, start.resources, start.node, name)
        self.in_background(self._load(name))

    def _actor(self, start: Start, name: str) -> Any:
        """A new worker's handle."""
        remote: Any = ray.remote(Worker)
        return remote.options(
            num_cpus=start.resources.cpus,
            num_gpus=start.resources.gpus,
            max_restarts=0,
            max_concurrency=max(4, start.needs.places * CALLS_OF_A_PLACE),
            scheduling_strategy=NodeAffinitySchedulingStrategy(start.node.id, soft=False),
        ).remote(name, start.needs.backend, ray.get_runtime_context().current_actor)

    def _host(self, start: Start) -> Member | None:
        """The worker whose process a new one shares."""
        ending = {self.members[name].process for name in self._ends if name in self.members}
        return next(
            (
                member
                for member in self.members.values()
                if member.needs.places
                and member.process not in ending
                and not self._staff(member).leaves
                and self._staff(member).serves(start.needs)
            ),
            None,
        )

    async def _load(self, name: str) -> None:
        member = self.members[name]
        backend = member.needs.backend
        try:
            facts: WorkerFacts = await member.handle.load.remote()
        except RayError as error:
            lost = isinstance(error, RayActorError | ActorUnschedulableError)
            if lost:
                await self.lost(self._loaded_beside(member) or name)
            else:
                self.bury(name)
            # Those that share a process are lost together, which is one loss.
            counts = not lost or name == member.process
            if counts and self._loads.failed(backend, lost=lost):
                cause = "each was lost while it did" if lost else getattr(error, "cause", None) or error
                self._schedule.sheet.backend_unusable(backend, f"no worker can load {backend}: {cause}")
        else:
            self._loads.loaded(backend)
            member.facts, member.idle_since = facts, time.monotonic()
            keeps = backend_class(backend).TRAITS.keeps_states
            self._schedule.roster.join(
                name,
                backend,
                facts.node,
                member.node.tags,
                gpus=member.needs.gpus,
                card=facts.card,
                keeps=keeps,
            )
        self._wake()

    async def _retire(self, name: str) -> None:
        """Close an idle worker, giving it `CLOSE_S` for it."""
        member = self.members[name]
        if all(self.members[other].leaving for other in self.beside(member)):
            with contextlib.suppress(RayError, TimeoutError):
                await asyncio.wait_for(member.handle.close.remote(), CLOSE_S)
        self.bury(name)
        self._wake()

    async def _end(self, member: Member) -> None:
        """Kill a worker and see that its process is gone, as long as its node is there."""
        facts = member.facts
        worker = self._schedule.roster.workers.get(member.name)
        tokens = worker.tokens if worker else ()
        why = {token: self._hung[token] for token in tokens if token in self._hung}
        killed_at = time.monotonic() + (WHY_S if why else 0.0)
        while facts is not None and _can_ask(facts.node):
            with contextlib.suppress(RayError, TimeoutError):
                ending = pinned(end_process, facts.node).remote(facts.pid, facts.birth, why)
                if await asyncio.wait_for(ending, CONFIRM_S):
                    break
            if time.monotonic() >= killed_at:
                ray.kill(member.handle)
            await asyncio.sleep(CONFIRM_AGAIN_S)
        ray.kill(member.handle)

    async def _save_logs(self, facts: WorkerFacts, tokens: tuple[int, ...]) -> None:
        """Publish what a lost worker left on its node, while that is there."""
        deadline = time.monotonic() + SAVE_LOGS_S
        while _can_ask(facts.node) and time.monotonic() < deadline:
            with contextlib.suppress(RayError, TimeoutError):
                saving = pinned(publish_left_of, facts.node).remote(facts.pid, tokens)
                if await asyncio.wait_for(saving, CONFIRM_S):
                    return
            await asyncio.sleep(CONFIRM_AGAIN_S)


def _can_ask(node: str) -> bool:
    """Whether a node is there to be asked; Ray starts nothing on one that it drains."""
    return node not in leaving_nodes() and any(each.alive and each.id == node for each in every_node())
