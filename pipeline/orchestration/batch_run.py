"""A batch from a terminal: Prefect and Ray side by side, then the flow, in this process."""

from __future__ import annotations

import contextlib

from pipeline.batches.batch import Batch, found_done, stores_for
from pipeline.batches.summary import BatchSummary
from pipeline.batches.turns import own_turn
from pipeline.batches.watching import BatchObserver
from pipeline.orchestration.servers import servers_for_run
from pipeline.services.dead_runs import living_run
from pipeline.services.farm_access import has_farm
from pipeline.services.standing_farm import standing_farm


def run_batch(batch: Batch, watcher: BatchObserver) -> BatchSummary:
    """Make what is missing of a batch's productions, through the Prefect flow.

    Args:
        batch: what was planned.
        watcher: hears how it goes.

    Raises:
        ShotfarmError: a store, the farm or Prefect cannot be used; what a production fails of is told.
    """
    settings = batch.order.settings()
    standing = standing_farm(settings)
    own_farm = not has_farm(settings, standing)
    if own_farm and (done := found_done(batch, watcher)):
        return done
    stores = stores_for(batch)
    with contextlib.ExitStack() as stack:
        if own_farm:
            roots = (store.root for store in stores)
            stack.enter_context(own_turn(settings.home, roots, watcher.waits))
        servers = servers_for_run(settings, standing, renders=batch.misses_takes, stores=stores)
        client = stack.enter_context(servers)
        from pipeline.orchestration.batch import Ready, run_ready

        alive = stack.enter_context(living_run(settings.home))
        return run_ready(Ready(batch, client, watcher, alive))
