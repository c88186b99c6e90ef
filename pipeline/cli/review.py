"""The command that opens the review application."""

from __future__ import annotations

import json
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import err, out
from pipeline.cli.options import (
    BackendOption,
    RendererOption,
    SetOption,
    StoreOption,
    ValuesOption,
    given_of,
    settings_of,
)


def review(
    films: Annotated[
        list[Path] | None, typer.Argument(help="Film documents, or their folders; film.yaml by default.")
    ] = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="A free one when it is 0.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"url": …} in one line when it is ready.')
    ] = False,
) -> None:
    """Look at a film shot by shot in the browser, exact to the frame. Ctrl-C ends it.

    Example: [bold]shotfarm review my-film[/]
    """
    from farm.host.addresses import is_loopback
    from pipeline.review.serve import serve

    def ready(url: str) -> None:
        if as_json:
            sys.stdout.write(json.dumps({"url": url}) + "\n")
            sys.stdout.flush()
            return
        out.print(f"Open [bold]{url}[/]", soft_wrap=True, highlight=False)
        out.print("Whoever has this link can look at the film. Ctrl-C ends it.", highlight=False)
        if not no_browser:
            webbrowser.open(url)

    if not is_loopback(host):
        err.print(
            "[yellow]warning:[/] other machines reach it without encryption, and browsers step through "
            "frames exactly only over https: put a proxy with a certificate before it",
            highlight=False,
            soft_wrap=True,
        )
    settings, given = settings_of(renderer, backend, store=store), given_of(sets, values)
    serve(films or [Path("film.yaml")], settings, ready, host=host, port=port, given=given)
