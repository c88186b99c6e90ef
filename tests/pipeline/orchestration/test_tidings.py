"""Channels hear once of a budget that is reached, and of a deadline that will be missed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from farm.schedule.messages import Update
from pipeline.notices.notice import About
from pipeline.orchestration.telling import Tidings

DUE = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)


def told(deadline: datetime | None, *updates: Update) -> list[str]:
    heard = []
    herald = SimpleNamespace(about=About("Film", Path("film.yaml"), {}), tell=heard.append)
    tidings = Tidings(herald, deadline)  # type: ignore[arg-type]
    for update in updates:
        tidings.rendering(update)
    return [one.occasion.value for one in heard]


def test_a_budget_is_told_of_each_time_that_it_is_reached():
    over = Update((), {}, over=("11.00", "1.60 EUR"))
    assert told(None, over, over, Update((), {}), over) == ["over-budget", "over-budget"]


def test_a_deadline_that_will_be_missed_is_told_of_once():
    late = Update((), {}, late_s=600.0)
    assert told(DUE, Update((), {}, late_s=1.0), late, late, Update((), {}, late_s=-5.0), late) == ["late"]
    assert told(None, late) == []
