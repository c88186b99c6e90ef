"""The Prefect flows: order only. What was opened and planned is passed in; the rooms below decide and do.

Tasks have no retries of their own (the dispatcher is the one retry owner) and keep no results: the store
does.
A shot is shown by a task run that is named after the shot and its scene (`shot_runs`). Tags (`shot:2A`, the
film's title) are on the flow run, because a tag on a task costs a look-up of concurrency limits, 0.17 s each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from prefect import flow, get_run_logger, tags, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Cancelled
from prefect.utilities.annotations import quote

from farm.schedule.messages import Update
from pipeline.delivery.deliver import deliver
from pipeline.film.assemble import Delivery, FinishedFilm, assemble, film_in_parts, make_parts
from pipeline.film.part_queue import Finishing, finish_meanwhile
from pipeline.interrupts import is_of_an_interrupt
from pipeline.observer import Observer
from pipeline.orchestration.artifacts import FLOW, film_artifact, parameters_of, tags_of, takes_artifact
from pipeline.orchestration.flow_tags import tasks_without_tags
from pipeline.orchestration.lost_server import ask_a_dead_server_once, telling_of_a_lost_server
from pipeline.orchestration.run_log import Logged
from pipeline.orchestration.shot_runs import ShotRuns
from pipeline.production.known_versions import remember_version
from pipeline.production.material import Material
from pipeline.production.production import Production
from pipeline.rendering.charging import Bill, charging_of
from pipeline.rendering.following import Following, leaves_time
from pipeline.rendering.registering import Registering, register_takes
from pipeline.rendering.render import production_order, publish_references, render_missing
from pipeline.services.chore_runners import hands
from pipeline.services.dead_runs import LivingRun, living_run
from pipeline.services.run_records import LeftBeside
from storyboard.errors import CalledOffError
from storyboard.planning.plan import Plan

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the flow works on: what was checked and planned, and nothing that is read again.

    Attributes:
        production: whose film it is.
        plan: its shots, and which of them are missing.
        out: where the film goes; its deliverables lie beside it.
        client: of the farm that renders; None where no shot is missing.
        observer: hears how it goes.
        why: what is rendered is rendered, in words; the plan's own reasons when it is empty.
        by: who asked for it.
        film: whether the film is put together when its takes are there.
        parts: whether its parts are made all the same where it is not.
        name: of the production on the farm; one is made from its title when left out.
        deadline: when it must be there; None for any time.
        waited_for: a person sits waiting for it.
        known: is told the id of the flow run.
        bill: hears what rendering costs.
        due: when somebody who watches comes to each shot, in seconds since 1970, by its digest.
    """

    production: Production
    plan: Plan
    out: Path
    client: FarmClient | None
    observer: Observer
    why: str = ""
    by: str = ""
    film: bool = True
    parts: bool = False
    name: str | None = None
    deadline: datetime | None = None
    waited_for: bool = False
    known: Callable[[str], None] | None = None
    bill: Bill = field(default_factory=Bill)
    due: Callable[[], Mapping[str, float]] = dict


_ALIVE: ContextVar[LivingRun] = ContextVar("_ALIVE")
_RUN: ContextVar[Run] = ContextVar("_RUN")
"""of this context; a flow's own parameters are plain values, which Prefect keeps and shows"""


@task(cache_policy=NO_CACHE, persist_result=False)
def assemble_film(run: Any, material: Any, finishing: Any) -> FinishedFilm:
    """Put the film together from its takes."""
    return assemble(material, run.production.store, run.out, run.observer, finishing)


@task(cache_policy=NO_CACHE, persist_result=False)
def make_deliverables(run: Any, material: Any, finishing: Any) -> tuple[Delivery, ...]:
    """Make the deliverables that the film names, beside it."""
    store, wanted = run.production.store, material.film.deliverables
    return tuple(deliver(material, store, wanted, run.out.parent, run.observer, finishing))


@flow(
    name=FLOW,
    flow_run_name="{title}",
    persist_result=False,
)
def produce_film(
    title: str, film: str, out: str, values: dict[str, Any]
) -> FinishedFilm | State[FinishedFilm] | None:
    """Make what is missing of a film; None when only some shots were asked for and others are missing.

    A production that was called off ends as a cancelled run, not as a failed one.
    """
    del title, film, out, values  # a person sees them in Prefect's page; the run has them already
    try:
        with tasks_without_tags():
            return _produced()
    except CalledOffError as error:
        return Cancelled(message=error.message, data=error)
    except Exception as error:
        if is_of_an_interrupt(error):  # Prefect would say that the film has failed
            raise KeyboardInterrupt from error
        raise


def _produced() -> FinishedFilm | None:
    _ALIVE.get().is_flow_run(str(flow_run.id))
    log = get_run_logger()
    given = _RUN.get()
    if given.known:
        given.known(str(flow_run.id))
    run = replace(given, observer=Logged(given.observer, log))
    production, plan = run.production, run.plan
    run.observer.planned(plan)
    if not production.session:
        remember_version(production.folder, production.loaded.version)
        register_takes(production, plan)
    _tag_run(production, plan, _ALIVE.get().tag)
    with hands(production.settings, production.store, run.client) as doing:
        finishing = Finishing(production.store, doing, run.observer)
        material = production.material(plan)
        if run.client and plan.missing:
            try:
                _render(run, material, run.client, finishing)
            finally:
                ask_a_dead_server_once()
            material = production.material(plan)
        _leave(takes_artifact(production.title, material, run.bill.spent))
        if material.absent:
            log.info("no film is made: %d shots have no take", len(material.absent))
            return None
        if run.parts and not run.film:
            make_parts(
                film_in_parts(material, production.store), material, production.store, run.observer, finishing
            )
        if not run.film:
            return None
        finished = assemble_film(quote(run), quote(material), quote(finishing))
        if production.film.deliverables:
            made = make_deliverables(quote(run), quote(material), quote(finishing))
            finished = replace(finished, deliverables=made)
    _leave(film_artifact(production.film, finished, run.bill.spent))
    log.info("the film is there: %s", finished.path)
    return finished


def _render(run: Run, material: Material, client: FarmClient, finishing: Finishing) -> None:
    """Follow the farm; each shot's task run lives from the moment the shot starts until it has ended."""
    production = run.production
    publish_references(material, production.store)
    paid = charging_of(production)
    settings, store = production.settings, production.store.root
    order = production_order(
        material,
        settings,
        store,
        run.name,
        paid.charge,
        run.deadline,
        waited_for=run.waited_for,
        title=production.title,
    )
    following = Following(run.plan.missing)
    with closing(render_missing(order, run.plan, production, client, paid.limits, run.due)) as told_by_farm:
        updates: Iterable[Update] = told_by_farm
        if not production.session:
            updates = Registering(production, run.plan, run.by, run.why).heard(updates)
        _show(following, _heard(updates, run, finishing, material))
    if error := following.error(production.folder):
        raise error


def _heard(updates: Iterable[Update], run: Run, finishing: Finishing, material: Material) -> Iterator[Update]:
    """What happens on the farm, told to whoever watches and to what finishes the film meanwhile.

    What a long film is made of takes a while to find out: that begins when the farm has the order, and nobody
    waits for a first picture meanwhile.
    """
    begun = not (run.film or run.parts)
    for update in updates:
        run.bill.hear(update)
        run.observer.rendering(update)
        if not begun and leaves_time(update):
            begun = True
            finish_meanwhile(material, run.production.store, finishing, None if run.film else ())
        finishing.hear(update)
        yield update


def _show(following: Following, updates: Iterable[Update]) -> None:
    """A task run for each time that a shot is rendered."""
    shown = ShotRuns(UUID(str(flow_run.id)))
    try:
        for update in updates:
            shown.show(following.steps(update.events))
    finally:
        shown.stop()


def _tag_run(production: Production, plan: Plan, home: str) -> None:
    """Let a person find this run by the film, its backend and the shots that it renders."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags=[home, *tags_of(production, plan)])


def _leave(artifact: LeftBeside) -> None:
    """Put something for people beside the flow run."""
    named = {"key": artifact.key, "description": artifact.description}
    if artifact.rows is None:
        create_markdown_artifact(markdown=artifact.markdown, **named)
    else:
        create_table_artifact(table=artifact.rows, **named)


def run_flow(run: Run) -> FinishedFilm | None:
    """Run the flow in this process; its errors are the caller's to show, Prefect prints none."""
    token = _RUN.set(run)
    try:
        with telling_of_a_lost_server(), living_run(run.production.settings.home) as alive:
            _ALIVE.set(alive)
            with tags(alive.tag):
                made = produce_film(**parameters_of(run.production, run.out))
            return cast("FinishedFilm | None", made)  # a cancelled run raises what it was cancelled by
    finally:
        _RUN.reset(token)
