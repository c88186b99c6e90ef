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
    public_url: Annotated[
        str | None,
        typer.Option(help="What people call it where a proxy stands before it (SHOTFARM_WATCH_URL)."),
    ] = None,
    proxy: Annotated[
        list[str] | None, typer.Option(help="The address of a proxy on another machine; may be repeated.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    priority: PriorityOption = None,
    address: AddressOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    open_sessions: Annotated[
        bool, typer.Option("--open-sessions", help="Give each viewer a film of their own.")
    ] = False,
    most_viewers: Annotated[
        int, typer.Option(min=1, max=10_000, help="Of open sessions: how many may watch at once.")
    ] = 50,
    most_waiting: Annotated[
        int, typer.Option(min=0, max=100_000, help="How many may wait for a place.")
    ] = 1000,
    viewer_shots: Annotated[
        int | None, typer.Option(min=0, help="New shots that may be made for one viewer alone.")
    ] = None,
    viewer_minutes: Annotated[
        float | None, typer.Option(min=0, help="Minutes of workers that those may take.")
    ] = None,
    viewer_money: Annotated[
        str | None, typer.Option(help="What those may cost, such as '0.50 EUR'; needs prices.yaml.")
    ] = None,
    all_shots: Annotated[
        int | None, typer.Option(min=0, help="The same three for all viewers together.")
    ] = None,
    all_minutes: Annotated[float | None, typer.Option(min=0)] = None,
    all_money: Annotated[str | None, typer.Option()] = None,
    cuts_gb: Annotated[
        float | None,
        typer.Option(
            min=0, help="What shared cuts may take of the disk; the oldest are made again on demand."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"url": …, "hls": …} in one line when it is ready.')
    ] = False,
) -> None:
    """Watch a film while it is still being made, in the browser or in any player. Ctrl-C ends it.

    What is missing is rendered as somebody comes to it.

    Example: [bold]shotfarm watch my-film[/]

    Example: [bold]shotfarm watch my-film --host 192.168.1.20 --no-browser[/]

    Example: [bold]shotfarm watch my-film --port 8000 --public-url https://films.studio.example[/]

    Example: [bold]shotfarm watch my-film --open-sessions --viewer-shots 12 --all-money '50 EUR'[/]
    """
    from pipeline.audience.deciding.admission import Limits
    from pipeline.audience.serve import Reached, allowance_of, serve
    from pipeline.web.public_url import PublicUrl

    settings = settings_of(
        renderer, backend, store=store, priority=priority, address=address, watch_url=public_url
    )
    public = PublicUrl.parse(settings.watch_url) if settings.watch_url else None

    def ready(url: str, stream: str) -> None:
        links = {"url": ("Open", url), "hls": ("For any other player:", stream)}
        tell_ready(links, "Whoever has these links can watch", as_json=as_json, no_browser=no_browser)

    each = allowance_of(settings, viewer_shots, viewer_minutes, viewer_money)
    together = allowance_of(settings, all_shots, all_minutes, all_money)
    limits = Limits(most_viewers, most_waiting, each, together) if open_sessions else None
    cuts_bytes = None if cuts_gb is None else int(cuts_gb * 1e9)
    reached = Reached(host, port, public, frozenset(proxy or ()))
    serve(film, settings, ready, reached, given=given_of(sets, values), limits=limits, cuts_bytes=cuts_bytes)
