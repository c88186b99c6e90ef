"""The dispatcher in this process, with any number of workers that only sleep: no cluster, no processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

from farm.cluster.dispatcher import Dispatcher
from farm.cluster.metrics import RayMetrics
from farm.cluster.operator_choices import Decisions
from farm.cluster.worker import WorkerFacts
from farm.cluster.worker_pool import Crew
from farm.host.hardware import VitalSigns
from farm.schedule.messages import Outcome, RenderOrder
from farm.schedule.placement import FarmNode
from farm.schedule.staffing import Start
from farm.schedule.status import NodeStatus

WORKERS_OF_A_NODE = 10


class _Call:
    """A method of an actor that is called as Ray's are."""

    def __init__(self, method: Callable[..., Awaitable[Any]]) -> None:
        self._method = method

    def remote(self, *words: Any) -> asyncio.Future[Any]:
        return asyncio.ensure_future(self._method(*words))


class Sleeper:
    """Takes what a worker takes, sleeps, and says that it is done."""

    def __init__(self, node: str, sleep_s: float) -> None:
        self._node, self._sleep_s = node, sleep_s
        self.load, self.render = _Call(self._load), _Call(self._render)
        self.vital_signs, self.close = _Call(self._vital_signs), _Call(self._nothing)
        self.cancel = self.give_back = _Call(self._nothing)

    async def _load(self) -> WorkerFacts:
        return WorkerFacts(self._node, 1, "")

    async def _render(self, token: int, order: RenderOrder) -> Outcome:
        await asyncio.sleep(self._sleep_s)
        return Outcome(render_s=self._sleep_s)

    async def _vital_signs(self) -> VitalSigns:
        return VitalSigns(process_bytes=0, memory_used_bytes=0, memory_bytes=0)

    async def _nothing(self, *_: Any) -> None:
        pass


@asynccontextmanager
async def sleeping_farm(
    workers: int, sleep_s: float, sleeper: Callable[[str, float], Any] = Sleeper
) -> AsyncIterator[Dispatcher]:
    """A dispatcher whose loop turns; its farm has room for so many workers, which take so long for a shot.

    Args:
        workers: how many.
        sleep_s: how long each takes for a shot.
        sleeper: makes the process of a worker from its node and `sleep_s`.
    """
    nodes = [
        FarmNode(f"node-{number}", f"node-{number}", cpus=WORKERS_OF_A_NODE)
        for number in range(-(-workers // WORKERS_OF_A_NODE))
    ]

    class Sleepers(Crew):
        def count_nodes(self) -> None:
            if not self.every_node:
                self._nodes = nodes
                self.every_node = [
                    NodeStatus(
                        id=node.id, name=node.name, address="", alive=True, cpus=node.cpus, gpus=node.gpus
                    )
                    for node in nodes
                ]

        def _ask_for_nodes(self, *_: Any) -> None:
            pass

        def _actor(self, start: Start, name: str) -> Any:
            return sleeper(start.node.id, sleep_s)

    with (
        patch("farm.cluster.dispatcher.Crew", Sleepers),
        patch("farm.cluster.dispatcher.kept_decisions", Decisions),
        patch("farm.cluster.dispatcher.last_words", lambda: None),
        patch.object(RayMetrics, "tell"),
    ):
        dispatcher = Dispatcher()
        await dispatcher.hello()
        try:
            yield dispatcher
        finally:
            turning = dispatcher._running
            if turning is not None:
                turning.cancel()
