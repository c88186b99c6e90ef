"""`shotfarm store ...`: what the store holds of films, and room made in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import err, interruptible, out, print_json
from pipeline.cli.options import (
    BackendOption,
    FilmArgument,
    JsonOption,
    RendererOption,
    StoreOption,
    given_of,
    settings_of,
)

store_app = typer.Typer(help="What the store holds, and room made in it.", no_args_is_help=True)

FilmsArgument = Annotated[
    list[Path] | None,
    typer.Argument(help="The films that share the store: documents, or folders; the one here by default."),
]


@store_app.command()
def usage(
    films: FilmsArgument = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the store holds: by film, kind and age. Changes nothing.

    Example: [bold]shotfarm store usage my-film[/]
    """
    from pipeline.cli.views.store import usage_as_json, usage_table
    from pipeline.housekeeping.store import look_at_store
    from pipeline.housekeeping.usage import usage_of

    looked = look_at_store(films or [Path("film.yaml")], settings_of(renderer, backend, store=store))
    used = usage_of(looked)
    if as_json:
        print_json(usage_as_json(looked.store.root, used))
    else:
        usage_table(out, looked.store.root, used)


@store_app.command()
def prune(
    films: FilmsArgument = None,
    keep: Annotated[
        str,
        typer.Option(help="What stays beside what is needed: circled, latest:N (takes), days:N (all)."),
    ] = "circled,latest:3,days:30",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="In a shared store, also what none of these films has made.")
    ] = False,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make room: remove what no circled take, no film as it is now and no run needs.

    Example: [bold]shotfarm store prune my-film --keep latest:3,days:30 --dry-run[/]
    """
    from pipeline.cli.views.store import prune_as_json, pruned_table, pruning
    from pipeline.housekeeping.rules import Keep
    from pipeline.housekeeping.store import prune as make_room

    settings = settings_of(renderer, backend, store=store)
    asked, given = Keep.parse(keep), films or [Path("film.yaml")]
    with interruptible(), pruning(err if as_json else out) as told:
        pruned = make_room(given, settings, asked, told, unknown=unknown, dry=dry_run)
    if as_json:
        print_json(prune_as_json(pruned, dry=dry_run))
    else:
        pruned_table(out, pruned, dry=dry_run)


@store_app.command()
def versions(
    film: FilmArgument = Path("film.yaml"),
    forget: Annotated[
        bool, typer.Option("--forget", help="Forget those that --set names: what they alone need may go.")
    ] = False,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Only versions with this value."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions of a film that were made: what they need of the store is never removed.

    Example: [bold]shotfarm store versions my-film --set viewer=Ana --forget[/]
    """
    from pipeline.cli.views.store import versions_as_json, versions_table
    from pipeline.production.known_versions import forget_version, known_versions, with_values

    folder = film if film.is_dir() else film.parent
    wanted = {name: one.value for name, one in given_of(sets, None).items()}
    if forget and not wanted:
        raise typer.BadParameter("say which: --set NAME=VALUE", param_hint="--forget")
    found = with_values(known_versions(folder.absolute()), wanted)
    for one in found if forget else ():
        forget_version(folder.absolute(), one)
    if as_json:
        print_json(versions_as_json(found, forgotten=forget))
    else:
        versions_table(out, found, forgotten=forget)
