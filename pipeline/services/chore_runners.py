"""Who does the chores of a film: the farm, when there is one, or this process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event
from typing import TYPE_CHECKING

from assembly.programs import ffmpeg
from assembly.programs.stopping import stoppable
from farm.schedule.chores import Chore, Hands
from farm.store.store import Store
from pipeline.services.farm_access import has_farm, open_farm
from pipeline.services.standing_farm import standing_farm
from pipeline.settings import Settings
from storyboard.errors import ShotfarmError

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient

_LOOK_S = 0.1


class OwnHands:
    """Does chores in this process, as many at once as it has processors: most of each is an ffmpeg."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(os.cpu_count())
        self._stop = Event()
        self._running: dict[Future[None], Chore] = {}

    @property
    def busy(self) -> bool:
        """Whether something is being done, or waits."""
        return bool(self._running)

    def begin(self, chore: Chore) -> None:
        """Do it as soon as there is a processor for it."""
        doing = self._threads.submit(stoppable, self._stop, chore.work, self._store, *chore.arguments)
        self._running[doing] = chore

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        """The chores that have ended since, each with what it failed of; waits so long for one at most."""
        ready, _ = wait(self._running, timeout=wait_s, return_when=FIRST_COMPLETED)
        over: list[tuple[Chore, ShotfarmError | None]] = []
        for future in ready:
            chore = self._running.pop(future)
            try:
                future.result()
            except ShotfarmError as error:
                over.append((chore, error.about(chore.words)))
            else:
                over.append((chore, None))
        return over

    def close(self) -> None:
        """Stop what is running and forget what waits."""
        self._stop.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        running = {future for future in self._running if not future.done()}
        while running:  # one that was between two programs starts another
            ffmpeg.end_all()
            _, running = wait(running, timeout=_LOOK_S)


class _HandsWhenWanted:
    """Looks for a farm that is up when the first chore comes; without one this process does them."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._open = contextlib.ExitStack()
        self._hands: Hands | None = None

    def begin(self, chore: Chore) -> None:
        """Do it as soon as there is a processor for it."""
        if self._hands is None:
            standing = standing_farm(self._settings)
            if has_farm(self._settings, standing):
                client = self._open.enter_context(open_farm(self._settings, standing))
                self._hands = hands_of_farm(client, self._store)
            else:
                self._hands = OwnHands(self._store)
        self._hands.begin(chore)

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        """The chores that have ended since, each with what it failed of; waits so long for one at most."""
        return self._hands.ended(wait_s) if self._hands else []

    def close(self) -> None:
        """Stop what is running and forget what waits."""
        with self._open:
            if self._hands:
                self._hands.close()


class _FarmAndOwn:
    """The nodes of a farm, and this process for what it alone can do."""

    def __init__(self, farm: Hands, own: OwnHands) -> None:
        self._farm = farm
        self._own = own

    def begin(self, chore: Chore) -> None:
        """Do it as soon as there is a processor for it."""
        (self._own if chore.here else self._farm).begin(chore)

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        """The chores that have ended since, each with what it failed of; waits so long for one at most."""
        if not self._own.busy:
            return self._farm.ended(wait_s)
        return self._farm.ended(0) or self._own.ended(wait_s)

    def close(self) -> None:
        """Stop what is running and forget what waits."""
        try:
            self._farm.close()
        finally:
            self._own.close()


def hands_of_farm(client: FarmClient, store: Store) -> Hands:
    """The nodes of a farm."""
    from farm.cluster.chores import Stagehands

    return _FarmAndOwn(Stagehands(client, store.root), OwnHands(store))


@contextlib.contextmanager
def hands(settings: Settings, store: Store, client: FarmClient | None = None) -> Iterator[Hands]:
    """Who does a run's chores: the farm that it renders on, else the one that is up, else this process.

    A farm is connected to when there is a chore, not before.
    """
    doing = hands_of_farm(client, store) if client else _HandsWhenWanted(settings, store)
    try:
        yield doing
    finally:
        doing.close()
