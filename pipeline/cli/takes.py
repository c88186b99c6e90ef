"""The commands of takes: parse, call, format."""

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
    from pipeline.film.blast_radius import BlastRadius
    from pipeline.production.production import Production

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
    for command in (takes, retake, adopt, history):
        app.command()(command)


def takes(
    shot: Annotated[str | None, typer.Argument(help="One shot's; a folder or document is the film.")] = None,
    film: FilmArgument = Path("film.yaml"),
    diff: Annotated[
        tuple[int, int] | None, typer.Option(help="Say what two takes of the shot were made from otherwise.")
    ] = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the takes of a film or of a shot: their status, what is stale, who asked for them and why.

    Example: [bold]shotfarm takes 2A my-film --diff 1 3[/]
    """
    from pipeline.cli.views.takes import takes_as_json, takes_table
    from pipeline.decisions.listing import listed_takes
    from pipeline.production.open import open_production

    shot, film = _shot_or_film(shot, film)
    production = open_production(film, settings_of(renderer, backend, store=store), given_of(sets, values))
    if diff:
        _compare(production, shot, diff, as_json=as_json)
        return
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
    references: Annotated[
        list[str] | None,
        typer.Option("--reference", help="Another picture of a character: CHARACTER=FILE; may be repeated."),
    ] = None,
    keep_rest: Annotated[
        bool,
        typer.Option("--keep-rest", help="Change an earlier take as the note says, and keep the rest of it."),
    ] = False,
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

    Example: [bold]shotfarm retake 2A my-film --note "make it night" --keep-rest --renderer final[/]
    """
    from pipeline.cli.views.run import watching
    from pipeline.cli.views.takes import retake_as_json, show_retake
    from pipeline.decisions.asking import Asked, frames_of, options_of, propose, references_of
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
        references=references_of(references or []),
        takes=count,
        keep_rest=keep_rest,
    )
    if not dry_run:
        register_takes(production, meant.plan)
        meant = Meant.of(production, shot, planned=meant.plan)
    proposal = propose(meant, asked, take)
    radius = proposal.radius()
    if dry_run or not as_json:
        tell_radius(radius, shot, as_json=as_json)
    if dry_run:
        return
    with interruptible(), watching(err if as_json else out) as observer:
        summary = run_retake(proposal, who(by), out_path, observer, film=not no_film)
    made = Meant.of(production, shot)
    if as_json:
        print_json(retake_as_json(made, proposal, summary, radius))
    else:
        show_retake(out, made, proposal, summary)


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
        adoption.write(who(by))
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
    from pipeline.decisions.history import history_of
    from pipeline.production.open import open_production

    events = history_of(open_production(film, settings_of(None, None), given_of(sets, values)), shot)
    if as_json:
        print_json(history_as_json(events))
    else:
        history_table(out, shot, events)


def _compare(production: Production, shot: str | None, numbers: tuple[int, int], *, as_json: bool) -> None:
    from pipeline.cli.views.takes import compared_as_json, show_compared
    from pipeline.decisions.comparing import compared
    from pipeline.decisions.shots import Meant
    from storyboard.errors import UsageError

    if shot is None:
        raise UsageError("--diff compares takes of one shot", "such as shotfarm takes 2A --diff 1 3")
    found = compared(Meant.of(production, shot), *numbers)
    if as_json:
        print_json(compared_as_json(found))
    else:
        show_compared(out, found)


def _shot_or_film(shot: str | None, film: Path) -> tuple[str | None, Path]:
    """`takes my-film` is of a film: an id has no dot or slash, and names nothing on this disk that is one."""
    if shot is None or film != Path("film.yaml"):
        return shot, film
    path = Path(shot)
    document = path.suffix in {".yaml", ".yml", ".json"} or "/" in shot
    return (None, path) if document or (path / "film.yaml").is_file() else (shot, film)


def who(by: str | None) -> str:
    """Who decides: as they say, else as the machine knows them."""
    from pipeline.rendering.registering import this_person

    return by or this_person()


def tell_radius(radius: BlastRadius, shot: str, *, as_json: bool) -> None:
    """Say what a decision would have made again."""
    from pipeline.cli.views.takes import radius_as_json, show_radius

    if as_json:
        print_json(radius_as_json(radius))
    else:
        show_radius(out, radius, shot)
