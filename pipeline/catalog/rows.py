"""Takes, decisions and raises as rows of the tables, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from pipeline.catalog.entries import Decision, Line, Raise, Take
from pipeline.catalog.models import DecisionRow, ProductionRow, RaiseRow, TakeRow

PRODUCTIONS, TAKES, DECISIONS, RAISES = (
    cast("sa.Table", row.__table__) for row in (ProductionRow, TakeRow, DecisionRow, RaiseRow)
)
OF_LOG = (TAKES, DECISIONS, RAISES)
"""the tables that are made from a log"""
_NOT_IN_ENTRIES = {"production", "place", "kind"}
"""columns that the entries do not have"""


def takes_where(connection: Connection, wanted: sa.ColumnElement[bool]) -> list[Take]:
    """Takes, in the order in which they were registered."""
    rows = connection.execute(sa.select(TAKES).where(wanted).order_by(TAKES.c.place)).mappings()
    return [Take.model_validate(_entry(row)) for row in rows]


def decisions_where(connection: Connection, wanted: sa.ColumnElement[bool]) -> list[Decision]:
    """Decisions, oldest first."""
    rows = connection.execute(sa.select(DECISIONS).where(wanted).order_by(DECISIONS.c.number)).mappings()
    return [Decision.model_validate(_entry(row)) for row in rows]


def raises_where(connection: Connection, wanted: sa.ColumnElement[bool]) -> list[Raise]:
    """Raises of budgets, oldest first."""
    rows = connection.execute(sa.select(RAISES).where(wanted).order_by(RAISES.c.place)).mappings()
    return [Raise.model_validate(_entry(row)) for row in rows]


def only_production(engine: Engine) -> str | None:
    """The id of the production in a database that holds one alone."""
    with engine.connect() as connection:
        found = connection.execution_options(reading=True).scalars(sa.select(PRODUCTIONS.c.id)).all()
    return str(found[0]) if len(found) == 1 else None


def insert_lines(connection: Connection, production: str, lines: Iterable[Line]) -> None:
    """Add what lines of a log say, after what is there."""

    def last(table: sa.Table) -> int:
        mine = sa.select(sa.func.count()).select_from(table).where(table.c.production == production)
        return int(connection.execute(mine).scalar_one())

    lines = [*lines]
    takes = [line.take for line in lines if line.take]
    decisions = [line.decision for line in lines if line.decision]
    raises = [line.raised for line in lines if line.raised]
    if takes:
        rows = [_take_row(production, place, take) for place, take in enumerate(takes, last(TAKES) + 1)]
        connection.execute(sa.insert(TAKES), rows)
    if decisions:
        connection.execute(sa.insert(DECISIONS), [_decision_row(production, one) for one in decisions])
    if raises:
        rows = [
            {**one.model_dump(), "production": production, "place": place}
            for place, one in enumerate(raises, last(RAISES) + 1)
        ]
        connection.execute(sa.insert(RAISES), rows)


def _entry(row: sa.RowMapping) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in _NOT_IN_ENTRIES}


def _take_row(production: str, place: int, take: Take) -> dict[str, object]:
    laid = None if take.adjustment is None else take.adjustment.model_dump(mode="json", exclude_none=True)
    return {**take.model_dump(), "production": production, "place": place, "adjustment": laid}


def _decision_row(production: str, one: Decision) -> dict[str, object]:
    what = one.what.model_dump(mode="json", exclude_none=True)
    return {**one.model_dump(), "production": production, "kind": one.what.kind, "what": what}
