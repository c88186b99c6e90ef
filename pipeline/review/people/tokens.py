"""Tokens: what scripts of a person show. Each may so much at most, and can be revoked alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from pipeline.review.people.accounts import ROLES, Account
from pipeline.review.people.audit import Did, Source, note
from pipeline.review.people.database import PEOPLE, TOKENS, PeopleDatabase
from pipeline.review.people.names import checked_name
from pipeline.review.people.secrets_kept import digest_of, new_id, new_secret
from pipeline.web.roles import Role
from storyboard.errors import NotAllowed, UsageError

TOKEN_KIND = "shotfarm-token-"  # noqa: S105  (it is how one begins)
_NOTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token, for people to look at; what it is made of is kept nowhere.

    Attributes:
        who: the name of its person.
        role: the most that it may.
        used_at: the last time, to a minute; None for one that was never used.
        ends_at: None for one that ends when it is revoked.
    """

    id: str
    who: str
    name: str
    role: Role
    made_at: datetime
    used_at: datetime | None
    ends_at: datetime | None


class Tokens:
    """The tokens of a database.

    Args:
        database: where they are.
        clock: now, in UTC.
    """

    def __init__(
        self, database: PeopleDatabase, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._clock = clock

    def make(
        self, owner: Account, name: str, role: Role, days: int | None, source: Source
    ) -> tuple[Token, str]:
        """A new one, and its text, which is never shown again.

        Args:
            owner: whose it is.
            name: what it is for.
            role: the most that it may.
            days: how long it holds; until it is revoked when it is None.
            source: who makes it.

        Raises:
            UsageError: the name is none.
            NotAllowed: it would be more than its person is.
        """
        if lesser(role, owner.role) is not role:
            raise NotAllowed(f"{owner.name} is a {owner.role}: a token cannot be a {role}")
        text, now = new_secret(TOKEN_KIND), self._clock()
        token = Token(
            id=new_id(),
            who=owner.name,
            name=checked_name(name),
            role=role,
            made_at=now,
            used_at=None,
            ends_at=None if days is None else now + timedelta(days=days),
        )
        with self._database.writing() as connection:
            connection.execute(
                sa.insert(TOKENS).values(
                    id=token.id,
                    digest=digest_of(text),
                    person=owner.id,
                    name=token.name,
                    role=role.value,
                    made_at=now,
                    ends_at=token.ends_at,
                )
            )
            note(connection, now, source, Did.MADE_TOKEN, f"{token.name} of {owner.name}", role=role.value)
        return token, text

    def listed(self, person: str | None = None) -> list[Token]:
        """Those of a person, or of everybody, oldest first; also those that have ended."""
        wanted = _with_person().order_by(TOKENS.c.made_at, TOKENS.c.id)
        if person is not None:
            wanted = wanted.where(TOKENS.c.person == person)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [
            Token(
                id=row["id"],
                who=row["person_name"],
                name=row["name"],
                role=Role(row["role"]),
                made_at=row["made_at"],
                used_at=row["used_at"],
                ends_at=row["ends_at"],
            )
            for row in rows
        ]

    def revoke(self, identity: str, source: Source, person: str | None = None) -> None:
        """Let one hold no more, of a person where that is said.

        Raises:
            UsageError: there is no such token.
        """
        wanted = TOKENS.c.id == identity
        if person is not None:
            wanted &= TOKENS.c.person == person
        with self._database.writing() as connection:
            row = connection.execute(sa.select(TOKENS.c.name).where(wanted)).one_or_none()
            if row is None:
                raise UsageError(
                    f"there is no token {identity}", "`shotfarm review token list` says which there are"
                )
            connection.execute(sa.delete(TOKENS).where(wanted))
            note(connection, self._clock(), source, Did.REVOKED_TOKEN, row.name)

    def found(self, text: str) -> sa.RowMapping | None:
        """The token of a script with its person; None for one that is none, or holds no more."""
        wanted = _with_person().where(TOKENS.c.digest == digest_of(text))
        with self._database.reading() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return None if row is None or (row["ends_at"] and row["ends_at"] <= self._clock()) else row

    def used(self, row: sa.RowMapping) -> None:
        """Note that one is in use."""
        now = self._clock()
        if row["used_at"] is None or now - row["used_at"] >= _NOTED:
            with self._database.writing() as connection:
                mine = TOKENS.c.id == row["id"]
                connection.execute(sa.update(TOKENS).where(mine).values(used_at=now))


def lesser(one: Role, other: Role) -> Role:
    """Of two roles of people the one that may less."""
    return min(one, other, key=ROLES.index)


def _with_person() -> sa.Select[tuple[object, ...]]:
    return sa.select(
        TOKENS, PEOPLE.c.name.label("person_name"), PEOPLE.c.role.label("person_role")
    ).select_from(TOKENS.join(PEOPLE))
