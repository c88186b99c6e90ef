"""Prefect's server and the farm that a run needs: those that stand, else of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import httpx

from farm.store.store import Store
from pipeline.rendering.render import refuse_unseen_store
from pipeline.services.dead_runs import bury_dead_runs
from pipeline.services.farm_access import open_farm
from pipeline.services.prefect_server import prefect_for_this_run, use_prefect_server
from pipeline.services.run_records import record_waiting
from pipeline.services.standing_farm import StandingFarm
from pipeline.settings import Settings

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient


@contextlib.contextmanager
def servers_for_run(
    settings: Settings, standing: StandingFarm | None, *, renders: bool, stores: Sequence[Store] = ()
) -> Iterator[FarmClient | None]:
    """Point this process at Prefect, and connect to the farm where something is rendered.

    What is started for the run starts side by side, and ends with it.

    Args:
        settings: of the run.
        standing: the farm that stands.
        renders: whether a farm is needed.
        stores: those that the farm's nodes must see.

    Raises:
        FarmError: a server cannot be started or reached.
        UsageError: the nodes do not see a store.
    """
    with contextlib.ExitStack() as stack:
        if standing:
            port, password = standing.prefect_port, standing.prefect_password
            use_prefect_server(settings.home, port, password)
            prefect_ready = None
        else:
            port, password, prefect_ready = stack.enter_context(prefect_for_this_run(settings))
        client = stack.enter_context(open_farm(settings, standing)) if renders else None
        for store in stores if client else ():
            refuse_unseen_store(store)
        if prefect_ready:
            prefect_ready()
        with contextlib.suppress(httpx.HTTPError):
            bury_dead_runs(settings.home, port, password)
            record_waiting(settings.home, port, password)
        yield client
