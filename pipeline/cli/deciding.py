"""The commands of decisions: parse, call, format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import out, print_json
from pipeline.cli.options import (
    BackendOption,
    FilmArgument,
    JsonOption,
    RendererOption,
    StoreOption,
    ValuesOption,
    VersionOption,
    given_of,
    settings_of,
)
from pipeline.cli.takes import (
    ByOption,
    DryRunOption,
    FramesOption,
    ShotArgument,
    TakeOption,
    tell_radius,
    who,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.catalog.entries import Decision
    from pipeline.decisions.shots import Meant
    from storyboard.document.values import GivenValues
    from storyboard.planning.decided import Decided


def add_commands(app: typer.Typer) -> None:
    """Give an app these commands."""
    for command in (approve, unapprove, omit, restore, note, undo, redo):
        app.command()(command)


def approve(
    shot: ShotArgument,
    film: FilmArgument = Path("film.yaml"),
    take: TakeOption = None,
    dry_run: DryRunOption = False,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Circle a take: it stays in the film until somebody moves it, also when the storyboard changes.

    Example: [bold]shotfarm approve 2A my-film --take 2[/]
    """
    from pipeline.decisions import deciding

    meant = _meant(shot, film, given_of(sets, values), renderer, backend, store)
    chosen = deciding.take_to_approve(meant, take)
    if dry_run:
        _show_radius_if(meant, deciding.as_if_approved(meant, chosen), as_json=as_json)
        return
    made = deciding.approve(meant, chosen, who(by))
    _say(made, f"take {chosen.number} of shot {shot} is approved", as_json=as_json)


def unapprove(
    shot: ShotArgument,
    film: FilmArgument = Path("film.yaml"),
    take: TakeOption = None,
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the circle away: the film shows the last retake again, or the storyboard's own take.

    Example: [bold]shotfarm unapprove 2A my-film[/]
    """
    from pipeline.decisions import deciding

    made = deciding.unapprove(_meant(shot, film, given_of(sets, values)), take, who(by))
    _say(made, f"no take of shot {shot} by this renderer is approved any more", as_json=as_json)


def omit(
    shot: ShotArgument,
    film: FilmArgument = Path("film.yaml"),
    dry_run: DryRunOption = False,
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a shot out of the film, which becomes shorter by its frames; what starts from it still does.

    Example: [bold]shotfarm omit 2A my-film[/]
    """
    from pipeline.decisions import deciding

    meant = _meant(shot, film, given_of(sets, values))
    if dry_run:
        _show_radius_if(meant, deciding.as_if_omitted(meant, omitted=True), as_json=as_json)
        return
    made = deciding.omit(meant, who(by))
    frames = meant.shot.duration.frames(meant.production.film.format.rate)
    _say(made, f"shot {shot} is omitted: the film is {frames} frames shorter", as_json=as_json)


def restore(
    shot: ShotArgument,
    film: FilmArgument = Path("film.yaml"),
    dry_run: DryRunOption = False,
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring an omitted shot back.

    Example: [bold]shotfarm restore 2A my-film[/]
    """
    from pipeline.decisions import deciding

    meant = _meant(shot, film, given_of(sets, values))
    if dry_run:
        _show_radius_if(meant, deciding.as_if_omitted(meant, omitted=False), as_json=as_json)
        return
    _say(deciding.restore(meant, who(by)), f"shot {shot} is back in the film", as_json=as_json)


def note(
    shot: ShotArgument,
    text: Annotated[str, typer.Argument(help="The words.")],
    film: FilmArgument = Path("film.yaml"),
    frames: FramesOption = None,
    take: TakeOption = None,
    reply_to: Annotated[
        int | None, typer.Option(help="The number of what it answers: `history --json` tells it.")
    ] = None,
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say something of a shot; nothing is made again for it.

    Example: [bold]shotfarm note 2A "love the light" my-film --frames 20-31[/]
    """
    from pipeline.catalog.entries import Note
    from pipeline.decisions import deciding
    from pipeline.decisions.asking import frames_of
    from pipeline.decisions.letters import plain_words

    meant = _meant(shot, film, given_of(sets, values))
    about = frames_of(frames, meant.shot.duration.frames(meant.production.film.format.rate))
    on = meant.take(take) if take is not None else None
    said = Note(text=plain_words(text), frames=about, reply_to=reply_to)
    made = deciding.note(meant, said, on, who(by))
    _say(made, f"noted of shot {shot}", as_json=as_json)


def undo(
    shot: ShotArgument,
    film: FilmArgument = Path("film.yaml"),
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back the last decision of a shot.

    Example: [bold]shotfarm undo 2A my-film[/]
    """
    from pipeline.decisions import deciding
    from pipeline.decisions.history import words_of

    meant = _meant(shot, film, given_of(sets, values))
    made = deciding.undo(meant, who(by))
    _say(made, f"undone of shot {shot}: {words_of(meant, made)}", as_json=as_json)


def redo(
    shot: ShotArgument,
    film: FilmArgument = Path("film.yaml"),
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide again what was undone just now.

    Example: [bold]shotfarm redo 2A my-film[/]
    """
    from pipeline.decisions import deciding
    from pipeline.decisions.history import words_of

    meant = _meant(shot, film, given_of(sets, values))
    made = deciding.redo(meant, who(by))
    _say(made, f"done again of shot {shot}: {words_of(meant, made)}", as_json=as_json)


def _meant(
    shot: str,
    film: Path,
    given: GivenValues,
    renderer: str | None = None,
    backend: str | None = None,
    store: str | None = None,
) -> Meant:
    from pipeline.decisions.shots import Meant
    from pipeline.production.open import open_production

    return Meant.of(open_production(film, settings_of(renderer, backend, store=store), given), shot)


def _show_radius_if(meant: Meant, decided: Mapping[str, Decided], *, as_json: bool) -> None:
    from pipeline.decisions.asking import radius_if

    tell_radius(radius_if(meant, decided), meant.shot.id, as_json=as_json)


def _say(decision: Decision, words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(decision.model_dump(mode="json"))
    else:
        out.print(words, markup=False, highlight=False, soft_wrap=True)
