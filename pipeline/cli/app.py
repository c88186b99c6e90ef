"""The command `shotfarm`: parse, call, format. What a command does is elsewhere; heavy imports are late."""

from __future__ import annotations

import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from pipeline.cli import deciding, editorial, takes
from pipeline.cli.animatic import animatic_app
from pipeline.cli.asked_command import with_what_is_asked
from pipeline.cli.batch import batch_app
from pipeline.cli.budget import budget_app
from pipeline.cli.catalog import catalog_app
from pipeline.cli.console import err, interruptible, out, print_json, printable
from pipeline.cli.costs import costs
from pipeline.cli.farm import farm_app
from pipeline.cli.models import models_app
from pipeline.cli.notes import notes
from pipeline.cli.notices import notices_app
from pipeline.cli.options import (
    AddressOption,
    BackendOption,
    ChooseOption,
    DeadlineOption,
    FilmArgument,
    JsonOption,
    PriorityOption,
    RendererOption,
    SetOption,
    ShotsOption,
    StoreOption,
    ValuesOption,
    given_of,
    patterns_of,
    settings_of,
)
from pipeline.cli.review import review_commands
from pipeline.cli.schedule import schedule_app
from pipeline.cli.script import script_app
from pipeline.cli.service import service_app
from pipeline.cli.store import store_app
from pipeline.cli.storyboard import board, storyboard
from pipeline.cli.verify import verify
from pipeline.cli.viewers import viewers_app
from pipeline.cli.watch import watch
from pipeline.garbage import look_less_often
from storyboard.errors import DocumentError, Interrupted, ShotfarmError, UsageError
from storyboard.wording import counted

app = typer.Typer(
    name="shotfarm",
    help="A render farm for generated films: a storyboard in, a finished film out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(catalog_app, name="catalog")
app.add_typer(script_app, name="script")
app.add_typer(animatic_app, name="animatic")
app.add_typer(batch_app, name="batch")
app.add_typer(budget_app, name="budget")
app.add_typer(schedule_app, name="schedule")
app.add_typer(farm_app, name="farm")
app.add_typer(service_app, name="service")
app.add_typer(store_app, name="store")
app.add_typer(models_app, name="models")
app.add_typer(notices_app, name="notices")
app.add_typer(viewers_app, name="viewers")
app.add_typer(review_commands, name="review")
takes.add_commands(app)
deciding.add_commands(app)
editorial.add_commands(app)


def main() -> None:
    """Run the command; what a user caused ends as one message and an exit code, a bug as a traceback."""
    look_less_often()
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is not signal.SIG_IGN:  # nohup has set it
            signal.signal(ending, signal.default_int_handler)
    if "--json" in sys.argv[1:]:
        _main_for_a_script()
    try:
        with_what_is_asked(app, sys.argv[1:])()
    except ShotfarmError as error:
        _complain(error)


def _main_for_a_script() -> NoReturn:
    """The same, with errors as JSON on standard output."""
    try:
        ended = with_what_is_asked(app, sys.argv[1:])(standalone_mode=False)
    except ShotfarmError as error:
        print_json(_error_as_json(error))
        sys.exit(error.exit_code)
    except TyperException as error:  # a mistake in the command's words
        print_json({"error": error.format_message(), "hint": None})
        sys.exit(error.exit_code)
    sys.exit(ended if isinstance(ended, int) else 0)


def _error_as_json(error: ShotfarmError) -> dict[str, Any]:
    """An error for a script; what is wrong in a document, one by one."""
    told: dict[str, Any] = {"error": error.message, "hint": error.hint}
    if isinstance(error, DocumentError):
        told |= {"valid": False, "problems": [asdict(problem) for problem in error.problems]}
    return told


def _complain(error: ShotfarmError) -> None:
    err.print(f"[bold red]{'stopped' if isinstance(error, Interrupted) else 'error'}:[/] ", end="")
    err.print(printable(error.message), markup=False, emoji=False, highlight=False, soft_wrap=True)
    if error.hint:
        err.print("[bold]hint:[/] ", end="")
        err.print(printable(error.hint), markup=False, emoji=False, highlight=False, soft_wrap=True)
    sys.exit(error.exit_code)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    title: Annotated[str | None, typer.Option(help="The film's title; made from the folder's name.")] = None,
    example: Annotated[
        str, typer.Option(help="The film to start from: template, or a finished one.")
    ] = "template",
) -> None:
    """Start a production: a folder with a commented film.yaml.

    Example: [bold]shotfarm new my-film --title "The Long Night"[/]
    """
    from storyboard.project import new_project

    path = new_project(folder, title, example)
    out.print(f"{path} is your film. Next:", markup=False, highlight=False, soft_wrap=True)
    next_words = f"  shotfarm plan {folder}\n  shotfarm render {folder}"
    out.print(next_words, markup=False, highlight=False, soft_wrap=True)


@app.command()
def validate(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    choose: ChooseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a film: every problem at once, with its line and what is allowed.

    Example: [bold]shotfarm validate my-film[/]
    """
    from pipeline.cli.views.paths import lengths_in_words
    from pipeline.cli.views.plan import warnings_as_json
    from pipeline.production.open import open_production
    from pipeline.rendering.told import warnings_of
    from storyboard.branching.graph import branches
    from storyboard.media.timing import timecode_from_frames

    production = open_production(film, settings_of(renderer, backend), given_of(sets, values, choose))
    read, told = production.film, production.ways()
    if as_json:
        facts = {"title": read.title, "shots": len(read.shots()), "frames": told.frames}
        print_json({"valid": True, **facts, "warnings": warnings_as_json(production.warnings)})
        return
    rate = read.format.rate
    length = lengths_in_words(told, rate) if branches(read) else timecode_from_frames(told.frames, rate)
    scenes, shots = counted(len(read.scenes), "scene"), counted(len(read.shots()), "shot")
    warnings = warnings_of(production.warnings)
    end = f"No errors, {counted(len(warnings), 'warning')}:" if warnings else "No problems."
    summed_up = f"{read.title}: {scenes}, {shots}, {length}. {end}"
    out.print(summed_up, markup=False, highlight=False, soft_wrap=True)
    for words in warnings:
        out.print(f"warning: {words}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of film documents, for editors.

    Example: [bold]shotfarm schema > film.schema.json[/]
    """
    from storyboard.schema.json_schema import film_json_schema

    print_json(film_json_schema())


@app.command()
def sounds(
    words: Annotated[str, typer.Argument(help="What is looked for, such as siren; all by default.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the sounds that a film can name without bringing a file.

    Example: [bold]shotfarm sounds[/], [bold]shotfarm sounds "police siren"[/]
    """
    from storyboard.schema.built_in_sounds import BUILT_IN_SOUNDS, SOUNDS_BY_KIND, sounds_like

    found = {name: BUILT_IN_SOUNDS[name] for name in sounds_like(words)} if words else BUILT_IN_SOUNDS
    if not found:
        raise UsageError(f'no built-in sound is like "{words}"', "`shotfarm sounds` lists all of them")
    if as_json:
        print_json(found)
        return
    for kind, heard in {f'like "{words}"': found}.items() if words else SOUNDS_BY_KIND.items():
        out.print(kind, highlight=False)
        for name, description in heard.items():
            out.print(f"  {name:<18} {description}", highlight=False)


@app.command()
def plan(
    film: FilmArgument = Path("film.yaml"),
    shots: ShotsOption = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    deadline: DeadlineOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    choose: ChooseOption = None,
    paths: Annotated[
        bool,
        typer.Option(
            "--paths", help="Tell the ways through a film that branches: endings, lengths, questions."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what would be rendered, what exists, and why. Changes nothing.

    Example: [bold]shotfarm plan my-film[/]

    Example: [bold]shotfarm plan my-film --set viewer=Ana --set year=2030[/]

    Example: [bold]shotfarm plan my-film --paths[/]
    """
    from pipeline.budgets.prices import price_list
    from pipeline.cli.views.paths import paths_as_json, paths_table
    from pipeline.cli.views.plan import plan_as_json, plan_table
    from pipeline.costs.budget import standing_of_film
    from pipeline.production.estimates import work_of
    from pipeline.production.open import open_production
    from pipeline.production.outside import outside

    production = open_production(
        film, settings_of(renderer, backend, store=store), given_of(sets, values, choose)
    )
    if paths:
        told = production.ways()
        if as_json:
            print_json(paths_as_json(production.film, told))
        else:
            paths_table(out, production.film, told)
        return
    planned = production.plan(patterns_of(shots))
    if deadline is not None:
        from pipeline.rendering.deadline import warned_of_deadline  # which loads what asks a farm

        planned = warned_of_deadline(production, planned, deadline)
    prices = price_list(production.settings)
    work = work_of(planned.missing, production.choices, prices)
    sent = outside(planned.missing, production.choices, prices)
    budget = standing_of_film(production)
    if as_json:
        print_json(plan_as_json(production, planned, work, sent, budget))
    else:
        plan_table(out, production, planned, work, sent, budget)


@app.command()
def render(
    film: FilmArgument = Path("film.yaml"),
    shots: ShotsOption = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    out_path: Annotated[
        Path | None, typer.Option("--out", help="The film's file; out/TITLE.mp4 by default.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="How many workers to use at most.")] = None,
    priority: PriorityOption = None,
    deadline: DeadlineOption = None,
    detach: Annotated[
        bool,
        typer.Option("--detach", help="Give the terminal back; `farm attach` shows how it goes."),
    ] = False,
    address: AddressOption = None,
    store: StoreOption = None,
    approved_only: Annotated[
        bool, typer.Option("--approved-only", help="Only shots that have an approved take of any renderer.")
    ] = False,
    values: ValuesOption = None,
    sets: SetOption = None,
    choose: ChooseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Render what is missing and put the film together. Ctrl-C stops; the same command goes on.

    Example: [bold]shotfarm render my-film[/]

    Example: [bold]shotfarm render my-film --shots "2A,3*" --workers 4[/]

    Example: [bold]shotfarm render my-film --detach --priority 5[/]

    Example: [bold]shotfarm render my-film --choose quay=sea --out sea.mp4[/]
    """
    from pipeline.cli.views.run import show_detached, show_end, watching
    from pipeline.orchestration.detached import detach as start_detached
    from pipeline.orchestration.run import run_production
    from pipeline.rendering.deadline import deadline_of

    due = deadline_of(deadline)
    given = given_of(sets, values, choose)
    chosen = {"workers": workers, "address": address, "store": store, "priority": priority}
    settings = settings_of(renderer, backend, **chosen)
    if detach:
        chosen |= {"renderer": renderer, "backend": backend}
        options = {name: value for name, value in chosen.items() if value is not None}
        with interruptible(), err.status("the farm takes the order on"):
            run = start_detached(
                film,
                settings,
                options,
                patterns_of(shots),
                out_path,
                given,
                approved_only=approved_only,
                deadline=due,
            )
        show_detached(out, run, as_json=as_json)
        return
    with interruptible(), watching(err if as_json else out) as observer:
        summary = run_production(
            film,
            settings,
            patterns_of(shots),
            out_path,
            observer,
            given,
            approved_only=approved_only,
            deadline=due,
        )
    show_end(out, summary, as_json=as_json)


@app.command()
def variant(
    film: FilmArgument = Path("film.yaml"),
    values: ValuesOption = None,
    sets: SetOption = None,
    choose: ChooseOption = None,
    out_path: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The film's file; out/TITLE-DIGITS.mp4 by default."),
    ] = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    workers: Annotated[int | None, typer.Option(min=1, help="How many workers to use at most.")] = None,
    priority: PriorityOption = None,
    address: AddressOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make one version of a film, such as one viewer's: what it shares with others is not made again.

    Example: [bold]shotfarm variant film.yaml --set viewer=Ana -o ana.mp4[/]
    """
    from pipeline.cli.views.run import show_end, watching
    from pipeline.orchestration.variant import run_variant

    given = given_of(sets, values, choose)
    settings = settings_of(
        renderer, backend, workers=workers, priority=priority, address=address, store=store
    )
    with interruptible(), watching(err if as_json else out) as observer:
        summary = run_variant(film, settings, given, out_path, observer)
    show_end(out, summary, as_json=as_json)


@app.command()
def deliver(
    names: Annotated[
        str | None,
        typer.Argument(help="What to make: names of the film's deliverables, or kinds; all by default."),
    ] = None,
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    out_path: Annotated[
        Path | None, typer.Option("--out", help="The folder that holds their folders; out/ by default.")
    ] = None,
    store: StoreOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    choose: ChooseOption = None,
    program: editorial.ProgramOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make deliverables of a rendered film: each is checked, with a report and checksums beside it.

    `editorial` is a folder for an editing program: the cut, all takes and sounds, and how to import them.

    Example: [bold]shotfarm deliver web,master,hls my-film[/]
    """
    from pipeline.cli.views.run import check_deliveries, deliveries_as_json, show_deliveries, watching
    from pipeline.orchestration.run import deliver_production

    settings = settings_of(renderer, backend, store=store)
    given = given_of(sets, values, choose)
    if patterns_of(names) == ["editorial"]:
        editorial.deliver_cut(film, settings, given, out_path, program, as_json=as_json)
        return
    if program is not None:
        raise UsageError("--for is for editorial alone", "shotfarm deliver editorial --for resolve")
    with interruptible(), watching(err if as_json else out) as observer:
        made = deliver_production(film, settings, patterns_of(names), out_path, observer, given)
    if as_json:
        print_json(deliveries_as_json(made))
    else:
        show_deliveries(out, made)
    check_deliveries(made, shown=as_json)


app.command()(costs)
app.command()(notes)
app.command()(storyboard)
app.command()(board)
app.command()(verify)
app.command()(watch)


if __name__ == "__main__":
    main()
