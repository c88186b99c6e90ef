"""What a command that serves pages says when they can be opened."""

from __future__ import annotations

import json
import sys
import webbrowser
from typing import TYPE_CHECKING

from pipeline.cli.console import out

if TYPE_CHECKING:
    from collections.abc import Mapping


def tell_ready(links: Mapping[str, tuple[str, str]], who: str, *, as_json: bool, no_browser: bool) -> None:
    """Say where pages are, for a person or in one line for a script, and open the first for a person.

    Args:
        links: what each is for, in words, and its address; by its name in JSON.
        who: a sentence about who may open them, without its end.
        as_json: for a script.
        no_browser: open none.
    """
    if as_json:
        sys.stdout.write(json.dumps({name: url for name, (_, url) in links.items()}) + "\n")
        sys.stdout.flush()
        return
    for words, url in links.values():
        out.print(f"{words} [bold]{url}[/]", soft_wrap=True, highlight=False)
    out.print(f"{who}. Ctrl-C ends it.", highlight=False)
    if not no_browser:
        _, first = next(iter(links.values()))
        webbrowser.open(first)
