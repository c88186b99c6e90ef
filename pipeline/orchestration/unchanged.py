"""A film of which nothing is to be made: put at its place at once, without a server, a farm or a flow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from farm.schedule.amounts import NOTHING_SPENT
from farm.store.store import Store
from pipeline.film.assemble import FinishedFilm, film_that_is_there
from pipeline.observer import Observer
from pipeline.orchestration.artifacts import FLOW, film_artifact, parameters_of, tags_of, takes_artifact
from pipeline.production.known_versions import remember_version
from pipeline.production.material import Material
from pipeline.production.production import Production
from pipeline.rendering.registering import register_takes
from pipeline.services.run_records import RunRecord, record_run
from pipeline.services.standing_farm import standing_farm
from storyboard.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What a run found done.

    Attributes:
        film: at its place, with its deliverables; None where none is to be put together.
    """

    film: FinishedFilm | None


def found_made(
    production: Production, plan: Plan, out: Path, observer: Observer, *, film: bool
) -> Unchanged | None:
    """A run that has nothing to make, done; None where something is to be made.

    Args:
        production: whose film it is.
        plan: its shots, and which of those asked for are missing.
        out: where the film goes; its deliverables lie beside it.
        observer: hears how it goes.
        film: whether the film is put together.

    Raises:
        ShotfarmError: the film or a deliverable cannot be put at its place.
    """
    if plan.missing:
        return None
    material = production.material(plan)
    store, wanted = production.store, production.film.deliverables
    finished = None
    if film and not material.absent:
        if wanted and not _delivered_before(material, store):
            return None
        finished = film_that_is_there(material, store, out, observer)
        if finished is None:
            return None
    observer.planned(plan)
    store.sweep()
    if not production.session:
        remember_version(production.folder, production.loaded.version)
        register_takes(production, plan)
    if finished and wanted:
        from pipeline.delivery.deliver import deliver

        made = tuple(deliver(material, store, wanted, out.parent, observer))
        finished = replace(finished, deliverables=made)
    _record(production, material, out, finished)
    return Unchanged(finished)


def _delivered_before(material: Material, store: Store) -> bool:
    # Its libraries take a third of a second, which a film without deliverables does not wait for.
    from pipeline.delivery.deliver import all_there

    return all_there(material, store, material.film.deliverables)


def _record(production: Production, material: Material, out: Path, finished: FinishedFilm | None) -> None:
    left = [takes_artifact(production.title, material, NOTHING_SPENT)]
    if finished:
        left.append(film_artifact(production.film, finished, NOTHING_SPENT))
    parameters = parameters_of(production, out)
    record = RunRecord(
        flow=FLOW,
        name=parameters["title"],
        parameters=parameters,
        tags=tags_of(production, material.plan),
        left=left,
    )
    record_run(production.settings.home, standing_farm(production.settings), record)
