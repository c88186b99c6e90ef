"""`shotfarm catalog ...`: looking after what people decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import interruptible, out, print_json
from pipeline.cli.options import FilmArgument, JsonOption
from storyboard.wording import counted

if TYPE_CHECKING:
    from pipeline.catalog.catalog import Catalog

catalog_app = typer.Typer(
    help="What people decided of takes: its log and its database.", no_args_is_help=True
)


def folder_of(film: Path) -> Path:
    """The project folder of a film document, or the folder itself."""
    return film if film.is_dir() else film.parent


def _told(catalog: Catalog, did: str, as_json: bool, **facts: object) -> None:  # noqa: FBT001
    """Say what a catalog holds now."""
    takes, decisions = catalog.takes(), catalog.decisions()
    torn = catalog.log.torn
    if as_json:
        print_json({"takes": len(takes), "decisions": len(decisions), "torn_lines": torn, **facts})
        return
    held = f"{counted(len(takes), 'take')}, {counted(len(decisions), 'decision')}"
    out.print(f"{did}: {held}", highlight=False, soft_wrap=True)
    for line in torn:
        out.print("left out, never whole: ", end="", highlight=False)
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@catalog_app.command()
def rebuild(film: FilmArgument = Path("film.yaml"), as_json: JsonOption = False) -> None:
    """Make the catalog again from its log and the store: the same statuses and numbers as before.

    Example: [bold]shotfarm catalog rebuild my-film[/]
    """
    from pipeline.catalog.catalog import Catalog
    from pipeline.production.open import open_production
    from pipeline.rendering.registering import register_takes
    from pipeline.settings import load_settings
    from storyboard.errors import DocumentError

    settings, left_out = load_settings(), None
    try:
        production = open_production(film, settings)
        register_takes(production, production.plan())
    except DocumentError as error:  # the log needs no film that is right
        left_out = error.problems[0]
    with interruptible(), Catalog.rebuilt(folder_of(film), settings) as catalog:
        catalog.log.record()
        _told(catalog, "made again", as_json)
    if left_out and not as_json:
        out.print(f"the store was not looked at: {left_out}", markup=False, highlight=False, soft_wrap=True)


@catalog_app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to make: a SQLite database.")],
    film: FilmArgument = Path("film.yaml"),
    as_json: JsonOption = False,
) -> None:
    """Copy the catalog into a file, also while others use it.

    Example: [bold]shotfarm catalog backup monday.sqlite my-film[/]
    """
    from pipeline.catalog.backup import back_up

    with _there(film) as catalog, interruptible():
        back_up(catalog, file)
        _told(catalog, f"copied to {file}", as_json, file=str(file))


@catalog_app.command()
def upgrade(film: FilmArgument = Path("film.yaml"), as_json: JsonOption = False) -> None:
    """Bring the catalog's database into this version's form, as every command that uses it does.

    Example: [bold]shotfarm catalog upgrade my-film[/]
    """
    from pipeline.catalog.migrations import REVISIONS

    with _there(film) as catalog:
        before, now = catalog.form_before, REVISIONS[-1]
        did = f"form {now}, as it was" if before in {None, now} else f"from form {before} to {now}"
        _told(catalog, did, as_json, form=now, form_before=before)


def _there(film: Path) -> Catalog:
    """The catalog of a film that has one."""
    from pipeline.catalog.catalog import Catalog
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    catalog = Catalog.if_there(folder_of(film), load_settings())
    if catalog is None:
        raise UsageError(f"{folder_of(film)} has no catalog yet", "`shotfarm render` begins one")
    return catalog
