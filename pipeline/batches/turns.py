"""Batches that bring a farm of their own take turns at a store.

Two farms know nothing of each other, and both would render what neither has yet. On one farm that is the
dispatcher's to prevent.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from storyboard.refusals import store_errors

TURNS = "turns"
_LOOK_S = 0.5


@contextlib.contextmanager
def own_turn(home: Path, stores: Iterable[str], waits: Callable[[], None]) -> Iterator[None]:
    """Hold the turn at some stores among the batches of a home folder.

    Args:
        home: where they look for one another.
        stores: their roots.
        waits: called when another batch has the turn.

    Raises:
        StoreError: the home folder cannot be written.
    """
    folder = home / TURNS
    told = False
    with contextlib.ExitStack() as stack:
        for root in sorted(stores):
            path = folder / f"{hashlib.sha256(root.encode(errors='surrogateescape')).hexdigest()[:32]}.lock"
            with store_errors(path):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                lock = stack.enter_context(path.open("ab"))
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if not told:
                        told = True
                        waits()
                    time.sleep(_LOOK_S)
                else:
                    break
        yield
