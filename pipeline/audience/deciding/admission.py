"""Who may watch a film that is made for them, and what may be made for them. Pure.

Each viewer, and all of them together, may cause so much: worker seconds, money, new shots. What is reached
holds back what would begin; what has begun goes on, and what is there is shown to everybody, whatever they
have left. Who comes when every place is taken waits in the order of coming.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Amount:
    """What was, or may be, spent.

    Attributes:
        worker_s: seconds of workers.
        money: in millionths of the currency's smallest unit; of the farm's one currency.
        shots: new ones.
    """

    worker_s: float = 0.0
    money: int = 0
    shots: int = 0

    def plus(self, other: Amount) -> Amount:
        """Both together."""
        return Amount(self.worker_s + other.worker_s, self.money + other.money, self.shots + other.shots)


@dataclass(frozen=True, slots=True)
class Allowance:
    """The most that may be spent; what is None has no limit."""

    worker_s: float | None = None
    money: int | None = None
    shots: int | None = None

    def reached_with(self, spent: Amount) -> str | None:
        """What would be over it, in words; None when nothing is."""
        for name, words in (("worker_s", "time of workers"), ("money", "money"), ("shots", "new shots")):
            most = getattr(self, name)
            if most is not None and getattr(spent, name) > most:
                return words
        return None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a production grants to those who watch it.

    Attributes:
        sessions: how many may watch at once.
        waiting: how many may wait for a place.
        each: what one viewer may cause.
        together: what all of them may.
    """

    sessions: int
    waiting: int = 1000
    each: Allowance = Allowance()
    together: Allowance = Allowance()

    def left_s(self, house: House, session: str) -> float:
        """Worker seconds that a session may still cause; endless where nothing limits them."""
        spent = ((self.each, house.caused.get(session, Amount())), (self.together, house.together))
        return min(
            math.inf if one.worker_s is None else max(0.0, one.worker_s - amount.worker_s)
            for one, amount in spent
        )


@dataclass(frozen=True, slots=True)
class House:
    """Who is in, who waits, and what was caused.

    Attributes:
        inside: the sessions that watch.
        queue: those that wait, the first one first.
        caused: what each session has caused, whether it still watches or not.
    """

    inside: frozenset[str] = frozenset()
    queue: tuple[str, ...] = ()
    caused: Mapping[str, Amount] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def together(self) -> Amount:
        """What all have caused."""
        total = Amount()
        for amount in self.caused.values():
            total = total.plus(amount)
        return total

    def place(self, session: str) -> int | None:
        """The place of a session in the queue, from 1; 0 when it is in, None when it is not here."""
        if session in self.inside:
            return 0
        return self.queue.index(session) + 1 if session in self.queue else None


NOBODY = House()


def come(house: House, limits: Limits, session: str) -> House:
    """Somebody comes, or comes back: they are let in, or wait; nothing changes where that is full too."""
    if house.place(session) is not None:
        return house
    if len(house.queue) >= limits.waiting and len(house.inside) >= limits.sessions:
        return house
    return let_in(replace(house, queue=(*house.queue, session)), limits)


def leave(house: House, limits: Limits, session: str) -> House:
    """Somebody goes, from inside or from the queue; what they caused stays counted."""
    return let_in(
        replace(
            house,
            inside=house.inside - {session},
            queue=tuple(one for one in house.queue if one != session),
        ),
        limits,
    )


def let_in(house: House, limits: Limits) -> House:
    """Those who wait are let in as far as there are places, the first one first."""
    free = max(0, limits.sessions - len(house.inside))
    return replace(house, inside=house.inside | {*house.queue[:free]}, queue=house.queue[free:])


def refused(house: House, limits: Limits, session: str, wanted: Amount) -> str | None:
    """Why something must not be made for a session, in words; None when it may.

    Args:
        house: as it stands.
        limits: of the production.
        session: for whom.
        wanted: what making it is estimated to come to.
    """
    if session not in house.inside:
        return "this session does not watch"
    own = limits.each.reached_with(house.caused.get(session, Amount()).plus(wanted))
    if own:
        return f"this session has caused all the {own} that one may"
    every = limits.together.reached_with(house.together.plus(wanted))
    return f"all sessions together have caused all the {every} that they may" if every else None


def charge(house: House, session: str, amount: Amount) -> House:
    """Something begins to be made for a session."""
    before = house.caused.get(session, Amount())
    return replace(house, caused=MappingProxyType({**house.caused, session: before.plus(amount)}))
