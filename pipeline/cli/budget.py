"""`shotfarm budget ...`: what a film or a slate may cost, and more of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import out, print_json
from pipeline.cli.options import JsonOption, StoreOption, settings_of

budget_app = typer.Typer(help="What a film or a slate may cost.", no_args_is_help=True)

DocumentArgument = Annotated[
    Path, typer.Argument(help="The film, the slate, or the folder of one.", show_default=True)
]
NumberOption = Annotated[float | None, typer.Option(min=0, max=10_000_000)]


@budget_app.command()
def show(
    document: DocumentArgument = Path(),
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a budget: its limits, what is spent and left, and who has raised it.

    Example: [bold]shotfarm budget show my-film[/]
    """
    from pipeline.cli.views.budget import budget_as_json, budget_table
    from pipeline.costs.budget import standing_of
    from pipeline.costs.documents import document_at

    settings = settings_of(None, None, store=store)
    standing = standing_of(document_at(document, settings))
    if as_json:
        print_json(budget_as_json(standing))
    else:
        budget_table(out, standing)


@budget_app.command("raise")
def raise_(
    document: DocumentArgument = Path(),
    money: Annotated[
        str | None, typer.Option(help="A sum, such as '50 EUR', or 50 in the budget's currency.")
    ] = None,
    gpu_hours: NumberOption = None,
    worker_hours: NumberOption = None,
    more_credits: Annotated[
        float | None, typer.Option("--credits", min=0, max=10_000_000, help="Of hosted services.")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let more be spent. What is held goes on within a second, wherever it runs; it is kept who said so.

    Example: [bold]shotfarm budget raise my-film --money "50 EUR"[/]
    """
    from pipeline.cli.views.budget import budget_as_json, budget_table
    from pipeline.costs.budget import more_of, raised, standing_of
    from pipeline.costs.documents import document_at, with_budget
    from pipeline.rendering.registering import this_person

    read = document_at(document, settings_of(None, None, store=store))
    more = more_of(with_budget(read).budget, money, gpu_hours, worker_hours, more_credits)
    raised(read, more, this_person())
    standing = standing_of(read)
    if as_json:
        print_json(budget_as_json(standing))
    else:
        budget_table(out, standing)
