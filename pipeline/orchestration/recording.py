"""What a server is told bit by bit, written into its database many at a time. Pure.

Prefect writes each state of each task run in a transaction of its own: three a shot, more work than rendering
a small one. Here they wait for a moment for others, and whoever asks meanwhile has them written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAUSE_S = 0.2
"""what is told waits for so long for more"""
MOST = 200
"""as many are written at once"""
TRIES = 6
"""so often one is tried to be written that the database refuses"""


@dataclass(slots=True)
class _Told(Generic[T]):
    what: T
    refused: int = 0


class Recording(Generic[T]):
    """What a server was told, and has not written yet.

    Args:
        write: writes all of what it is given, or nothing where it raises.
    """

    def __init__(self, write: Callable[[list[T]], Awaitable[None]]) -> None:
        self._write = write
        self._told: list[_Told[T]] = []
        self._arrived = asyncio.Event()
        self._writing = asyncio.Lock()

    def hear(self, what: T) -> None:
        """Take something on."""
        self._told.append(_Told(what))
        self._arrived.set()

    async def written(self) -> None:
        """Write all that came; what the database refuses waits for another time."""
        async with self._writing:
            most = MOST
            while batch := self._told[:most]:
                try:
                    await self._write([told.what for told in batch])
                except Exception as error:  # noqa: BLE001  (whatever it is, the others of the batch are not lost with one)
                    if len(batch) == 1:
                        self._refuse(self._told.pop(0), error)
                        return
                    most = 1  # one by one it shows which of them it was
                else:
                    del self._told[: len(batch)]

    def _refuse(self, told: _Told[T], error: Exception) -> None:
        told.refused += 1
        if told.refused < TRIES:
            self._told.append(told)
            self._arrived.set()
        else:
            logging.getLogger(__name__).error("this is not recorded: %s", told.what, exc_info=error)

    async def go_on(self) -> None:
        """Write what comes, a moment after it came, until this is cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await asyncio.sleep(PAUSE_S)
            await self.written()
