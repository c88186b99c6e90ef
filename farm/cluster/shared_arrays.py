"""Conditioning in Ray's object store: read once from the store below, then the same memory in every worker.

The dispatcher owns the objects, because it outlives workers: an object is gone when its owner is. The store
stays the truth: what is not here, or is lost, is read from there.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

import ray

from farm.store.store import Store
from farm.takes.shelves import StoreShelf
from storyboard.errors import StoreError

MOST_BYTES = 128 * 1024**2
"""kept at most; what was not asked for for longest goes first"""


class SharedArrays:
    """The objects of one owner."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, str], tuple[Any, int]] = OrderedDict()
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self.bytes = 0

    async def find(self, root: str, digest: str) -> list[Any] | None:
        """The reference to what a store has under a digest, in a list so that Ray passes it on as it is."""
        key = root, digest
        async with self._locks.setdefault(key, asyncio.Lock()):
            if key not in self._kept:
                found = await asyncio.to_thread(_put, root, digest)
                if found is not None and key not in self._kept:
                    self._kept[key] = found
                    self.bytes += found[1]
        self._locks.pop(key, None)
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        reference = self._kept[key][0]
        while self.bytes > self._most_bytes:
            _, (_, size) = self._kept.popitem(last=False)
            self.bytes -= size
        return [reference]


def _put(root: str, digest: str) -> tuple[Any, int] | None:
    try:
        arrays = StoreShelf(Store(root)).find(digest)
    except StoreError:
        return None  # the worker finds out in its own words
    if arrays is None:
        return None
    return ray.put(dict(arrays)), sum(array.nbytes for array in arrays.values())
