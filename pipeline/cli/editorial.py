"""The commands that take a film's cut to an editing program and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import err, interruptible, out, print_json
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
from pipeline.cli.takes import ByOption, who

if TYPE_CHECKING:
    from pipeline.editorial.exporting import Exported
    from pipeline.editorial.importing import Incoming
    from pipeline.settings import Settings
    from storyboard.document.values import Given

MOST_SHOWN = 40
"""changes that are listed before the rest is counted; --json has all"""
ProgramOption = Annotated[
    str | None,
    typer.Option("--for", metavar="PROGRAM", help="What is to read it: resolve, premiere, kdenlive or avid."),
]


def add_commands(app: typer.Typer) -> None:
    """Give an app these commands."""
    app.command("export")(export_cut)
    app.command("import")(import_cut)


def export_cut(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The file: .otio, .otioz, .edl, .xml, .fcpxml, .aaf, ..."),
    ],
    film: FilmArgument = Path("film.yaml"),
    program: ProgramOption = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the film's cut for an editing program: every take, its handles, notes, lines, cues and stems.

    Example: [bold]shotfarm export cut.otio my-film[/]
    """
    from pipeline.editorial.exporting import check_format, export
    from pipeline.production.open import open_production

    check_format(path)
    production = open_production(film, settings_of(renderer, backend, store=store), given_of(sets, values))
    with interruptible():
        made = export(production, path, program)
    show_exported(made, as_json=as_json)


def deliver_cut(
    film: Path,
    settings: Settings,
    given: dict[str, Given],
    folder: Path | None,
    program: str | None,
    *,
    as_json: bool,
) -> None:
    """Put the cut, its media and a page of how to import them into a folder."""
    from pipeline.cli.views.run import watching
    from pipeline.editorial.exporting import FOLDER, deliver_editorial
    from pipeline.production.open import open_production

    production = open_production(film, settings, given)
    place = (folder or production.folder / "out").absolute() / FOLDER
    with interruptible(), watching(err if as_json else out) as observer:
        made = deliver_editorial(production, place, observer, program)
    show_exported(made, as_json=as_json)


def import_cut(
    path: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The cut as the editing program has written it.")
    ] = None,
    film: FilmArgument = Path("film.yaml"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it changes and what it would have rendered, no more.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the last cut back; FILE is left out then.")
    ] = False,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    by: ByOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring an editor's cut back: say what it changes, and keep it. `render` makes what is missing then.

    Example: [bold]shotfarm import cut-changed.otio my-film --dry-run[/]

    Example: [bold]shotfarm import --undo my-film[/]
    """
    from pipeline.editorial.importing import look_at_cut, undo_cut
    from pipeline.production.open import open_production
    from storyboard.errors import UsageError

    settings, given = settings_of(renderer, backend, store=store), given_of(sets, values)
    if undo:
        made = undo_cut(open_production(path or film, settings, given), who(by))
        if as_json:
            print_json(made.model_dump(mode="json"))
        else:
            _say("the last cut is taken back")
        return
    if path is None:
        raise UsageError(
            "name the file that the editing program has written", "shotfarm import cut.otio film"
        )
    incoming = look_at_cut(open_production(film, settings, given), path)
    decided = () if dry_run else incoming.keep(who(by))
    if as_json:
        told = [one.model_dump(mode="json", exclude_none=True) for one in decided]
        print_json({**_as_json(incoming), "kept": not dry_run and incoming.changed, "decisions": told})
    else:
        _tell(incoming, kept=not dry_run)


def show_exported(made: Exported, *, as_json: bool) -> None:
    """Say what was written."""
    from storyboard.wording import counted, listed

    if as_json:
        print_json(
            {
                "path": str(made.path),
                "shots": made.shots,
                "frames": made.frames,
                "absent": list(made.absent),
                "media": [str(path) for path in made.files],
                "not_held": list(made.not_held),
                "given_back": list(made.given_back),
            }
        )
        return
    media = f", {counted(len(made.files), 'file')} of media" if made.files else ""
    _say(f"{made.path}: {counted(made.shots, 'shot')}, {counted(made.frames, 'frame')}{media}")
    for words in made.given_back:
        _say(f"given back: {words}")
    for words in made.not_held:
        _say(f"not held: {words}")
    if made.absent:
        _say(f"no take yet of {listed(list(made.absent))}: `shotfarm render` makes them")


def _as_json(incoming: Incoming) -> dict[str, object]:
    return {
        "changes": [{"kind": one.kind, "shot": one.shot, "words": one.words} for one in incoming.changes],
        "renders": [{"shot": one.shot, "frames": one.frames, "words": one.words} for one in incoming.renders],
        "frames": incoming.plan.film.duration_frames(),
    }


def _tell(incoming: Incoming, *, kept: bool) -> None:
    from storyboard.wording import counted

    if not incoming.changes:
        _say("Nothing is changed: the timeline is the film's cut.")
        return
    for one in incoming.changes[:MOST_SHOWN]:
        _say(f"not taken over: {one.words}" if one.kind == "left" else one.words)
    if len(incoming.changes) > MOST_SHOWN:
        _say(f"and {len(incoming.changes) - MOST_SHOWN} more changes (--json lists all)")
    frames = incoming.plan.film.duration_frames()
    _say(f"The film has {counted(frames, 'frame')} then, {incoming.film.cut.frames} now.")
    for missing in incoming.renders[:MOST_SHOWN]:
        _say(f"missing: {missing.words}")
    if not incoming.renders:
        _say("Everything that it shows is rendered already.")
    if not kept:
        _say("Nothing was kept (--dry-run).")
    elif incoming.changed:
        _say("Kept. `shotfarm render` makes the film so; `shotfarm import --undo` takes it back.")


def _say(words: str) -> None:
    out.print(words, markup=False, highlight=False, soft_wrap=True)
