"""What a run needs of its store is not removed while it goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from pipeline.keep import Stages, ask_of_each
from pipeline.production.production import Production
from storyboard.errors import StoreError
from storyboard.planning.plan import Plan

WAITING = "waiting until room is made in the store"


@contextlib.contextmanager
def leased(production: Production, plan: Plan, stages: Stages) -> Iterator[None]:
    """Keep what a plan's takes are made from, and its takes, while the block lasts.

    Raises:
        StoreError: the store cannot be written, or a take was removed while somebody made room.
    """
    store, shots = production.store, (*plan.shots, *plan.alternatives, *plan.pickups)
    needs = {shot.digest for shot in shots} | {file.sha256 for shot in shots for file in shot.spec.files()}
    needs |= {shot.spec.source.digest for shot in shots if shot.spec.source} | {*production.digests.values()}
    with store.leases.running(production.title, needs, lambda: stages.stage(WAITING, 0, 1)) as waited:
        if waited:
            stages.stage(WAITING, 1, 1)
            there = [shot for shot in shots if shot.exists]
            found = ask_of_each(lambda shot: store.has("takes", shot.digest), there)
            gone = [shot.shot for shot, is_there in zip(there, found, strict=True) if not is_there]
            if gone:
                raise StoreError(
                    f"takes were removed while room was made in the store: {', '.join(gone[:12])}",
                    "run again",
                )
        yield
