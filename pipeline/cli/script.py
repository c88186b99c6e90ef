"""The commands that bring screenplays in and take them out."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import err, interruptible, out, print_json
from pipeline.cli.options import FilmArgument, JsonOption

if TYPE_CHECKING:
    from pipeline.writing.refine import Refined
    from pipeline.writing.writer import Writer
    from storyboard.screenplay.accepting import Proposal
    from storyboard.screenplay.importing import Imported

script_app = typer.Typer(help="Screenplays: Fountain and Final Draft in, Fountain out.", no_args_is_help=True)
MOST_LEFT = 20
"""of what has no place, listed before the rest is counted; --json has all"""
AliasOption = Annotated[
    list[str] | None,
    typer.Option("--alias", metavar="NAME=WHOSE", help="A name in cues that is another's: SMITH=JOHN SMITH."),
]
InteriorOption = Annotated[
    list[str] | None,
    typer.Option("--interior", metavar="WORD", help="A word that slug lines begin with inside."),
]
ExteriorOption = Annotated[
    list[str] | None,
    typer.Option("--exterior", metavar="WORD", help="A word that slug lines begin with outside."),
]
WriterOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL|NAME",
        help="Have a language model read along, and propose changes that you accept or not: a base URL in "
        "the form of OpenAI's, or ollama, llama.cpp, lmstudio, vllm, openai (key: SHOTFARM_WRITER_KEY).",
    ),
]
WriterModelOption = Annotated[
    str | None,
    typer.Option(
        "--writer-model", metavar="NAME", help="The model; without, the only one (SHOTFARM_WRITER_MODEL)."
    ),
]
AcceptOption = Annotated[bool, typer.Option("--accept", help="Accept all that the writer proposes, unasked.")]


@script_app.command("import")
def import_script(
    script: Annotated[Path, typer.Argument(help="A screenplay: .fountain or .fdx.")],
    out_path: Annotated[Path, typer.Option("--out", "-o", help="The film document to write.")] = Path(
        "film.yaml"
    ),
    aliases: AliasOption = None,
    interiors: InteriorOption = None,
    exteriors: ExteriorOption = None,
    language: Annotated[
        str | None, typer.Option(help="The language that it speaks; guessed without.")
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Of a second import: find the lengths of action anew.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
    writer: WriterOption = None,
    writer_model: WriterModelOption = None,
    accept: AcceptOption = False,
    as_json: JsonOption = False,
) -> None:
    """Break a screenplay down into the shots of a film; again after a rewrite, with what people changed kept.

    Example: [bold]shotfarm script import feature.fountain -o film.yaml[/]

    Example: [bold]shotfarm script import rewrite.fdx -o film.yaml --dry-run[/]

    Example: [bold]shotfarm script import feature.fountain -o film.yaml --writer http://localhost:8000/v1[/]
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
    asked = _writer_of(writer, writer_model, accept)
    made = import_file(script, out_path, choices, calibrate=calibrate)
    read = _read(out_path, made, asked) if asked else None
    told = _Told(out_path, made, read, dry_run=dry_run, as_json=as_json)
    if not as_json:
        _tell(told)
    told.decide(accept=accept)
    if told.written:
        write_import(out_path, told.result)
    if as_json:
        print_json(_as_json(told))
    else:
        _tell_end(told)


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


@dataclass(slots=True)
class _Told:
    """An import, and what is done with what a writer proposes for it."""

    path: Path
    made: Imported
    read: Refined | None
    dry_run: bool
    as_json: bool
    accepted: tuple[Proposal, ...] = ()
    written: bool = False

    def decide(self, *, accept: bool) -> None:
        """Have a person accept, or `--accept`; what nobody has answered is not written."""
        proposals = self.read.diff.proposals if self.read else []
        if not proposals or self.dry_run:
            self.written = not self.dry_run
        elif accept:
            self.accepted, self.written = tuple(proposals), True
        elif not self.as_json and _is_a_person():
            from pipeline.cli.views.proposals import accepted_by_person

            self.accepted, self.written = accepted_by_person(out, proposals), True

    @property
    def result(self) -> Imported:
        """The import, with what was accepted in its document."""
        from storyboard.screenplay.accepting import accepted_text

        return replace(self.made, text=accepted_text(self.made.text, self.accepted))


def _is_a_person() -> bool:
    """Whether somebody sits there who can be asked."""
    return out.is_terminal and sys.stdin.isatty()


def _writer_of(named: str | None, model: str | None, accept: bool) -> Writer | None:  # noqa: FBT001
    """Who is to read along; None for nobody.

    Raises:
        UsageError: it cannot be asked, or there is nobody whose proposals could be accepted.
    """
    from storyboard.errors import UsageError

    if named is None:
        if accept or model is not None:
            raise UsageError(
                f"{'--accept' if accept else '--writer-model'} says something of a writer, and there is none",
                "name one with --writer",
            )
        return None
    from pipeline.settings import load_settings
    from pipeline.writing.writer import writer_of

    return writer_of(named, model, load_settings())


def _read(path: Path, made: Imported, writer: Writer) -> Refined:
    from pipeline.cli.views.proposals import reading
    from pipeline.writing.refine import refined

    with interruptible(), reading(err) as progress:
        return refined(path.absolute().parent, made, writer, progress)


def _as_json(told: _Told) -> dict[str, object]:
    from pipeline.cli.views.proposals import proposals_as_json

    made, film = told.made, told.made.film
    return {
        "film": str(told.path),
        "written": told.written,
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
        **(proposals_as_json(told.read, told.accepted) if told.read else {}),
    }


def _say(words: str) -> None:
    out.print(words, markup=False, highlight=False, soft_wrap=True)


def _tell(told: _Told) -> None:
    from storyboard.media.timing import timecode_from_frames
    from storyboard.wording import counted

    made, film = told.made, told.made.film
    length = timecode_from_frames(film.duration_frames(), film.format.rate)
    scenes, shots = counted(len(film.scenes), "scene"), counted(len(film.shots()), "shot")
    people = counted(len(film.characters), "character")
    _say(f"{film.title}: {made.pages:.1f} pages, {scenes}, {shots}, {people}, {length}")
    for name, whose in made.joined:
        _say(f'"{name}" was taken for "{whose}" (--alias says otherwise)')
    for words in made.changes:
        _say(words)
    if made.left:
        _say(f"{counted(len(made.left), 'thing')} of the screenplay without a place in the film document:")
        for one in made.left[:MOST_LEFT]:
            _say(f"  {one}")
        if len(made.left) > MOST_LEFT:
            _say(f"  and {len(made.left) - MOST_LEFT} more (--json lists all)")
    if told.read:
        from pipeline.cli.views.proposals import show_proposals

        show_proposals(out, told.read)


def _tell_end(told: _Told) -> None:
    from storyboard.wording import counted

    if told.written:
        if told.accepted:
            _say(f"{counted(len(told.accepted), 'proposal')} accepted.")
        _say(f"{told.path} is your film. Next:\n  shotfarm plan {told.path}\n  shotfarm render {told.path}")
    elif told.dry_run:
        _say("Nothing was written (--dry-run).")
    else:
        _say(
            "Nothing was written: the proposals wait for somebody who accepts them. The same command with "
            "--accept takes all\nof them, in a terminal it asks; the writer is not asked again."
        )
