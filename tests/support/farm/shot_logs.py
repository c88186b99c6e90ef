"""Logs of attempts, begun as a worker begins them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from farm.host.settings import NodeSettings
from farm.logs.attempt_log import AttemptLog
from farm.schedule.messages import RenderOrder
from storyboard.planning.spec import ShotSpec
from tests.support.farm.orders_of_slates import render_order, slate


def order(spec: ShotSpec, store: Path | str) -> RenderOrder:
    """What a worker is asked for."""
    return replace(render_order(spec, store), film="Six Slates")


def begin(store: Path | str, shot: str = "1A", attempt: int = 1) -> AttemptLog:
    log = AttemptLog.begin(order(slate(shot), store), attempt, "slate-1", "slate", 0.5, NodeSettings())
    assert log is not None
    return log
