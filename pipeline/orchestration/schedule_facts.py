"""Schedules and their runs as people see them, made from what Prefect answers. Pure."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, ValidationError

from pipeline.batches.due import GRACE, Missed
from pipeline.batches.order import BatchOrder
from pipeline.batches.times import Cron, cron_of
from storyboard.described import DescribedModel
from storyboard.errors import UsageError

LEFT_OUT = "Skipped"
"""the name of the state of a run that the schedule left out; its type is Prefect's of cancelled runs"""
MISSED_TAG = "missed:"
"""before what is done about missed times, in a tag of a deployment"""
ATTENDED = timedelta(minutes=1)
GOES_ON = ("PENDING", "RUNNING", "CANCELLING")
"""Prefect's states of a run that has a process, or is about to get one"""
_FULL = "Deployment concurrency limit reached."


class RunEnd(StrEnum):
    """What became of a run of a schedule."""

    WAITS = "waits"
    GOES_ON = "goes on"
    DONE = "done"
    FAILED = "failed"
    CUT_OFF = "cut off"
    CALLED_OFF = "called off"
    LEFT_OUT = "left out"


class _Facts(DescribedModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ComingTime(_Facts):
    """When a schedule starts a run."""

    local: datetime
    """with the offset that its zone has then"""
    utc: datetime
    note: str = ""
    """what the clocks do on that day"""


class ScheduledRun(_Facts):
    """A run of a schedule."""

    id: str
    """of its flow run"""
    due: datetime
    """when it was to start"""
    started: datetime | None
    ended: datetime | None
    end: RunEnd
    words: str
    """why it ended so; empty where nothing more is to be said"""
    by_schedule: bool
    """whether the cron asked for it, and not a person"""
    caught_up: bool
    """its time had been missed"""


class Schedule(_Facts):
    """A slate that is made again and again."""

    id: str
    """of its deployment"""
    name: str
    slate: str
    """its document, by its whole path"""
    cron: str
    """empty when somebody has given it other times in Prefect's page"""
    timezone: str
    missed: Missed
    paused: bool
    attended: bool
    """whether the runner that starts its runs looks after it"""
    coming: tuple[ComingTime, ...]
    """none while it is paused"""
    goes_on: ScheduledRun | None
    last: ScheduledRun | None
    """that has ended"""
    page: str
    """of the deployment, in Prefect"""
    trouble: str = ""
    """why its runs would fail before they do anything; empty when nothing is known of that"""


def run_of(told: dict[str, Any]) -> ScheduledRun:
    """A flow run of Prefect, as it is shown."""
    due = datetime.fromisoformat(told["expected_start_time"])
    started, ended = (
        datetime.fromisoformat(told[key]) if told[key] else None for key in ("start_time", "end_time")
    )
    state = told["state"] or {}
    end, words = _end(told["state_type"], state.get("name", ""), state.get("message") or "")
    if end is RunEnd.LEFT_OUT:
        started = ended = None  # Prefect says of a run that never began that it did as it ended
    by_schedule = bool(told["auto_scheduled"])
    caught_up = by_schedule and started is not None and started - due > GRACE
    return ScheduledRun(
        id=told["id"],
        due=due,
        started=started,
        ended=ended if end not in {RunEnd.WAITS, RunEnd.GOES_ON} else None,
        end=end,
        words=words,
        by_schedule=by_schedule,
        caught_up=caught_up,
    )


def _end(kind: str, name: str, message: str) -> tuple[RunEnd, str]:
    match kind:
        case "SCHEDULED":
            return RunEnd.WAITS, ""
        case "PENDING" | "RUNNING" | "CANCELLING" | "PAUSED":
            return RunEnd.GOES_ON, ""
        case "COMPLETED":
            return RunEnd.DONE, "" if message == "All states completed." else message
        case "FAILED":
            return RunEnd.FAILED, message
        case "CRASHED":
            return RunEnd.CUT_OFF, message
    if message.startswith(_FULL):
        return RunEnd.LEFT_OUT, "another run of this schedule went on"
    return (RunEnd.LEFT_OUT if name == LEFT_OUT else RunEnd.CALLED_OFF), message


def missed_of(deployment: dict[str, Any]) -> Missed:
    """What is done about the missed times of a schedule; they are skipped where nothing else is known."""
    for tag in deployment["tags"]:
        with contextlib.suppress(ValueError):
            if tag.startswith(MISSED_TAG):
                return Missed(tag.removeprefix(MISSED_TAG))
    return Missed.SKIP


def slate_of(deployment: dict[str, Any]) -> str:
    """The document of the slate that it makes."""
    order = deployment["parameters"].get("order")
    return str(order.get("slate", "")) if isinstance(order, dict) else ""


def trouble_of(deployment: dict[str, Any]) -> str:
    """Why runs of it would fail at once: another version of shotfarm asked for something else."""
    try:
        BatchOrder.model_validate(deployment["parameters"].get("order"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        return f"its runs cannot begin ({where or 'order'}: {first['msg']}); make it anew with the same name"
    return ""


def cron_of_deployment(deployment: dict[str, Any]) -> Cron | None:
    """Its cron, if that is all: a person may have given it other times in Prefect's page."""
    active = [one["schedule"] for one in deployment["schedules"]]
    if len(active) != 1 or "cron" not in active[0]:
        return None
    with contextlib.suppress(UsageError):
        return cron_of(active[0]["cron"], active[0]["timezone"] or "UTC")
    return None


def is_paused(deployment: dict[str, Any]) -> bool:
    """Whether it starts no runs: Prefect pauses a deployment, and its page each schedule of one."""
    return bool(deployment["paused"]) or not any(one["active"] for one in deployment["schedules"])


def is_attended(deployment: dict[str, Any], now: datetime) -> bool:
    """Whether a runner has asked for its runs of late."""
    polled = deployment.get("last_polled")
    return isinstance(polled, str) and now - datetime.fromisoformat(polled) < ATTENDED
