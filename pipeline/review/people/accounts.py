"""People who sign in: added, found, changed, removed; and their passwords checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from pipeline.review.people.audit import Did, Source, note
from pipeline.review.people.database import PEOPLE, SESSIONS, TOKENS, PeopleDatabase
from pipeline.review.people.names import checked_name, key_of
from pipeline.review.people.passwords import Passwords, check_password
from pipeline.review.people.secrets_kept import new_id
from pipeline.web.roles import Role
from storyboard.errors import UsageError
from storyboard.wording import listed

ROLES = (Role.VIEWER, Role.REVIEWER, Role.PRODUCER)
"""that people have, from the least to the most; clients come by links"""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in."""

    id: str
    name: str
    role: Role
    made_at: datetime
    password_at: datetime


def role_named(word: str) -> Role:
    """A role that a person can have.

    Raises:
        UsageError: there is no such role.
    """
    if word not in ROLES:
        raise UsageError(f"there is no role {str(word)!r} for a person", f"there are: {listed([*ROLES])}")
    return Role(word)


class Accounts:
    """The people of a database.

    Args:
        database: where they are.
        passwords: hashes and checks.
        clock: now, in UTC.
    """

    def __init__(
        self,
        database: PeopleDatabase,
        passwords: Passwords | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._passwords = passwords or Passwords()
        self._clock = clock

    def every(self) -> list[Account]:
        """All of them, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(PEOPLE).order_by(PEOPLE.c.key)).mappings().all()
        return [_account(row) for row in rows]

    def named(self, name: str) -> Account:
        """The one of a name.

        Raises:
            UsageError: nobody has it.
        """
        with self._database.reading() as connection:
            return _account(_found(connection, PEOPLE.c.key == key_of(name), name))

    def of_id(self, identity: str) -> Account:
        """The one of an id.

        Raises:
            UsageError: nobody has it.
        """
        with self._database.reading() as connection:
            return _account(_found(connection, PEOPLE.c.id == identity, identity))

    def add(self, name: str, role: Role, password: str, source: Source) -> Account:
        """Somebody new.

        Raises:
            UsageError: the name is taken or none, or the password is not good enough.
        """
        shown = checked_name(name)
        check_password(password, shown)
        kept, now = self._passwords.hash(password), self._clock()
        row: dict[str, object] = {
            "id": new_id(),
            "name": shown,
            "role": role.value,
            "made_at": now,
            "password_at": now,
        }
        with self._database.writing() as connection:
            try:
                connection.execute(sa.insert(PEOPLE).values(**row, key=key_of(shown), password=kept))
            except IntegrityError:
                raise UsageError(f"there is somebody called {shown} already", "choose another name") from None
            note(connection, now, source, Did.ADDED_PERSON, shown, role=role.value)
        return _account(row)

    def set_role(self, identity: str, role: Role, source: Source) -> Account:
        """Give somebody another role; what they have open follows at once.

        Raises:
            UsageError: nobody has this id, or no producer would be left.
        """
        with self._database.writing() as connection:
            found = _found(connection, PEOPLE.c.id == identity, identity)
            if role is not Role.PRODUCER:
                _keep_a_producer(connection, found)
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == identity).values(role=role.value))
            note(connection, self._clock(), source, Did.CHANGED_ROLE, found["name"], role=role.value)
        return _account({**found, "role": role.value})

    def set_password(self, identity: str, password: str, source: Source, but_session: str = "") -> None:
        """Give somebody another password: their sessions end, and their tokens hold no more.

        Args:
            identity: of the person.
            password: the new one.
            source: who does it.
            but_session: the id of a session that stays, of the person who does it themselves.

        Raises:
            UsageError: nobody has this id, or the password is not good enough.
        """
        account = self.of_id(identity)
        check_password(password, account.name)
        kept, now = self._passwords.hash(password), self._clock()
        with self._database.writing() as connection:
            connection.execute(
                sa.update(PEOPLE).where(PEOPLE.c.id == identity).values(password=kept, password_at=now)
            )
            theirs = (SESSIONS.c.person == identity) & (SESSIONS.c.id != but_session)
            connection.execute(sa.delete(SESSIONS).where(theirs))
            connection.execute(sa.delete(TOKENS).where(TOKENS.c.person == identity))
            note(connection, now, source, Did.CHANGED_PASSWORD, account.name)

    def remove(self, identity: str, source: Source) -> Account:
        """Remove somebody, with their sessions and tokens; what they decided stays.

        Raises:
            UsageError: nobody has this id, or no producer would be left.
        """
        with self._database.writing() as connection:
            found = _found(connection, PEOPLE.c.id == identity, identity)
            _keep_a_producer(connection, found)
            connection.execute(sa.delete(PEOPLE).where(PEOPLE.c.id == identity))
            note(connection, self._clock(), source, Did.REMOVED_PERSON, found["name"])
        return _account(found)

    def check(self, name: str, password: str) -> Account | None:
        """Whoever has this name and password; takes as long when nobody has. An old hash is made anew."""
        wanted = sa.select(PEOPLE).where(PEOPLE.c.key == key_of(name[:1000]))
        with self._database.reading() as connection:
            found = connection.execute(wanted).mappings().one_or_none()
        kept = found["password"] if found else None
        if not self._passwords.matches(password, kept) or found is None:
            return None
        if self._passwords.is_outdated(found["password"]):
            self._hash_anew(found["id"], found["password"], password)
        return _account(found)

    def still_has(self, connection: Connection, account: Account) -> bool:
        """Whether somebody is there with the password that was checked; nobody changes that meanwhile."""
        mine = sa.select(PEOPLE.c.password_at).where(PEOPLE.c.id == account.id).with_for_update()
        return bool(connection.execute(mine).scalar_one_or_none() == account.password_at)

    def _hash_anew(self, identity: str, before: str, password: str) -> None:
        made = self._passwords.hash(password)
        unchanged = (PEOPLE.c.id == identity) & (PEOPLE.c.password == before)
        with self._database.writing() as connection:
            connection.execute(sa.update(PEOPLE).where(unchanged).values(password=made))


def _found(connection: Connection, wanted: sa.ColumnElement[bool], name: str) -> sa.RowMapping:
    row = connection.execute(sa.select(PEOPLE).where(wanted)).mappings().one_or_none()
    if row is None:
        raise UsageError(f"there is nobody called {name}", "`shotfarm review people list` says who there is")
    return row


def _keep_a_producer(connection: Connection, leaving: sa.RowMapping) -> None:
    """Refuse to lose the last one who can let others in.

    Raises:
        UsageError: it is this one.
    """
    if leaving["role"] != Role.PRODUCER:
        return
    # Locked, so that two producers cannot remove each other at the same moment.
    producers = sa.select(PEOPLE.c.id).where(PEOPLE.c.role == Role.PRODUCER.value).with_for_update()
    if len(connection.execute(producers).all()) == 1:
        raise UsageError(f"{leaving['name']} is the only producer", "make somebody else a producer first")


def _account(row: sa.RowMapping | dict[str, object]) -> Account:
    facts = {name: row[name] for name in ("id", "name", "made_at", "password_at")}
    return Account(**facts, role=Role(row["role"]))  # type: ignore[arg-type]
