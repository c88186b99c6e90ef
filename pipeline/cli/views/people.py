"""What the command line shows of people, their sessions and tokens, links, and the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from pipeline.cli.console import printable

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.review.people.accounts import Account
    from pipeline.review.people.audit import Entry
    from pipeline.review.people.links import ShareLink
    from pipeline.review.people.sessions import Session
    from pipeline.review.people.tokens import Token


def people_as_json(people: Sequence[Account], sessions: Sequence[Session]) -> list[dict[str, Any]]:
    """Everybody who signs in, for a script."""
    open_now = [session.who for session in sessions]
    return [{**_plain(asdict(one)), "sessions": open_now.count(one.name)} for one in people]


def people_table(console: Console, people: Sequence[Account], sessions: Sequence[Session]) -> None:
    """A row a person."""
    if not people:
        console.print("Nobody yet: shotfarm review people add NAME --role producer", highlight=False)
        return
    open_now = [session.who for session in sessions]
    rows = ((one.name, one.role, str(open_now.count(one.name)), _when(one.made_at)) for one in people)
    _table(console, ("name", "role", "signed in", "since"), rows)


def sessions_as_json(sessions: Sequence[Session]) -> list[dict[str, Any]]:
    """Browsers that are signed in, for a script."""
    return [_plain(asdict(one)) for one in sessions]


def sessions_table(console: Console, sessions: Sequence[Session]) -> None:
    """A row a session."""
    if not sessions:
        console.print("Nobody is signed in.", highlight=False)
        return
    rows = ((one.id, one.who, _when(one.seen_at), one.address, one.agent) for one in sessions)
    _table(console, ("id", "who", "last seen", "from", "browser"), rows)


def tokens_as_json(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    """Tokens, for a script."""
    return [_plain(asdict(one)) for one in tokens]


def tokens_table(console: Console, tokens: Sequence[Token]) -> None:
    """A row a token."""
    if not tokens:
        console.print("There are no tokens.", highlight=False)
        return
    rows = (
        (one.id, one.who, one.name, one.role, _when(one.used_at, "never"), _when(one.ends_at, "—"))
        for one in tokens
    )
    _table(console, ("id", "who", "for", "role", "last used", "ends"), rows)


def links_as_json(links: Sequence[ShareLink], now: datetime) -> list[dict[str, Any]]:
    """Links, for a script."""
    return [{**_plain(asdict(one)), "holds": one.holds(now)} for one in links]


def links_table(console: Console, links: Sequence[ShareLink], now: datetime) -> None:
    """A row a link; those that open no more say why."""
    if not links:
        console.print("Nothing is shared: shotfarm review share FILM", highlight=False)
        return
    rows = (
        (one.id, _film_of(one), ", ".join(one.shots or ("all",)), one.name, one.by, _state(one, now))
        for one in links
    )
    _table(console, ("id", "film", "shots", "for", "by", "opens"), rows)


def audit_as_json(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The audit trail, for a script."""
    return [_plain(asdict(one)) for one in entries]


def audit_table(console: Console, entries: Sequence[Entry]) -> None:
    """A row a line of the trail, oldest first."""
    if not entries:
        console.print("Nothing has happened yet.", highlight=False)
        return
    rows = (
        (_when(one.at), one.who or "—", one.role, one.kind, one.about, one.address or "—") for one in entries
    )
    _table(console, ("when", "who", "role", "did", "what", "from"), rows)


def _table(console: Console, headings: Sequence[str], rows: Any) -> None:
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(printable(str(cell))) for cell in row))
    console.print(table)


def _film_of(link: ShareLink) -> str:
    version = link.film.in_words
    return f"{link.title} [{version}]" if version else link.title


def _state(link: ShareLink, now: datetime) -> str:
    if link.revoked_at:
        return f"no more, since {_when(link.revoked_at)}"
    return f"until {_when(link.ends_at)}" if link.holds(now) else f"no more, since {_when(link.ends_at)}"


def _when(moment: datetime | None, never: str = "") -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else never


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Moments as they are written for scripts."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
    }
