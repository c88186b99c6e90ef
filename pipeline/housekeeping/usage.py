"""How much of a store is whose, of what kind, and how old. Pure but for looking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from farm.store.contents import Thing
from pipeline.housekeeping.rules import Known
from pipeline.housekeeping.store import LookedAt

AGES = (("a day", timedelta(days=1)), ("a week", timedelta(days=7)), ("30 days", timedelta(days=30)))
"""how ages are told: younger than each of these, else older"""
OLDER = "older"


@dataclass(frozen=True, slots=True)
class Used:
    """A part of a store.

    Attributes:
        film: the title of the film that made or needs it; None for none that is known.
        kind: what it is.
        things: how many there are.
        size: in bytes.
        by_age: bytes, by how old they are.
    """

    film: str | None
    kind: str
    things: int
    size: int
    by_age: dict[str, int]


def usage_of(looked: LookedAt) -> list[Used]:
    """What a store holds, the largest part first.

    Raises:
        StoreError: the store cannot be read.
    """
    return summed(looked.store.contents(), looked.known, datetime.now(UTC))


def summed(things: Iterable[Thing], known: Known, now: datetime) -> list[Used]:
    """Things by film and kind, the largest part first."""
    alone = {*known.films.values()} if known.alone else set()
    only = next(iter(alone)) if len(alone) == 1 else None
    parts: dict[tuple[str | None, str], list[Thing]] = {}
    for thing in things:
        theirs = known.of_others.get(thing.digest) if thing.kind == "takes" else None
        film = known.films.get((thing.kind, thing.digest), theirs or only)
        parts.setdefault((film, thing.kind), []).append(thing)
    found = []
    for (film, kind), those in parts.items():
        by_age: dict[str, int] = {}
        for thing in those:
            age = now - (thing.written or now)
            name = next((name for name, limit in AGES if age < limit), OLDER)
            by_age[name] = by_age.get(name, 0) + thing.size
        found.append(Used(film, kind, len(those), sum(thing.size for thing in those), by_age))
    return sorted(found, key=lambda part: -part.size)
