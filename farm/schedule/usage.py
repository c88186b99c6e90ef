"""What the time of a farm's workers went into, and how attempts ended. Pure: `now` is any clock in seconds.

Every second between a worker's start and its end is counted once: for the attempt that holds the worker,
whose end says what the time was good for, or for what the worker does without one. An attempt that is written
while its worker renders the next one no longer holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from farm.schedule.states import AttemptState, FailureKind

MOST_TITLES = 50
"""a farm that runs for years must not name all its productions: a new one takes the place of the one that has
rendered nothing for longest, whose numbers end"""
OTHERS = "others"
"""what further productions are counted under while so many render"""


class Purpose(StrEnum):
    """What a worker's time was good for."""

    ACCEPTED = "accepted"
    """a take was published, or inputs were encoded"""
    REJECTED = "rejected"
    """the attempt failed"""
    LOST = "lost"
    STOPPED = "stopped"
    KEPT = "kept"
    """the attempt gave its worker back, with a state from which another goes on"""
    IDLE = "idle"
    LOADING = "loading"
    """the backend"""


_PURPOSES = {
    AttemptState.DONE: Purpose.ACCEPTED,
    AttemptState.FAILED: Purpose.REJECTED,
    AttemptState.LOST: Purpose.LOST,
    AttemptState.STOPPED: Purpose.STOPPED,
    AttemptState.GIVEN_BACK: Purpose.KEPT,
}


def purpose_of(how: AttemptState) -> Purpose:
    """What the time of an attempt that has ended so was good for."""
    return _PURPOSES[how]


@dataclass(frozen=True, slots=True)
class Held:
    """A worker at one moment.

    Attributes:
        by: the token of the attempt that holds it, or what it does without one.
        gpus: how many it holds.
    """

    by: int | Purpose
    gpus: float = 0.0


@dataclass(slots=True)
class _Open:
    """An attempt that has not ended: for whom it is, and the time that it has held a worker for."""

    production: str
    seconds: float = 0.0
    gpu_seconds: float = 0.0


@dataclass(slots=True)
class Accounts:
    """The books.

    Attributes:
        attempts: how many have ended, by production, how, and why (of those that failed).
        seconds: of workers, by production and purpose; the production of idle time is empty.
        gpu_seconds: the same for each GPU.
    """

    attempts: dict[tuple[str, ...], float] = field(default_factory=lambda: defaultdict(float))
    seconds: dict[tuple[str, ...], float] = field(default_factory=lambda: defaultdict(float))
    gpu_seconds: dict[tuple[str, ...], float] = field(default_factory=lambda: defaultdict(float))
    _open: dict[int, _Open] = field(default_factory=dict)
    _workers: dict[str, Held] = field(default_factory=dict)
    _looked_at: dict[str, float] = field(default_factory=dict)
    _titles: dict[str, None] = field(default_factory=dict)
    """the latest to have begun an attempt is the last"""

    def look(self, now: float, workers: Mapping[str, Held]) -> None:
        """Count the time since the last look for what each worker did then; `workers` is what they do now."""
        for name, held in self._workers.items():
            self._count(held, max(0.0, now - self._looked_at[name]))
        self._workers, self._looked_at = dict(workers), dict.fromkeys(workers, now)

    def look_at(self, now: float, name: str, held: Held) -> None:
        """The same for one worker; `held` is what it does now."""
        if name in self._workers:
            self._count(self._workers[name], max(0.0, now - self._looked_at[name]))
        self._workers[name], self._looked_at[name] = held, now

    def began(self, token: int, title: str) -> None:
        """An attempt has begun, for a production of this title."""
        if title not in self._titles and len(self._titles) >= MOST_TITLES:
            self._make_room()
        self._open[token] = _Open(label := self.label(title))
        if label == title:
            self._titles.pop(title)
            self._titles[title] = None

    def ended(self, token: int, how: AttemptState, why: FailureKind | None = None) -> None:
        """An attempt has ended; what it held is to be looked at before."""
        one = self._open.pop(token, None)
        if one is None:
            return
        self.attempts[one.production, how, why or ""] += 1
        self.seconds[one.production, _PURPOSES[how]] += one.seconds
        self.gpu_seconds[one.production, _PURPOSES[how]] += one.gpu_seconds

    def _count(self, held: Held, passed: float) -> None:
        if isinstance(held.by, Purpose):
            self.seconds["", held.by] += passed
            self.gpu_seconds["", held.by] += passed * held.gpus
        elif held.by in self._open:
            one = self._open[held.by]
            one.seconds += passed
            one.gpu_seconds += passed * held.gpus

    def label(self, title: str) -> str:
        """What a production of this title is counted under."""
        if title not in self._titles and len(self._titles) >= MOST_TITLES:
            return OTHERS
        self._titles.setdefault(title)
        return title

    def _make_room(self) -> None:
        """Forget the title that has begun nothing for longest, of those for which nothing goes on."""
        busy = {one.production for one in self._open.values()}
        idle = next((title for title in self._titles if title not in busy), None)
        if idle is None:
            return
        del self._titles[idle]
        for book in (self.attempts, self.seconds, self.gpu_seconds):
            for labels in [labels for labels in book if labels[0] == idle]:
                del book[labels]
