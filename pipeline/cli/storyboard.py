"""The command that puts a film's storyboard on paper."""

from __future__ import annotations

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
    from storyboard.wording import counted, listed

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
    words = f"{out_path}: {counted(made.shots, 'shot')}{drawn}"
    out.print(words, markup=False, highlight=False, soft_wrap=True)
    if made.missing:
        words = f"no font here has letters of {listed(made.missing)}: they are named in their place"
        err.print("[yellow]warning:[/] ", end="")
        err.print(words, markup=False, highlight=False, soft_wrap=True)
