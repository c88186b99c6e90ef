"""What is told bit by bit, and written many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pipeline.orchestration.recording import MOST, TRIES, Recording
from tests.support.waiting import PATIENCE_S


class Database:
    """Keeps what is written in one go, and refuses some of it."""

    def __init__(self, refused: Sequence[int] = ()) -> None:
        self.batches: list[list[int]] = []
        self.refused = [*refused]
        self.written = asyncio.Event()

    async def write(self, batch: list[int]) -> None:
        await asyncio.sleep(0)
        if {*batch} & {*self.refused}:
            raise RuntimeError("database is locked")
        self.batches.append(batch)
        self.written.set()


def test_what_came_is_written_together_in_its_order_and_once():
    async def run() -> list[list[int]]:
        database = Database()
        recording = Recording(database.write)
        for number in range(MOST + 2):
            recording.hear(number)
        await asyncio.gather(recording.written(), recording.written())
        return database.batches

    assert asyncio.run(run()) == [[*range(MOST)], [MOST, MOST + 1]]


def test_what_is_refused_keeps_back_nothing_else_and_is_given_up_after_some_tries():
    async def run() -> list[list[int]]:
        database = Database(refused=[1])
        recording = Recording(database.write)
        for number in range(4):
            recording.hear(number)
        for _ in range(TRIES + 2):
            await recording.written()
        database.refused.clear()
        await recording.written()
        return database.batches

    assert sorted(number for batch in asyncio.run(run()) for number in batch) == [0, 2, 3]


def test_what_was_refused_once_is_written_the_next_time():
    async def run() -> list[list[int]]:
        database = Database(refused=[0])
        recording = Recording(database.write)
        recording.hear(0)
        await recording.written()
        database.refused.clear()
        recording.hear(1)
        await recording.written()
        return database.batches

    assert sorted(number for batch in asyncio.run(run()) for number in batch) == [0, 1]


def test_it_is_written_without_anybody_who_asks():
    async def run() -> list[list[int]]:
        database = Database()
        recording = Recording(database.write)
        going_on = asyncio.create_task(recording.go_on())
        recording.hear(7)
        async with asyncio.timeout(PATIENCE_S):
            await database.written.wait()
        going_on.cancel()
        await asyncio.wait([going_on])
        return database.batches

    assert asyncio.run(run()) == [[7]]
