"""The command `shotfarm`: parse, call, format. What a command does is elsewhere; heavy imports are late."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from storyboard.errors import Interrupted, ShotfarmError

if TYPE_CHECKING:
    from farm.client import FarmClient
    from pipeline.models import NeededModel
    from pipeline.settings import Settings

app = typer.Typer(
    name="shotfarm",
    help="A render farm for generated films: a storyboard in, a finished film out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
farm_app = typer.Typer(help="The standing farm of this machine.", no_args_is_help=True)
app.add_typer(farm_app, name="farm")
models_app = typer.Typer(help="The models that a film's renderers need.", no_args_is_help=True)
app.add_typer(models_app, name="models")

out = Console()
err = Console(stderr=True)

FilmArgument = Annotated[
    Path, typer.Argument(help="The film document, or the folder that holds film.yaml.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
BackendOption = Annotated[
    str | None,
    typer.Option(help="The backend that renders, whatever renderers the film has (SHOTFARM_BACKEND)."),
]
RendererOption = Annotated[
    str | None,
    typer.Option(help="The renderer of film.yaml to use; a shot that names its own keeps it."),
]
StoreOption = Annotated[
    str | None, typer.Option(help="Where takes are kept: a folder or a URL (SHOTFARM_STORE).")
]
AddressOption = Annotated[
    str | None, typer.Option(help="A running Ray cluster: host:port, or auto on a node.")
]
ShotsOption = Annotated[
    str | None, typer.Option(help="Only these shots, and what they start from: 2A,3* (* is any text).")
]


def main() -> None:
    """Run the command; what a user caused ends as one message and an exit code, a bug as a traceback."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is not signal.SIG_IGN:  # nohup has set it
            signal.signal(ending, signal.default_int_handler)
    try:
        app()
    except ShotfarmError as error:
        _complain(error)


def _complain(error: ShotfarmError) -> None:
    err.print(f"[bold red]{'stopped' if isinstance(error, Interrupted) else 'error'}:[/] ", end="")
    err.print(error.message, markup=False, highlight=False, soft_wrap=True)
    if error.hint:
        err.print("[bold]hint:[/] ", end="")
        err.print(error.hint, markup=False, highlight=False, soft_wrap=True)
    sys.exit(error.exit_code)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C (and SIGTERM) end long work with a message; what was published is kept."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("by you", "what is finished is kept; the same command goes on from here") from None


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def _settings(renderer: str | None, backend: str | None, **options: object) -> Settings:
    """Settings from the environment and a command's options, of which two exclude each other."""
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    if renderer is not None and backend is not None:
        raise UsageError("--renderer and --backend exclude each other", "give one of them")
    return load_settings(renderer=renderer, backend=backend, **options)


def _patterns(shots: str | None) -> list[str]:
    return [pattern.strip() for pattern in (shots or "").split(",") if pattern.strip()]


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
    out.print(f"{path} is your film. Next:", highlight=False, soft_wrap=True)
    out.print(f"  shotfarm plan {folder}\n  shotfarm render {folder}", highlight=False, soft_wrap=True)


@app.command()
def validate(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a film: every problem at once, with its line and what is allowed.

    Example: [bold]shotfarm validate my-film[/]
    """
    from pipeline.display import warnings_of
    from pipeline.production import open_production
    from storyboard.errors import DocumentError
    from storyboard.timing import timecode_from_frames

    try:
        production = open_production(film, _settings(renderer, backend))
    except DocumentError as error:
        if not as_json:
            raise
        problems = [
            {"file": p.file, "line": p.line, "column": p.column, "path": p.path, "message": p.message}
            for p in error.problems
        ]
        _print_json({"valid": False, "problems": problems})
        raise typer.Exit(error.exit_code) from error
    read = production.film
    frames = read.duration_frames()
    if as_json:
        _print_json({"valid": True, "title": read.title, "shots": len(read.shots()), "frames": frames})
        return
    length = timecode_from_frames(frames, read.format.rate)
    out.print(
        f"{read.title}: {len(read.scenes)} scenes, {len(read.shots())} shots, {length}. No problems.",
        highlight=False,
    )
    for words in warnings_of(production.warnings):
        out.print(f"warning: {words}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of film documents, for editors.

    Example: [bold]shotfarm schema > film.schema.json[/]
    """
    from storyboard.json_schema import film_json_schema

    _print_json(film_json_schema())


@app.command()
def sounds(as_json: JsonOption = False) -> None:
    """List the sounds that a film can name without bringing a file.

    Example: [bold]shotfarm sounds[/]
    """
    from storyboard.sounds import BUILT_IN_SOUNDS

    if as_json:
        _print_json(BUILT_IN_SOUNDS)
        return
    for name, description in BUILT_IN_SOUNDS.items():
        out.print(f"{name:<12} {description}", highlight=False)


@app.command()
def plan(
    film: FilmArgument = Path("film.yaml"),
    shots: ShotsOption = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what would be rendered, what exists, and why. Changes nothing.

    Example: [bold]shotfarm plan my-film[/]
    """
    from pipeline.display import plan_as_json, plan_table
    from pipeline.production import open_production

    production = open_production(film, _settings(renderer, backend, store=store))
    planned = production.plan(_patterns(shots))
    if as_json:
        _print_json(plan_as_json(production, planned))
    else:
        plan_table(out, production, planned)


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
    address: AddressOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Render what is missing and put the film together. Ctrl-C stops; the same command goes on.

    Example: [bold]shotfarm render my-film[/]

    Example: [bold]shotfarm render my-film --shots "2A,3*" --workers 4[/]
    """
    from pipeline.display import film_summary, show_deliveries, watching
    from pipeline.run import run_production

    settings = _settings(renderer, backend, workers=workers, address=address, store=store)
    with _interruptible(), watching(err if as_json else out) as observer:
        summary = run_production(film, settings, _patterns(shots), out_path, observer)
    if as_json:
        _print_json(film_summary(summary))
        return
    if summary.film is None:
        out.print(
            f"{summary.rendered} shots rendered; the film still misses {summary.still_missing}.",
            highlight=False,
        )
        return
    finished = summary.film
    out.print(f"\n[bold]{finished.path}[/]", soft_wrap=True, highlight=False)
    loudness = f", {finished.lufs:.1f} LUFS" if finished.lufs is not None else ""
    out.print(
        f"{finished.seconds:.1f} s, {finished.frames} frames, {finished.shots} shots "
        f"({summary.rendered} rendered now){loudness}",
        highlight=False,
    )
    show_deliveries(out, finished.deliverables)
    out.print(f"Open it with any player: [bold]{summary.how_to_open}[/]", soft_wrap=True, highlight=False)


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
    as_json: JsonOption = False,
) -> None:
    """Make deliverables of a rendered film: each is checked, with a report and checksums beside it.

    Example: [bold]shotfarm deliver web,master,hls my-film[/]
    """
    from pipeline.display import deliveries_as_json, show_deliveries, watching
    from pipeline.run import deliver_production

    settings = _settings(renderer, backend, store=store)
    with _interruptible(), watching(err if as_json else out) as observer:
        made = deliver_production(film, settings, _patterns(names), out_path, observer)
    if as_json:
        _print_json(deliveries_as_json(made))
    else:
        show_deliveries(out, made)


def _models(film: Path, renderer: str | None, backend: str | None) -> list[NeededModel]:
    """Those of the renderer that is asked for, else of all that the film has."""
    from pipeline.models import needed_models
    from pipeline.production import read_film

    loaded, choices = read_film(film, _settings(renderer, backend))
    return needed_models(loaded.film, choices, every_profile=renderer is None and backend is None)


@models_app.command("list")
def list_models(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the models that a film needs: size, licence, GPU memory, and whether they are on this machine.

    Example: [bold]shotfarm models list my-film[/]
    """
    from pipeline.display import models_as_json, models_table

    models = _models(film, renderer, backend)
    if as_json:
        _print_json(models_as_json(models))
    elif models:
        models_table(out, models)
    else:
        out.print("This film needs no models.")


@models_app.command("check")
def check_models(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which models are missing on this machine, or on each node of a farm that is up.

    Exit code 1 when one is.

    Example: [bold]shotfarm models check my-film[/]
    """
    from pipeline.farms import nodes_of_farm
    from pipeline.models import missing_models

    models = _models(film, renderer, backend)
    with nodes_of_farm(_settings(renderer, backend, address=address)) as nodes:
        missing = missing_models(models, nodes)
    names = [*dict.fromkeys(name for those in missing.values() for name in those)]
    if as_json:
        _print_json({"needed": len(models), "missing": names, **({"nodes": missing} if nodes else {})})
    elif names:
        for node, those in missing.items():
            if those:
                place = f"on {node}" if node else "on this machine"
                out.print(f"{len(those)} of {len(models)} models are not {place}:", highlight=False)
            for name in those:
                out.print(f"  {name}", markup=False, highlight=False, soft_wrap=True)
        out.print("[bold]shotfarm models fetch[/] brings them there.")
    else:
        out.print(
            f"All {len(models)} models are here." if models else "This film needs no models.", highlight=False
        )
    if names:
        raise typer.Exit(1)


@models_app.command("fetch")
def fetch(
    film: FilmArgument = Path("film.yaml"),
    renderer: RendererOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the models that are missing onto this machine, or onto each node of a farm that is up.

    Ctrl-C stops; the same command goes on.

    Example: [bold]shotfarm models fetch my-film[/]
    """
    from pipeline.display import fetching
    from pipeline.farms import nodes_of_farm
    from pipeline.models import fetch_everywhere, fetch_models

    models = _models(film, renderer, backend)
    settings = _settings(renderer, backend, address=address)
    with _interruptible(), fetching(err) as progress, nodes_of_farm(settings) as nodes:
        came = fetch_everywhere(models, nodes, progress) if nodes else fetch_models(models, progress)
    if as_json:
        _print_json({"needed": len(models), "fetched": came})
        return
    for name in came:
        out.print(f"{name} is here now.", markup=False, highlight=False, soft_wrap=True)
    if not came:
        out.print("Nothing is missing.")


@farm_app.command()
def up(
    cpus: Annotated[int | None, typer.Option(min=1, help="Worker slots; this machine's processors.")] = None,
) -> None:
    """Start the standing farm: a Ray head and a Prefect server that runs find by themselves.

    Example: [bold]shotfarm farm up[/]
    """
    from pipeline.settings import load_settings
    from pipeline.standing import farm_up

    with _interruptible(), err.status("starting Ray and Prefect"):
        farm = farm_up(load_settings(), cpus)
    out.print("The farm is up. [bold]shotfarm render[/] finds it by itself.", highlight=False)
    out.print(
        f"Prefect page: {farm.prefect_page} (user and password: {farm.login})",
        highlight=False,
        soft_wrap=True,
    )


@farm_app.command()
def down() -> None:
    """Stop the standing farm. Published takes are kept; shots that render now are lost.

    Example: [bold]shotfarm farm down[/]
    """
    from pipeline.settings import load_settings
    from pipeline.standing import farm_down

    out.print("The farm is down." if farm_down(load_settings()) else "No farm was up.")


@farm_app.command()
def status(
    address: Annotated[
        str | None, typer.Option(help="Another Ray cluster: host:port, or auto on a node.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show nodes, workers, what each renders, and the queue. Exit code 1 when no farm is up.

    Example: [bold]shotfarm farm status[/]
    """
    from pipeline.display import farm_tables
    from pipeline.farms import farm_status
    from pipeline.settings import load_settings

    found = farm_status(load_settings(address=address))
    if as_json:
        _print_json({"up": found is not None, **(found or {})})
    elif found is None:
        out.print("No farm is up. [bold]shotfarm farm up[/] starts one.")
    else:
        farm_tables(out, found)
    if found is None:
        raise typer.Exit(1)


JobArgument = Annotated[
    str, typer.Argument(help="The production: its name as `farm jobs` shows it, or its title.")
]


@farm_app.command()
def jobs(address: AddressOption = None, as_json: JsonOption = False) -> None:
    """List the productions of the farm: priority, shots by state, what is next.

    Example: [bold]shotfarm farm jobs[/]
    """
    from dataclasses import asdict

    from pipeline.display import jobs_table
    from pipeline.farms import farm_that_is_up
    from pipeline.settings import load_settings

    with farm_that_is_up(load_settings(address=address)) as client:
        found = [asdict(production) for production in client.status().productions]
    if as_json:
        _print_json(found)
    else:
        jobs_table(out, found)


def _told(address: str | None, job: str, tell: Callable[[FarmClient, str], bool], words: str) -> None:
    """Tell the farm something of one production, and say what was told."""
    from pipeline.farms import farm_that_is_up, production_named
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    with farm_that_is_up(load_settings(address=address)) as client:
        name = production_named(client, job)
        if not tell(client, name):
            raise UsageError(f"{name} has just ended")
    out.print(f"{name} {words}.", markup=False, highlight=False, soft_wrap=True)


@farm_app.command()
def pause(job: JobArgument, address: AddressOption = None) -> None:
    """Give a production no more workers; what renders is finished.

    Example: [bold]shotfarm farm pause "The Long Night"[/]
    """
    _told(address, job, lambda client, name: client.pause(name, paused=True), "is paused")


@farm_app.command()
def resume(job: JobArgument, address: AddressOption = None) -> None:
    """Let a paused production go on.

    Example: [bold]shotfarm farm resume "The Long Night"[/]
    """
    _told(address, job, lambda client, name: client.pause(name, paused=False), "goes on")


@farm_app.command()
def cancel(job: JobArgument, address: AddressOption = None) -> None:
    """End a production and the run that waits for it; what is published is kept.

    Example: [bold]shotfarm farm cancel "The Long Night"[/]
    """
    _told(address, job, lambda client, name: client.call_off(name), "is called off")


@farm_app.command()
def priority(
    job: JobArgument,
    number: Annotated[int, typer.Argument(help="Higher ones are served first; 0 at first.")],
    address: AddressOption = None,
) -> None:
    """Serve a production before all of a lower priority, whose shots give way at their next kept state.

    Example: [bold]shotfarm farm priority "The Long Night" 5[/]
    """
    _told(address, job, lambda client, name: client.prioritize(name, number), f"has priority {number}")


@farm_app.command()
def limit(
    tag: Annotated[str, typer.Argument(help="A tag that renderers or shots ask for.")],
    number: Annotated[
        int | None, typer.Argument(min=0, help="How many workers; no limit when left out.")
    ] = None,
    address: AddressOption = None,
) -> None:
    """Let so many workers at most render shots that ask for a tag. What renders is finished.

    Example: [bold]shotfarm farm limit h200 4[/]
    """
    from pipeline.farms import farm_that_is_up
    from pipeline.settings import load_settings

    with farm_that_is_up(load_settings(address=address)) as client:
        client.limit(tag, number)
    words = "has no limit" if number is None else f"is limited to {number} workers"
    out.print(f"The tag {tag} {words}.", markup=False, highlight=False)


@farm_app.command()
def drain(
    node: Annotated[
        str, typer.Argument(help="The node: its name, address, or the start of its id in `farm status`.")
    ],
    now: Annotated[
        bool, typer.Option("--now", help="What renders there stops at its next kept state.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Give it shots again.")] = False,
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a node no more shots, for upkeep or before it leaves; what renders there is finished.

    Example: [bold]shotfarm farm drain node7[/]
    """
    from pipeline.farms import farm_that_is_up, node_named
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    if now and undo:
        raise UsageError("--now and --undo exclude each other", "give one of them")
    with farm_that_is_up(load_settings(address=address)) as client:
        found = node_named(client, node)
        client.drain(found["id"], drained=not undo, at_once=now)
        busy = [
            worker.shot or worker.writing
            for worker in client.status().workers
            if worker.node == found["id"] and (worker.shot or worker.writing)
        ]
    if as_json:
        _print_json({"node": found["id"], "name": found["name"], "drained": not undo, "rendering": busy})
    elif undo:
        out.print(f"{node} gets shots again.", markup=False, highlight=False)
    else:
        left = f" It still renders {', '.join(map(str, busy))}." if busy else ""
        out.print(f"{node} gets no more shots.{left}", markup=False, highlight=False, soft_wrap=True)


@farm_app.command()
def retry(
    what: Annotated[
        str | None, typer.Argument(help="A production or a shot; everything that has failed when left out.")
    ] = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try failed shots again while their run goes on. One that has ended is run again instead.

    Example: [bold]shotfarm farm retry 2A[/]
    """
    from pipeline.farms import ask_again, farm_that_is_up
    from pipeline.settings import load_settings

    with farm_that_is_up(load_settings(address=address)) as client:
        asked = ask_again(client, what)
    if as_json:
        _print_json(asked)
        return
    for name, shots in asked.items():
        out.print(f"{name}: {', '.join(shots)}", markup=False, highlight=False, soft_wrap=True)
    if not asked:
        out.print("Nothing has failed.")


@farm_app.command()
def unblock(
    worker: Annotated[str, typer.Argument(help="The worker, as `farm status` shows it.")],
    address: AddressOption = None,
) -> None:
    """Forgive a worker that was blocked because it failed what others rendered.

    Example: [bold]shotfarm farm unblock diffusion-3[/]
    """
    from pipeline.farms import farm_that_is_up
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError
    from storyboard.wording import listed

    with farm_that_is_up(load_settings(address=address)) as client:
        if not client.unblock(worker):
            names = [each.name for each in client.status().workers]
            raise UsageError(
                f"the farm has no worker {worker!r}", f"it has {listed(names)}" if names else "it has none"
            )
    out.print(f"{worker} gets shots again.", markup=False, highlight=False)


if __name__ == "__main__":
    main()
