"""The ways through a film that somebody watches, or may come to watch: each is opened once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from pipeline.audience.deciding.decisions import Decision, key_of, values_of
from pipeline.audience.projector import Projector
from pipeline.settings import Settings
from storyboard.document.values import Given, GivenValues

MOST = 64
"""that are kept open"""


class Ways:
    """Opens them; any number of threads may ask.

    Args:
        path: the film document, or its folder.
        settings: where its store is, and what renders it.
        given: the values of all of them.
        first: the way of the defaults, which is open.
    """

    def __init__(self, path: Path, settings: Settings, given: GivenValues, first: Projector) -> None:
        self._path = path
        self._settings = settings
        self._given = given
        self._first = first
        self._open: OrderedDict[tuple[tuple[str, str], ...], Future[Projector]] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, "opening")

    def close(self) -> None:
        """Open no more."""
        self._pool.shutdown(cancel_futures=True)

    def values(self, decisions: Sequence[Decision]) -> Mapping[str, Given]:
        """What a way is opened with."""
        return {**self._given, **values_of(self._first.production.film, decisions)}

    def of(self, decisions: Sequence[Decision]) -> Projector:
        """The way that decisions lead to; it is opened when it is not.

        Raises:
            ShotfarmError: it cannot be opened.
        """
        return self._first if not self._differs(decisions) else self.foresee(decisions).result()

    def foresee(self, decisions: Sequence[Decision]) -> Future[Projector]:
        """Open a way before somebody comes to it; nobody waits."""
        values = self.values(decisions)
        key = key_of(values)
        with self._lock:
            found = self._open.get(key)
            if found is None or (found.done() and found.exception()):
                opening = partial(Projector, self._path, self._settings, values, self._first)
                found = self._open[key] = self._pool.submit(opening)
            self._open.move_to_end(key)
            while len(self._open) > MOST:
                self._open.popitem(last=False)
        return found

    def opened(self, decisions: Sequence[Decision]) -> Projector | None:
        """The way, where it is open by now."""
        if not self._differs(decisions):
            return self._first
        found = self.foresee(decisions)
        return found.result() if found.done() and not found.exception() else None

    def _differs(self, decisions: Sequence[Decision]) -> bool:
        return bool(values_of(self._first.production.film, decisions))
