"""The command that lists notes and takes them out."""

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


def notes(
    film: FilmArgument = Path("film.yaml"),
    out_path: Annotated[
        Path | None, typer.Option("--out", "-o", help="A file to write: .csv or .pdf; a list here without.")
    ] = None,
    paper: Annotated[str, typer.Option(help="Of a PDF: a4 or letter.")] = "a4",
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what people said of a film's shots, or write it as CSV or as PDF with the frames and drawings.

    Example: [bold]shotfarm notes my-film[/]

    Example: [bold]shotfarm notes my-film -o notes.pdf[/]
    """
    from assembly.programs.whole_files import written_aside
    from pipeline.cli.views.notes import notes_table
    from pipeline.review.films import ReviewedFilm
    from pipeline.review.notes.export import exported, kind_of, listed_notes, paper_of
    from storyboard.wording import counted, listed

    kind, sheet = (kind_of(out_path) if out_path else None), paper_of(paper)
    reviewed = ReviewedFilm(film, settings_of(renderer, backend, store=store), given_of(sets, values))
    found = listed_notes(reviewed)
    if out_path is None or kind is None:
        if as_json:
            print_json(found.model_dump(mode="json"))
        else:
            notes_table(out, found)
        return
    made = exported(reviewed, found, kind, sheet)
    with written_aside(out_path) as aside:
        aside.write_bytes(made.content)
    if as_json:
        print_json({"path": str(out_path), "notes": made.notes, "missing_letters": list(made.missing)})
        return
    out.print(f"{out_path}: {counted(made.notes, 'note')}", markup=False, highlight=False, soft_wrap=True)
    if made.missing:
        words = f"no font here has letters of {listed(made.missing)}: they are named in their place"
        err.print("[yellow]warning:[/] ", end="")
        err.print(words, markup=False, highlight=False, soft_wrap=True)
