"""The Prefect flows: order only. The steps are in `production`, `render` and `assemble`.

Tasks have no retries of their own (the dispatcher is the one retry owner) and keep no results: the store
does.
A shot's task is named after the shot and its scene. Tags (`shot:2A`, the film's title) are on the flow run,
because a tag on a task run costs a look-up of concurrency limits, 0.17 s each.
"""

from __future__ import annotations

import contextlib
import logging
import shlex
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from farm.schedule.messages import ShotEvent
from farm.schedule.states import FailureKind, TaskState
from pipeline.delivery.deliver import deliver
from pipeline.film.assemble import Delivery, FinishedFilm, assemble
from pipeline.film.part_queue import Finishing, finish_meanwhile
from pipeline.observer import OBSERVER
from pipeline.production.production import Production, open_production
from pipeline.rendering.render import render_missing
from pipeline.services.chore_runners import hands
from pipeline.services.farm_access import open_farm
from pipeline.services.standing_farm import standing_farm
from pipeline.settings import Settings, load_settings
from storyboard.errors import FarmError, ShotFailedError, StoreError
from storyboard.planning.plan import Plan, PlannedShot

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient

MOST_TAGS = 100
WATCHED_SHOTS = 128
"""shots that Prefect shows as running at once; more than any one machine's workers"""

FarmDoor = Callable[[], "contextlib.AbstractContextManager[FarmClient]"]


@task(cache_policy=NO_CACHE, persist_result=False)
def read_storyboard(film: str, settings: Settings) -> Production:
    """Read the film and check everything that can be checked before anything renders."""
    return open_production(Path(film), settings)


@task(cache_policy=NO_CACHE, persist_result=False)
def plan_shots(production: Any, shots: list[str]) -> Plan:
    """Find out which takes are missing, and why."""
    plan: Plan = production.plan(shots)
    return plan


@task(task_run_name="shot {shot} of scene {scene}", cache_policy=NO_CACHE, persist_result=False)
def render_shot(shot: str, scene: str, digest: str, outcome: Any) -> str:
    """Wait for the farm to end with one shot; the take's digest."""
    del shot, scene
    error: str | None = outcome.result()
    if error is not None:
        raise ShotFailedError(error)
    return digest


@task(cache_policy=NO_CACHE, persist_result=False)
def assemble_film(production: Any, plan: Any, out: str, finishing: Any) -> FinishedFilm:
    """Put the film together from its takes."""
    return assemble(production, plan, Path(out), OBSERVER.get(), finishing)


@task(cache_policy=NO_CACHE, persist_result=False)
def make_deliverables(production: Any, plan: Any, out: str, finishing: Any) -> tuple[Delivery, ...]:
    """Make the deliverables that the film names, beside it."""
    wanted, folder = production.film.deliverables, Path(out).parent
    return tuple(deliver(production, plan, wanted, folder, OBSERVER.get(), finishing))


@flow(
    name="produce film",
    flow_run_name="{title}",
    task_runner=ThreadPoolTaskRunner(max_workers=WATCHED_SHOTS),  # type: ignore[arg-type]
    persist_result=False,
    validate_parameters=False,
)
def produce_film(
    film: str, title: str, settings: dict[str, Any], shots: list[str], out: str, farm: Any = None
) -> FinishedFilm | None:
    """Make what is missing of a film; None when only some shots were asked for and others are missing."""
    del title
    production = read_storyboard(film, load_settings(**settings))
    plan = plan_shots(quote(production), shots)
    OBSERVER.get().planned(plan)
    _tag_run(production, plan)
    with contextlib.ExitStack() as stack:
        client = None
        if plan.missing:
            door = farm() if farm else open_farm(production.settings, standing_farm(production.settings))
            client = stack.enter_context(door)
        doing = stack.enter_context(hands(production.settings, production.store, client))
        finishing = Finishing(production.store, doing, OBSERVER.get())
        if client:
            finish_meanwhile(production, plan, finishing)
            _render(production, plan, client, finishing)
        _takes_artifact(production, plan)
        if any(not production.take(shot.digest) for shot in plan.shots):
            return None
        finished = assemble_film(quote(production), quote(plan), out, quote(finishing))
        if production.film.deliverables:
            made = make_deliverables(quote(production), quote(plan), out, quote(finishing))
            finished = replace(finished, deliverables=made)
    _film_artifact(production, finished)
    return finished


def _render(production: Production, plan: Plan, client: FarmClient, finishing: Finishing) -> None:
    """Follow the farm; each shot's task run lives from the moment the shot starts until it has ended."""
    shots = {shot.digest: shot for shot in plan.missing}
    outcomes: dict[str, Future[str | None]] = {}
    runs = []
    failed: dict[str, ShotEvent] = {}
    try:
        for update in render_missing(production, plan, client):
            OBSERVER.get().rendering(update)
            finishing.hear(update)
            for event in update.events:
                shot = shots[event.digest]
                if event.state not in {TaskState.RENDERING, TaskState.DONE, TaskState.FAILED}:
                    continue
                again = event.state is TaskState.RENDERING and event.digest in failed
                if again or event.digest not in outcomes:
                    outcomes[event.digest] = Future()
                    runs.append(
                        render_shot.submit(shot.shot, shot.scene, shot.digest, quote(outcomes[event.digest]))
                    )
                if event.state is TaskState.FAILED:
                    failed[event.digest] = event
                else:
                    failed.pop(event.digest, None)
                _settle(outcomes[event.digest], event)
    finally:
        for outcome in outcomes.values():
            if not outcome.done():
                outcome.set_result("stopped before its end")
        for run in runs:
            run.wait()
    if failed:
        store_failed = any(event.failure is FailureKind.STORE for event in failed.values())
        words = [f"shot {shots[digest].shot}: {event.error}" for digest, event in failed.items()]
        if store_failed:
            hint = "what was rendered is kept; mend the store and run again"
        else:
            look = f"shotfarm farm logs {_culprit(failed, shots)} {shlex.quote(str(production.folder))}"
            hint = f"`{look}` shows the attempts; what was rendered is kept; mend the shots and run again"
        raise (StoreError if store_failed else ShotFailedError)(
            "\n".join([f"{len(failed)} of {len(shots)} shots could not be rendered:", *words]), hint
        )


def _culprit(failed: Mapping[str, ShotEvent], shots: Mapping[str, PlannedShot]) -> str:
    """The first shot that failed by itself, not because another had."""
    own = [digest for digest, event in failed.items() if event.failure is not None]
    return shots[[*own, *failed][0]].shot


def _settle(outcome: Future[str | None], event: ShotEvent) -> None:
    if outcome.done():
        return
    if event.state is TaskState.DONE:
        outcome.set_result(None)
    elif event.state is TaskState.FAILED:
        outcome.set_result(event.error or "failed")


def _tag_run(production: Production, plan: Plan) -> None:
    """Let a person find this run by the film, its backend and the shots that it renders."""
    tags = [
        f"film:{production.film.title}",
        *(f"renderer:{choice.name}" for choice in production.choices.used),
    ]
    tags += [f"shot:{shot.shot}" for shot in plan.missing[:MOST_TAGS]]
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags=tags)


def _takes_artifact(production: Production, plan: Plan) -> None:
    rows = []
    for shot in plan.shots:
        take = production.take(shot.digest)
        rows.append(
            {
                "scene": shot.scene,
                "shot": shot.shot,
                "frames": shot.shape.frames,
                "take": shot.digest[:12] if take else "missing",
                "why": "; ".join(shot.reasons) or "unchanged",
                "render_s": take.facts.get("render_s") if take else None,
            }
        )
    create_table_artifact(key="takes", table=rows, description=f"Takes of {production.film.title}")


def _film_artifact(production: Production, film: FinishedFilm) -> None:
    loudness = "silent"
    if film.lufs is not None and film.true_peak_dbtp is not None:
        loudness = f"{film.lufs:.1f} LUFS, {film.true_peak_dbtp:.1f} dBTP"
    create_markdown_artifact(
        key="film",
        markdown=(
            f"# {production.film.title}\n\n{production.film.logline}\n\n"
            f"- `{film.path}`\n- {film.frames} frames, {film.seconds:.2f} s, {film.shots} shots\n"
            f"- {loudness}\n"
        ),
        description="The finished film",
    )


def run_flow(
    production: Production, settings: Settings, shots: list[str], out: Path, farm: FarmDoor
) -> FinishedFilm | None:
    """Run the flow in this process; its errors are the caller's to show, Prefect prints none."""
    try:
        return produce_film(
            str(production.path),
            production.film.title,
            settings.model_dump(mode="json"),
            shots,
            str(out),
            quote(farm),
        )
    except (httpx.TransportError, RuntimeError) as error:
        # Prefect hides in a RuntimeError that its server does not answer when a flow begins.
        if isinstance(error, RuntimeError) and not isinstance(error.__cause__, httpx.TransportError):
            raise
        raise FarmError(
            f"the Prefect server has gone away: {error}",
            "what was rendered is kept; the same command goes on from here",
        ) from error
    finally:
        # What Prefect logged is sent in the background; the server of this run ends with it.
        for handler in logging.getLogger("prefect.flow_runs").handlers:
            handler.flush()
