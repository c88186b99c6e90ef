"""What a store has is put into shared memory once, however many ask for it; without a cluster."""

from __future__ import annotations

import asyncio
import itertools
import threading

from farm.cluster import shared_arrays
from farm.cluster.shared_arrays import SharedArrays
from tests.support.waiting import PATIENCE_S


def test_what_two_look_up_at_once_counts_once(monkeypatch):
    looked, two, came = threading.Event(), threading.Barrier(2), itertools.count()

    def put(*_: str) -> tuple[str, int] | None:
        """Nothing is there for who comes first; then two come at once."""
        if not next(came):
            looked.wait(PATIENCE_S)
            return None
        two.wait(PATIENCE_S)
        return "reference", 10

    async def asked() -> int:
        shared = SharedArrays()
        first = asyncio.create_task(shared.find("store", "digest"))
        await asyncio.sleep(0)
        second = asyncio.create_task(shared.find("store", "digest"))
        await asyncio.sleep(0)
        looked.set()
        assert await first is None
        assert await asyncio.gather(second, shared.find("store", "digest")) == [["reference"]] * 2
        return shared.bytes

    monkeypatch.setattr(shared_arrays, "_put", put)
    assert asyncio.run(asked()) == 10
