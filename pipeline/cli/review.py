"""`shotfarm review ...`: opens the review application, and looks after who may use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline.cli.console import err
from pipeline.cli.options import (
    BackendOption,
    ChooseOption,
    RendererOption,
    SetOption,
    StoreOption,
    ValuesOption,
    given_of,
    settings_of,
)
from pipeline.cli.people import people_app, tokens_app
from pipeline.cli.ready import tell_ready
from pipeline.cli.sharing import audit, links, share, unshare

if TYPE_CHECKING:
    from pipeline.web.public_url import PublicUrl

_OPEN = "open"


class _OpensFilms(TyperGroup):
    """`shotfarm review FILM` is `shotfarm review open FILM`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command before what begins with none."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [_OPEN, *args]
        return super().parse_args(ctx, args)


review_commands = typer.Typer(
    cls=_OpensFilms,
    help="Look at films shot by shot in the browser, and say who may. "
    "[bold]shotfarm review FILM[/] is short for [bold]shotfarm review open FILM[/].",
)
review_commands.add_typer(people_app, name="people")
review_commands.add_typer(tokens_app, name="token")


@review_commands.command(_OPEN)
def open_films(
    films: Annotated[
        list[Path] | None, typer.Argument(help="Film documents, or their folders; film.yaml by default.")
    ] = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on; beyond this machine people must sign in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="A free one when it is 0.")] = 0,
    public_url: Annotated[
        str | None,
        typer.Option(help="What people call it where a proxy stands before it (SHOTFARM_REVIEW_URL)."),
    ] = None,
    proxy: Annotated[
        list[str] | None, typer.Option(help="The address of a proxy on another machine; may be repeated.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    values: ValuesOption = None,
    sets: SetOption = None,
    choose: ChooseOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"url": …} in one line when it is ready.')
    ] = False,
) -> None:
    """Look at a film shot by shot in the browser, exact to the frame. Ctrl-C ends it.

    Example: [bold]shotfarm review open my-film[/]

    Example: [bold]shotfarm review my-film --port 8000 --public-url https://review.studio.example[/]
    """
    from farm.host.addresses import is_loopback
    from pipeline.review.serve import serve
    from pipeline.web.public_url import PublicUrl

    settings = settings_of(renderer, backend, store=store, review_url=public_url)
    public = PublicUrl.parse(settings.review_url) if settings.review_url else None
    signs_in = bool(public) or not is_loopback(host)

    def ready(url: str) -> None:
        who = "People sign in there" if signs_in else "Whoever has this link can look at the film"
        tell_ready({"url": ("Open", url)}, who, as_json=as_json, no_browser=no_browser)

    if signs_in and not (public and public.is_secure):
        _warn_of_http(public)
    shown, given = films or [Path("film.yaml")], given_of(sets, values, choose)
    serve(shown, settings, ready, host=host, port=port, public=public, proxies=proxy or (), given=given)


def _warn_of_http(public: PublicUrl | None) -> None:
    told = "--public-url is not https" if public else "other machines reach it without encryption"
    err.print(
        f"[yellow]warning:[/] {told}: passwords can be read on the way, and browsers step through frames "
        "exactly only over https. Put a proxy with a certificate before it, and say --public-url https://…",
        highlight=False,
        soft_wrap=True,
    )


review_commands.command()(share)
review_commands.command()(links)
review_commands.command()(unshare)
review_commands.command()(audit)
