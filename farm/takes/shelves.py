"""Shelves for encoded conditioning: computed once for a film, kept under the digest of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock

import numpy as np

from farm.backend.protocol import Arrays, Shelf
from farm.store.store import Store
from storyboard.refusals import store_errors

KIND = "conditioning"
"""the kind of such things in the store"""
ARRAYS = "arrays.safetensors"
_MOST_IN_MEMORY = 256


class MemoryShelf:
    """A shelf in this process; `below` is looked through for what it does not have."""

    def __init__(self, below: Shelf | None = None) -> None:
        self._below = below
        self._kept: dict[str, Arrays] = {}
        self._lock = Lock()

    def find(self, digest: str) -> Arrays | None:
        """What is kept under a digest."""
        found = self._kept.get(digest)
        if found is None and self._below is not None:
            found = self._below.find(digest)
            if found is not None:
                self._remember(digest, found)
        return found

    def keep(self, digest: str, arrays: Arrays) -> None:
        """Keep here, and below."""
        self._remember(digest, arrays)
        if self._below is not None:
            self._below.keep(digest, arrays)

    def _remember(self, digest: str, arrays: Arrays) -> None:
        with self._lock:
            while len(self._kept) >= _MOST_IN_MEMORY:
                del self._kept[next(iter(self._kept))]
            self._kept[digest] = arrays


class StoreShelf:
    """A shelf in the store, as safetensors: the same for every worker and every run."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, digest: str) -> Arrays | None:
        """What is published under a digest.

        Raises:
            StoreError: the store cannot be read.
        """
        manifest = self._store.find(KIND, digest)
        return None if manifest is None else read_arrays(self._store.file(manifest, ARRAYS))

    def keep(self, digest: str, arrays: Arrays) -> None:
        """Publish, unless somebody has.

        Raises:
            StoreError: the store cannot be written.
        """
        if self._store.has(KIND, digest):
            return
        with self._store.attempt(KIND, digest) as attempt:
            path = attempt.path(ARRAYS)
            with store_errors(path):
                path.write_bytes(arrays_as_bytes(arrays))
            attempt.publish({"arrays": {name: list(array.shape) for name, array in arrays.items()}})


class SharedShelf:
    """A shelf whose things are in memory that the workers of a node share; below it is the store.

    Args:
        fetch: what is shared under a digest, read-only; None when nothing is, or it cannot be had.
        below: the truth.
    """

    def __init__(self, fetch: Callable[[str], Arrays | None], below: Shelf) -> None:
        self._fetch = fetch
        self._below = below

    def find(self, digest: str) -> Arrays | None:
        """What is shared under a digest, else what is below."""
        found = self._fetch(digest)
        return self._below.find(digest) if found is None else found

    def keep(self, digest: str, arrays: Arrays) -> None:
        """Keep below; it is shared when somebody asks."""
        self._below.keep(digest, arrays)


def read_arrays(path: Path) -> Arrays:
    """The arrays in a safetensors file, in memory of this process."""
    from safetensors.numpy import load_file

    arrays: Arrays = load_file(path)
    return arrays


def arrays_as_bytes(arrays: Arrays) -> bytes:
    """Arrays as the bytes of a safetensors file; the same arrays give the same bytes."""
    from safetensors.numpy import save

    return bytes(save({name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)}))
