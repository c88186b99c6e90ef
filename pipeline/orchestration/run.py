"""One run of a production: Prefect and Ray side by side, then the flow."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from farm.schedule.amounts import NOTHING_SPENT, Spent
from pipeline.broadcast import broadcast
from pipeline.film.assemble import Delivery, FinishedFilm, check_output, film_path
from pipeline.film.part_queue import Finishing
from pipeline.notices.herald import Herald
from pipeline.notices.notice import late
from pipeline.observer import Both, Observer
from pipeline.orchestration.servers import servers_for_run
from pipeline.orchestration.telling import Tidings, heralded_run, linked, tell_end
from pipeline.orchestration.unchanged import found_made
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.production.programs import refuse_programs
from pipeline.production.servers import refuse_servers
from pipeline.provenance.signer import check_signer
from pipeline.rendering.charging import charging_of
from pipeline.rendering.deadline import lateness, warned_of, workers_connected
from pipeline.rendering.lease import leased
from pipeline.rendering.registering import this_person
from pipeline.rendering.render import refuse_unseen_store
from pipeline.services.chore_runners import hands
from pipeline.services.dead_runs import bury_dead_runs
from pipeline.services.farm_access import open_farm
from pipeline.services.prefect_server import use_prefect_server
from pipeline.services.standing_farm import StandingFarm, standing_farm
from pipeline.settings import Settings
from storyboard.checks.deliverables import chosen
from storyboard.document.load import NO_VALUES
from storyboard.document.values import GivenValues
from storyboard.errors import UsageError, WaitsForApproval
from storyboard.planning.plan import Plan

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did."""

    film: FinishedFilm | None
    rendered: int
    still_missing: int
    """shots without a take"""
    plan: Plan
    """as it was before the run"""
    waits_for: tuple[str, ...] = ()
    """shots of which a take must be approved before the film is put together"""
    spent: Spent = NOTHING_SPENT
    """what rendering was charged"""

    @property
    def how_to_open(self) -> str:
        """A command that plays the film."""
        opener = {"darwin": "open", "win32": "start"}.get(sys.platform, "xdg-open")
        return f"{opener} {self.film.path}" if self.film else ""


def refuse_early(
    path: Path,
    settings: Settings,
    shots: list[str],
    out: Path | None,
    given: GivenValues = NO_VALUES,
    *,
    approved_only: bool = False,
) -> tuple[Production, Plan, Path]:
    """A production, its plan, and where the film goes: what can be refused is, before anything starts.

    Args:
        path: the film document, or its folder.
        settings: of this run.
        shots: patterns of those that are asked for; all when there is none.
        out: the film's file; made from its title when left out.
        given: values of the film's parameters; the others have their defaults.
        approved_only: render shots alone of which a take of any renderer is approved.

    Raises:
        ShotfarmError: see its tree.
    """
    production = open_production(path, settings, given)
    plan = production.plan(shots)
    if approved_only:
        approved = [
            shot.shot for shot in plan.of_all_ways if shot.selected and shot.shot in production.approved
        ]
        if not approved:
            raise UsageError("no take of these shots is approved", "`shotfarm approve` circles one")
        plan = production.plan(approved)
    return production, plan, _target(production, plan, out)


def _target(production: Production, plan: Plan, out: Path | None) -> Path:
    """Where the film goes; it and the store can be written."""
    target = (out or film_path(production.film.title, production.folder)).absolute()
    check_output(target)
    if production.film.deliverables:
        check_signer(production.settings.signing)
    if plan.missing:
        refuse_programs(plan.missing, production.choices, production.folder, production.settings)
        refuse_servers(plan.missing, production.choices, production.settings)
        charging_of(production)
        production.store.check()
    return target


def run_production(
    path: Path,
    settings: Settings,
    shots: list[str],
    out: Path | None,
    observer: Observer,
    given: GivenValues = NO_VALUES,
    *,
    approved_only: bool = False,
    name: str | None = None,
    deadline: datetime | None = None,
) -> RunSummary:
    """Render what is missing of a film and put it together, through the Prefect flow.

    Whatever can be refused is refused before a server or a cluster starts.

    Args:
        path: the film document, or its folder.
        settings: of this run.
        shots: patterns of those that are asked for; all when there is none.
        out: the film's file; made from its title when left out.
        observer: hears how it goes.
        given: values of the film's parameters; the others have their defaults.
        approved_only: render shots alone of which a take of any renderer is approved.
        name: of the production on the farm; its title and digits when left out.
        deadline: when it must be there; None for any time.

    Raises:
        ShotfarmError: see its tree; everything published so far is kept.
    """
    production, plan, target = refuse_early(path, settings, shots, out, given, approved_only=approved_only)
    return _run(production, plan, target, observer, name=name, deadline=deadline)


def run_plan(
    production: Production,
    plan: Plan,
    out: Path | None,
    observer: Observer,
    *,
    why: str = "",
    by: str = "",
    film: bool = True,
    parts: bool = False,
    waited_for: bool = False,
    at_hand: AtHand | None = None,
    due: Callable[[], Mapping[str, float]] = dict,
) -> RunSummary:
    """Render what a plan misses, and put the film together when all of it is there.

    Args:
        production: whose plan it is.
        plan: with what is asked for selected.
        out: where the film goes; made from its title when left out.
        observer: hears how it goes.
        why: what is missing is rendered, in words; the plan's own reasons when it is empty.
        by: who asked for it; whoever runs this process when it is empty.
        film: whether to put the film together.
        parts: whether to make its parts where it is not put together.
        waited_for: a person sits waiting for just that.
        at_hand: a farm that is connected to; one is looked for, or started, when left out.
        due: when somebody who watches comes to each shot, in seconds since 1970, by its digest.

    Raises:
        ShotfarmError: see its tree; everything published so far is kept.
    """
    target = _target(production, plan, out)
    return _run(
        production,
        plan,
        target,
        observer,
        why=why,
        by=by,
        film=film,
        parts=parts,
        waited_for=waited_for,
        at_hand=at_hand,
        due=due,
    )


def _run(
    production: Production,
    plan: Plan,
    target: Path,
    observer: Observer,
    *,
    why: str = "",
    by: str = "",
    film: bool = True,
    parts: bool = False,
    name: str | None = None,
    deadline: datetime | None = None,
    waited_for: bool = False,
    at_hand: AtHand | None = None,
    due: Callable[[], Mapping[str, float]] = dict,
) -> RunSummary:
    """A film that waits for approval is not put together; nothing waits meanwhile."""
    waits_for = production.unapproved(plan)
    with contextlib.ExitStack() as stack:
        herald = stack.enter_context(heralded_run(production))
        told = stack.enter_context(broadcast(Both(observer, Tidings(deadline, herald)), production.folder))
        wanted = film and not waits_for
        done = None if parts else found_made(production, plan, target, told, film=wanted)
        if done:
            finished, spent = done.film, NOTHING_SPENT
        else:
            if plan.missing:
                stack.enter_context(leased(production, plan, observer))
            client = at_hand.client if at_hand else stack.enter_context(_started(production, plan))
            from pipeline.orchestration.flows import Run, run_flow

            if client and deadline:
                plan = _looked_ahead(production, plan, deadline, herald)
            run = Run(
                production,
                plan,
                target,
                client,
                told,
                why=why,
                by=by or this_person(),
                film=wanted,
                parts=parts,
                name=name,
                deadline=deadline,
                waited_for=waited_for,
                due=due,
                known=linked(herald, at_hand.farm if at_hand else standing_farm(production.settings)),
            )
            finished, spent = run_flow(run), run.bill.spent
    absent = production.material(plan).absent
    waiting = waits_for if film else ()
    tell_end(herald, finished, len(plan.missing), len(absent), waiting)
    return RunSummary(finished, len(plan.missing), len(absent), plan, waiting, spent)


def _looked_ahead(production: Production, plan: Plan, deadline: datetime, herald: Herald) -> Plan:
    """The plan, and who wants to hear of it, warned of a deadline that this farm will miss."""
    workers = workers_connected(plan, production)
    found = lateness(production, plan, deadline, datetime.now(UTC), workers)
    if found:
        herald.tell(late(herald.about, deadline, found.expected, found.helps))
    return warned_of(plan, found)


@contextlib.contextmanager
def _started(production: Production, plan: Plan) -> Iterator[FarmClient | None]:
    """Prefect, and the farm where a plan misses something: those that stand, else of this run."""
    settings = production.settings
    production.store.sweep()
    standing, renders = standing_farm(settings), bool(plan.missing)
    with servers_for_run(settings, standing, renders=renders, stores=[production.store]) as client:
        yield client


@dataclass(frozen=True, slots=True)
class AtHand:
    """A standing farm that this process is connected to, for as many runs as it likes.

    Attributes:
        farm: which.
        client: of it.
    """

    farm: StandingFarm
    client: FarmClient

    def is_there(self, settings: Settings) -> bool:
        """Whether it still is the standing farm."""
        return standing_farm(settings) == self.farm


@contextlib.contextmanager
def farm_at_hand(production: Production) -> Iterator[AtHand | None]:
    """The standing farm, connected to, with all loaded that a run needs; None where none stands.

    Raises:
        FarmError: it cannot be reached.
        UsageError: its nodes do not see the production's store.
    """
    settings = production.settings
    farm = standing_farm(settings)
    if farm is None:
        yield None
        return
    production.store.sweep()
    use_prefect_server(settings.home, farm.prefect_port, farm.prefect_password)
    with open_farm(settings, farm) as client:
        refuse_unseen_store(production.store)
        with contextlib.suppress(httpx.HTTPError):
            bury_dead_runs(settings.home, farm.prefect_port, farm.prefect_password)
        import pipeline.orchestration.flows  # noqa: F401  (it takes two seconds, which no run is to wait for)

        yield AtHand(farm, client)


def deliver_production(
    path: Path,
    settings: Settings,
    names: list[str],
    out: Path | None,
    observer: Observer,
    given: GivenValues = NO_VALUES,
) -> list[Delivery]:
    """Make deliverables of a film whose takes are all there; nothing is rendered.

    Raises:
        ShotfarmError: see its tree; what was finished is kept.
    """
    production = open_production(path, settings, given)
    from pipeline.delivery.deliver import deliver

    film = production.film
    wanted = chosen(film, names or list(film.deliverables))
    if not wanted:
        raise UsageError(
            "the film names no deliverables",
            "say which: shotfarm deliver web,master; or list them under deliverables: in film.yaml",
        )
    check_signer(settings.signing)
    plan = production.plan()
    if plan.missing:
        absent = ", ".join(shot.shot for shot in plan.missing[:12])
        raise UsageError(f"no take yet of {absent}", "shotfarm render makes them first")
    if waits_for := production.unapproved(plan):
        raise WaitsForApproval.of(waits_for)
    production.store.sweep()
    folder = (out or film_path(production.film.title, production.folder).parent).absolute()
    with hands(settings, production.store) as doing:
        finishing = Finishing(production.store, doing, observer)
        return deliver(production.material(plan), production.store, wanted, folder, observer, finishing)
