"""Sessions: browsers that were let in, by a password or by a link. They outlive the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.review.people.database import LINKS, PEOPLE, SESSIONS, PeopleDatabase
from pipeline.review.people.names import guest_name
from pipeline.review.people.secrets_kept import digest_of, new_id, new_secret
from storyboard.errors import UsageError

IDLE = timedelta(hours=12)
"""a session that nobody uses ends after so long"""
LONGEST = timedelta(days=7)
"""and every session after so long"""
_NOTED = timedelta(minutes=1)
"""use is noted to within so much"""
_MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Session:
    """A session, for people to look at.

    Attributes:
        who: the name of its person, or that somebody with a link gave.
        seen_at: when it was used last, to a minute.
        agent: what its browser called itself.
    """

    id: str
    who: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    agent: str


class Sessions:
    """The sessions of a database.

    Args:
        database: where they are.
        clock: now, in UTC.
    """

    def __init__(
        self, database: PeopleDatabase, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._clock = clock

    def begin(
        self,
        connection: Connection,
        *,
        person: str | None = None,
        link: str | None = None,
        guest: str = "",
        ends_at: datetime | None = None,
        address: str,
        agent: str,
    ) -> tuple[str, str]:
        """A new session of a person or of a link: its id, and the secret for the cookie.

        Those that have ended go.
        """
        now = self._clock()
        ended = (SESSIONS.c.ends_at <= now) | (SESSIONS.c.seen_at <= now - IDLE)
        connection.execute(sa.delete(SESSIONS).where(ended))
        secret, identity = new_secret(), new_id()
        connection.execute(
            sa.insert(SESSIONS).values(
                id=identity,
                digest=digest_of(secret),
                person=person,
                link=link,
                guest=guest,
                begun_at=now,
                seen_at=now,
                ends_at=min(now + LONGEST, ends_at or now + LONGEST),
                address=address[:_MOST_LETTERS],
                agent=agent[:_MOST_LETTERS],
            )
        )
        return identity, secret

    def found(self, secret: str) -> sa.RowMapping | None:
        """The session of a cookie with its person and its link; None for one that is none or was ended."""
        wanted = (
            sa.select(
                SESSIONS,
                PEOPLE.c.name.label("person_name"),
                PEOPLE.c.role.label("person_role"),
                *(LINKS.c[name].label(f"link_{name}") for name in _OF_A_LINK),
            )
            .select_from(SESSIONS.outerjoin(PEOPLE).outerjoin(LINKS))
            .where(SESSIONS.c.digest == digest_of(secret))
        )
        with self._database.reading() as connection:
            return connection.execute(wanted).mappings().one_or_none()

    def lasts(self, row: sa.RowMapping) -> bool:
        """Whether a session goes on."""
        now = self._clock()
        return bool(now < row["ends_at"] and now < row["seen_at"] + IDLE)

    def used(self, row: sa.RowMapping) -> None:
        """Note that a session is in use."""
        now = self._clock()
        if now - row["seen_at"] >= _NOTED:
            with self._database.writing() as connection:
                mine = SESSIONS.c.id == row["id"]
                connection.execute(sa.update(SESSIONS).where(mine).values(seen_at=now))

    def listed(self, person: str | None = None) -> list[Session]:
        """Those that go on, of a person or of everybody, the one that was used last first."""
        now = self._clock()
        wanted = (
            sa.select(SESSIONS, PEOPLE.c.name.label("person_name"), LINKS.c.name.label("link_name"))
            .select_from(SESSIONS.outerjoin(PEOPLE).outerjoin(LINKS))
            .where(SESSIONS.c.ends_at > now, SESSIONS.c.seen_at > now - IDLE, LINKS.c.revoked_at.is_(None))
            .order_by(SESSIONS.c.seen_at.desc(), SESSIONS.c.id)
        )
        if person is not None:
            wanted = wanted.where(SESSIONS.c.person == person)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [
            Session(
                id=row["id"],
                who=row["person_name"] or guest_name(row["guest"], row["link_name"]),
                begun_at=row["begun_at"],
                seen_at=row["seen_at"],
                ends_at=row["ends_at"],
                address=row["address"],
                agent=row["agent"],
            )
            for row in rows
        ]

    def end(self, connection: Connection, identity: str, person: str | None = None) -> None:
        """End one, of a person where that is said.

        Raises:
            UsageError: there is no such session.
        """
        wanted = SESSIONS.c.id == identity
        if person is not None:
            wanted &= SESSIONS.c.person == person
        if not connection.execute(sa.delete(SESSIONS).where(wanted)).rowcount:
            raise UsageError("there is no such session", "it may have ended meanwhile")

    def end_all(self, connection: Connection, person: str) -> int:
        """End every one of a person; how many they were."""
        return connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.person == person)).rowcount


_OF_A_LINK = ("name", "production", "document", "version", "shots", "ends_at", "revoked_at")
