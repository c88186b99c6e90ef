"""`shotfarm batch`: a slate of productions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import err, interruptible, out, print_json
from pipeline.cli.options import (
    AddressOption,
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
    from pipeline.batches.plan import SlatePlan

batch_app = typer.Typer(help="Films in many versions, from a slate.", no_args_is_help=True)

SlateArgument = Annotated[
    Path,
    typer.Argument(help="The slate, or the folder that holds slate.yaml; or a film.", show_default=True),
]
OnlyOption = Annotated[str | None, typer.Option(help="Only these productions: *-de,f-ana-* (* is any text).")]


@batch_app.callback()
def batch() -> None:
    """Films in many versions, from a slate."""


@batch_app.command()
def plan(
    slate: SlateArgument = Path("slate.yaml"),
    only: OnlyOption = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the productions of a slate, the takes that they share, and the work. Changes nothing.

    Example: [bold]shotfarm batch plan slate.yaml[/]
    """
    from pipeline.batches.plan import plan_slate
    from pipeline.batches.slate import load_slate

    settings = settings_of(renderer, backend, store=store)
    planned = plan_slate(load_slate(slate), settings, patterns_of(only), given_of(sets, values))
    _show_plan(planned, as_json=as_json)


def _show_plan(planned: SlatePlan, *, as_json: bool) -> None:
    from pipeline.cli.views.batch import slate_as_json, slate_table

    if as_json:
        print_json(slate_as_json(planned))
    else:
        slate_table(out, planned)


@batch_app.command()
def run(
    slate: SlateArgument = Path("slate.yaml"),
    only: OnlyOption = None,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop all productions when one fails.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be made, and stop.")] = False,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many workers each production uses at most.")
    ] = None,
    priority: PriorityOption = None,
    address: AddressOption = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make what is missing of all productions of a slate. Ctrl-C stops; the same command goes on.

    It ends with 0 when every production is there, with 3 when some wait for approval and no other is missing,
    else with 1; with 2 when the slate, a film or an option is wrong, before anything is made.

    Example: [bold]shotfarm batch run slate.yaml[/]

    Example: [bold]shotfarm batch run slate.yaml --only "*-de" --fail-fast[/]
    """
    from pipeline.batches.batch import planned_batch
    from pipeline.batches.order import BatchOrder
    from pipeline.cli.views.batch_run import batch_as_json, batch_table, watching
    from pipeline.orchestration.batch_run import run_batch

    settings_of(renderer, backend, workers=workers, priority=priority, address=address, store=store)
    given = given_of(sets, values)
    order = BatchOrder(
        slate=str(slate),
        only=tuple(patterns_of(only)),
        values={name: one.value for name, one in given.items()},
        fail_fast=fail_fast,
        renderer=renderer,
        backend=backend,
        store=store,
        workers=workers,
        priority=priority,
        address=address,
    )
    with interruptible(), watching(err if as_json else out, quiet=dry_run) as watcher:
        planned = planned_batch(order, given)
        summary = None if dry_run else run_batch(planned, watcher)
    if summary is None:
        _show_plan(planned.plan, as_json=as_json)
        return
    if as_json:
        print_json(batch_as_json(summary))
    else:
        batch_table(out, summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)
