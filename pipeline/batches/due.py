"""What is made of the runs of a schedule that are due, and of those whose time has passed by. Pure.

Every run makes all that is missing of its slate. So a run that starts now also makes what earlier ones would
have made, and of several at most one is started:

1. What a person asked for is started, however late.
2. Of the runs whose time has just come, the latest is started. It stands for those that were missed.
3. Of the missed runs, where none has just come, the latest is started if missed runs are caught up.
4. All others are left out, each with the reason.

That a run goes on already is not decided here: Prefect knows it for certain, and refuses a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(minutes=5)
"""a run that starts so late was not missed: the machine was busy"""


class Missed(StrEnum):
    """What is done about times at which nobody was there."""

    CATCH_UP = "catch-up"
    SKIP = "skip-missed"


@dataclass(frozen=True, slots=True)
class DueRun:
    """A run that waits, and whose time has come.

    Attributes:
        id: of its flow run.
        at: when that was.
        by_schedule: whether the cron asked for it, and not a person.
    """

    id: str
    at: datetime
    by_schedule: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What is made of due runs.

    Attributes:
        start: those to start, in this order.
        caught_up: the one of them that was missed; None when there is none.
        left_out: the others, and why.
    """

    start: tuple[str, ...]
    caught_up: str | None
    left_out: Mapping[str, str]


def decide(due: Iterable[DueRun], now: datetime, missed: Missed) -> Decision:
    """What is made of runs of one schedule that wait."""
    ordered = sorted(due, key=lambda run: (run.at, run.id))
    asked = [run.id for run in ordered if not run.by_schedule]
    late = [run for run in ordered if run.by_schedule and now - run.at > GRACE]
    fresh = [run for run in ordered if run.by_schedule and now - run.at <= GRACE]
    chosen: str | None = None
    caught_up: str | None = None
    left_out = {run.id: "the run of a later time makes what this one would have made" for run in fresh[:-1]}
    if fresh:
        chosen = fresh[-1].id
        left_out |= {run.id: "missed; the run that is due now makes what it would have made" for run in late}
    elif late and missed is Missed.CATCH_UP:
        chosen = caught_up = late[-1].id
        left_out |= {run.id: "missed; the latest missed run is made for all" for run in late[:-1]}
    else:
        left_out |= {
            run.id: "missed: nothing was there to start it, and missed runs are skipped" for run in late
        }
    return Decision((*asked, *((chosen,) if chosen else ())), caught_up, left_out)
