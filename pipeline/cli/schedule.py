"""`shotfarm schedule`: slates that are made again and again, by the clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from pipeline.cli.batch import OnlyOption, SlateArgument
from pipeline.cli.console import err, out, print_json
from pipeline.cli.options import (
    BackendOption,
    JsonOption,
    PriorityOption,
    RendererOption,
    SetOption,
    StoreOption,
    ValuesOption,
    given_of,
    patterns_of,
    settings_of,
)

if TYPE_CHECKING:
    from pipeline.orchestration.schedule_facts import Schedule
    from pipeline.settings import Settings

ADD = "add"


class _Group(TyperGroup):
    """`schedule SLATE …` stands for `schedule add SLATE …`."""

    def parse_args(self, ctx, args: list[str]) -> list[str]:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """Put the word in that may be left out."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = [ADD, *args]
        return super().parse_args(ctx, args)


schedule_app = typer.Typer(
    cls=_Group,
    help="Make a slate again and again, by the clock: shotfarm schedule slate.yaml --cron …",
    no_args_is_help=True,
)
ScheduleArgument = Annotated[str, typer.Argument(help="The schedule: its name, or its slate.")]


@schedule_app.command(ADD)
def add(
    slate: SlateArgument = Path("slate.yaml"),
    cron: Annotated[
        str | None,
        typer.Option(help='When: minute, hour, day of the month, month, day of the week; "0 2 * * *".'),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Whose clocks: Europe/Rome. This machine's when left out.")
    ] = None,
    catch_up: Annotated[
        bool,
        typer.Option(
            "--catch-up/--skip-missed", help="When times were missed, make one run for them, or none."
        ),
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="Its name; made from the slate's, or its folder's.")
    ] = None,
    only: OnlyOption = None,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop all productions of a run when one fails.")
    ] = False,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many workers each production uses at most.")
    ] = None,
    priority: PriorityOption = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep a schedule on the standing farm; one of the same name and slate is replaced.

    `add` may be left out. Each run does what `shotfarm batch run` does with these options. A film is a slate
    of one.

    Example: [bold]shotfarm schedule slate.yaml --cron "0 2 * * *" --timezone Europe/Rome --catch-up[/]

    Example: [bold]shotfarm schedule my-film --cron "0 2 * * *"[/]

    Example: [bold]shotfarm schedule add slate.yaml --cron "30 6 * * MON-FRI" --only "*-de" --name weekdays[/]
    """
    from pipeline.batches.batch import planned_batch
    from pipeline.batches.due import Missed
    from pipeline.batches.order import BatchOrder
    from pipeline.batches.slate import slate_at
    from pipeline.batches.times import cron_of, zone_here
    from pipeline.cli.views.schedule import schedule_as_json, show_schedule
    from pipeline.orchestration.schedules import make_schedule
    from storyboard.errors import UsageError
    from storyboard.wording import did_you_mean

    if cron is None:
        near = did_you_mean(str(slate), [*COMMANDS])
        raise UsageError(f'a schedule says when: --cron "0 2 * * *" is each night at two{near}')
    when = cron_of(cron, timezone or zone_here())
    settings = settings_of(renderer, backend, workers=workers, store=store)
    given = given_of(sets, values)
    # A run has the settings of the farm, which was started elsewhere: these are those of this command.
    order = BatchOrder(
        slate=str(slate_at(slate).absolute()),
        only=tuple(patterns_of(only)),
        values={name: one.value for name, one in given.items()},
        fail_fast=fail_fast,
        renderer=settings.renderer,
        backend=settings.backend,
        store=_store_from_here(settings),
        workers=settings.workers,
        priority=priority,
    )
    planned_batch(order, given)
    missed = Missed.CATCH_UP if catch_up else Missed.SKIP
    with err.status("asking Prefect"):
        made, replaced = make_schedule(order, when, missed, name, settings)
    if as_json:
        print_json({**schedule_as_json(made), "replaced": replaced})
        return
    if replaced:
        out.print("It takes the place of the one that was called so.")
    show_schedule(out, made)
    out.print(f"  Prefect page: {made.page}", markup=False, highlight=False, soft_wrap=True)


def _store_from_here(settings: Settings) -> str | None:
    store = settings.store
    return str(Path(store).absolute()) if store and "://" not in store else store


@schedule_app.command("list")
def list_schedules(as_json: JsonOption = False) -> None:
    """List the schedules, each with its next five times, on its zone's clocks and in UTC.

    Example: [bold]shotfarm schedule list[/]
    """
    from pipeline.cli.views.schedule import schedule_as_json, show_schedule
    from pipeline.orchestration.schedules import schedules
    from pipeline.settings import load_settings

    found = schedules(load_settings())
    if as_json:
        print_json([schedule_as_json(one) for one in found])
        return
    for one in found:
        show_schedule(out, one)
    if not found:
        out.print('There is none. `shotfarm schedule slate.yaml --cron "0 2 * * *"` makes one.', markup=False)


def _told(schedule: Schedule, words: str, *, as_json: bool) -> None:
    from pipeline.cli.views.schedule import schedule_as_json

    if as_json:
        print_json(schedule_as_json(schedule))
    else:
        out.print(f"{schedule.name} {words}.", markup=False, highlight=False, soft_wrap=True)


@schedule_app.command()
def pause(schedule: ScheduleArgument, as_json: JsonOption = False) -> None:
    """Let a schedule start no runs; one that goes on is finished. Times that pass meanwhile are not missed.

    Example: [bold]shotfarm schedule pause nightly[/]
    """
    from pipeline.orchestration.schedules import pause as pause_schedule
    from pipeline.settings import load_settings

    _told(pause_schedule(load_settings(), schedule, paused=True), "is paused", as_json=as_json)


@schedule_app.command()
def resume(schedule: ScheduleArgument, as_json: JsonOption = False) -> None:
    """Let a paused schedule start runs again.

    Example: [bold]shotfarm schedule resume nightly[/]
    """
    from pipeline.orchestration.schedules import pause as pause_schedule
    from pipeline.settings import load_settings

    _told(pause_schedule(load_settings(), schedule, paused=False), "starts runs again", as_json=as_json)


@schedule_app.command()
def remove(schedule: ScheduleArgument, as_json: JsonOption = False) -> None:
    """Forget a schedule. A run that goes on is finished; what was made is kept.

    Example: [bold]shotfarm schedule remove nightly[/]
    """
    from pipeline.orchestration.schedules import remove as remove_schedule
    from pipeline.settings import load_settings

    _told(remove_schedule(load_settings(), schedule), "is forgotten", as_json=as_json)


@schedule_app.command("run-now")
def run_now(schedule: ScheduleArgument, as_json: JsonOption = False) -> None:
    """Start a run of a schedule within seconds, also of a paused one; where one goes on, that is all.

    Example: [bold]shotfarm schedule run-now nightly[/]
    """
    from pipeline.orchestration.schedules import run_now as run_schedule
    from pipeline.settings import load_settings

    found, run, asked = run_schedule(load_settings(), schedule)
    if as_json:
        print_json({"schedule": found.name, "run": run.model_dump(mode="json"), "asked": asked})
        return
    words = "is asked to run" if asked else "goes on already; no other run is started"
    out.print(f"{found.name} {words}.", markup=False, highlight=False, soft_wrap=True)
    out.print("`shotfarm schedule history` and the Prefect page show how it goes.", markup=False)


@schedule_app.command()
def history(
    schedule: ScheduleArgument,
    most: Annotated[int, typer.Option(min=1, max=1000, help="How many runs.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the last runs of a schedule, those too that were left out, and why.

    Example: [bold]shotfarm schedule history nightly[/]
    """
    from pipeline.cli.views.schedule import history_table
    from pipeline.orchestration.schedules import history as history_of
    from pipeline.settings import load_settings

    found, runs = history_of(load_settings(), schedule, most)
    if as_json:
        print_json([run.model_dump(mode="json") for run in runs])
    elif runs:
        out.print(history_table(found, runs))
    else:
        out.print(f"{found.name} has not run yet.", markup=False, highlight=False, soft_wrap=True)


COMMANDS = ("list", "pause", "resume", "remove", "run-now", "history")
