"""What the command line shows of schedules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.markup import escape
from rich.table import Table

from pipeline.batches.due import Missed
from pipeline.orchestration.schedule_facts import RunEnd
from storyboard.wording import duration

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from pipeline.orchestration.schedule_facts import Schedule, ScheduledRun

_TIME = "%a %Y-%m-%d %H:%M %Z"
_MISSED = {Missed.CATCH_UP: "a missed time is caught up", Missed.SKIP: "missed times are skipped"}
_COLOURS = {RunEnd.DONE: "green", RunEnd.FAILED: "red", RunEnd.CUT_OFF: "red", RunEnd.GOES_ON: "cyan"}


def schedule_as_json(schedule: Schedule) -> dict[str, Any]:
    """A schedule for a script."""
    return schedule.model_dump(mode="json")


def show_schedule(console: Console, schedule: Schedule) -> None:
    """A schedule with the times at which it comes, on the clocks of its zone and in UTC."""
    when = f'"{schedule.cron}" in {schedule.timezone}' if schedule.cron else "times given in Prefect's page"
    console.print(f"[bold]{escape(schedule.name)}[/]: ", end="", highlight=False)
    console.print(f"{when}; {_MISSED[schedule.missed]}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"  makes {schedule.slate}", markup=False, highlight=False, soft_wrap=True)
    if schedule.trouble:
        console.print(f"  [red]{escape(schedule.trouble)}[/]", highlight=False, soft_wrap=True)
    if schedule.paused:
        console.print("  [yellow]paused[/]")
    for time in schedule.coming:
        note = f"  [yellow]{time.note} that day[/]" if time.note else ""
        local, utc = time.local.astimezone(ZoneInfo(schedule.timezone)), time.utc
        console.print(f"  {local:{_TIME}}   {utc:%Y-%m-%d %H:%M} UTC{note}", highlight=False)
    if schedule.goes_on:
        console.print(f"  {_run_in_words(schedule, schedule.goes_on)}", highlight=False, soft_wrap=True)
    if schedule.last:
        console.print(f"  last: {_run_in_words(schedule, schedule.last)}", highlight=False, soft_wrap=True)
    if not schedule.attended:
        console.print("  [yellow]nothing starts its runs yet; the farm's runner looks for new ones[/]")


def schedules_table(schedules: Sequence[Schedule]) -> RenderableType:
    """A row a schedule: when it comes next, and how it went last."""
    table = Table("schedule", "next", "UTC", "last", title="schedules", title_justify="left")
    for schedule in schedules:
        local = utc = ""
        if schedule.coming:
            first = schedule.coming[0]
            local = f"{first.local.astimezone(ZoneInfo(schedule.timezone)):{_TIME}}"
            utc = f"{first.utc:%H:%M}"
        state = "[yellow]paused[/]" if schedule.paused else local
        shown = schedule.goes_on or schedule.last
        how = _run_in_words(schedule, shown) if shown else ""
        if schedule.trouble:
            how = f"[red]{escape(schedule.trouble)}[/]"
        table.add_row(escape(schedule.name), state, utc, how)
    return table


def _run_in_words(schedule: Schedule, run: ScheduledRun) -> str:
    """What became of a run, with colours."""
    colour = _COLOURS.get(run.end, "yellow")
    at = (run.started or run.due).astimezone(ZoneInfo(schedule.timezone))
    words = f": {escape(run.words)}" if run.words else ""
    return f"[{colour}]{run.end.value}[/], {at:{_TIME}}{words}"


def history_table(schedule: Schedule, runs: Sequence[ScheduledRun]) -> RenderableType:
    """A row a run, the newest first."""
    zone = ZoneInfo(schedule.timezone)
    table = Table(
        "due", "started", "took", "end", "by", "why", title=escape(schedule.name), title_justify="left"
    )
    for run in runs:
        started = f"{run.started.astimezone(zone):{_TIME}}" if run.started else ""
        took = duration((run.ended - run.started).total_seconds()) if run.started and run.ended else ""
        by = "a person" if not run.by_schedule else "cron, caught up" if run.caught_up else "cron"
        colour = _COLOURS.get(run.end, "yellow")
        end = f"[{colour}]{run.end.value}[/]"
        table.add_row(f"{run.due.astimezone(zone):{_TIME}}", started, took, end, by, escape(run.words))
    return table
