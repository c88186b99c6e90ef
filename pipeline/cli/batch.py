"""`shotfarm batch`: a slate of productions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import out, print_json
from pipeline.cli.options import BackendOption, JsonOption, StoreOption, patterns_of, settings_of

batch_app = typer.Typer(help="Films in many versions, from a slate.", no_args_is_help=True)

SlateArgument = Annotated[
    Path, typer.Argument(help="The slate, or the folder that holds slate.yaml.", show_default=True)
]


@batch_app.callback()
def batch() -> None:
    """Films in many versions, from a slate."""


@batch_app.command()
def plan(
    slate: SlateArgument = Path("slate.yaml"),
    only: Annotated[
        str | None, typer.Option(help="Only these productions: *-de,f-ana-* (* is any text).")
    ] = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the productions of a slate, the takes that they share, and the work. Changes nothing.

    Example: [bold]shotfarm batch plan slate.yaml[/]
    """
    from pipeline.batches.plan import plan_slate
    from pipeline.batches.slate import load_slate
    from pipeline.cli.views.batch import slate_as_json, slate_table

    planned = plan_slate(load_slate(slate), settings_of(None, backend, store=store), patterns_of(only))
    if as_json:
        print_json(slate_as_json(planned))
    else:
        slate_table(out, planned)
