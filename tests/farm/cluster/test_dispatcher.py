"""The dispatcher between two calls: in this process, without a cluster."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from rich.console import Console

from farm.backend.traits import Resources
from farm.cluster.dispatcher import Dispatcher
from farm.cluster.meter import Meter
from farm.cluster.operator_choices import Decisions
from farm.cluster.worker_pool import Crew, Member
from farm.schedule.messages import Outcome
from farm.schedule.placement import FarmNode
from farm.schedule.states import Assignment, TaskState, WorkerNeeds
from farm.schedule.status import FarmStatus
from pipeline.cli.views.farm import farm_page
from pipeline.services.farm_access import SeenFarm
from tests.support.farm.orders_of_slates import production_order, slate
from tests.support.waiting import PATIENCE_S


@pytest.fixture
def dispatcher(monkeypatch) -> Dispatcher:
    """One that has heard of no cluster, and whose loop never turns."""
    monkeypatch.setattr("farm.cluster.dispatcher.kept_decisions", Decisions)
    monkeypatch.setattr("farm.cluster.dispatcher.last_words", lambda: None)
    monkeypatch.setattr(Dispatcher, "_begin", lambda _: None)
    return Dispatcher()


def test_a_shot_asked_for_again_as_it_ends_has_an_order_when_it_is_given_out(dispatcher, tmp_path):
    """Its end has been booked and not yet told: telling it must not take the new order away."""

    async def ended_and_asked_for_again() -> None:
        await dispatcher.submit(production_order([slate("1A")], tmp_path, "first"))
        dispatcher._schedule.roster.join("w", "slate")
        (given_out,) = dispatcher._schedule.next_assignments(0.0)
        assert dispatcher._schedule.completed(given_out.token, 1.0)
        await dispatcher.submit(production_order([slate("1A")], tmp_path, "second"))

    asyncio.run(ended_and_asked_for_again())
    dispatcher._schedule.attempt_over("w", 1)
    (again,) = dispatcher._schedule.next_assignments(2.0)
    assert again.digest in dispatcher._orders


def test_what_an_order_says_of_a_person_who_waits_reaches_the_schedule(dispatcher, tmp_path):
    order = production_order([slate("1A")], tmp_path, "retake")
    asyncio.run(dispatcher.submit(replace(order, waited_for=True)))
    assert dispatcher._schedule.sheet.productions[order.production].waited_for
    asyncio.run(dispatcher.submit(order))
    assert not dispatcher._schedule.sheet.productions[order.production].waited_for


def test_what_waits_for_a_person_is_forgotten_with_its_client_and_what_can_go_on_is_not(
    dispatcher, tmp_path, monkeypatch
):
    monkeypatch.setattr(Decisions, "keep", lambda _: None)
    orders = [
        production_order([slate(f"{n}A")], tmp_path, name) for n, name in enumerate(("Paused", "Waits"))
    ]

    async def submitted_and_left() -> set[str]:
        for order in orders:
            await dispatcher.submit(order)
        await dispatcher.pause(orders[0].production, paused=True)
        await dispatcher._forget_left(PATIENCE_S)
        assert len(dispatcher._news.productions) == 2, "they are asked after"
        await dispatcher._forget_left(0.0)
        assert [*dispatcher._news.productions] == [orders[1].production]
        await dispatcher.submit(orders[0])
        return {name for name in dispatcher._news.productions if dispatcher._schedule.sheet.is_paused(name)}

    assert asyncio.run(submitted_and_left()) == {orders[0].production}, "its client was only asleep"


async def begun(dispatcher: Dispatcher, folder) -> tuple[str, str, int, int]:
    """A shot that renders: its production, its take's digest, its token, the last event's number."""
    order = production_order([slate("1A")], folder, "retake")
    await dispatcher.submit(order)
    dispatcher._schedule.roster.join("w", "slate")
    (given_out,) = dispatcher._schedule.next_assignments(0.0)
    dispatcher._spread()
    heard = await dispatcher.updates(order.production, 0, 0.0)
    return order.production, order.requests[0].digest, given_out.token, heard.events[-1].number


def test_who_waits_for_news_hears_of_a_first_picture_at_once(dispatcher, tmp_path):
    async def pictured() -> None:
        production, digest, token, seen = await begun(dispatcher, tmp_path)
        waiting = asyncio.create_task(dispatcher.updates(production, seen, 10 * PATIENCE_S))
        await asyncio.sleep(0)
        await dispatcher.show(token, b"the first")
        heard = await asyncio.wait_for(waiting, PATIENCE_S)
        assert (heard.events, heard.previews) == ((), {digest: b"the first"})
        await dispatcher.show(token, b"the second")
        heard = await dispatcher.updates(production, seen, 0.0)
        assert heard.previews == {digest: b"the second"}

    asyncio.run(pictured())


def test_a_first_picture_that_came_before_anybody_asked_is_not_waited_for(dispatcher, tmp_path):
    async def pictured() -> None:
        production, digest, token, seen = await begun(dispatcher, tmp_path)
        await dispatcher.show(token, b"the first")
        asked = dispatcher.updates(production, seen, 10 * PATIENCE_S)
        assert (await asyncio.wait_for(asked, PATIENCE_S)).previews == {digest: b"the first"}

    asyncio.run(pictured())


def test_the_picture_of_a_take_that_was_through_at_once_is_told_with_its_end_and_once(dispatcher, tmp_path):
    async def pictured() -> None:
        production, digest, token, seen = await begun(dispatcher, tmp_path)
        await dispatcher.show(token, b"the only one")
        needs, node = WorkerNeeds("slate"), FarmNode("n", "n", cpus=1.0)
        member = Member("w", None, needs, Resources(), node, "w")
        await dispatcher._attempt(Assignment(token, f"{digest}@{tmp_path}", "w"), member, _done())
        dispatcher._spread()
        heard = await dispatcher.updates(production, seen, 10 * PATIENCE_S)
        assert [event.state for event in heard.events] == [TaskState.DONE]
        assert heard.previews == {digest: b"the only one"}
        assert not (await dispatcher.updates(production, seen, 0.0)).previews

    asyncio.run(pictured())


BOOKKEEPING = {
    "look": "counting the time of workers",
    "tell_ray": "telling metrics",
    "began": "counting attempts",
    "ended": "counting attempts",
}


@pytest.mark.parametrize("broken", BOOKKEEPING)
def test_no_bookkeeping_ends_the_dispatcher(dispatcher, tmp_path, monkeypatch, broken):
    """Each turn and each end of an attempt goes on without it, and the status says so."""
    monkeypatch.setattr(Meter, broken, lambda *_: "夜".encode("ascii"))
    for name in ("count_nodes", "scale", "look"):
        monkeypatch.setattr(Crew, name, lambda _: None)
    monkeypatch.setattr(Dispatcher, "_call", lambda *_: _done())

    async def work() -> FarmStatus:
        await dispatcher.submit(production_order([slate("1A")], tmp_path, "夜の町"))
        dispatcher._schedule.roster.join("w", "slate")
        needs, node = WorkerNeeds("slate"), FarmNode("n", "n", cpus=1.0)
        dispatcher._crew.members["w"] = Member("w", None, needs, Resources(), node, "w")
        turning = asyncio.create_task(dispatcher._run())
        (name,) = dispatcher._news.productions
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not dispatcher._schedule.sheet.production_ended(name):
            assert not turning.done(), turning.exception()
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.01)
        turning.cancel()
        return await dispatcher.status()

    status = asyncio.run(work())
    assert status.productions[0].counts == {"done": 1}
    assert BOOKKEEPING[broken] in {one.what for one in status.troubles}
    assert all(one.latest.startswith("UnicodeEncodeError") for one in status.troubles)
    assert BOOKKEEPING[broken] in shown(status)


async def _done() -> Outcome:
    return Outcome()


def shown(status: FarmStatus) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(farm_page(SeenFarm(**dict(status))))
    return captured.get()
