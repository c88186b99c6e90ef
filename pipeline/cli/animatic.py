"""`shotfarm animatic ...`: what the animatic draws."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import out
from pipeline.cli.options import SetOption, ValuesOption, given_of, settings_of

animatic_app = typer.Typer(help="What the animatic draws.", no_args_is_help=True)

PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


@animatic_app.callback()
def animatic() -> None:
    """What the animatic draws."""


@animatic_app.command()
def sheet(
    film: Annotated[
        Path | None, typer.Argument(help="A film, whose people and places are drawn; without one, all.")
    ] = None,
    of: Annotated[
        str, typer.Option("--of", help="places, people, things, looks, epochs or background; without a film.")
    ] = "places",
    out_path: Annotated[Path, typer.Option("--out", "-o", help="The picture to write.")] = Path("sheet.png"),
    values: ValuesOption = None,
    sets: SetOption = None,
) -> None:
    """Draw a sheet of small pictures: a film's people and places, or all that the animatic knows.

    Example: [bold]shotfarm animatic sheet my-film -o cast.png[/]
    """
    from PIL import Image

    from assembly.programs.whole_files import written_aside
    from farm.backends.animatic.lexicon.own_words import in_the_words_of
    from farm.backends.animatic.sheet import Sheet, drawn, sheet_of, sheet_of_film
    from pipeline.production.open import read_film
    from pipeline.review.board.drawing import own_words_of
    from storyboard.errors import UsageError
    from storyboard.wording import counted, listed

    form = PICTURES.get(out_path.suffix.lower())
    if form is None:
        raise UsageError(
            f"a sheet cannot be written to {out_path.name!r}", f"name a file that ends in {listed(PICTURES)}"
        )
    if film is None and of not in [*Sheet]:
        raise UsageError(f"there is no sheet of {of!r}", f"there are: {listed([*Sheet])}")
    words = None
    if film is None:
        cells = sheet_of(Sheet(of))
    else:
        loaded = read_film(film, settings_of(None, None), given_of(sets, values))[0]
        cells, words = sheet_of_film(loaded.film), own_words_of(loaded.folder)
    with in_the_words_of(words):
        picture = Image.fromarray(drawn(cells))
    with written_aside(out_path) as aside:
        picture.save(aside, form)
    out.print(f"{out_path}: {counted(len(cells), 'picture')}", markup=False, highlight=False, soft_wrap=True)
