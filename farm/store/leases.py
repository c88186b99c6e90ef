"""Leases: what a run on a store needs, for as long as it goes on; and the one who makes room in it.

    <root>/running/<attempt>    what a run needs, as JSON
    <root>/pruning/<attempt>    somebody removes what nobody needs

A run says what it needs before it looks whether somebody makes room; who makes room says so before looking at
what runs need. So at least one of two that begin in the same moment sees the other, and the run waits.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from farm.host.identity import has_ended, new_attempt_name
from farm.store.folder import Place
from storyboard.errors import StoreError

RUNNING, PRUNING = "running", "pruning"
RENEWED_EVERY_S = 600.0
LOST = timedelta(hours=2)
"""a lease of another machine that was not renewed for so long, by the store's clock, is nobody's any more"""
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Lease:
    """What a run needs.

    Attributes:
        film: what it makes, for people.
        needs: digests of takes, and of files that shots are made from.
    """

    film: str
    needs: frozenset[str]


class Leases:
    """The leases of a store."""

    def __init__(self, place: Place) -> None:
        self._place = place

    @contextlib.contextmanager
    def running(self, film: str, needs: Collection[str], waiting: Callable[[], None]) -> Iterator[bool]:
        """Keep what a run needs from being removed while the block lasts.

        Args:
            film: what it makes, for people.
            needs: digests of takes, and of files that shots are made from.
            waiting: called once when somebody makes room just now, which is waited for.

        Yields:
            Whether somebody made room meanwhile: what was found before is to be looked for again.

        Raises:
            StoreError: the store cannot be written.
        """
        with self._said(RUNNING, {"film": film, "needs": sorted(needs)}) as mine:
            waited = False
            while self._living(PRUNING, mine):
                if not waited:
                    waiting()
                waited = True
                time.sleep(_LOOK_S)
            yield waited

    @contextlib.contextmanager
    def pruning(self) -> Iterator[list[Lease]]:
        """Make room while the block lasts.

        Yields:
            What the runs need that are going on.

        Raises:
            StoreError: somebody makes room already, a lease cannot be read, or the store cannot be written.
        """
        with self._said(PRUNING, {}) as mine:
            if self._living(PRUNING, mine):
                raise StoreError("somebody is making room in this store already", "wait until that has ended")
            yield self.read()

    def read(self) -> list[Lease]:
        """What the runs need that are going on.

        Raises:
            StoreError: a lease cannot be read.
        """
        told = [(path, self._place.read(path)) for path in self._living(RUNNING, "")]
        return [_lease(path, text) for path, text in told if text is not None]

    @contextlib.contextmanager
    def _said(self, folder: str, what: dict[str, object]) -> Iterator[str]:
        """Say something under a name of this process, and again from time to time; the path."""
        path, text = f"{self._place.path}/{folder}/{new_attempt_name()}", json.dumps(what).encode()
        self._place.write(path, text)
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(RENEWED_EVERY_S):
                with contextlib.suppress(StoreError):
                    self._place.write(path, text)

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield path
        finally:
            ended.set()
            thread.join()
            self._place.remove(path)

    def _living(self, folder: str, mine: str) -> list[str]:
        """What others say whose processes live; what processes said that are gone is removed."""
        said = self._place.below(f"{self._place.path}/{folder}")
        now = (said.get(mine) or self._place.below(mine.rpartition("/")[0]).get(mine)) if mine else None
        living = []
        for path, written in said.items():
            ended = has_ended(path.rpartition("/")[2])
            if ended is None and written and now:
                ended = now - written > LOST
            if ended:
                self._place.remove(path)
            elif path != mine:
                living.append(path)
        return living


def _lease(path: str, text: bytes) -> Lease:
    try:
        told = json.loads(text)
        return Lease(str(told["film"]), frozenset(map(str, told["needs"])))
    except (ValueError, KeyError, TypeError):
        raise StoreError(
            f"{path} does not say what its run needs", "remove it when no run goes on, and try again"
        ) from None
