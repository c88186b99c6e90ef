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
from ray.autoscaler.sdk import request_resources
from ray.exceptions import ActorUnschedulableError, RayActorError, RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from farm.backend.protocol import Resources, backend_class
from farm.cluster.nodes import every_node, farm_nodes, leaving_nodes, pinned
from farm.cluster.worker import Worker, WorkerFacts, end_process
from farm.host.hardware import VitalSigns
from farm.host.settings import NodeSettings
from farm.logs.kept import publish_left_of
from farm.schedule.placement import FarmNode, Rooms, bundle, resources_of, why_nowhere
from farm.schedule.schedule import Schedule
from farm.schedule.states import WorkerNeeds
from storyboard.errors import ShotfarmError

CLOSE_S = 20.0
CONFIRM_S = 30.0
CONFIRM_AGAIN_S = 1.0
SAVE_LOGS_S = 600.0
"""after that, what a lost worker left on its node waits for the next one that starts there"""
LOOK_S = 2.0
"""how long the vital signs of workers are waited for, and how old they may be"""
NODES_S = 0.5
"""how old what is known of the cluster's nodes may be: asking Ray takes longer than giving a shot out"""
MOST_ASKED = 64
"""workers beside those that are here, that an autoscaler is asked for at once"""
LOAD_TRIES = 3
LOAD_LOSSES = 8
"""workers lost in a row while they loaded, at which the backend is the likely cause"""


@dataclass(slots=True)
class Member:
    """A worker: its Ray actor handle, where it is, and what it holds there."""

    name: str
    handle: Any
    needs: WorkerNeeds
    """that it was started for"""
    resources: Resources
    node: FarmNode
    facts: WorkerFacts | None = None
    """its process, once it has loaded"""
    signs: VitalSigns | None = None
    """its memory and cards, when they were asked for last"""
    idle_since: float = 0.0
    leaving: bool = False
    """it gives back what it holds"""

    def serves(self, needs: WorkerNeeds) -> bool:
        """Whether it is what a shot needs, and stays."""
        same = (self.needs.backend, self.needs.gpus) == (needs.backend, needs.gpus)
        return not self.leaving and same and self.node.tags.issuperset(needs.tags)


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
        self._load_failures: Counter[str] = Counter()
        self._load_losses: Counter[str] = Counter()
        self.nowhere: dict[WorkerNeeds, str] = {}
        self._nowhere_since: dict[WorkerNeeds, float] = {}
        self._idle_s = NodeSettings().idle_worker_s
        self._asked: list[dict[str, float]] | None = None
        self._ends: dict[str, asyncio.Task[None]] = {}
        self._hung: dict[int, str] = {}
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = 0.0
        self.every_node: list[dict[str, Any]] = []
        self._nodes: list[FarmNode] = []
        self.leaving: list[str] = []
        self._counted_at: float | None = None
        self._scaled_for: float | None = None
        self._counted_anew = False
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
        self._counted_anew, self._scaled_for = self._counted_at != self._scaled_for, self._counted_at
        nodes = [node for node in self._nodes if node.id not in self._schedule.roster.drained]
        demand = self._schedule.demand()
        self._ask_for_nodes(demand)
        missing, spare = self._staffing(demand)
        leaving = [name for name, member in self.members.items() if self._leaves(member)]
        rooms = Rooms(nodes, self.members, leaving)
        self.nowhere = {needs: why for needs, why in self.nowhere.items() if needs in missing}
        # The large ones first: a small one finds a place later too.
        for needs, number in sorted(missing.items(), key=lambda item: -item[0].gpus):
            try:
                resources = resources_of(needs, backend_class(needs.backend).TRAITS.resources)
            except ShotfarmError as error:
                self._schedule.sheet.backend_unusable(needs.backend, error.message)
                continue
            if not self._possible(needs, resources, nodes):
                continue
            for _ in range(number):
                node = rooms.place(resources, needs.tags)
                if node is not None:
                    self._start(needs, resources, node)
                elif not self._make_room(rooms, resources, needs, spare):
                    break
        now = time.monotonic()
        for name in spare:
            if self._leaves(self.members[name]) or now - self.members[name].idle_since > self._idle_s:
                self._give_back(name)

    def _ask_for_nodes(self, demand: dict[WorkerNeeds, int]) -> None:
        """Tell Ray's autoscaler, if there is one, what the queue needs; it keeps what is asked for."""
        room = len(self.members) + MOST_ASKED
        bundles: list[dict[str, float]] = []
        for needs, number in sorted(demand.items()):
            with contextlib.suppress(ShotfarmError):
                resources = resources_of(needs, backend_class(needs.backend).TRAITS.resources)
                bundles += [bundle(resources, needs.tags)] * min(number, room)
        if bundles != self._asked:
            request_resources(bundles=bundles)
            self._asked = bundles

    def _staffing(self, demand: dict[WorkerNeeds, int]) -> tuple[dict[WorkerNeeds, int], list[str]]:
        """How many workers are missing for this demand, and those that it leaves with nothing to do."""
        missing: dict[WorkerNeeds, int] = {}
        # Who works goes on with it; of the others the plainest first, so that tagged nodes are left for tags.
        workers = self._schedule.roster.workers
        busy = {name for name in self.members if name not in workers or workers[name].tokens}
        free = sorted(
            self.members.values(), key=lambda member: (member.name not in busy, len(member.node.tags))
        )
        for needs, wanted in sorted(demand.items(), key=lambda item: (-len(item[0].tags), item[0])):
            staying = [member for member in free if member.name in busy or not self._leaves(member)]
            given = [member for member in staying if member.serves(needs)][:wanted]
            free = [member for member in free if member not in given]
            if len(given) < wanted:
                missing[needs] = wanted - len(given)
        return missing, [member.name for member in free if member.name not in busy]

    def _leaves(self, member: Member) -> bool:
        worker = self._schedule.roster.workers.get(member.name)
        stands_down = worker is not None and worker.stands_down
        return member.leaving or stands_down or member.node.id in self._schedule.roster.drained

    def _make_room(self, rooms: Rooms, resources: Resources, needs: WorkerNeeds, spare: list[str]) -> bool:
        """Let a worker without room take the place of others: False when too few have to give way.

        Those that leave already are waited for; then those go that nobody needs just now; then those that
        render what is less urgent stand down.
        """
        outranked = [name for name in self._schedule.outranked(needs) if not self.members[name].serves(needs)]
        stopped = rooms.clear(resources, needs.tags, [*spare, *outranked])
        for name in stopped or ():
            if name in spare:
                spare.remove(name)
                self._give_back(name)
            else:
                self._schedule.roster.stand_down(name)
        return stopped is not None

    def _possible(self, needs: WorkerNeeds, resources: Resources, nodes: list[FarmNode]) -> bool:
        """Whether a node could hold such a worker; when none can, what waits for one is told why."""
        why = why_nowhere(needs, resources, nodes)
        if why is None:
            self._nowhere_since.pop(needs, None)
            self.nowhere.pop(needs, None)
            return True
        if self.nowhere.get(needs) != why or self._counted_anew:
            now = time.monotonic()
            self.nowhere[needs] = why
            self._schedule.sheet.no_node_for(needs, why, now - self._nowhere_since.setdefault(needs, now))
        return False

    def spare_cpus(self) -> dict[str, float]:
        """Processors without a worker that renders or loads, by the ids of the nodes that stay."""
        self.count_nodes()
        gone = {*self._schedule.roster.drained, *self.leaving}
        spare = {node.id: node.cpus for node in self._nodes if node.id not in gone}
        for name, member in self.members.items():
            worker = self._schedule.roster.workers.get(name)
            if member.node.id in spare and (worker is None or worker.tokens):
                spare[member.node.id] -= member.resources.cpus
        return spare

    def coming(self, needs: WorkerNeeds) -> int:
        """How many workers that serve these needs are loading."""
        return sum(member.facts is None and member.serves(needs) for member in self.members.values())

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
        self.bury(name)

    def bury(self, name: str) -> None:
        """Make sure that a worker is dead, then let the schedule know."""
        member = self.members.pop(name, None)
        self._ends.pop(name, None)
        if member:
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

    def _start(self, needs: WorkerNeeds, resources: Resources, node: FarmNode) -> None:
        backend = needs.backend
        name = f"{backend}-{next(self._names)}"
        remote: Any = ray.remote(Worker)
        handle = remote.options(
            num_cpus=resources.cpus,
            num_gpus=resources.gpus,
            max_restarts=0,
            max_concurrency=4,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node.id, soft=False),
        ).remote(name, backend, ray.get_runtime_context().current_actor)
        self.members[name] = Member(name, handle, needs, resources, node)
        self.in_background(self._load(name))

    async def _load(self, name: str) -> None:
        member = self.members[name]
        backend = member.needs.backend
        try:
            facts: WorkerFacts = await member.handle.load.remote()
        except RayError as error:
            self.bury(name)
            # A worker that is lost while it loads says little of the backend: its node may be gone.
            lost = isinstance(error, RayActorError | ActorUnschedulableError)
            tries = self._load_losses if lost else self._load_failures
            tries[backend] += 1
            if tries[backend] >= (LOAD_LOSSES if lost else LOAD_TRIES):
                tries[backend] = 0
                cause = "each was lost while it did" if lost else getattr(error, "cause", None) or error
                self._schedule.sheet.backend_unusable(backend, f"no worker can load {backend}: {cause}")
        else:
            self._load_failures[backend] = self._load_losses[backend] = 0
            member.facts, member.idle_since = facts, time.monotonic()
            keeps = backend_class(backend).TRAITS.keeps_states
            self._schedule.roster.join(
                name, backend, facts.node, member.node.tags, gpus=member.needs.gpus, keeps=keeps
            )
        self._wake()

    async def _retire(self, name: str) -> None:
        """Close an idle worker, giving it `CLOSE_S` for it."""
        with contextlib.suppress(RayError, TimeoutError):
            await asyncio.wait_for(self.members[name].handle.close.remote(), CLOSE_S)
        self.bury(name)
        self._wake()

    async def _end(self, member: Member) -> None:
        """Kill a worker and see that its process is gone, as long as its node is there."""
        facts = member.facts
        worker = self._schedule.roster.workers.get(member.name)
        tokens = worker.tokens if worker else ()
        why = {token: self._hung[token] for token in tokens if token in self._hung}
        while facts is not None and _can_ask(facts.node):
            with contextlib.suppress(RayError, TimeoutError):
                if await asyncio.wait_for(pinned(end_process, facts.node).remote(facts.pid, why), CONFIRM_S):
                    break
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
    return node not in leaving_nodes() and any(
        each["Alive"] and each["NodeID"] == node for each in every_node()
    )
