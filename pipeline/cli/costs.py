"""`shotfarm costs`: what films have cost."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import out, print_json
from pipeline.cli.options import BackendOption, JsonOption, RendererOption, StoreOption, settings_of
from storyboard.errors import UsageError


class Rows(StrEnum):
    """As `pipeline.costs.report.By` has them; its module would make every command slower to start."""

    film = "film"
    month = "month"
    renderer = "renderer"
    shot = "shot"
    take = "take"
    production = "production"
    slate = "slate"


def costs(
    films: Annotated[
        list[Path] | None, typer.Argument(help="Films and slates, or their folders; the one here by default.")
    ] = None,
    by: Annotated[Rows, typer.Option(help="What a row is of.")] = Rows.film,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for a spreadsheet.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what films have cost: accepted, rejected, lost and idle, and for each accepted second.

    Example: [bold]shotfarm costs my-film --by shot[/]

    Example: [bold]shotfarm costs slate.yaml --by production --csv > costs.csv[/]
    """
    from pipeline.budgets.prices import price_list
    from pipeline.cli.views.costs import costs_as_csv, costs_as_json, costs_table
    from pipeline.costs.look import charged
    from pipeline.costs.report import By, reported

    if as_csv and as_json:
        raise UsageError("--csv and --json exclude each other", "give one of them")
    settings = settings_of(renderer, backend, store=store)
    report = reported(charged(films or [Path()], settings), By(by.value), price_list(settings))
    if as_json:
        print_json(costs_as_json(report))
    elif as_csv:
        typer.echo(costs_as_csv(report), nl=False)
    else:
        costs_table(out, report)
