"""One production of a batch: its missing takes by the farm that all share, then its film at its place."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Semaphore
from typing import TYPE_CHECKING

from assembly.programs.stopping import go_on, stoppable
from farm.schedule.chores import Hands
from farm.schedule.messages import Update
from farm.schedule.states import TaskState
from farm.store.store import Store
from pipeline.batches.charging import slate_that_pays
from pipeline.batches.crew import Crew
from pipeline.batches.destinations import Destination, Notes, Wanted, destination
from pipeline.batches.plan import PlannedProduction
from pipeline.batches.summary import MadeProduction, State
from pipeline.broadcast import broadcast
from pipeline.delivery.deliver import deliver, digests_of
from pipeline.film.assemble import FinishedFilm, assemble, film_in_parts
from pipeline.film.part_queue import Finishing, finish_meanwhile
from pipeline.observer import Observer
from pipeline.production.known_versions import remember_version
from pipeline.production.material import Material
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.rendering.charging import Bill, OfSlate, charging_of
from pipeline.rendering.following import Following
from pipeline.rendering.lease import leased
from pipeline.rendering.registering import Registering, register_takes, this_person
from pipeline.rendering.render import production_order, publish_references, render_missing
from pipeline.rendering.told import warnings_of
from pipeline.services.chore_runners import OwnHands, hands_of_farm
from storyboard.checks.deliverables import chosen
from storyboard.errors import AssemblyError, FarmError, Interrupted, ShotfarmError, WaitsForApproval
from storyboard.planning.plan import Plan
from storyboard.schema.deliverables import Deliverable

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient


TOLD_EVERY_S = 1.0
"""so often a production tells its project folder how far it is: there are many"""
_LOOK_S = 0.2
_FILM = "film.mp4"


class Farm:
    """What all productions of a batch work with.

    Args:
        client: of the farm; None where no take is missing.
        hands: who does chores for a store; the farm's nodes, or this process without one, when left out.

    Attributes:
        stop: set when everything is to end.
    """

    def __init__(self, client: FarmClient | None, hands: Callable[[Store], Hands] | None = None) -> None:
        self.client = client
        usual = partial(hands_of_farm, client) if client else OwnHands
        self._hands: Callable[[Store], Hands] = hands or usual
        self.stop = Event()
        self._lock = Lock()
        self._places = Semaphore(os.cpu_count() or 1)
        self._crews: dict[str, Crew] = {}
        self._rendered: set[str] = set()
        self._payers: dict[Path, OfSlate] = {}

    @contextmanager
    def hands(self, store: Store) -> Iterator[Hands]:
        """Who does the chores of one production, whose takes and parts are in this store."""
        with self._lock:
            if store.root not in self._crews:
                self._crews[store.root] = Crew(partial(self._hands, store))
            member = self._crews[store.root].member()
        try:
            yield member
        finally:
            member.close()

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place to put a film together in: there are as many as this machine has processors."""
        while not self._places.acquire(timeout=_LOOK_S):
            go_on()
        try:
            yield
        finally:
            self._places.release()

    def first_to_hear(self, update: Update) -> int:
        """How many takes were rendered of which no production of the batch has heard before."""
        done = {one.digest for one in update.events if one.state is TaskState.DONE and one.render_s}
        with self._lock:
            new = done - self._rendered
            self._rendered |= new
        return len(new)

    def pays(self, planned: PlannedProduction) -> OfSlate | None:
        """Who pays for a production beside its film; nobody for one that has no slate."""
        loaded = planned.of_slate
        if loaded.of_film:
            return None
        with self._lock:
            if loaded.path not in self._payers:
                self._payers[loaded.path] = slate_that_pays(loaded, planned.settings)
        return replace(self._payers[loaded.path], version=planned.name)

    @property
    def rendered(self) -> int:
        """Takes that were rendered for the batch."""
        return len(self._rendered)

    def close(self) -> None:
        """No production works any more."""
        for crew in self._crews.values():
            crew.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """A production that was opened and planned.

    Attributes:
        planned: as the slate has it.
        production: its film.
        plan: its shots, and which of them are missing.
    """

    planned: PlannedProduction
    production: Production
    plan: Plan


def opened(planned: PlannedProduction) -> Opened:
    """Open a production's film with its values.

    Raises:
        ShotfarmError: see its tree.
    """
    production = open_production(planned.film, planned.settings, planned.given, planned.document)
    return Opened(planned, production, production.plan())


def there(one: Opened) -> MadeProduction | None:
    """A production of which nothing is missing and nothing has changed; None of any other.

    Raises:
        ShotfarmError: see its tree.
    """
    production, plan = one.production, one.plan
    if plan.missing or production.unapproved(plan):
        return None
    planned = one.planned
    place = destination(planned.out, production.settings)
    try:
        wanted = _wanted(one, production.material(plan))
    except AssemblyError:  # something that tells what is wanted, such as how long a line is, has gone
        return None
    if not Notes(planned.slate).is_as_put(planned.out, place, wanted):
        return None
    return ended(planned, State.UNCHANGED, warnings=tuple(warnings_of(plan.warnings)))


def _wanted(one: Opened, material: Material) -> Wanted:
    """What is put at the place of a production whose takes are all there."""
    store = one.production.store
    film = film_in_parts(material, store)
    return Wanted(film=film.digest, deliverables=digests_of(material, store, _deliverables(one)))


def _deliverables(one: Opened) -> dict[str, Deliverable]:
    return chosen(one.production.film, one.planned.deliverables)


def produce(one: Opened, farm: Farm, observer: Observer) -> MadeProduction:
    """Make what is missing of a production; what it fails of is told, not raised.

    Raises:
        Interrupted: `farm.stop` was set.
    """
    began_at, bill = time.monotonic(), Bill()

    def so_far() -> dict[str, object]:
        return {"took_s": time.monotonic() - began_at, "spent": bill.spent}

    try:
        made = stoppable(farm.stop, _produced, one, farm, observer, bill)
    except Interrupted:
        return ended(one.planned, State.STOPPED, **so_far())
    except ShotfarmError as error:
        if farm.stop.is_set():  # a program of it was killed
            return ended(one.planned, State.STOPPED, **so_far())
        return failed(one.planned, error, **so_far())
    warnings = warnings_of(one.plan.warnings)
    rendered, film = made.rendered, made.film
    if film is None:
        waits = WaitsForApproval.of(made.waits_for)
        return ended(
            one.planned,
            State.WAITS,
            rendered=rendered,
            warnings=tuple(warnings),
            waits_for=made.waits_for,
            error=waits.message,
            exit_code=waits.exit_code,
            **so_far(),
        )
    errors = [delivery.error for delivery in film.deliverables if delivery.error]
    warnings += [words for delivery in film.deliverables for words in delivery.warnings]
    return ended(
        one.planned,
        State.FAILED if errors else State.MADE,
        rendered=rendered,
        warnings=tuple(warnings),
        deliverables=tuple(delivery.name for delivery in film.deliverables if not delivery.error),
        error="\n".join(errors) or None,
        exit_code=1 if errors else 0,
        **so_far(),
    )


def ended(planned: PlannedProduction, state: State, **facts: object) -> MadeProduction:
    """A production, at its end."""
    return MadeProduction.model_validate(
        {
            "name": planned.name,
            "film": str(planned.film),
            "title": planned.title,
            "values": {**planned.values},
            "out": str(planned.out),
            "state": state,
            "shots": len(planned.takes),
            "seconds": planned.seconds,
            **facts,
        }
    )


def failed(planned: PlannedProduction, error: ShotfarmError, **facts: object) -> MadeProduction:
    """A production that failed of something."""
    return ended(planned, State.FAILED, error=error.in_words, exit_code=error.exit_code, **facts)


@dataclass(frozen=True, slots=True)
class _End:
    """What a production came to: its film; or none, and the shots that wait for approval."""

    rendered: int
    film: FinishedFilm | None
    waits_for: tuple[str, ...] = ()


def _produced(one: Opened, farm: Farm, observer: Observer, bill: Bill) -> _End:
    production, plan = one.production, one.plan
    waits_for = production.unapproved(plan)
    place = destination(one.planned.out, production.settings)
    place.check()
    with broadcast(observer, production.folder, TOLD_EVERY_S) as told, farm.hands(production.store) as hands:
        told.planned(plan)
        remember_version(production.folder, production.loaded.version)
        register_takes(production, plan)
        finishing = Finishing(production.store, hands, told)
        rendered = 0
        with leased(production, plan, told):
            if plan.missing:
                if not waits_for:
                    wanted = _deliverables(one).values()
                    finish_meanwhile(production.material(plan), production.store, finishing, wanted)
                rendered = _render(one, farm, told, finishing, bill)
            if waits_for:
                return _End(rendered, None, waits_for)
            with farm.place():
                return _End(rendered, _finished(one, finishing, told, place))


def _render(one: Opened, farm: Farm, told: Observer, finishing: Finishing, bill: Bill) -> int:
    """Have the missing takes rendered; how many of them no other production has had rendered before.

    Raises:
        ShotfarmError: shots that failed, or a farm that has gone away.
    """
    production, plan, client = one.production, one.plan, farm.client
    if client is None:
        raise FarmError("a take has gone from the store meanwhile", "run the same command again")
    material = production.material(plan)
    publish_references(material, production.store)
    paid = charging_of(production, farm.pays(one.planned))
    order = production_order(
        material,
        production.settings,
        production.store.root,
        charge=paid.charge,
        deadline=one.planned.deadline,
    )
    following = Following(plan.missing)
    registering = Registering(production, plan, this_person())
    rendered = 0
    with closing(render_missing(order, plan, production, client.another(), paid.limits)) as told_by_farm:
        for update in registering.heard(_while_wanted(told_by_farm)):
            rendered += farm.first_to_hear(update)
            bill.hear(update)
            told.rendering(update)
            finishing.hear(update)
            following.steps(update.events)
    if error := following.error(production.folder):
        raise error
    return rendered


def _while_wanted(updates: Iterator[Update]) -> Iterator[Update]:
    """Updates, until somebody has stopped the batch."""
    for update in updates:
        go_on()
        yield update


def _finished(one: Opened, finishing: Finishing, told: Observer, place: Destination) -> FinishedFilm:
    """The film and its deliverables, put where they go; noted only when all of them are there."""
    production, planned = one.production, one.planned
    material, store, wanted = production.material(one.plan), production.store, _deliverables(one)
    with TemporaryDirectory(prefix="shotfarm-") as aside:
        film = assemble(material, store, place.film or Path(aside) / _FILM, told, finishing)
        folder = place.folder or Path(aside)
        made = tuple(deliver(material, store, wanted, folder, told, finishing)) if wanted else ()
        go_on()
        names = place.put(film, made)
    if not any(delivery.error for delivery in made):
        Notes(planned.slate).keep(planned.out, place, _wanted(one, material), names)
    return replace(film, deliverables=made)
