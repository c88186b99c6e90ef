"""The audit trail: who did or tried what, when, from where. Added to, never changed.

What people decided of takes stands in the log of its production with who and when; here stands from where,
and everything else: who came and went, who was refused, and what changed of people, tokens and links.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.catalog.entries import Decision
from pipeline.review.people.database import AUDIT, PeopleDatabase

_MOST_LETTERS = 300
"""of what came from outside"""


class Did(StrEnum):
    """What somebody did."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    WRONG_PASSWORD = "wrong password"  # noqa: S105
    LOCKED_OUT = "locked out"
    OPENED_LINK = "opened link"
    WRONG_LINK = "wrong link"
    CHANGED = "changed"
    """something by the application: its address says what"""
    REFUSED = "refused"
    """the same, asked for by somebody who may not"""
    DECIDED = "decided"
    """of a take: as the log of the production has it"""
    ADDED_PERSON = "added person"
    CHANGED_ROLE = "changed role"
    CHANGED_PASSWORD = "changed password"  # noqa: S105
    REMOVED_PERSON = "removed person"
    ENDED_SESSION = "ended session"
    MADE_TOKEN = "made token"  # noqa: S105
    REVOKED_TOKEN = "revoked token"  # noqa: S105
    SHARED = "shared"
    UNSHARED = "unshared"


@dataclass(frozen=True, slots=True)
class Source:
    """Who does something, and from where.

    Attributes:
        who: their name.
        role: theirs; empty where nobody is known.
        address: of their machine; `command line` for whoever has this one.
    """

    who: str
    role: str
    address: str


COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the trail.

    Attributes:
        about: whom or what, for people.
        facts: more, for scripts.
    """

    at: datetime
    kind: str
    who: str
    role: str
    address: str
    about: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def note(
    connection: Connection, at: datetime, source: Source, did: Did, about: str = "", **facts: object
) -> None:
    """Add a line, in the transaction of what it tells."""
    connection.execute(
        sa.insert(AUDIT).values(
            at=at,
            kind=did.value,
            who=source.who[:_MOST_LETTERS],
            role=source.role,
            address=source.address[:_MOST_LETTERS],
            about=about[:_MOST_LETTERS],
            facts=facts,
        )
    )


def entries_since(
    database: PeopleDatabase,
    since: datetime | None,
    most: int | None = None,
    kinds: Iterable[Did] | None = None,
) -> list[Entry]:
    """The trail from a moment on, oldest first; of too many the last ones.

    Args:
        database: where it is.
        since: the moment; None for its beginning.
        most: lines.
        kinds: of what people did; all when it is None.

    Raises:
        CatalogError: the database cannot be used.
    """
    wanted = sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(most)
    if kinds is not None:
        wanted = wanted.where(AUDIT.c.kind.in_([kind.value for kind in kinds]))
    if since:
        wanted = wanted.where(AUDIT.c.at >= since)
    with database.reading() as connection:
        rows = connection.execute(wanted).mappings().all()
    return [Entry(**{name: value for name, value in row.items() if name != "number"}) for row in rows[::-1]]


def decided(film: str, decisions: Iterable[Decision], since: datetime | None) -> list[Entry]:
    """What people decided of a film's takes, as lines of the trail."""
    return [
        Entry(
            at=one.at,
            kind=Did.DECIDED.value,
            who=one.by,
            role="",
            address="",
            about=f"{one.what.kind} {one.shot}",
            facts={"film": film, "number": one.number, "shot": one.shot, "take": one.take},
        )
        for one in decisions
        if since is None or one.at >= since
    ]
