"""The options that several commands take, and what they come to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from storyboard.document.values import Given

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
LEAST_PRIORITY, MOST_PRIORITY = -100, 100
"""as the setting has it; its module would make every command slower to start"""
PriorityOption = Annotated[
    int | None,
    typer.Option(
        min=LEAST_PRIORITY,
        max=MOST_PRIORITY,
        help="On the farm; higher ones are served first (SHOTFARM_PRIORITY, 0).",
    ),
]
DeadlineOption = Annotated[
    str | None,
    typer.Option(metavar="MOMENT", help="When it must be there, with its zone: 2026-12-24T18:00+01:00."),
]
ShotsOption = Annotated[
    str | None, typer.Option(help="Only these shots, and what they start from: 2A,3* (* is any text).")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="The value of one of the film's parameters."),
]
VersionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "--for", metavar="NAME=VALUE", help="The version of the film: a value of its parameters."
    ),
]
ForOption = Annotated[
    list[str] | None,
    typer.Option("--for", metavar="NAME=VALUE", help="The version of the film: a value of its parameters."),
]
ChooseOption = Annotated[
    list[str] | None,
    typer.Option(
        "--choose",
        metavar="SCENE=ANSWER",
        help="Which way through a film that branches; the default answers where nothing is chosen.",
    ),
]
ValuesOption = Annotated[
    Path | None,
    typer.Option("--values", help="A YAML file with values of the film's parameters; --set wins over it."),
]


def settings_of(renderer: str | None, backend: str | None, **options: object) -> Settings:
    """Settings from the environment and a command's options, of which two exclude each other."""
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    if renderer is not None and backend is not None:
        raise UsageError("--renderer and --backend exclude each other", "give one of them")
    return load_settings(renderer=renderer, backend=backend, **options)


def patterns_of(shots: str | None) -> list[str]:
    """The patterns of `--shots`, which stand between commas."""
    from storyboard.wording import composed

    return [pattern.strip() for pattern in composed(shots or "").split(",") if pattern.strip()]


def given_of(
    options: list[str] | None, document: Path | None, chosen: list[str] | None = None
) -> dict[str, Given]:
    """The values of `--set` and `--values`, and what `--choose` says."""
    if not options and document is None and not chosen:
        return {}
    from storyboard.document.choosing import given_by_choosing
    from storyboard.document.load import read_text
    from storyboard.document.values import given_by_options, given_by_text

    read = given_by_text(read_text(document), document) if document else {}
    return {**read, **given_by_options(options or []), **given_by_choosing(chosen or [])}
