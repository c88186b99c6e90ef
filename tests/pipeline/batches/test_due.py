"""What is made of runs whose time has come, as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batches.due import GRACE, DueRun, Missed, decide

NOW = datetime(2026, 11, 29, 2, 0, 30, tzinfo=UTC)


def due(name: str, minutes_ago: float, *, by_schedule: bool = True) -> DueRun:
    return DueRun(name, NOW - timedelta(minutes=minutes_ago), by_schedule)


def asked(name: str, minutes_ago: float) -> DueRun:
    return due(name, minutes_ago, by_schedule=False)


@pytest.mark.parametrize(
    ("waiting", "missed", "start", "caught_up"),
    [
        ([], Missed.CATCH_UP, [], None),
        ([due("tonight", 0.5)], Missed.SKIP, ["tonight"], None),
        ([due("tonight", 0.5)], Missed.CATCH_UP, ["tonight"], None),
        ([due("last", 600)], Missed.SKIP, [], None),
        ([due("last", 600)], Missed.CATCH_UP, ["last"], "last"),
        ([due("one", 3000), due("two", 1500), due("three", 60)], Missed.CATCH_UP, ["three"], "three"),
        ([due("last", 600), due("tonight", 0.5)], Missed.CATCH_UP, ["tonight"], None),
        ([due("a", 3), due("b", 2), due("c", 1)], Missed.SKIP, ["c"], None),
        ([asked("by hand", 600)], Missed.SKIP, ["by hand"], None),
        ([asked("by hand", 600), due("last", 600)], Missed.SKIP, ["by hand"], None),
        (
            [asked("late", 1), asked("early", 2), due("tonight", 0)],
            Missed.SKIP,
            ["early", "late", "tonight"],
            None,
        ),
    ],
)
def test_of_what_waits_this_is_started(waiting, missed, start, caught_up):
    decision = decide(waiting, NOW, missed)
    assert [*decision.start] == start
    assert decision.caught_up == caught_up
    assert {*decision.left_out} == {run.id for run in waiting} - {*start}


def test_a_run_is_missed_when_the_grace_is_over():
    on_time = DueRun("x", NOW - GRACE, by_schedule=True)
    assert decide([on_time], NOW, Missed.SKIP).start == ("x",)
    late = DueRun("x", NOW - GRACE - timedelta(microseconds=1), by_schedule=True)
    assert decide([late], NOW, Missed.SKIP).start == ()


@given(
    st.lists(
        st.builds(DueRun, st.uuids().map(str), st.datetimes(timezones=st.just(UTC)), st.booleans()),
        unique_by=lambda run: run.id,
    ),
    st.sampled_from(Missed),
)
def test_each_run_is_started_or_left_out_and_the_cron_starts_at_most_one(waiting, missed):
    decision = decide(waiting, NOW, missed)
    assert sorted([*decision.start, *decision.left_out]) == sorted(run.id for run in waiting)
    by_cron = {run.id for run in waiting if run.by_schedule}
    assert len(by_cron & {*decision.start}) <= 1
    assert {run.id for run in waiting if not run.by_schedule} <= {*decision.start}
