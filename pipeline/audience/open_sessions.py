"""Those who each watch a film of their own: who they are, who is in, who waits, and what they may cause."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from farm.schedule.prices import NO_PRICES, PriceList
from farm.store.files import write_atomically
from pipeline.audience.deciding.admission import (
    NOBODY,
    Amount,
    House,
    Limits,
    charge,
    come,
    leave,
    let_in,
    refused,
)
from pipeline.catalog.session_log import SessionLog
from pipeline.catalog.sessions import Session
from pipeline.web.access import Refusal
from pipeline.web.roles import Person, Role, Visitor
from storyboard.errors import ShotfarmError, UsageError

UNUSED = timedelta(days=1)
"""whoever opens the link and sees nothing for so long is nobody: such as what looks at links in messages"""
AWAY_S = 60.0
"""who asks for nothing for so long gives up their place, inside or in the queue"""
_QUEUE = "queue.json"
_APART = "."
"""between a session's id and its secret, in what its viewer shows"""


class _Kept(BaseModel):
    """Who is in and who waits, for a server that comes back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inside: tuple[str, ...] = ()
    queue: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A take that would be made for one session alone.

    Attributes:
        take: its digest.
        amount: what making it is estimated to come to.
    """

    take: str
    amount: Amount


class OpenSessions:
    """The sessions of a film that is shown; any number of threads may ask.

    Args:
        log: where they are kept.
        document: the name of the film's file in its folder.
        version: the values that everybody sees it with.
        limits: how many may watch, and what may be made for them.
        prices: of the farm's time.
    """

    def __init__(
        self,
        log: SessionLog,
        document: str,
        version: Mapping[str, JsonValue],
        limits: Limits,
        prices: PriceList = NO_PRICES,
    ) -> None:
        self.log = log
        self.limits = limits
        self.prices = prices
        self._document = document
        self._version = dict(version)
        self._lock = threading.Lock()
        self._granted: dict[str, set[str]] = {}
        self._house = self._as_left([*self._begun(log)])
        self._heard = dict.fromkeys((*self._house.inside, *self._house.queue), time.monotonic())

    # Who they are ---------------------------------------------------------------------------------

    def begin(self, after: str | None = None) -> str:
        """A new session; what its viewer shows so as to be known.

        Raises:
            StoreError: the project folder cannot be written.
        """
        session, secret = self.log.begin(self._document, self._version, after)
        return f"{session.id}{_APART}{secret}"

    def by_token(self, token: str) -> Visitor | Refusal:
        """Whose session it is that somebody shows; they are heard of by that.

        Raises:
            CatalogError, StoreError: it cannot be read.
        """
        name, _, secret = token.partition(_APART)
        found = self.log.known(name, secret)
        if found is None or not secret:
            return Refusal.NO_SESSION
        if found.is_forgotten:
            return Refusal.FORGOTTEN
        with self._lock:
            if name in self._heard:
                self._heard[name] = time.monotonic()
        return Visitor(Person(f"viewer {name}", Role.VIEWER), session=name)

    def session(self, name: str) -> Session:
        """What stands of one.

        Raises:
            SessionForgotten: its viewer is forgotten.
            UsageError: there is none.
        """
        found = self.log.find(name)
        if found is None:
            raise UsageError("there is no such session", "open the link that you were given")
        return found.must_be_there()

    # Who is in ------------------------------------------------------------------------------------

    def comes(self, name: str) -> int | None:
        """Somebody wants to watch: 0 when they are in, their place in the queue, None when that is full.

        Whoever is in, or waits, keeps their place for as long as they are heard of.
        """
        with self._lock:
            now, before = time.monotonic(), self._house
            for silent in [one for one, at in self._heard.items() if now - at > AWAY_S]:
                del self._heard[silent]
                self._house = leave(self._house, self.limits, silent)
            self._house = come(self._house, self.limits, name)
            place = self._house.place(name)
            if place is not None:
                self._heard[name] = now
            if (before.inside, before.queue) != (self._house.inside, self._house.queue):
                self._keep()
            return place

    @property
    def inside(self) -> frozenset[str]:
        """The sessions that watch."""
        return self._house.inside

    def leaves(self, name: str) -> None:
        """Somebody goes: who waits comes in."""
        with self._lock:
            self._heard.pop(name, None)
            self._house = leave(self._house, self.limits, name)
            self._keep()

    # What they may cause --------------------------------------------------------------------------

    def grant(self, name: str, wanted: Sequence[Wanted]) -> Mapping[str, str]:
        """Let takes be made for a session, in order, as far as limits let them; the rest, each with why not.

        What was granted before is, and is not charged again.

        Raises:
            SessionForgotten: its viewer is forgotten.
            StoreError: the project folder cannot be written.
        """
        held: dict[str, str] = {}
        with self._lock:
            house, before = self._house, self._granted.get(name, set())
            granted, total = [], Amount()
            for one in wanted:
                if one.take in before or one.take in granted:
                    continue
                why = refused(house, self.limits, name, one.amount)
                if why:
                    held[one.take] = why
                else:
                    house, total = charge(house, name, one.amount), total.plus(one.amount)
                    granted.append(one.take)
            if granted:
                self.log.cause(name, granted, total.worker_s, total.money)
                self._house = house
                self._granted[name] = before | {*granted}
        return held

    def left_s(self, name: str) -> float:
        """Worker seconds that may still be caused for a session."""
        return self.limits.left_s(self._house, name)

    # What a server that was killed left -------------------------------------------------------------

    @staticmethod
    def _begun(log: SessionLog) -> Iterator[Session]:
        """All sessions; those whose link was opened, and nothing of them seen for a day, are removed."""
        for one in log.every():
            silent = one.began and not one.seen_at and not one.answered and not one.caused
            if silent and datetime.now(UTC) - one.since > UNUSED:
                log.drop(one.id)
            else:
                yield one

    def _as_left(self, sessions: Sequence[Session]) -> House:
        caused: dict[str, Amount] = {}
        for one in sessions:
            self._granted[one.id] = {take for part in one.caused for take in part.takes}
            for part in one.caused:
                amount = Amount(part.worker_s, part.money, len(part.takes))
                caused[one.id] = caused.get(one.id, Amount()).plus(amount)
        known = {one.id for one in sessions if not one.is_forgotten}
        kept = _Kept()
        with contextlib.suppress(OSError, ValidationError):
            kept = _Kept.model_validate_json(self._path.read_bytes())
        inside = [one for one in kept.inside if one in known]
        queue = [one for one in kept.queue if one in known]
        more = inside[self.limits.sessions :]  # there are fewer places than there were
        house = replace(
            NOBODY,
            inside=frozenset(inside[: self.limits.sessions]),
            queue=(*more, *queue),
            caused=MappingProxyType(caused),
        )
        return let_in(house, self.limits)

    def _keep(self) -> None:
        kept = _Kept(inside=tuple(sorted(self._house.inside)), queue=self._house.queue)
        with contextlib.suppress(OSError, ShotfarmError):  # a place is lost with the server, and no more
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(self._path, kept.model_dump_json().encode(), durable=False, private=True)

    @property
    def _path(self) -> Path:
        return self.log.path / _QUEUE
