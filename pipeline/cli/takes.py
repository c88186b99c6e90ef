"""The commands of takes and decisions: parse, call, format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import err, interruptible, out, print_json
from pipeline.cli.options import (
    AddressOption,
    BackendOption,
    FilmArgument,
    ForOption,
    JsonOption,
    RendererOption,
    StoreOption,
    ValuesOption,
    VersionOption,
    given_of,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.catalog.entries import Decision
    from pipeline.decisions.shots import Meant
    from pipeline.film.blast_radius import BlastRadius
    from storyboard.document.values import GivenValues
    from storyboard.planning.decided import Decided

ShotArgument = Annotated[str, typer.Argument(help="The shot's id, such as 2A.")]
TakeOption = Annotated[int | None, typer.Option("--take", help="The take's number; the one in the cut else.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who decides; your name on this machine else.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be made again, and decide nothing.")
]
CutOption = Annotated[
    str | None, typer.Option("--cut", help="The renderer of film.yaml whose film this is about.")
]
FramesOption = Annotated[
    str | None, typer.Option(help="The frames it is about, counted from the shot's first: 20-31, or 20.")
]


def add_commands(app: typer.Typer) -> None:
    """Give an app these commands."""
    for command in (takes, retake, approve, unapprove, omit, restore, note, undo, adopt, history):
        app.command()(command)


def takes(
    shot: Annotated[str | None, typer.Argument(help="One shot's; a folder or document is the film.")] = None,
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the takes of a film or of a shot: their status, what is stale, who asked for them and why.

    Example: [bold]shotfarm takes 2A my-film[/]
    """
    from pipeline.cli.views.takes import takes_as_json, takes_table
    from pipeline.decisions.listing import listed_takes
    from pipeline.production.open import open_production

    shot, film = _shot_or_film(shot, film)
    production = open_production(film, settings_of(renderer, backend, store=store), given_of(sets, values))
    listed = listed_takes(production, shot)
    if as_json:
        print_json(takes_as_json(listed))
    else:
        takes_table(out, production, listed)


def retake(
    shot: ShotArgument,
    film: FilmArgument = Path("film.yaml"),
    note: Annotated[str, typer.Option(help="What is wrong, in words.")] = "",
    frames: FramesOption = None,
    add_prompt: Annotated[str, typer.Option(help="Words that are added to what happens in the shot.")] = "",
    new_seed: Annotated[bool, typer.Option("--new-seed", help="Another seed for each take.")] = False,
    seed: Annotated[int | None, typer.Option(help="This seed.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="An option of the backend: KEY=VALUE; may be repeated.")
    ] = None,
    renderer: Annotated[
        str | None, typer.Option(help="Another renderer of film.yaml makes this shot from now on.")
    ] = None,
    first_frame: Annotated[str | None, typer.Option(help="A picture of the shot's first frame.")] = None,
    last_frame: Annotated[str | None, typer.Option(help="A picture of the shot's last frame.")] = None,
    count: Annotated[int, typer.Option("--takes", help="How many alternatives.")] = 1,
    take: TakeOption = None,
    dry_run: DryRunOption = False,
    no_film: Annotated[bool, typer.Option("--no-film", help="Render the takes and nothing else.")] = False,
    cut: CutOption = None,
    backend: BackendOption = None,
    out_path: Annotated[
        Path | None, typer.Option("--out", help="The film's file; out/TITLE.mp4 by default.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="How many workers to use at most.")] = None,
    address: AddressOption = None,
    store: StoreOption = None,
    by: ByOption = None,
    values: ValuesOption = None,
    version: ForOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for another take of a shot, render it, and put the film together with it.

    Without any wish but words, it gets a new seed. The film shows the newest wish until a take is approved;
    shots that start from this one are rendered with it, unless there is to be no film.

    Example: [bold]shotfarm retake 2A my-film --note "too dark" --add-prompt "a bright moon" --takes 4[/]
    """
    from pipeline.cli.views.run import watching
    from pipeline.cli.views.takes import retake_as_json, show_retake
    from pipeline.decisions.asking import Asked, frames_of, options_of, propose
    from pipeline.decisions.shots import Meant
    from pipeline.orchestration.retake import run_retake
    from pipeline.production.open import open_production
    from pipeline.rendering.registering import register_takes

    settled = settings_of(cut, backend, workers=workers, address=address, store=store)
    production = open_production(film, settled, given_of(version, values))
    meant = Meant.of(production, shot)
    length = meant.shot.duration.frames(production.film.format.rate)
    asked = Asked(
        text=note,
        frames=frames_of(frames, length),
        add_prompt=add_prompt,
        seed=seed,
        new_seed=new_seed,
        options=options_of(settings or []),
        renderer=renderer,
        first_frame=first_frame,
        last_frame=last_frame,
        takes=count,
    )
    if not dry_run:
        register_takes(production, production.plan())
        meant = Meant.of(production, shot)
    proposal = propose(meant, asked, take)
    radius = proposal.radius()
    if dry_run or not as_json:
        _show_radius(radius, shot, as_json=as_json)
    if dry_run:
        return
    with interruptible(), watching(err if as_json else out) as observer:
        summary = run_retake(proposal, _who(by), out_path, observer, film=not no_film)
    made = Meant.of(production, shot)
    if as_json:
        print_json(retake_as_json(made, proposal, summary, radius))
    else:
        show_retake(out, made, proposal, summary)


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
    made = deciding.approve(meant, chosen, _who(by))
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

    made = deciding.unapprove(_meant(shot, film, given_of(sets, values)), take, _who(by))
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
    made = deciding.omit(meant, _who(by))
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
    _say(deciding.restore(meant, _who(by)), f"shot {shot} is back in the film", as_json=as_json)


def note(
    shot: ShotArgument,
    text: Annotated[str, typer.Argument(help="The words.")],
    film: FilmArgument = Path("film.yaml"),
    frames: FramesOption = None,
    take: TakeOption = None,
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say something of a shot; nothing is made again for it.

    Example: [bold]shotfarm note 2A "love the light" my-film --frames 20-31[/]
    """
    from pipeline.decisions import deciding
    from pipeline.decisions.asking import frames_of

    meant = _meant(shot, film, given_of(sets, values))
    about = frames_of(frames, meant.shot.duration.frames(meant.production.film.format.rate))
    on = meant.take(take) if take is not None else None
    made = deciding.note(meant, text, about, on, _who(by))
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
    from pipeline.decisions.listing import words_of

    meant = _meant(shot, film, given_of(sets, values))
    made = deciding.undo(meant, _who(by))
    _say(made, f"undone of shot {shot}: {words_of(meant, made)}", as_json=as_json)


def adopt(
    shot: Annotated[str | None, typer.Argument(help="One shot; a folder or document is the film.")] = None,
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written.")] = False,
    by: ByOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what the approved takes changed into film.yaml, which keeps its comments and its order.

    Example: [bold]shotfarm adopt 2A my-film[/]
    """
    from pipeline.cli.views.takes import adoption_as_json, show_adoption
    from pipeline.decisions.adopting import propose_adoption
    from pipeline.production.open import open_production

    shot, film = _shot_or_film(shot, film)
    adoption = propose_adoption(
        open_production(film, settings_of(renderer, backend), given_of(sets, values)), shot
    )
    if not dry_run:
        adoption.write(_who(by))
    if as_json:
        print_json(adoption_as_json(adoption, written=not dry_run))
    else:
        show_adoption(out, adoption, written=not dry_run)


def history(
    shot: ShotArgument,
    film: FilmArgument = Path("film.yaml"),
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what became of a shot: its takes, its notes and what was decided.

    Example: [bold]shotfarm history 2A my-film[/]
    """
    from pipeline.cli.views.takes import history_as_json, history_table
    from pipeline.decisions.listing import history_of
    from pipeline.production.open import open_production

    events = history_of(open_production(film, settings_of(None, None), given_of(sets, values)), shot)
    if as_json:
        print_json(history_as_json(events))
    else:
        history_table(out, shot, events)


def _shot_or_film(shot: str | None, film: Path) -> tuple[str | None, Path]:
    """`takes my-film` is of a film: an id has no dot or slash, and names nothing on this disk that is one."""
    if shot is None or film != Path("film.yaml"):
        return shot, film
    path = Path(shot)
    document = path.suffix in {".yaml", ".yml", ".json"} or "/" in shot
    return (None, path) if document or (path / "film.yaml").is_file() else (shot, film)


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


def _who(by: str | None) -> str:
    """Who decides: as they say, else as the machine knows them."""
    from pipeline.rendering.registering import this_person

    return by or this_person()


def _show_radius_if(meant: Meant, decided: Mapping[str, Decided], *, as_json: bool) -> None:
    from pipeline.decisions.asking import radius_if

    _show_radius(radius_if(meant, decided), meant.shot.id, as_json=as_json)


def _show_radius(radius: BlastRadius, shot: str, *, as_json: bool) -> None:
    from pipeline.cli.views.takes import radius_as_json, show_radius

    if as_json:
        print_json(radius_as_json(radius))
    else:
        show_radius(out, radius, shot)


def _say(decision: Decision, words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(decision.model_dump(mode="json"))
    else:
        out.print(words, markup=False, highlight=False, soft_wrap=True)
