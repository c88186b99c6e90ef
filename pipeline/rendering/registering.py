"""Takes get their numbers in the catalog as they come; a render never fails of it."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Iterable, Iterator

from farm.schedule.messages import Update
from farm.schedule.states import TaskState
from farm.takes.facts import TakeFacts
from pipeline.catalog.entries import NewTake
from pipeline.catalog.log import DecisionLog
from pipeline.production.production import Production
from pipeline.settings import STATE_FOLDER
from storyboard.errors import CatalogError, StoreError
from storyboard.planning.plan import Plan, PlannedShot

FOUND = "it was there before it had a number"
"""why there is a take that no run of the catalog's asked for"""


def this_person() -> str:
    """The name of whoever runs the command, as the machine knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without an entry for its user
        return "somebody"


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
        self._log = DecisionLog(production.folder / STATE_FOLDER)
        self._rest = [*plan.alternatives, *plan.shots]
        self._missing = {shot.digest for shot in plan.missing}

    def those_there(self) -> None:
        """The takes of the plan that exist, in the order of the film.

        Raises:
            CatalogError: the log cannot be used.
            StoreError: the log cannot be written, or a take cannot be read.
        """
        self._register([shot for shot in self._rest if shot.digest not in self._missing])

    def heard(self, updates: Iterable[Update]) -> Iterator[Update]:
        """Pass on what happens on a farm, with a number for every take that is there when it is told of."""
        by_digest: dict[str, list[PlannedShot]] = {}
        for shot in self._rest:
            by_digest.setdefault(shot.digest, []).append(shot)
        for update in updates:
            done = [event.digest for event in update.events if event.state is TaskState.DONE]
            with contextlib.suppress(CatalogError, StoreError):  # the next run gives the number
                self._register([shot for digest in done for shot in by_digest.get(digest, ())])
            yield update

    def _register(self, shots: Iterable[PlannedShot]) -> None:
        record = self._log.record()
        new = [one for one in shots if record.take(one.shot, one.digest) is None]
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
                )
            )
        if takes:
            self._log.register(takes)


def register_takes(production: Production, plan: Plan) -> None:
    """Give numbers to those takes of a plan that exist, where the project folder can be written."""
    with contextlib.suppress(CatalogError, StoreError):
        Registering(production, plan, this_person()).those_there()
