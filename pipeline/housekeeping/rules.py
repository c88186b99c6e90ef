"""What may be removed from a store, and why the rest may not. Pure.

Never removed, whatever `--keep` says:

- circled takes, and the takes that they start from;
- what a film needs as it is now, in the cut of each of its renderers: takes, files, parts, sounds, the film
  itself, its deliverables;
- what a run needs that goes on, and while one does, every part that it may be using;
- what is younger than an hour, or is being written.

Beyond that `--keep` says what stays. In a store that several productions share, what no known one has made is
kept unless it is asked for: it may be another's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from farm.store.contents import NOTES, Thing
from pipeline.catalog.entries import Take
from storyboard.errors import UsageError

Key = tuple[str, str]
"""kind and digest"""
YOUNGEST = timedelta(hours=1)
"""what is younger may be about to be used by somebody who has not said so yet"""
_FACTS = frozenset({"colours", "forms"})
"""kinds that are a few measured numbers: nothing is gained by removing them"""
_NAMED_BY_RUNS = frozenset({"takes", "files"})
"""kinds that a run names, each one that it needs"""


class Why(StrEnum):
    """Why something stays."""

    CIRCLED = "circled"
    NEEDED = "needed by a film as it is now"
    RUNNING = "a run goes on"
    LATEST = "one of the latest takes of its shot"
    YOUNG = "young"
    UNKNOWN = "of a production that is not known here"
    WRITTEN = "being written"
    SMALL = "a few numbers"


@dataclass(frozen=True, slots=True)
class Keep:
    """What `--keep` asks for.

    Attributes:
        latest: so many takes of each shot and renderer, the last ones.
        days: what is younger.
    """

    latest: int = 0
    days: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Keep:
        """Read `circled,latest:3,days:30`; circled takes are kept anyway.

        Raises:
            UsageError: a word that is none of these.
        """
        told: dict[str, float] = {}
        for word in filter(None, map(str.strip, text.split(","))):
            name, _, number = word.partition(":")
            if word == "circled":
                continue
            if name not in {"latest", "days"} or not number.isdecimal():
                raise UsageError(
                    f'--keep does not know "{word}"',
                    "it takes circled, latest:N and days:N",
                )
            told[name] = int(number)
        return cls(int(told.get("latest", 0)), told.get("days", 0.0))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the productions of a store.

    Attributes:
        films: title of the film that has something, by what it has: what it needs now, and its takes.
        needed: what films need as they are now.
        circled: digests of circled takes, and of the takes that they start from.
        takes: those that are registered.
        alone: the store holds nothing but what these productions have made.
        of_others: titles of films of other productions, by the digests of the takes that their shots have.
    """

    films: Mapping[Key, str] = field(default_factory=dict)
    needed: Collection[Key] = frozenset()
    circled: Collection[str] = frozenset()
    takes: tuple[Take, ...] = ()
    alone: bool = True
    of_others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """Something in the store, and why it stays; None for what goes."""

    thing: Thing
    why: Why | None


def judge(
    things: Iterable[Thing],
    known: Known,
    keep: Keep,
    now: datetime,
    *,
    running: Collection[str] | None,
    unknown: bool = False,
) -> list[Judged]:
    """Say of each thing in a store whether it goes.

    Args:
        things: what the store holds.
        known: of its productions.
        keep: what was asked to stay.
        now: by the store's clock.
        running: digests of takes and files that runs need that go on; None when none does.
        unknown: remove also what no known production has made.
    """
    rules = _Rules(known, keep, now, running, unknown=unknown)
    return [Judged(thing, rules.why(thing)) for thing in things]


def latest_takes(takes: Iterable[Take], number: int) -> set[str]:
    """The digests of the last takes of each shot by each renderer."""
    of: dict[tuple[str, str], list[Take]] = {}
    for take in takes:
        of.setdefault((take.shot, take.renderer), []).append(take)
    return {
        take.digest
        for each in of.values()
        for take in sorted(each, key=lambda take: take.number)[-number:]
        if number
    }


class _Rules:
    def __init__(
        self, known: Known, keep: Keep, now: datetime, running: Collection[str] | None, *, unknown: bool
    ) -> None:
        self._known = known
        self._latest = latest_takes(known.takes, keep.latest)
        self._mine = {take.digest for take in known.takes}
        self._old_before = now - max(timedelta(days=keep.days), YOUNGEST)
        self._running = running
        self._unknown = unknown

    def why(self, thing: Thing) -> Why | None:
        known, take = self._known, thing.kind == "takes"
        if thing.written is None:
            return Why.WRITTEN
        if thing.kind in _FACTS:
            return Why.SMALL
        if take and thing.digest in known.circled:
            return Why.CIRCLED
        if (thing.kind, thing.digest) in known.needed or self._is_of_take_that_stays(thing):
            return Why.NEEDED
        if self._running is not None and (thing.kind not in _NAMED_BY_RUNS or thing.digest in self._running):
            return Why.RUNNING
        if take and thing.digest in self._latest:
            return Why.LATEST
        if thing.written > self._old_before:
            return Why.YOUNG
        if take and thing.digest in known.of_others and not self._unknown:
            return Why.UNKNOWN
        mine = known.alone or thing.digest in self._mine or (thing.kind, thing.digest) in known.films
        return None if mine or self._unknown else Why.UNKNOWN

    def _is_of_take_that_stays(self, note: Thing) -> bool:
        """Whether it is a log, a state or the like of a take that stays."""
        digest = note.digest
        needed = digest in self._known.circled or ("takes", digest) in self._known.needed
        return note.kind in NOTES and (needed or digest in self._latest)
