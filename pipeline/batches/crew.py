"""Chores of many productions, done by hands that all of them share: what two want is made once."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable

from assembly.programs.stopping import go_on
from farm.schedule.chores import Chore, Hands
from storyboard.errors import ShotfarmError

_LOOK_S = 0.1
_Ended = tuple[Chore, ShotfarmError | None]
_Key = tuple[str, str]


def _nothing(*_: object) -> None:
    """No work."""


_LOST = Chore("", "", "", _nothing)
"""stands for all that were lost"""


class Crew:
    """Hands, used by a thread of its own, for as many members as there are productions.

    Args:
        hands: called when the first chore comes; who does them, used by one thread.
    """

    def __init__(self, hands: Callable[[], Hands]) -> None:
        self._hands = hands
        self._lock = threading.Lock()
        self._asked: queue.SimpleQueue[Chore | None] = queue.SimpleQueue()
        self._waiting: dict[_Key, list[queue.SimpleQueue[_Ended]]] = {}
        self._lost: ShotfarmError | None = None
        self._thread: threading.Thread | None = None

    def member(self) -> Member:
        """For one production, used by one thread."""
        return Member(self)

    def ask(self, chore: Chore, told: queue.SimpleQueue[_Ended]) -> None:
        """Have a chore done, unless it is being done; its end is told."""
        with self._lock:
            if self._lost is not None:
                told.put((_LOST, self._lost))
                return
            waiting = self._waiting.setdefault((chore.kind, chore.digest), [])
            waiting.append(told)
            if len(waiting) > 1:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="crew")
                self._thread.start()
        self._asked.put(chore)

    def forget(self, told: queue.SimpleQueue[_Ended]) -> None:
        """Nobody listens there any more; what is being done goes on."""
        with self._lock:
            for waiting in self._waiting.values():
                with contextlib.suppress(ValueError):
                    waiting.remove(told)

    def close(self) -> None:
        """Stop what is running and forget what waits."""
        if self._thread:
            self._asked.put(None)
            self._thread.join()

    def _work(self) -> None:
        hands = self._hands()
        running = 0
        try:
            while True:
                try:
                    chore = self._asked.get(timeout=None if not running else 0)
                except queue.Empty:
                    chore = None
                else:
                    if chore is None:
                        return
                    hands.begin(chore)
                    running += 1
                    continue
                began_at = time.monotonic()
                for done in hands.ended(_LOOK_S):
                    running -= 1
                    self._tell(done)
                if time.monotonic() - began_at < _LOOK_S / 10:
                    time.sleep(_LOOK_S / 10)  # hands that wait for a processor may answer at once
        except ShotfarmError as error:
            self._lose(error)
        finally:
            hands.close()

    def _tell(self, done: _Ended) -> None:
        chore, _ = done
        with self._lock:
            waiting = self._waiting.pop((chore.kind, chore.digest), [])
        for told in waiting:
            told.put(done)

    def _lose(self, error: ShotfarmError) -> None:
        """The farm that did the chores has gone away: everybody hears it."""
        with self._lock:
            self._lost = error
            waiting = [told for each in self._waiting.values() for told in each]
            self._waiting.clear()
        for told in {id(one): one for one in waiting}.values():
            told.put((_LOST, error))


class Member:
    """The hands of one production."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._told: queue.SimpleQueue[_Ended] = queue.SimpleQueue()

    def begin(self, chore: Chore) -> None:
        """Do it as soon as there is a processor for it."""
        self._crew.ask(chore, self._told)

    def ended(self, wait_s: float) -> list[_Ended]:
        """The chores that have ended since, each with what it failed of; waits so long for one at most.

        Raises:
            ShotfarmError: the farm has gone away, or what this thread does is to end.
        """
        go_on()
        over: list[_Ended] = []
        try:
            over.append(self._told.get(timeout=wait_s) if wait_s else self._told.get_nowait())
            while True:
                over.append(self._told.get_nowait())
        except queue.Empty:
            pass
        for chore, error in over:
            if not chore.kind and error is not None:
                raise error
        return over

    def close(self) -> None:
        """Wait for nothing more."""
        self._crew.forget(self._told)
