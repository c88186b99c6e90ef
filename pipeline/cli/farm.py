"""`shotfarm farm ...`: the standing farm, and what people say to a farm while it works."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import err, interruptible, out, print_json
from pipeline.cli.options import (
    LEAST_PRIORITY,
    MOST_PRIORITY,
    AddressOption,
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

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient
    from pipeline.orchestration.schedule_facts import Schedule
    from pipeline.services.farm_access import SeenFarm
    from pipeline.settings import Settings

farm_app = typer.Typer(help="The standing farm of this machine.", no_args_is_help=True)

StayOption = Annotated[
    bool,
    typer.Option(
        "--stay", help="Stay until it has gone, which is an error, or SIGTERM, which ends it: for systemd."
    ),
]


@contextlib.contextmanager
def ended_by_hand(end: Callable[[], object]) -> Iterator[None]:
    """Ctrl-C or SIGTERM ends what this command stays with, and is a good end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Ray has put its own there
    out.file.flush()
    try:
        yield
    except KeyboardInterrupt:
        end()


@farm_app.command()
def up(
    cpus: Annotated[int | None, typer.Option(min=1, help="Worker slots; this machine's processors.")] = None,
    prefect_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Of the Prefect page; the one it had before.")
    ] = None,
    metrics_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Of the metrics; the one they had before.")
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(help="This machine's address, where others join the farm: ADDRESS or ADDRESS:PORT."),
    ] = None,
    stay: StayOption = False,
) -> None:
    """Start the standing farm: a Ray head and a Prefect server that runs find by themselves.

    Example: [bold]shotfarm farm up[/]

    Example: [bold]shotfarm farm up --listen 10.0.0.1[/]
    """
    from pipeline.notices.courier import wake_for_what_waits
    from pipeline.services.standing_farm import farm_down, farm_up, token_path
    from pipeline.services.staying import stay_with_farm
    from pipeline.settings import load_settings

    with interruptible(), err.status("starting Ray and Prefect"):
        settings = load_settings(prefect_port=prefect_port, metrics_port=metrics_port)
        farm = farm_up(settings, cpus, listen)
        wake_for_what_waits(settings)
    out.print("The farm is up. [bold]shotfarm render[/] finds it by itself.", highlight=False)
    # What a command prints that stays is kept in the system's journal.
    login = "`shotfarm farm up` shows its login" if stay else f"user and password: {farm.login}"
    out.print(f"Prefect page: {farm.prefect_page} ({login})", highlight=False, soft_wrap=True)
    if farm.node_address:
        out.print(
            f"Other machines join it: shotfarm farm join {farm.ray_address} --token-file FILE\n"
            f"FILE is a copy of {token_path(settings.home)}",
            highlight=False,
            soft_wrap=True,
        )
    if stay:
        with ended_by_hand(lambda: farm_down(settings)):
            stay_with_farm(farm)


@farm_app.command()
def join(
    farm: Annotated[str, typer.Argument(help="The farm's address, as `farm up --listen` named it.")],
    token_file: Annotated[
        Path | None,
        typer.Option(help="The file with its token; without one SHOTFARM_FARM_TOKEN, or it is asked for."),
    ] = None,
    own: Annotated[
        str | None, typer.Option("--own-address", help="This machine's address, if it has several.")
    ] = None,
    cpus: Annotated[int | None, typer.Option(min=0, help="Worker slots; this machine's processors.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag that this machine carries.")] = None,
    stay: StayOption = False,
) -> None:
    """Make this machine a node of another machine's farm, until `farm leave` or the farm's end.

    Example: [bold]shotfarm farm join 10.0.0.1 --token-file farm-token[/]
    """
    from pipeline.services.joined_farm import farm_join, farm_leave
    from pipeline.services.staying import stay_in_farm
    from pipeline.settings import load_settings

    token, settings = _token(token_file), load_settings()
    with interruptible(), err.status("joining"):
        joined = farm_join(settings, farm, token, own, cpus, tag or ())
    out.print(
        f"This machine is a node of the farm at {joined.address}, as {joined.own}.\n"
        "[bold]shotfarm farm status[/] shows all of it, [bold]shotfarm farm leave[/] ends it here.",
        highlight=False,
        soft_wrap=True,
    )
    if stay:
        with ended_by_hand(lambda: farm_leave(settings, lambda _: None, now=True)):
            stay_in_farm(settings, joined)


def _token(file: Path | None) -> str:
    """A farm's token: from its file, the environment, or a person, whose keys are not shown.

    Raises:
        UsageError: there is none.
    """
    from storyboard.errors import UsageError

    if file is not None:
        try:
            token = file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise UsageError(f"the token file {file} cannot be read: {error}") from error
    elif not (token := os.environ.get("SHOTFARM_FARM_TOKEN", "").strip()) and sys.stdin.isatty():
        token = typer.prompt("Token of the farm", hide_input=True, err=True).strip()
    if not token:
        raise UsageError("a farm is joined with its token", "give --token-file, or set SHOTFARM_FARM_TOKEN")
    return token


@farm_app.command()
def leave(
    now: Annotated[
        bool, typer.Option("--now", help="What renders here stops at its next kept state.")
    ] = False,
) -> None:
    """End this machine's node of a farm that it has joined; what renders here is finished first.

    Example: [bold]shotfarm farm leave[/]
    """
    from pipeline.services.joined_farm import farm_leave
    from pipeline.settings import load_settings

    def told(shots: list[str]) -> None:
        words = f"waiting for {', '.join(shots)}" if shots else "nothing renders here; the node ends"
        out.print(words, markup=False, highlight=False, soft_wrap=True)

    with interruptible():
        left = farm_leave(load_settings(), told, now=now)
    out.print(f"This machine has left the farm {left}." if left else "This machine has joined no farm.")


@farm_app.command()
def down() -> None:
    """Stop the standing farm, on every machine. What is published is kept, what renders is lost.

    Example: [bold]shotfarm farm down[/]
    """
    from pipeline.services.joined_farm import joined_farm
    from pipeline.services.standing_farm import farm_down
    from pipeline.settings import load_settings

    settings = load_settings()
    if farm_down(settings):
        out.print("The farm is down.")
        return
    out.print("No farm was up.")
    if joined := joined_farm(settings):
        out.print(f"This machine has joined the one at {joined.address}: `shotfarm farm leave` ends that.")


@farm_app.command()
def status(
    address: Annotated[
        str | None, typer.Option(help="Another Ray cluster: host:port, or auto on a node.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and show what changes; Ctrl-C ends it.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show nodes, workers, what each renders, and the queue. Exit code 1 when no farm is up.

    With --watch --json, a line of JSON each second.

    Example: [bold]shotfarm farm status --watch[/]
    """
    from pipeline.cli.views.farm import farm_page
    from pipeline.notices.outbox import Outbox
    from pipeline.notices.troubles import troubles
    from pipeline.orchestration.schedules import schedules_of_farm
    from pipeline.services.farm_access import farm_status
    from pipeline.services.joined_farm import known_farm
    from pipeline.settings import load_settings

    settings = load_settings(address=address)
    if watch:
        _watch(settings, as_json=as_json)
        return
    found = farm_status(settings)
    schedules = schedules_of_farm(settings) if found else []
    untold = troubles(Outbox(settings).letters().values())
    if as_json:
        print_json({**_status_as_json(found, schedules), "notices": untold})
    elif found is None:
        out.print("No farm is up. [bold]shotfarm farm up[/] starts one.")
        if (known := known_farm(settings.home)) and known.left:
            out.print(f"This machine has left the one at {known.address}: {known.left}.", highlight=False)
    else:
        out.print(farm_page(found, schedules))
    if not as_json:
        for line in untold:
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    if found is None:
        raise typer.Exit(1)


def _status_as_json(found: SeenFarm | None, schedules: Sequence[Schedule]) -> dict[str, Any]:
    if found is None:
        return {"up": False}
    told = [one.model_dump(mode="json") for one in schedules]
    return {"up": True, **found.model_dump(mode="json"), "schedules": told}


def _watch(settings: Settings, *, as_json: bool) -> None:
    from pipeline.cli.views.farm import REFRESH_S, seldom, watch
    from pipeline.orchestration.schedules import schedules_of_farm
    from pipeline.services.farm_access import statuses
    from storyboard.errors import UsageError

    if not (as_json or out.is_terminal):
        raise UsageError("--watch needs a terminal", "add --json to get a line of JSON each second")
    schedules = seldom(lambda: schedules_of_farm(settings))
    with statuses(settings) as look:
        if not as_json:
            watch(out, look, schedules)
            return
        with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
            while True:
                out.file.write(json.dumps(_status_as_json(look(), schedules())) + "\n")
                out.file.flush()
                time.sleep(REFRESH_S)


JobArgument = Annotated[
    str, typer.Argument(help="The production: its name as `farm jobs` shows it, or its title.")
]


@farm_app.command()
def jobs(address: AddressOption = None, as_json: JsonOption = False) -> None:
    """List the productions of the farm: priority, shots by state, what is next; and detached runs.

    Example: [bold]shotfarm farm jobs[/]
    """
    from pipeline.cli.views.farm import jobs_as_json, jobs_page, show_detached_runs
    from pipeline.orchestration.detached import detached_runs
    from pipeline.services.farm_access import farm_that_is_up
    from pipeline.settings import load_settings

    settings = load_settings(address=address)
    with farm_that_is_up(settings) as client:
        found = client.status().productions
    detached = [] if settings.address else [run for run in detached_runs(settings) if run.lives()]
    if as_json:
        print_json(jobs_as_json(found, detached))
    else:
        out.print(jobs_page(found))
        show_detached_runs(out, found, detached)


@farm_app.command()
def attach(job: JobArgument, as_json: JsonOption = False) -> None:
    """Show how a detached run goes, as `render` would, until its film is there. Ctrl-C leaves it alone.

    Example: [bold]shotfarm farm attach "The Long Night"[/]
    """
    from pipeline.cli.views.run import attach_command, show_end, watching
    from pipeline.orchestration.detached import attach as follow
    from pipeline.orchestration.detached import detached_run_named
    from pipeline.settings import load_settings

    run = detached_run_named(load_settings(), job)
    console = err if as_json else out
    try:
        if run.lives():
            console.print("Ctrl-C leaves this page; the run goes on.", style="dim", highlight=False)
        with watching(console) as observer:
            summary = follow(run, observer)
    except KeyboardInterrupt:
        words = f"The run goes on. `{attach_command(run)}` shows it again, `farm cancel` ends it."
        console.print(words, markup=False, highlight=False, soft_wrap=True)
        return
    show_end(out, summary, as_json=as_json)


def _told(
    address: str | None,
    job: str,
    tell: Callable[[FarmClient, str], bool],
    words: str,
    facts: dict[str, Any] | None,
) -> None:
    """Tell the farm something of one production, and say what was told: in words, or as facts in JSON."""
    from pipeline.services.farm_access import farm_that_is_up, production_named
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    with farm_that_is_up(load_settings(address=address)) as client:
        name = production_named(client, job)
        if not tell(client, name):
            raise UsageError(f"{name} has just ended")
    if facts is not None:
        print_json({"production": name, **facts})
    else:
        out.print(f"{name} {words}.", markup=False, highlight=False, soft_wrap=True)


@farm_app.command()
def pause(job: JobArgument, address: AddressOption = None, as_json: JsonOption = False) -> None:
    """Give a production no more workers; what renders is finished.

    Example: [bold]shotfarm farm pause "The Long Night"[/]
    """
    facts = {"paused": True} if as_json else None
    _told(address, job, lambda client, name: client.pause(name, paused=True), "is paused", facts)


@farm_app.command()
def resume(job: JobArgument, address: AddressOption = None, as_json: JsonOption = False) -> None:
    """Let a paused production go on.

    Example: [bold]shotfarm farm resume "The Long Night"[/]
    """
    facts = {"paused": False} if as_json else None
    _told(address, job, lambda client, name: client.pause(name, paused=False), "goes on", facts)


@farm_app.command()
def cancel(job: JobArgument, address: AddressOption = None, as_json: JsonOption = False) -> None:
    """End a production and the run that waits for it; what is published is kept.

    Example: [bold]shotfarm farm cancel "The Long Night"[/]
    """
    from pipeline.orchestration.detached import call_off
    from pipeline.settings import load_settings

    name = call_off(load_settings(address=address), job)
    if as_json:
        print_json({"production": name, "called_off": True})
    else:
        out.print(f"{name} is called off.", markup=False, highlight=False, soft_wrap=True)


@farm_app.command()
def priority(
    job: JobArgument,
    number: Annotated[
        int,
        typer.Argument(
            min=LEAST_PRIORITY, max=MOST_PRIORITY, help="Higher ones are served first; 0 at first."
        ),
    ],
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve a production before all of a lower priority, whose shots give way at their next kept state.

    Example: [bold]shotfarm farm priority "The Long Night" 5[/]
    """
    facts = {"priority": number} if as_json else None
    words = f"has priority {number}"
    _told(address, job, lambda client, name: client.prioritize(name, number), words, facts)


@farm_app.command()
def limit(
    tag: Annotated[str, typer.Argument(help="A tag that renderers or shots ask for.")],
    number: Annotated[
        int | None, typer.Argument(min=0, help="How many workers; no limit when left out.")
    ] = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let so many workers at most render shots that ask for a tag. What renders is finished.

    Example: [bold]shotfarm farm limit h200 4[/]
    """
    from pipeline.services.farm_access import farm_that_is_up
    from pipeline.settings import load_settings

    with farm_that_is_up(load_settings(address=address)) as client:
        client.limit(tag, number)
    if as_json:
        print_json({"tag": tag, "limit": number})
        return
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
    from pipeline.services.farm_access import farm_that_is_up, node_named
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError

    if now and undo:
        raise UsageError("--now and --undo exclude each other", "give one of them")
    with farm_that_is_up(load_settings(address=address)) as client:
        found = node_named(client, node)
        client.drain(found.id, drained=not undo, at_once=now)
        busy = [
            worker.shot or worker.writing
            for worker in client.status().workers
            if worker.node == found.id and (worker.shot or worker.writing)
        ]
    if as_json:
        print_json({"node": found.id, "name": found.name, "drained": not undo, "rendering": busy})
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
    from pipeline.services.farm_access import ask_again, farm_that_is_up
    from pipeline.settings import load_settings

    with farm_that_is_up(load_settings(address=address)) as client:
        asked = ask_again(client, what)
    if as_json:
        print_json(asked)
        return
    for name, shots in asked.items():
        out.print(f"{name}: {', '.join(shots)}", markup=False, highlight=False, soft_wrap=True)
    if not asked:
        out.print("Nothing has failed.")


@farm_app.command()
def logs(
    shot: Annotated[str, typer.Argument(help="The shot's id.")],
    film: FilmArgument = Path("film.yaml"),
    attempt: Annotated[
        int | None, typer.Option(min=1, help="The number of the one whose output to show; the last.")
    ] = None,
    renderer: RendererOption = None,
    backend: BackendOption = None,
    store: StoreOption = None,
    address: AddressOption = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the attempts at a shot: how each ended, how long it took, and what its worker printed.

    Example: [bold]shotfarm farm logs 2A my-film[/]
    """
    from pipeline.cli.views.logs import logs_as_json, show_logs
    from pipeline.production.open import open_production
    from pipeline.rendering.shot_logs import logs_of_shot
    from storyboard.errors import UsageError

    settings = settings_of(renderer, backend, store=store, address=address)
    found = logs_of_shot(open_production(film, settings, given_of(sets, values)), shot)
    if attempt is not None and attempt > len(found.logs):
        raise UsageError(f"shot {shot} has no attempt {attempt}", f"it has {len(found.logs)}")
    if as_json:
        print_json(logs_as_json(found))
    elif found.logs or found.refused:
        show_logs(out, found, attempt or len(found.logs))
    else:
        out.print(f"No attempt at shot {shot} has left a log.", highlight=False)


@farm_app.command()
def unblock(
    worker: Annotated[str, typer.Argument(help="The worker, as `farm status` shows it.")],
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forgive a worker that was blocked because it failed what others rendered.

    Example: [bold]shotfarm farm unblock diffusion-3[/]
    """
    from pipeline.services.farm_access import farm_that_is_up
    from pipeline.settings import load_settings
    from storyboard.errors import UsageError
    from storyboard.wording import listed

    with farm_that_is_up(load_settings(address=address)) as client:
        if not client.unblock(worker):
            names = [each.name for each in client.status().workers]
            raise UsageError(
                f"the farm has no worker {worker!r}", f"it has {listed(names)}" if names else "it has none"
            )
    if as_json:
        print_json({"worker": worker, "blocked": False})
    else:
        out.print(f"{worker} gets shots again.", markup=False, highlight=False)
