"""What the commands share: the consoles, the options that several of them take, and how they end."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from storyboard.errors import Interrupted

if TYPE_CHECKING:
    from pipeline.settings import Settings

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

out = Console()
err = Console(stderr=True)

FilmArgument = Annotated[
    Path, typer.Argument(help="The film document, or the folder that holds film.yaml.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
BackendOption = Annotated[
    str | None,
    typer.Option(help="The backend that renders, whatever renderers the film has (SHOTFARM_BACKEND)."),
]
RendererOption = Annotated[
    str | None,
    typer.Option(help="The renderer of film.yaml to use; a shot that names its own keeps it."),
]
StoreOption = Annotated[
    str | None, typer.Option(help="Where takes are kept: a folder or a URL (SHOTFARM_STORE).")
]
AddressOption = Annotated[
    str | None, typer.Option(help="A running Ray cluster: host:port, or auto on a node.")
]
ShotsOption = Annotated[
    str | None, typer.Option(help="Only these shots, and what they start from: 2A,3* (* is any text).")
]


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C (and SIGTERM) end long work with a message; what was published is kept."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("by you", "what is finished is kept; the same command goes on from here") from None


def print_json(value: Any) -> None:
    """Print a value for a script."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def printable(text: str) -> str:
    r"""Text of somebody else as a terminal may show it: nothing in it moves the cursor or hides words.

    A line that overwrites itself, as progress bars do, is shown as it was at last. Colours are left out, and
    every other character that a terminal does not draw is told by its number.

    >>> printable("10 %\r20 %\n\x1b[31mred\x1b[0m\x07")
    '20 %\nred\x07'
    """
    lines = (_COLOUR.sub("", line).rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return "\n".join(
        "".join(letter if letter.isprintable() or letter == "\t" else _told(letter) for letter in line)
        for line in lines
    )


def _told(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def settings_of(renderer: str | None, backend: str | None, **options: object) -> Settings:
    """Settings from the environment and a command's options, of which two exclude each other."""
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    if renderer is not None and backend is not None:
        raise UsageError("--renderer and --backend exclude each other", "give one of them")
    return load_settings(renderer=renderer, backend=backend, **options)


def patterns_of(shots: str | None) -> list[str]:
    """The patterns of `--shots`, which stand between commas."""
    return [pattern.strip() for pattern in (shots or "").split(",") if pattern.strip()]
