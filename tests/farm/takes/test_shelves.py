from __future__ import annotations

import numpy as np
import pytest

from farm.store.store import Store
from farm.takes.shelves import MemoryShelf, StoreShelf, arrays_as_bytes

pytest.importorskip("safetensors", reason="the extra `diffusion` is not installed")

DIGEST = "ab" * 32
ARRAYS = {"words": np.arange(6, dtype=np.float32).reshape(2, 3), "mask": np.array([[1, 0]])}


def same(first, second):
    return first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)


def test_arrays_come_back_from_the_store_as_they_were(tmp_path):
    StoreShelf(Store(tmp_path)).keep(DIGEST, ARRAYS)
    found = StoreShelf(Store(tmp_path)).find(DIGEST)
    assert found is not None
    assert same(found, ARRAYS)
    assert StoreShelf(Store(tmp_path)).find("cd" * 32) is None


def test_the_first_to_come_stays(tmp_path):
    shelf = StoreShelf(Store(tmp_path))
    shelf.keep(DIGEST, ARRAYS)
    shelf.keep(DIGEST, {"words": np.zeros(1)})
    assert same(shelf.find(DIGEST), ARRAYS)


def test_the_same_arrays_give_the_same_bytes():
    assert arrays_as_bytes(ARRAYS) == arrays_as_bytes(dict(reversed(ARRAYS.items())))


def test_a_shelf_in_memory_asks_the_one_below_once(tmp_path):
    below = MemoryShelf()
    below.keep(DIGEST, ARRAYS)
    above = MemoryShelf(below)
    first = above.find(DIGEST)
    below._kept.clear()
    assert above.find(DIGEST) is first
    above.keep("cd" * 32, ARRAYS)
    assert below.find("cd" * 32) is ARRAYS
