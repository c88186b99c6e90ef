"""When a standing farm is called up: not when Ray listens, but when a worker could be placed on it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from farm.host.identity import birth_of
from farm.schedule.status import FarmStatus, NodeStatus
from pipeline.services import standing_farm
from pipeline.services.standing_farm import StandingFarm
from storyboard.errors import FarmError

TIMED_OUT = FarmError("a Ray cluster of this run cannot be used: The current node timed out during startup.")
NOTHING = FarmStatus(version="1")


def farm(pid: int) -> StandingFarm:
    ray = {"ray_pid": pid, "ray_birth": birth_of(pid), "ray_port": 1, "ray_token": "t"}
    prefect = {"prefect_pid": pid, "prefect_birth": birth_of(pid), "prefect_port": 2}
    return StandingFarm.model_validate(ray | prefect | {"prefect_password": "p"})


def with_node(*, alive: bool, cpus: float) -> FarmStatus:
    return FarmStatus(
        version="1", nodes=(NodeStatus(id="n", name="n", address="a", alive=alive, cpus=cpus, gpus=0),)
    )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[FarmStatus | FarmError]:
    """What the farm says, look by look; the last is said for ever."""
    says: list[FarmStatus | FarmError] = []

    @contextlib.contextmanager
    def connected(*_: object) -> Iterator[SimpleNamespace]:
        now = says.pop(0) if len(says) > 1 else says[0]
        if isinstance(now, FarmError):
            raise now
        yield SimpleNamespace(status=lambda: now)

    monkeypatch.setattr(standing_farm, "connected_to", connected)
    monkeypatch.setattr(standing_farm, "show_card", lambda: None)
    monkeypatch.setattr(standing_farm, "LOOK_S", 0.001)
    return says


def test_a_farm_whose_node_times_out_and_is_late_is_up_when_a_worker_could_be_placed(told, tmp_path):
    told += [TIMED_OUT, NOTHING, with_node(alive=False, cpus=4), with_node(alive=True, cpus=0)]
    told += [with_node(alive=True, cpus=1)]
    standing_farm._wait_for_worker(farm(os.getpid()), tmp_path)
    assert told == [with_node(alive=True, cpus=1)], "it was looked at until then"


@pytest.mark.parametrize(
    ("last", "why"), [(TIMED_OUT, "timed out during startup"), (NOTHING, "no node with a worker slot")]
)
def test_a_farm_whose_node_never_comes_is_not_called_up(told, tmp_path, monkeypatch, last, why):
    monkeypatch.setattr(standing_farm, "START_S", 0.05)
    told.append(last)
    with pytest.raises(FarmError, match=why) as raised:
        standing_farm._wait_for_worker(farm(os.getpid()), tmp_path)
    assert "no worker can be placed" in raised.value.message
    assert "ray.log" in raised.value.hint


def test_a_head_that_ended_is_not_waited_for(told, tmp_path):
    told.append(TIMED_OUT)
    gone = 2**22 + 1  # above every process id of Linux
    with pytest.raises(FarmError, match="no worker can be placed"):
        standing_farm._wait_for_worker(farm(gone), tmp_path)
