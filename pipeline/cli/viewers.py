"""`shotfarm viewers ...`: those who watch a film of their own, and what is kept of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import interruptible, out, print_json
from pipeline.cli.options import (
    BackendOption,
    FilmArgument,
    JsonOption,
    RendererOption,
    StoreOption,
    settings_of,
)

if TYPE_CHECKING:
    from pipeline.catalog.session_log import SessionLog

viewers_app = typer.Typer(
    help="Viewers who have a film of their own (watch --open-sessions), and what is kept of them.",
    no_args_is_help=True,
)
ViewerArgument = Annotated[str, typer.Argument(metavar="ID", help="The viewer, as `list` names them.")]


def _log_of(film: Path) -> SessionLog:
    from pipeline.catalog.session_log import SessionLog

    return SessionLog(film if film.is_dir() else film.parent)


@viewers_app.command("list")
def list_viewers(film: FilmArgument = Path("film.yaml"), as_json: JsonOption = False) -> None:
    """List the viewers of a film: when they came, where they are, and what was made for them alone.

    Example: [bold]shotfarm viewers list my-film[/]
    """
    from pipeline.cli.views.viewers import viewers_as_json, viewers_table

    found = _log_of(film).every()
    if as_json:
        print_json(viewers_as_json(found))
    else:
        viewers_table(out, found)


@viewers_app.command("show")
def show_viewer(
    viewer: ViewerArgument, film: FilmArgument = Path("film.yaml"), as_json: JsonOption = False
) -> None:
    """Show what a viewer decided, and what they gave of their own.

    Example: [bold]shotfarm viewers show 3f0c9a6d51e24b7788aa my-film[/]
    """
    from pipeline.cli.views.viewers import viewer_as_json, viewer_table

    found = _log_of(film).viewer(viewer)
    if as_json:
        print_json(viewer_as_json(found))
    else:
        viewer_table(out, found)


@viewers_app.command("forget")
def forget(
    viewer: ViewerArgument,
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete what a viewer gave, and all that was made of it and that nothing else needs.

    Their links say so from then on. What they began before and after, in the same browser, goes too.

    Example: [bold]shotfarm viewers forget 3f0c9a6d51e24b7788aa my-film[/]
    """
    from pipeline.audience.forgetting import forget_viewer
    from pipeline.cli.views.viewers import forgotten_as_json, forgotten_table
    from pipeline.rendering.registering import this_person

    settings = settings_of(renderer, backend, store=store)
    with interruptible():
        gone = forget_viewer(film, settings, viewer, this_person())
    if as_json:
        print_json(forgotten_as_json(gone))
    else:
        forgotten_table(out, gone)
