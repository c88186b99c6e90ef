"""One production of a batch: its missing takes by the farm that all share, then its film at its place."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from assembly.programs.stopping import go_on, stoppable
from farm.schedule.chores import Hands
from farm.schedule.messages import Update
from farm.schedule.states import TaskState
from farm.store.store import Store
from pipeline.batches.crew import Crew
from pipeline.batches.plan import PlannedProduction
from pipeline.batches.summary import MadeProduction, State
from pipeline.broadcast import broadcast
from pipeline.delivery.deliver import deliver
from pipeline.film.assemble import FinishedFilm, assemble, check_output
from pipeline.film.part_queue import Finishing, finish_meanwhile
from pipeline.observer import Observer
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.rendering.following import Following
from pipeline.rendering.lease import leased
from pipeline.rendering.registering import Registering, register_takes, this_person
from pipeline.rendering.render import production_order, publish_references, render_missing
from pipeline.rendering.told import warnings_of
from pipeline.services.chore_runners import hands_for
from pipeline.settings import Settings
from storyboard.errors import Interrupted, ShotfarmError, WaitsForApproval
from storyboard.planning.plan import Plan

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient


class Farm:
    """What all productions of a batch work with.

    Args:
        client: of the farm; None where no take is missing.
        settings: where to look for a farm that does chores.

    Attributes:
        stop: set when everything is to end.
    """

    def __init__(self, client: FarmClient | None, settings: Settings) -> None:
        self.client = client
        self.stop = Event()
        self._settings = settings
        self._lock = Lock()
        self._crews: dict[str, Crew] = {}
        self._rendered: set[str] = set()

    @contextmanager
    def hands(self, store: Store) -> Iterator[Hands]:
        """Who does the chores of one production, whose takes and parts are in this store."""
        with self._lock:
            if store.root not in self._crews:
                self._crews[store.root] = Crew(lambda: hands_for(self._settings, store, self.client))
            member = self._crews[store.root].member()
        try:
            yield member
        finally:
            member.close()

    def first_to_hear(self, update: Update) -> int:
        """How many takes were rendered of which no production of the batch has heard before."""
        done = {one.digest for one in update.events if one.state is TaskState.DONE and one.render_s}
        with self._lock:
            new = done - self._rendered
            self._rendered |= new
        return len(new)

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
    production = open_production(planned.film, planned.settings, planned.given)
    return Opened(planned, production, production.plan())


def there(one: Opened) -> MadeProduction | None:
    """A production of which nothing is missing and nothing has changed; None of any other.

    Raises:
        ShotfarmError: see its tree.
    """
    del one
    return None


def produce(one: Opened, farm: Farm, observer: Observer) -> MadeProduction:
    """Make what is missing of a production; what it fails of is told, not raised.

    Raises:
        Interrupted: `farm.stop` was set.
    """
    began_at = time.monotonic()
    try:
        film, waits_for = stoppable(farm.stop, _produced, one, farm, observer)
    except Interrupted:
        return ended(one.planned, State.STOPPED, took_s=time.monotonic() - began_at)
    except ShotfarmError as error:
        took_s = time.monotonic() - began_at
        if farm.stop.is_set():  # a program of it was killed
            return ended(one.planned, State.STOPPED, took_s=took_s)
        return failed(one.planned, error, took_s)
    took_s = time.monotonic() - began_at
    warnings = warnings_of(one.plan.warnings)
    rendered = len(one.plan.missing)
    if film is None:
        waits = WaitsForApproval.of(waits_for)
        return ended(
            one.planned,
            State.WAITS,
            rendered=rendered,
            took_s=took_s,
            warnings=tuple(warnings),
            error=waits.message,
            exit_code=waits.exit_code,
        )
    errors = [delivery.error for delivery in film.deliverables if delivery.error]
    warnings += [words for delivery in film.deliverables for words in delivery.warnings]
    made = film.made or rendered or any(delivery.made for delivery in film.deliverables)
    return ended(
        one.planned,
        State.FAILED if errors else State.MADE if made else State.UNCHANGED,
        rendered=rendered,
        took_s=took_s,
        warnings=tuple(warnings),
        deliverables=tuple(str(delivery.folder) for delivery in film.deliverables if not delivery.error),
        error="\n".join(errors) or None,
        exit_code=1 if errors else 0,
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


def failed(planned: PlannedProduction, error: ShotfarmError, took_s: float = 0.0) -> MadeProduction:
    """A production that failed of something."""
    words, code = error.in_words, error.exit_code
    return ended(planned, State.FAILED, took_s=took_s, error=words, exit_code=code)


def _produced(one: Opened, farm: Farm, observer: Observer) -> tuple[FinishedFilm | None, tuple[str, ...]]:
    """The film; or None, and the shots that wait for approval."""
    production, plan = one.production, one.plan
    waits_for = production.unapproved(plan)
    check_output(one.planned.out)
    with broadcast(observer, production.folder) as told, farm.hands(production.store) as hands:
        told.planned(plan)
        register_takes(production, plan)
        finishing = Finishing(production.store, hands, told)
        if plan.missing:
            with leased(production, plan, told):
                if not waits_for:
                    finish_meanwhile(production.material(plan), production.store, finishing)
                _render(one, farm, told, finishing)
        if waits_for:
            return None, waits_for
        return _finished(one, finishing, told, one.planned.out), ()


def _render(one: Opened, farm: Farm, told: Observer, finishing: Finishing) -> None:
    production, plan, client = one.production, one.plan, farm.client
    if client is None:
        raise RuntimeError("takes are missing, and the batch has no farm")
    material = production.material(plan)
    publish_references(material, production.store)
    order = production_order(material, production.settings, production.store.root)
    following = Following(plan.missing)
    registering = Registering(production, plan, this_person())
    updates = registering.heard(_while_wanted(render_missing(order, plan, production, client.another())))
    rendered = 0
    for update in updates:
        rendered += farm.first_to_hear(update)
        told.rendering(update)
        finishing.hear(update)
        following.steps(update.events)
    if error := following.error(production.folder):
        raise error


def _while_wanted(updates: Iterator[Update]) -> Iterator[Update]:
    """Updates, until somebody has stopped the batch."""
    for update in updates:
        go_on()
        yield update


def _finished(one: Opened, finishing: Finishing, told: Observer, out: Path) -> FinishedFilm:
    production = one.production
    material, store = production.material(one.plan), production.store
    film = assemble(material, store, out, told, finishing)
    wanted = {name: production.film.deliverables[name] for name in one.planned.deliverables}
    if not wanted:
        return film
    made = deliver(material, store, wanted, out.parent, told, finishing)
    return replace(film, deliverables=tuple(made))
