"""A run that a schedule has begun: the flow of a batch, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.engine import handle_engine_signals
from prefect.flow_engine import run_flow

from pipeline.orchestration.batch import ALIVE, batch
from pipeline.services.dead_runs import living_run


def run_scheduled(run: UUID, home: Path) -> None:
    """Run the flow with the parameters that Prefect keeps; how it ends is told to Prefect.

    Args:
        run: the flow run, which Prefect has let begin.
        home: of the standing farm.
    """
    with living_run(home) as alive, get_client(sync_client=True) as client, handle_engine_signals(run):
        ALIVE.set(alive)
        run_flow(batch, flow_run=client.read_flow_run(run), return_type="state")
