"""The dispatcher between two calls: in this process, without a cluster."""

from __future__ import annotations

import asyncio

import pytest

from farm.cluster.dispatcher import Dispatcher
from farm.cluster.operator_choices import Decisions
from tests.support.farm.orders_of_slates import production_order, slate


@pytest.fixture
def dispatcher(monkeypatch) -> Dispatcher:
    """One that has heard of no cluster, and whose loop never turns."""
    monkeypatch.setattr("farm.cluster.dispatcher.kept_decisions", Decisions)
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
