"""The tables of a catalog. Their form is `pipeline.catalog.migrations`' to change, a step at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""of constraints and indexes: a migration can only change what has a name"""


class UtcTime(TypeDecorator[datetime]):
    """A moment, in UTC in every database: SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """For the database."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Row(DeclarativeBase):
    """A row of a table."""

    metadata = MetaData(naming_convention=NAMES)


class ProductionRow(Row):
    """A production: a project folder that has a catalog."""

    __tablename__ = "production"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text)
    """where it was opened last, for people"""
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    log_position: Mapped[int] = mapped_column(BigInteger)
    """so many bytes of its log are in these tables"""
    log_checksum: Mapped[str] = mapped_column(String(64))
    """tells its log from another one"""


class TakeRow(Row):
    """A take that was registered (`pipeline.catalog.entries.Take`)."""

    __tablename__ = "take"
    __table_args__ = (UniqueConstraint("production", "shot", "digest"),)

    production: Mapped[str] = mapped_column(ForeignKey("production.id"), primary_key=True)
    shot: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger)
    """counts a production's takes in the order in which they were registered"""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    renderer: Mapped[str] = mapped_column(Text)
    seed: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    worker_s: Mapped[float] = mapped_column(Double)
    gpu_s: Mapped[float] = mapped_column(Double)
    quality: Mapped[dict[str, Any]] = mapped_column(JSON)
    adjustment: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class DecisionRow(Row):
    """A decision that was appended (`pipeline.catalog.entries.Decision`); never changed, never removed."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "production", "shot"),)

    production: Mapped[str] = mapped_column(ForeignKey("production.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shot: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    take: Mapped[str | None] = mapped_column(String(64))
    what: Mapped[dict[str, Any]] = mapped_column(JSON)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)
    seen: Mapped[int | None]
    version: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class RaiseRow(Row):
    """A budget that was raised (`pipeline.catalog.entries.Raise`); never changed, never removed."""

    __tablename__ = "budget_raise"

    production: Mapped[str] = mapped_column(ForeignKey("production.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """counts a production's raises in their order"""
    document: Mapped[str] = mapped_column(Text)
    more: Mapped[dict[str, Any]] = mapped_column(JSON)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class PersonRow(Row):
    """Somebody who signs in to the review application (`pipeline.review.people`)."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    """who takes the name of somebody that was removed is another person"""
    name: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, unique=True)
    """the name, as it is looked for: letters that look alike are one"""
    role: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(Text)
    """its argon2 hash, which says its parameters"""
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    password_at: Mapped[datetime] = mapped_column(UtcTime)


class ShareLinkRow(Row):
    """A link that lets somebody without a name look at one film."""

    __tablename__ = "share_link"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """of what stands in the link"""
    production: Mapped[str] = mapped_column(String(64), index=True)
    document: Mapped[str] = mapped_column(Text)
    """the name of the film document in the folder of its production"""
    version: Mapped[str] = mapped_column(Text, server_default="")
    """the values that tell the film's version from the one with every default, as JSON; empty for that"""
    title: Mapped[str] = mapped_column(Text)
    shots: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """these alone; the whole film when there are none"""
    name: Mapped[str] = mapped_column(Text)
    """whom it is for"""
    by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class PersonSessionRow(Row):
    """A browser of a person, or of somebody with a link, that was let in."""

    __tablename__ = "person_session"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """of what the cookie holds"""
    person: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    link: Mapped[str | None] = mapped_column(ForeignKey("share_link.id", ondelete="CASCADE"), index=True)
    guest: Mapped[str] = mapped_column(Text)
    """the name that somebody with a link gave"""
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    address: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    """what the browser called itself"""


class PersonTokenRow(Row):
    """What a script of a person shows instead of their password."""

    __tablename__ = "person_token"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    """the most that it may; never more than its person"""
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcTime)


class AuditRow(Row):
    """Something that somebody did or tried; never changed, never removed."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    kind: Mapped[str] = mapped_column(String(32))
    who: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
