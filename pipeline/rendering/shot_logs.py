"""What the attempts at a shot left behind: in the store, on this machine, and on the nodes of the farm."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from farm.logs.kept import ShotLog, logs_here, logs_in
from pipeline.production.named_shot import shot_called
from pipeline.production.production import Production
from pipeline.services.farm_access import has_farm, open_farm
from pipeline.services.standing_farm import standing_farm
from storyboard.errors import FarmError


@dataclass(frozen=True, slots=True)
class ShotLogs:
    """What is known of the attempts at a shot.

    Attributes:
        shot: its id.
        digest: of the take that it would have now.
        logs: of every attempt at it that left one, also at takes of the past; the newest last.
        refused: what was measured of tries at `digest` that did not pass the gate.
        silent: why the farm could not be asked for what renders; None when it could, or there is none.
    """

    shot: str
    digest: str
    logs: tuple[ShotLog, ...]
    refused: tuple[JsonValue, ...]
    silent: str | None = None


def logs_of_shot(production: Production, shot: str) -> ShotLogs:
    """Collect them.

    Raises:
        UsageError: the film has no such shot.
        StoreError: the store cannot be read.
    """
    shot = shot_called(production.film, shot).id
    digest = next(planned.digest for planned in production.plan().shots if planned.shot == shot)
    store = production.store
    found = logs_here(shot, store.root)
    silent = None
    settings = production.settings
    standing = standing_farm(settings)
    if has_farm(settings, standing):
        try:
            with open_farm(settings, standing):
                from farm.cluster.nodes import logs_on_nodes

                found |= logs_on_nodes(shot, store.root)
        except FarmError as error:
            silent = error.message
    mine = {digest, *filter(None, [production.takes.latest().get(shot)])}
    found = {name: log for name, log in found.items() if log.film == production.film.title}
    found |= logs_in(store, shot, production.film.title, mine)
    return ShotLogs(
        shot,
        digest,
        tuple(found[name] for name in sorted(found)),
        tuple(store.notes.kept_refused(digest)),
        silent,
    )
