"""Links that are shared: whoever has one watches one film and says something of it, until it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from pipeline.production.known_versions import words_of_version
from pipeline.review.people.audit import Did, Source, note
from pipeline.review.people.database import LINKS, PeopleDatabase
from pipeline.review.people.names import checked_name
from pipeline.review.people.secrets_kept import digest_of, new_id, new_secret
from storyboard.errors import UsageError

LINK_KIND = "shotfarm-link-"
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class FilmKey:
    """What tells one film from all others, wherever it is served and whatever it is called.

    Attributes:
        production: the id of its production.
        document: the name of its film document, of which a folder may have several.
        version: the values that tell its version from the one with every default, as JSON; empty for that.
    """

    production: str
    document: str
    version: str = ""

    @property
    def in_words(self) -> str:
        """The version for people; nothing for the one with every default."""
        return words_of_version(json.loads(self.version)) if self.version else ""

    def is_of(self, other: FilmKey) -> bool:
        """Whether both are versions of one film."""
        return (self.production, self.document) == (other.production, other.document)


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link, for people to look at; what it is made of is kept nowhere.

    Attributes:
        film: which it shows.
        title: of the film, as it was when the link was made.
        shots: these alone; the whole film when it is None.
        name: whom it is for.
        by: who made it.
        revoked_at: None for one that was not.
    """

    id: str
    film: FilmKey
    title: str
    shots: tuple[str, ...] | None
    name: str
    by: str
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it still opens."""
        return self.revoked_at is None and now < self.ends_at


def page_of(base: str, text: str) -> str:
    """The address that a link opens: what is after `#` is sent to no server, and so stands in no log.

    >>> page_of("https://review.studio.example/", "shotfarm-link-abc")
    'https://review.studio.example/share#shotfarm-link-abc'
    """
    return f"{base.rstrip('/')}/share#{text}"


class Links:
    """The links of a database.

    Args:
        database: where they are.
        clock: now, in UTC.
    """

    def __init__(
        self, database: PeopleDatabase, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._clock = clock

    def share(
        self,
        film: FilmKey,
        title: str,
        *,
        name: str,
        days: int,
        source: Source,
        shots: Sequence[str] | None = None,
    ) -> tuple[ShareLink, str]:
        """A new one, and its text, which is never shown again.

        Args:
            film: which.
            title: of the film.
            name: whom it is for.
            days: how long it opens.
            source: who makes it.
            shots: these alone, which the film has.

        Raises:
            UsageError: the name is none, or so many days are not allowed.
        """
        if not 1 <= days <= MOST_DAYS:
            raise UsageError(f"a link opens for 1 to {MOST_DAYS} days, not {days}")
        text, now = new_secret(LINK_KIND), self._clock()
        link = ShareLink(
            id=new_id(),
            film=film,
            title=title,
            shots=tuple(shots) if shots else None,
            name=checked_name(name),
            by=source.who,
            made_at=now,
            ends_at=now + timedelta(days=days),
            revoked_at=None,
        )
        with self._database.writing() as connection:
            connection.execute(
                sa.insert(LINKS).values(
                    id=link.id,
                    digest=digest_of(text),
                    production=film.production,
                    document=film.document,
                    version=film.version,
                    title=title,
                    shots=list(link.shots) if link.shots else None,
                    name=link.name,
                    by=link.by,
                    made_at=now,
                    ends_at=link.ends_at,
                )
            )
            note(
                connection,
                now,
                source,
                Did.SHARED,
                f"{title} with {link.name}",
                link=link.id,
                ends_at=link.ends_at.isoformat(),
                shots=list(link.shots or ()),
            )
        return link, text

    def listed(self, film: FilmKey | None = None) -> list[ShareLink]:
        """Those of a film in any version, or of all, oldest first; also those that have ended."""
        wanted = sa.select(LINKS).order_by(LINKS.c.made_at, LINKS.c.id)
        if film is not None:
            wanted = wanted.where(LINKS.c.production == film.production, LINKS.c.document == film.document)
        with self._database.reading() as connection:
            return [_link(row) for row in connection.execute(wanted).mappings()]

    def of_text(self, text: str) -> ShareLink | None:
        """The one that somebody came with, also when it has ended; None for a forged one."""
        wanted = sa.select(LINKS).where(LINKS.c.digest == digest_of(text))
        with self._database.reading() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return None if row is None else _link(row)

    def unshare(self, identity: str, source: Source, film: FilmKey | None = None) -> ShareLink:
        """Let one open no more; whoever came by it is out.

        Raises:
            UsageError: there is no such link, of that film where one is said.
        """
        now = self._clock()
        with self._database.writing() as connection:
            row = connection.execute(sa.select(LINKS).where(LINKS.c.id == identity)).mappings().one_or_none()
            if row is None or (film is not None and not _link(row).film.is_of(film)):
                raise UsageError(
                    f"there is no link {identity}", "`shotfarm review links` says which there are"
                )
            if row["revoked_at"] is None:
                mine = LINKS.c.id == identity
                connection.execute(sa.update(LINKS).where(mine).values(revoked_at=now))
                note(
                    connection, now, source, Did.UNSHARED, f"{row['title']} with {row['name']}", link=identity
                )
        return _link({**row, "revoked_at": row["revoked_at"] or now})


def _link(row: sa.RowMapping | dict[str, object]) -> ShareLink:
    names = ("id", "title", "name", "by", "made_at", "ends_at", "revoked_at")
    shots = row["shots"]
    return ShareLink(
        **{name: row[name] for name in names},  # type: ignore[arg-type]
        film=FilmKey(str(row["production"]), str(row["document"]), str(row["version"])),
        shots=tuple(shots) if shots else None,  # type: ignore[arg-type]
    )
