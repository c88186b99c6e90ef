"""One run of a production: Prefect and Ray side by side, then the flow."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipeline.delivery.deliver import deliver
from pipeline.film.assemble import Delivery, FinishedFilm, check_output, film_path
from pipeline.film.part_queue import Finishing
from pipeline.observer import Observer
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.rendering.render import refuse_unseen_store
from pipeline.services.chore_runners import hands
from pipeline.services.dead_runs import bury_dead_runs
from pipeline.services.farm_access import open_farm
from pipeline.services.prefect_server import prefect_for_this_run, use_prefect_server
from pipeline.services.standing_farm import standing_farm
from pipeline.settings import Settings
from storyboard.checks.deliverables import chosen
from storyboard.errors import UsageError
from storyboard.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did."""

    film: FinishedFilm | None
    rendered: int
    still_missing: int
    """shots without a take"""
    plan: Plan
    """as it was before the run"""

    @property
    def how_to_open(self) -> str:
        """A command that plays the film."""
        opener = {"darwin": "open", "win32": "start"}.get(sys.platform, "xdg-open")
        return f"{opener} {self.film.path}" if self.film else ""


def refuse_early(
    path: Path, settings: Settings, shots: list[str], out: Path | None
) -> tuple[Production, Plan, Path]:
    """A production, its plan, and where the film goes: what can be refused is, before anything starts.

    Raises:
        ShotfarmError: see its tree.
    """
    production = open_production(path, settings)
    plan = production.plan(shots)
    target = (out or film_path(production.film.title, production.folder)).absolute()
    check_output(target)
    if plan.missing:
        production.store.check()
    return production, plan, target


def run_production(
    path: Path,
    settings: Settings,
    shots: list[str],
    out: Path | None,
    observer: Observer,
    name: str | None = None,
) -> RunSummary:
    """Render what is missing of a film and put it together, through the Prefect flow.

    Whatever can be refused is refused before a server or a cluster starts.

    Args:
        path: the film document, or its folder.
        settings: of this run.
        shots: patterns of those that are asked for; all when there is none.
        out: the film's file; made from its title when left out.
        observer: hears how it goes.
        name: of the production on the farm; its title and digits when left out.

    Raises:
        ShotfarmError: see its tree; everything published so far is kept.
    """
    production, plan, target = refuse_early(path, settings, shots, out)
    production.store.sweep()
    standing = standing_farm(settings)
    with contextlib.ExitStack() as stack:
        if standing:
            port, password = standing.prefect_port, standing.prefect_password
            use_prefect_server(settings.home, port, password)
            prefect_ready = None
        else:
            port, password, prefect_ready = stack.enter_context(prefect_for_this_run(settings))
        client = stack.enter_context(open_farm(settings, standing)) if plan.missing else None
        if client:
            refuse_unseen_store(production.store)
        if prefect_ready:
            prefect_ready()
        with contextlib.suppress(httpx.HTTPError):
            bury_dead_runs(settings.home, port, password)
        from pipeline.orchestration.flows import Run, run_flow

        finished = run_flow(Run(production, plan, target, client, observer, name))
    absent = production.material(plan).absent
    return RunSummary(finished, len(plan.missing), len(absent), plan)


def deliver_production(
    path: Path, settings: Settings, names: list[str], out: Path | None, observer: Observer
) -> list[Delivery]:
    """Make deliverables of a film whose takes are all there; nothing is rendered.

    Raises:
        ShotfarmError: see its tree; what was finished is kept.
    """
    production = open_production(path, settings)
    film = production.film
    wanted = chosen(film, names or list(film.deliverables))
    if not wanted:
        raise UsageError(
            "the film names no deliverables",
            "say which: shotfarm deliver web,master; or list them under deliverables: in film.yaml",
        )
    plan = production.plan()
    if plan.missing:
        absent = ", ".join(shot.shot for shot in plan.missing[:12])
        raise UsageError(f"no take yet of {absent}", "shotfarm render makes them first")
    production.store.sweep()
    folder = (out or film_path(production.film.title, production.folder).parent).absolute()
    with hands(settings, production.store) as doing:
        finishing = Finishing(production.store, doing, observer)
        return deliver(production.material(plan), production.store, wanted, folder, observer, finishing)
