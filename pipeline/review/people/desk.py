"""Where people and those with links are let in, and known again at each request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from pipeline.review.people.accounts import Account, Accounts
from pipeline.review.people.audit import Did, Source, note
from pipeline.review.people.database import SESSIONS, PeopleDatabase
from pipeline.review.people.links import FilmKey, Links, ShareLink
from pipeline.review.people.names import checked_name, guest_name, key_of
from pipeline.review.people.passwords import Passwords
from pipeline.review.people.secrets_kept import digest_of
from pipeline.review.people.sessions import Sessions
from pipeline.review.people.tokens import Tokens, lesser
from pipeline.review.people.tries import Tries
from pipeline.review.people.tries_before import recall_tries
from pipeline.web.access import Refusal
from pipeline.web.not_let_in import NotLetIn
from pipeline.web.roles import Person, Role, Visitor
from storyboard.errors import UsageError

KNOWN_S = 2.0
"""so long somebody is known without another look: what another process revokes holds no longer than that"""

_FORBIDDEN = 403
_MISTAKES = (0, 400, 404, 405, 409, 413, 422)
"""of HTTP: nothing was changed, and nobody was refused"""


@dataclass(frozen=True, slots=True)
class LetIn:
    """Somebody for whom a session has begun.

    Attributes:
        secret: for the cookie.
    """

    visitor: Visitor
    secret: str


class Desk:
    """Lets people in.

    Args:
        database: where they are.
        films: the films that are served, by their names in addresses.
        passwords: checks those that are given.
        tries: counts wrong ones, also those of the last day that are in the database.
        clock: now, in UTC.
        known_s: so long a look at the database holds, in seconds.

    Raises:
        CatalogError: the database cannot be used.
    """

    def __init__(
        self,
        database: PeopleDatabase,
        films: Mapping[str, FilmKey],
        *,
        passwords: Passwords | None = None,
        tries: Tries | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        known_s: float = KNOWN_S,
    ) -> None:
        self.database = database
        self.films = films
        self.accounts = Accounts(database, passwords, clock)
        self.sessions = Sessions(database, clock)
        self.tokens = Tokens(database, clock)
        self.links = Links(database, clock)
        self.tries = tries or Tries()
        recall_tries(self.tries, database, clock())
        self.clock = clock
        self._known_s = known_s
        self._known: dict[str, tuple[Visitor, float]] = {}
        self._lock = threading.Lock()

    def by_session(self, secret: str, *, uses: bool) -> Visitor | Refusal:
        """Whose session a cookie holds."""
        digest = digest_of(secret)
        if known := self._known_now(digest):
            return known
        row = self.sessions.found(secret)
        if row is None:
            return Refusal.SIGN_IN
        found = self._visitor(row)
        if isinstance(found, Visitor) and uses:
            self.sessions.used(row)
            self._remember(digest, found)
        return found

    def by_bearer(self, secret: str) -> Visitor | Refusal:
        """Whose token a script sends."""
        digest = digest_of(secret)
        if known := self._known_now(digest):
            return known
        row = self.tokens.found(secret)
        if row is None:
            return Refusal.WRONG_KEY
        role = lesser(Role(row["role"]), Role(row["person_role"]))
        found = Visitor(Person(row["person_name"], role), account=row["person"], token=row["name"])
        self.tokens.used(row)
        self._remember(digest, found)
        return found

    def forget(self) -> None:
        """Look everybody up again: something has changed."""
        with self._lock:
            self._known.clear()

    def sign_in(self, name: str, password: str, address: str, agent: str, before: str = "") -> LetIn:
        """Let somebody in with a name and a password.

        Args:
            name: as they wrote it.
            password: likewise.
            address: from where.
            agent: what their browser calls itself.
            before: what its cookie held; that session ends.

        Raises:
            NotLetIn: they are wrong, or the try came too early.
        """
        key = key_of(name[:1000])
        if wait := self.tries.begin(key, address):
            raise NotLetIn.yet(wait)
        account = self.accounts.check(name, password)
        if account is None:
            self._note_wrong_password(key, address)
            raise _wrong(self.tries.wait_s(key, address))
        source = Source(account.name, account.role.value, address)
        with self.database.writing() as connection:
            if not self.accounts.still_has(connection, account):  # it takes a while to check a password
                raise _wrong(0)
            self._end(connection, before)
            session, secret = self.sessions.begin(connection, person=account.id, address=address, agent=agent)
            note(connection, self.clock(), source, Did.SIGNED_IN, agent)
        self.tries.forgive(key, address)
        person = Person(account.name, account.role)
        return LetIn(Visitor(person, account=account.id, session=session), secret)

    def link(self, text: str, address: str) -> tuple[ShareLink, str]:
        """The link that somebody came with, and the name of its film in addresses.

        Raises:
            NotLetIn: it is forged, has ended, or its film is not served; or too many were tried.
        """
        if wait := self.tries.begin("", address):
            raise NotLetIn.yet(wait)
        link = self.links.of_text(text)
        if link is None:
            self.record(Source("", "", address), Did.WRONG_LINK)
            raise NotLetIn.because(Refusal.LINK_WRONG)
        self.tries.forgive("", address)
        if not link.holds(self.clock()):
            raise NotLetIn.because(Refusal.LINK_ENDED)
        film = self._film(link.film)
        if film is None:
            raise NotLetIn.because(Refusal.LINK_ELSEWHERE)
        return link, film

    def open_link(self, text: str, guest: str, address: str, agent: str, before: str = "") -> LetIn:
        """Let somebody in with a link.

        Args:
            text: of the link.
            guest: the name that they gave; empty for none.
            address: from where.
            agent: what their browser calls itself.
            before: what its cookie held; that session ends.

        Raises:
            NotLetIn: it is forged, has ended, or its film is not served; or too many were tried.
            UsageError: the name is none.
        """
        given = checked_name(guest) if guest.strip() else ""
        link, film = self.link(text, address)
        shots = frozenset(link.shots) if link.shots else None
        person = Person(guest_name(given, link.name), Role.CLIENT, frozenset({film}), shots)
        source = Source(person.name, Role.CLIENT.value, address)
        with self.database.writing() as connection:
            self._end(connection, before)
            session, secret = self.sessions.begin(
                connection, link=link.id, guest=given, ends_at=link.ends_at, address=address, agent=agent
            )
            note(connection, self.clock(), source, Did.OPENED_LINK, link.title, link=link.id)
        return LetIn(Visitor(person, session=session), secret)

    def sign_out(self, visitor: Visitor, source: Source) -> None:
        """End the session of whoever asks."""
        with self.database.writing() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.id == visitor.session))
            note(connection, self.clock(), source, Did.SIGNED_OUT)
        self.forget()

    def change_own_password(self, account: Account, old: str, new: str, source: Source, session: str) -> None:
        """Give somebody who knows their password another one; their other sessions end.

        Raises:
            NotLetIn: the old one is wrong, or the try came too early.
            UsageError: the new one is not good enough.
        """
        key = key_of(account.name)
        if wait := self.tries.begin(key, source.address):
            raise NotLetIn.yet(wait)
        if self.accounts.check(account.name, old) is None:
            self._note_wrong_password(key, source.address)
            raise NotLetIn("the old password is wrong", None, 403, self.tries.wait_s(key, source.address))
        self.tries.forgive(key, source.address)
        self.accounts.set_password(account.id, new, source, but_session=session)
        self.forget()

    def tell(self, visitor: Visitor, address: str, asked: str, status: int) -> None:
        """Note what somebody asked for that changes something, or that they may not, and how it ended.

        Raises:
            CatalogError: the database cannot be used.
        """
        self.forget()
        if status not in _MISTAKES:
            did = Did.REFUSED if status == _FORBIDDEN else Did.CHANGED
            source = Source(visitor.person.name, visitor.person.role.value, address)
            facts = {"token": visitor.token} if visitor.token else {}
            self.record(source, did, asked, status=status, **facts)

    def record(self, source: Source, did: Did, about: str = "", **facts: object) -> None:
        """Add a line to the audit trail.

        Raises:
            CatalogError: the database cannot be used.
        """
        with self.database.writing() as connection:
            note(connection, self.clock(), source, did, about, **facts)

    def _visitor(self, row: sa.RowMapping) -> Visitor | Refusal:
        """Who has a session, while it lasts."""
        if row["person"]:
            if not self.sessions.lasts(row):
                return Refusal.ENDED
            person = Person(row["person_name"], Role(row["person_role"]))
            return Visitor(person, account=row["person"], session=row["id"])
        if row["link_revoked_at"] or row["link_ends_at"] <= self.clock():
            return Refusal.LINK_ENDED
        if not self.sessions.lasts(row):
            return Refusal.LINK_AGAIN
        film = self._film(FilmKey(row["link_production"], row["link_document"], row["link_version"]))
        if film is None:
            return Refusal.LINK_ELSEWHERE
        shots = frozenset(row["link_shots"]) if row["link_shots"] else None
        name = guest_name(row["guest"], row["link_name"])
        return Visitor(Person(name, Role.CLIENT, frozenset({film}), shots), session=row["id"])

    def key(self, film: str) -> FilmKey:
        """What tells a film that is served from all others.

        Raises:
            UsageError: nothing does.
        """
        key = self.films.get(film)
        if key is None or self._film(key) is None:
            raise UsageError(
                "this film cannot be told from others, so no link can show it",
                "its folder must be writable, and no copy of another film's with the same "
                ".shotfarm/production.json",
            )
        return key

    def _film(self, key: FilmKey) -> str | None:
        """A film's name in addresses; None for one that is not served, or not to be told from another."""
        names = [name for name, served in self.films.items() if served == key]
        return names[0] if len(names) == 1 else None

    def _end(self, connection: sa.Connection, secret: str) -> None:
        if secret:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.digest == digest_of(secret)))

    def _note_wrong_password(self, key: str, address: str) -> None:
        """Without what was written for a name, unless it is one: people write passwords there."""
        known = next((one for one in self.accounts.every() if key_of(one.name) == key), None)
        did = Did.LOCKED_OUT if self.tries.wait_s(key, address) else Did.WRONG_PASSWORD
        self.record(Source(known.name if known else "", "", address), did)

    def _known_now(self, digest: str) -> Visitor | None:
        with self._lock:
            visitor, until = self._known.get(digest, (None, 0.0))
        return visitor if time.monotonic() < until else None

    def _remember(self, digest: str, visitor: Visitor) -> None:
        now = time.monotonic()
        with self._lock:
            self._known = {one: kept for one, kept in self._known.items() if kept[1] > now}
            self._known[digest] = (visitor, now + self._known_s)


def _wrong(wait_s: int) -> NotLetIn:
    return NotLetIn("the name or the password is wrong", "names are as the producer wrote them", 401, wait_s)
