"""`shotfarm watch`: shows a film while it is being made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import (
    AddressOption,
    BackendOption,
    FilmArgument,
    PriorityOption,
    RendererOption,
    SetOption,
    StoreOption,
    ValuesOption,
    given_of,
    settings_of,
)
from pipeline.cli.ready import tell_ready


def watch(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on; whoever has the link can watch from elsewhere.")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="The film's one of before, or a free one, when it is 0."),
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    priority: PriorityOption = None,
    address: AddressOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"url": …, "hls": …} in one line when it is ready.')
    ] = False,
) -> None:
    """Watch a film while it is still being made, in the browser or in any player. Ctrl-C ends it.

    What is missing is rendered as somebody comes to it.

    Example: [bold]shotfarm watch my-film[/]

    Example: [bold]shotfarm watch my-film --host 192.168.1.20 --no-browser[/]
    """
    from pipeline.audience.serve import serve

    settings = settings_of(renderer, backend, store=store, priority=priority, address=address)

    def ready(url: str, stream: str) -> None:
        links = {"url": ("Open", url), "hls": ("For any other player:", stream)}
        tell_ready(links, "Whoever has these links can watch", as_json=as_json, no_browser=no_browser)

    serve(film, settings, ready, host=host, port=port, given=given_of(sets, values))
