"""The workers of a dispatcher that share a process: they sleep, in this one, and theirs are made up."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from ray.exceptions import RayActorError

from farm.backend.conformance import shot
from farm.backend.traits import complete_options
from farm.backends.hosted.runway import RunwayBackend
from farm.cluster.dispatcher import Dispatcher
from farm.cluster.worker import WorkerFacts
from farm.cluster.worker_pool import Crew, Member
from farm.schedule.messages import Outcome, RenderOrder
from farm.schedule.states import ENDED, TaskState
from tests.support.farm.orders_of_slates import production_order
from tests.support.farm.sleeping_farm import Sleeper, sleeping_farm
from tests.support.waiting import PATIENCE_S

PLACES = 12
"""in one process; a backend counts as one that no worker can load after eight losses"""


class Mortal(Sleeper):
    """A process that may be killed: then it answers nobody."""

    def __init__(self, node: str, sleep_s: float, *, killed: bool = False) -> None:
        super().__init__(node, sleep_s)
        self.killed = killed

    async def _load(self) -> WorkerFacts:
        await asyncio.sleep(0.01)
        if self.killed:
            raise RayActorError
        return await super()._load()

    async def _render(self, token: int, order: RenderOrder) -> Outcome:
        try:
            return await super()._render(token, order)
        finally:
            if self.killed:
                raise RayActorError


class Processes:
    """Makes them, and knows those that it made."""

    def __init__(self, killed: int = 0) -> None:
        self.made: list[Mortal] = []
        self._killed = killed

    def __call__(self, node: str, sleep_s: float) -> Mortal:
        self.made.append(Mortal(node, sleep_s, killed=len(self.made) < self._killed))
        return self.made[-1]


def shots(count: int, first: int = 0) -> list[Any]:
    options = complete_options(RunwayBackend.TRAITS, {"concurrency": PLACES // 2, "ahead": PLACES // 2})
    return [shot(backend="runway", options=options, seed=first + n, head=0, tail=0) for n in range(count)]


async def ended(dispatcher: Dispatcher, specs: list[Any], store: Path) -> set[TaskState]:
    """How these shots end, when all have."""
    order = production_order(specs, store)
    epoch = await dispatcher.submit(order)
    states: dict[str, TaskState] = {}
    seen = 0
    async with asyncio.timeout(PATIENCE_S):
        while len(states) < len(specs):
            heard = await dispatcher.updates(order.production, seen, 1.0)
            assert heard is not None, epoch
            seen += len(heard.events)
            states |= {event.digest: event.state for event in heard.events if event.state in ENDED}
    return {*states.values()}


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch):
    monkeypatch.setattr("farm.cluster.worker_pool.ray.kill", lambda _: None)
    monkeypatch.setattr("farm.cluster.worker_pool._can_ask", lambda _: False)


def test_a_process_that_is_lost_while_many_load_in_it_is_one_loss(tmp_path):
    async def rendered() -> set[TaskState]:
        async with sleeping_farm(1, 0.0, Processes(killed=7)) as dispatcher:
            return await ended(dispatcher, shots(PLACES), tmp_path)

    assert asyncio.run(rendered()) == {TaskState.DONE}


def test_a_backend_that_is_lost_again_and_again_while_it_loads_fails_its_shots(tmp_path):
    async def rendered() -> set[TaskState]:
        async with sleeping_farm(1, 0.0, Processes(killed=9)) as dispatcher:
            return await ended(dispatcher, shots(PLACES), tmp_path)

    assert asyncio.run(rendered()) == {TaskState.FAILED}


def test_nobody_new_is_put_into_a_process_that_ends(tmp_path, monkeypatch):
    """One of its two workers idles, and the other is being seen to its end, when ten more are needed."""
    processes = Processes()
    sees_to_it = asyncio.Event()

    async def end(crew: Crew, member: Member) -> None:
        del crew, member
        await sees_to_it.wait()

    monkeypatch.setattr(Crew, "_end", end)

    async def rendered() -> set[TaskState]:
        async with sleeping_farm(1, 0.0, processes) as dispatcher:
            assert await ended(dispatcher, shots(1), tmp_path) == {TaskState.DONE}
            (process,) = processes.made
            process.killed = True
            whole = asyncio.create_task(ended(dispatcher, shots(PLACES, 1), tmp_path))
            await asyncio.sleep(0.5)
            sees_to_it.set()
            return await whole

    assert asyncio.run(rendered()) == {TaskState.DONE}
    assert len(processes.made) == 2
