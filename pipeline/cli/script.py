"""The commands that bring screenplays in and take them out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import out, print_json
from pipeline.cli.options import FilmArgument, JsonOption

if TYPE_CHECKING:
    from storyboard.screenplay.importing import Imported

script_app = typer.Typer(help="Screenplays: Fountain and Final Draft in, Fountain out.", no_args_is_help=True)
MOST_LEFT = 20
"""of what has no place, listed before the rest is counted; --json has all"""


@script_app.command("import")
def import_script(
    script: Annotated[Path, typer.Argument(help="A screenplay: .fountain or .fdx.")],
    out_path: Annotated[Path, typer.Option("--out", "-o", help="The film document to write.")] = Path(
        "film.yaml"
    ),
    aliases: Annotated[
        list[str] | None,
        typer.Option(
            "--alias", metavar="NAME=WHOSE", help="A name in cues that is another's: SMITH=JOHN SMITH."
        ),
    ] = None,
    interiors: Annotated[
        list[str] | None,
        typer.Option("--interior", metavar="WORD", help="A word that slug lines begin with inside."),
    ] = None,
    exteriors: Annotated[
        list[str] | None,
        typer.Option("--exterior", metavar="WORD", help="A word that slug lines begin with outside."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="The language that it speaks; guessed without.")
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Of a second import: find the lengths of action anew.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Break a screenplay down into the shots of a film; again after a rewrite, with what people changed kept.

    Example: [bold]shotfarm script import feature.fountain -o film.yaml[/]

    Example: [bold]shotfarm script import rewrite.fdx -o film.yaml --dry-run[/]
    """
    from pipeline.production.screenplays import import_file, write_import
    from storyboard.screenplay.breakdown import Choices
    from storyboard.screenplay.importing import alias_of, language_tag
    from storyboard.screenplay.languages import Prefixes

    choices = Choices(
        aliases=dict(alias_of(words) for words in aliases or ()),
        prefixes=Prefixes(tuple(interiors or ()), tuple(exteriors or ())),
        language=language_tag(language) if language else None,
    )
    made = import_file(script, out_path, choices, calibrate=calibrate)
    if not dry_run:
        write_import(out_path, made)
    if as_json:
        print_json(_as_json(out_path, made, written=not dry_run))
    else:
        _tell(out_path, made, written=not dry_run)


@script_app.command("export")
def export_script(
    film: FilmArgument = Path("film.yaml"),
    out_path: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write; on standard output without.")
    ] = None,
) -> None:
    """Write a film as a screenplay in Fountain: what was imported, with what people changed since.

    Example: [bold]shotfarm script export film.yaml -o feature.fountain[/]
    """
    from assembly.programs.whole_files import written_aside
    from pipeline.production.screenplays import script_text

    text = script_text(film)
    if out_path is None:
        typer.echo(text, nl=False)
        return
    with written_aside(out_path) as aside:
        aside.write_text(text, encoding="utf-8")
    out.print(f"{out_path}: written", markup=False, highlight=False, soft_wrap=True)


def _as_json(path: Path, made: Imported, *, written: bool) -> dict[str, object]:
    film = made.film
    return {
        "film": str(path),
        "written": written,
        "title": film.title,
        "language": film.language,
        "scenes": len(film.scenes),
        "shots": len(film.shots()),
        "frames": film.duration_frames(),
        "pages": round(made.pages, 2),
        "pace": made.pace,
        "characters": [one.name for one in film.characters.values()],
        "joined": [{"name": name, "is": whose} for name, whose in made.joined],
        "left": [{"line": one.line, "text": one.text, "why": one.why} for one in made.left],
        "changes": [*made.changes],
        "kept": made.kept,
    }


def _tell(path: Path, made: Imported, *, written: bool) -> None:
    from storyboard.media.timing import timecode_from_frames
    from storyboard.wording import counted

    def say(words: str) -> None:
        out.print(words, markup=False, highlight=False, soft_wrap=True)

    film = made.film
    length = timecode_from_frames(film.duration_frames(), film.format.rate)
    scenes, shots = counted(len(film.scenes), "scene"), counted(len(film.shots()), "shot")
    people = counted(len(film.characters), "character")
    say(f"{film.title}: {made.pages:.1f} pages, {scenes}, {shots}, {people}, {length}")
    for name, whose in made.joined:
        say(f'"{name}" was taken for "{whose}" (--alias says otherwise)')
    for words in made.changes:
        say(words)
    if made.left:
        say(f"{counted(len(made.left), 'thing')} of the screenplay without a place in the film document:")
        for one in made.left[:MOST_LEFT]:
            say(f"  {one}")
        if len(made.left) > MOST_LEFT:
            say(f"  and {len(made.left) - MOST_LEFT} more (--json lists all)")
    if written:
        say(f"{path} is your film. Next:\n  shotfarm plan {path}\n  shotfarm render {path}")
    else:
        say("Nothing was written (--dry-run).")
