"""Schedules and runs as people see them, from what Prefect answers."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from pipeline.batches.due import GRACE, Missed
from pipeline.batches.times import Cron
from pipeline.cli.views.schedule import schedules_table, show_schedule
from pipeline.orchestration.schedule_facts import (
    ATTENDED,
    RunEnd,
    Schedule,
    cron_of_deployment,
    is_attended,
    is_paused,
    missed_of,
    run_of,
    slate_of,
    trouble_of,
)

DUE = datetime(2026, 11, 29, 1, tzinfo=UTC)
NIGHTLY = {"cron": "0 2 * * *", "timezone": "Europe/Rome", "day_or": True}


def flow_run(kind: str, name: str = "", message: str | None = None, **facts: Any) -> dict[str, Any]:
    return {
        "id": "x",
        "expected_start_time": DUE.isoformat(),
        "start_time": (DUE + timedelta(seconds=4)).isoformat(),
        "end_time": (DUE + timedelta(hours=1)).isoformat(),
        "state_type": kind,
        "state": {"name": name or kind.capitalize(), "message": message},
        "auto_scheduled": True,
        **facts,
    }


@pytest.mark.parametrize(
    ("told", "end", "words"),
    [
        (flow_run("SCHEDULED"), RunEnd.WAITS, ""),
        (flow_run("SCHEDULED", "Late"), RunEnd.WAITS, ""),
        (flow_run("PENDING"), RunEnd.GOES_ON, ""),
        (flow_run("RUNNING"), RunEnd.GOES_ON, ""),
        (flow_run("CANCELLING"), RunEnd.GOES_ON, ""),
        (flow_run("COMPLETED", message="All states completed."), RunEnd.DONE, ""),
        (flow_run("COMPLETED", message=None), RunEnd.DONE, ""),
        (flow_run("FAILED", message="1 failed"), RunEnd.FAILED, "1 failed"),
        (flow_run("CRASHED", message="its process has ended"), RunEnd.CUT_OFF, "its process has ended"),
        (flow_run("CANCELLED", message="by me"), RunEnd.CALLED_OFF, "by me"),
        (flow_run("CANCELLED", "Skipped", "missed"), RunEnd.LEFT_OUT, "missed"),
        (
            flow_run("CANCELLED", message="Deployment concurrency limit reached."),
            RunEnd.LEFT_OUT,
            "another run of this schedule went on",
        ),
    ],
)
def test_what_became_of_a_run(told, end, words):
    run = run_of(told)
    assert (run.end, run.words) == (end, words)
    assert (run.ended is None) == (end in {RunEnd.WAITS, RunEnd.GOES_ON, RunEnd.LEFT_OUT})


def test_a_run_that_the_cron_asked_for_and_that_started_late_was_caught_up():
    late = (DUE + GRACE + timedelta(seconds=1)).isoformat()
    assert not run_of(flow_run("COMPLETED")).caught_up
    assert run_of(flow_run("COMPLETED", start_time=late)).caught_up
    assert not run_of(flow_run("COMPLETED", start_time=late, auto_scheduled=False)).caught_up


def deployment(**facts: Any) -> dict[str, Any]:
    return {
        "tags": ["schedule", "missed:catch-up"],
        "paused": False,
        "schedules": [{"active": True, "schedule": NIGHTLY}],
        "parameters": {"order": {"slate": "/films/slate.yaml"}},
        **facts,
    }


def test_a_deployment_as_it_was_made():
    made = deployment()
    assert missed_of(made) is Missed.CATCH_UP
    assert cron_of_deployment(made) == Cron("0 2 * * *", "Europe/Rome")
    assert slate_of(made) == "/films/slate.yaml"
    assert not is_paused(made)


@pytest.mark.parametrize(
    "schedules",
    [
        [],
        [{"active": True, "schedule": {"interval": 3600, "timezone": "UTC"}}],
        [{"active": True, "schedule": {"rrule": "FREQ=DAILY", "timezone": "UTC"}}],
        [{"active": True, "schedule": {**NIGHTLY, "cron": "0 2 * * 5L"}}],
        [{"active": True, "schedule": NIGHTLY}, {"active": True, "schedule": NIGHTLY}],
    ],
)
def test_other_times_that_a_person_has_given_it_in_prefect_are_no_cron_of_ours(schedules):
    assert cron_of_deployment(deployment(schedules=schedules)) is None


@pytest.mark.parametrize("tags", [[], ["schedule"], ["missed:never"], ["films"]])
def test_missed_times_are_skipped_where_the_tag_is_gone(tags):
    assert missed_of(deployment(tags=tags)) is Missed.SKIP


@pytest.mark.parametrize("parameters", [{}, {"order": None}, {"order": {}}, {"order": []}])
def test_a_deployment_whose_parameters_somebody_emptied_has_no_slate(parameters):
    assert slate_of(deployment(parameters=parameters)) == ""


def test_it_is_paused_as_a_whole_or_by_each_schedule():
    assert is_paused(deployment(paused=True))
    assert is_paused(deployment(schedules=[{"active": False, "schedule": NIGHTLY}]))


@pytest.mark.parametrize(("ago_s", "attended"), [(0, True), (59, True), (61, False)])
def test_it_is_attended_where_a_runner_asked_for_its_runs_of_late(ago_s, attended):
    polled = (DUE - timedelta(seconds=ago_s)).isoformat()
    assert is_attended(deployment(last_polled=polled), DUE) is attended
    assert not is_attended(deployment(last_polled=None), DUE)
    assert timedelta(minutes=1) == ATTENDED


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"slate": "/films/slate.yaml", "only": ["a"]}, ""),
        ({"slate": "/films/slate.yaml", "gone": 1}, "(gone: Extra inputs are not permitted)"),
        ({"slate": "/films/slate.yaml", "workers": "all"}, "(workers: "),
        (None, "(order: "),
    ],
)
def test_one_whose_runs_would_fail_at_once_says_so_where_schedules_are_listed(order, words):
    trouble = trouble_of(deployment(parameters={"order": order}))
    assert words in trouble
    assert bool(trouble) == bool(words)
    seen = Schedule(
        id="x", name="nightly", slate="/films/slate.yaml", cron="0 2 * * *", timezone="UTC",
        missed=Missed.SKIP, paused=False, attended=True, coming=(), goes_on=None, last=None, page="",
        trouble=trouble,
    )  # fmt: skip
    console = Console(file=io.StringIO(), width=500)
    show_schedule(console, seen)
    console.print(schedules_table([seen]))
    assert console.file.getvalue().count("make it anew") == (2 if words else 0)
