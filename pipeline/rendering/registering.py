"""Takes get their numbers in the catalog as they come; a render never fails of it."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from farm.schedule.messages import Update
from farm.schedule.states import TaskState
from farm.takes.facts import TakeFacts
from pipeline.catalog.entries import NewTake
from pipeline.production.production import Production
from storyboard.errors import CatalogError, StoreError
from storyboard.planning.plan import Plan, PlannedShot

FOUND = "it was there before it had a number"
"""why there is a take that no run of the catalog's asked for"""
_ENDS = frozenset({TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED})


def this_person() -> str:
    """The name of whoever runs the command, as the machine knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without an entry for its user
        return "somebody"


class _Waiting:
    """The takes of a shot that have no number yet, in the order in which they get them."""

    def __init__(self, shots: Sequence[PlannedShot]) -> None:
        self.shots = [*{shot.digest: shot for shot in shots}.values()]
        self._ended: set[str] = set()

    def ready(self, states: Mapping[str, TaskState]) -> list[PlannedShot]:
        """Those that have ended, as far as all before them have; the farm says how it is with some now."""
        for digest, state in states.items():
            if state in _ENDS:
                self._ended.add(digest)
            else:
                self._ended.discard(digest)
        ready = [*takewhile(lambda shot: shot.digest in self._ended, self.shots)]
        self.shots = self.shots[len(ready) :]
        return ready


class Registering:
    """Gives numbers to the takes of a plan.

    Args:
        production: whose takes they are.
        plan: the shots that were asked for.
        by: who asked.
        why: in words, of what is rendered now; the plan's reasons when it is empty.
    """

    def __init__(self, production: Production, plan: Plan, by: str, why: str = "") -> None:
        self._production = production
        self._by = by
        self._why = why
        self._log = production.log
        self._rest = [*plan.shots, *plan.alternatives]
        self._missing = {shot.digest for shot in plan.missing}

    def those_there(self) -> None:
        """The takes of the plan that exist, in the order of the film.

        Raises:
            CatalogError: the log cannot be used.
            StoreError: the log cannot be written, or a take cannot be read.
        """
        self._register([shot for shot in self._rest if shot.digest not in self._missing])

    def heard(self, updates: Iterable[Update]) -> Iterator[Update]:
        """Pass on what happens on a farm, with a number for every take that is there when it is told of.

        Alternatives get theirs in the order in which they were asked for: one that is ready early waits.
        """
        asked: dict[str, list[PlannedShot]] = {}
        shots_of: dict[str, list[str]] = {}
        for shot in self._rest:
            if shot.digest in self._missing:
                asked.setdefault(shot.shot, []).append(shot)
                shots_of.setdefault(shot.digest, []).append(shot.shot)
        waiting = {shot: _Waiting(shots) for shot, shots in asked.items()}
        try:
            for update in updates:
                states = {event.digest: event.state for event in update.events}
                changed = {shot: None for digest in states for shot in shots_of.get(digest, ())}
                ready = [shot for name in changed for shot in waiting[name].ready(states)]
                with contextlib.suppress(CatalogError, StoreError):  # the next run gives the number
                    self._register(ready)
                yield update
        finally:
            with contextlib.suppress(CatalogError, StoreError):
                self._register([shot for one in waiting.values() for shot in one.shots])

    def _register(self, shots: Iterable[PlannedShot]) -> None:
        record = self._log.record()
        new = [one for one in shots if record.take(one.shot, one.digest) is None]
        if not new:
            return
        found = self._production.takes.of(shot.digest for shot in new)
        takes = []
        for shot in new:
            if shot.digest not in found:
                continue
            manifest = found[shot.digest]
            facts = TakeFacts.of(manifest)
            rendered_now = shot.digest in self._missing
            choice = self._production.choices.of(shot.laid)
            takes.append(
                NewTake(
                    shot=shot.shot,
                    digest=shot.digest,
                    renderer=choice.name,
                    seed=shot.spec.seed,
                    made_at=manifest.created,
                    by=self._by if rendered_now else "",
                    why=(self._why or "; ".join(shot.reasons)) if rendered_now else FOUND,
                    worker_s=facts.render_s,
                    gpu_s=facts.render_s * choice.traits.gpus_for(facts.spec.options),
                    quality=facts.quality.model_dump(mode="json"),
                    adjustment=shot.adjustment or None,
                    version=self._production.loaded.version or None,
                )
            )
        if takes:
            self._log.register(takes)


def register_takes(production: Production, plan: Plan) -> None:
    """Give numbers to those takes of a plan that exist, where the project folder can be written."""
    with contextlib.suppress(CatalogError, StoreError):
        Registering(production, plan, this_person()).those_there()
