"""Channels hear once of a budget that is reached, and of a deadline that will be missed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from farm.schedule.amounts import Over
from farm.schedule.messages import Update
from pipeline.notices.notice import About
from pipeline.orchestration.telling import Tidings

DUE = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)


def told(deadline: datetime | None, *updates: Update) -> list[str]:
    """What two who tell are given to tell: the production, and its slate."""
    heard = []
    heralds = [
        SimpleNamespace(about=About(name, Path("film.yaml")), tell=lambda one: heard.append(one.subject))
        for name in ("Film", "spring")
    ]
    tidings = Tidings(deadline, *heralds)  # type: ignore[arg-type]
    for update in updates:
        tidings.rendering(update)
    return heard


def test_each_budget_is_told_of_each_time_that_it_is_reached():
    one, other = (Over(name, name, "11.00", "10.00 EUR") for name in "ab")
    first, both = Update((), {}, over=(one,)), Update((), {}, over=(one, other))
    assert told(None, first, first) == ["Film: over budget", "spring: over budget"]
    assert len(told(None, first, both, first)) == 4
    assert len(told(None, first, Update((), {}), first)) == 4


def test_a_deadline_that_will_be_missed_is_told_of_once():
    late = Update((), {}, late_s=600.0)
    heard = told(DUE, Update((), {}, late_s=1.0), late, late, Update((), {}, late_s=-5.0), late)
    assert heard == ["Film: late", "spring: late"]
    assert told(None, late) == []
