"""The commands that put a film's storyboard on paper, and draw it before anything is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import err, out, print_json
from pipeline.cli.options import (
    BackendOption,
    FilmArgument,
    JsonOption,
    RendererOption,
    SetOption,
    StoreOption,
    ValuesOption,
    given_of,
    settings_of,
)


def storyboard(
    film: FilmArgument = Path("film.yaml"),
    out_path: Annotated[Path, typer.Option("--out", "-o", help="The PDF to write.")] = Path("board.pdf"),
    per_page: Annotated[int, typer.Option("--per-page", help="Shots to a page: 4, 6 or 9.")] = 6,
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a film's storyboard as PDF: frames of its takes or of the animatic, action, lines, timing.

    Example: [bold]shotfarm storyboard my-film -o board.pdf --per-page 9[/]
    """
    from assembly.programs.whole_files import written_aside
    from pipeline.review.board.export import board_of
    from storyboard.errors import UsageError
    from storyboard.wording import counted

    if out_path.suffix.lower() != ".pdf":
        raise UsageError(
            f"a storyboard cannot be written to {out_path.name!r}", "name a file that ends in .pdf"
        )
    settings = settings_of(renderer, backend, store=store)
    made = board_of(film, settings, given_of(sets, values), per_page=per_page, paper=paper)
    with written_aside(out_path) as aside:
        aside.write_bytes(made.content)
    if as_json:
        told = {"path": str(out_path), "shots": made.shots, "drawn": made.drawn}
        print_json({**told, "missing_letters": list(made.missing)})
        return
    drawn = f", {made.drawn} of them drawn by the animatic" if made.drawn else ""
    _say(f"{out_path}: {counted(made.shots, 'shot')}{drawn}")
    _warn_of_letters(made.missing)


def board(
    film: FilmArgument = Path("film.yaml"),
    out_path: Annotated[
        Path, typer.Option("--out", "-o", help="The page (.html) or the PDF to write.")
    ] = Path("board.html"),
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw one frame of every shot, in seconds and before anything is rendered, with what is not understood.

    Example: [bold]shotfarm board my-film -o board.html[/]
    """
    from assembly.programs.whole_files import written_aside
    from pipeline.rendering.told import warnings_of
    from pipeline.review.board.drawn import drawn_board
    from storyboard.wording import counted

    settings = settings_of(None, None)
    made = drawn_board(film, settings, given_of(sets, values), form=out_path.suffix.lower())
    with written_aside(out_path) as aside:
        aside.write_bytes(made.content)
    if as_json:
        from pipeline.cli.views.plan import warnings_as_json  # it makes a command slower to start

        told = {"path": str(out_path), "shots": made.shots, "warnings": warnings_as_json(made.warnings)}
        print_json({**told, "missing_letters": list(made.missing)})
        return
    _say(f"{out_path}: {counted(made.shots, 'shot')}")
    for words in warnings_of(made.warnings):
        _warn(words)
    _warn_of_letters(made.missing)


def _say(words: str) -> None:
    out.print(words, markup=False, highlight=False, soft_wrap=True)


def _warn(words: str) -> None:
    err.print("[yellow]warning:[/] ", end="")
    err.print(words, markup=False, highlight=False, soft_wrap=True)


def _warn_of_letters(missing: Sequence[str]) -> None:
    from storyboard.wording import listed

    if missing:
        _warn(f"no font here has letters of {listed(missing)}: they are named in their place")
