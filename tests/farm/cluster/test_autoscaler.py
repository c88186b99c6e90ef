"""A farm whose nodes Ray's own autoscaler starts and ends, with its provider of nodes on one machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from farm.cluster.client import FarmClient
from farm.cluster.connect import connected_to, ray_environment
from farm.host.addresses import LOOPBACK, answers, free_port
from farm.host.processes import start_in_background, stop_process_group
from farm.schedule.messages import ProductionOrder
from tests.support.farm.orders_of_slates import production_order
from tests.support.farm.productions import InBackground, ended_well, shots
from tests.support.waiting import until

pytestmark = pytest.mark.slow
MEMORY = 80 * 2**20


def _config(address: str) -> dict[str, object]:
    small = {"CPU": 1, "object_store_memory": MEMORY}
    kinds = {
        "plain": {"resources": small, "node_config": {}, "min_workers": 0, "max_workers": 2},
        "near": {"resources": small | {"near": 1}, "node_config": {}, "min_workers": 0, "max_workers": 2},
        "ray.head.default": {"resources": {"CPU": 0}, "node_config": {}, "max_workers": 0},
    }
    lists = (
        "initialization_commands setup_commands head_setup_commands worker_setup_commands "
        "head_start_ray_commands worker_start_ray_commands cluster_synced_files rsync_exclude rsync_filter"
    )
    return {
        "cluster_name": "shotfarm",
        "max_workers": 4,
        "provider": {
            "type": "fake_multinode",
            "gcs_address": address,
            "disable_launch_config_check": True,
            "disable_node_updaters": True,
            "use_node_id_as_ip": True,
        },
        "available_node_types": kinds,
        "head_node_type": "ray.head.default",
        "upscaling_speed": 1.0,
        "idle_timeout_minutes": 0.05,
        "auth": {},
        "docker": {},
        "file_mounts": {},
        "file_mounts_sync_continuously": False,
        **{name: [] for name in lists.split()},
    }


@pytest.fixture
def client(token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarmClient]:
    """A farm of a head without worker slots, whose autoscaler may start nodes."""
    port = free_port()
    address = f"{LOOPBACK}:{port}"
    config = tmp_path / "autoscaling.json"
    config.write_text(json.dumps(_config(address)))
    ray = Path(sys.executable).with_name("ray")
    words = (
        f"{ray} start --head --block --num-cpus=0 --node-ip-address={LOOPBACK} --port={port} "
        f"--include-dashboard=false --object-store-memory={MEMORY} --autoscaling-config={config}"
    )
    more = {"RAY_FAKE_CLUSTER": "1", "AUTOSCALER_UPDATE_INTERVAL_S": "1", "SHOTFARM_IDLE_WORKER_S": "2"}
    pid = start_in_background(words.split(), tmp_path / "ray.log", {**ray_environment(token), **more})
    try:
        until(lambda: answers(port), "the head listens")
        with connected_to(address, token) as found:
            yield found
    finally:
        stop_process_group(pid)


def asking(order: ProductionOrder) -> ProductionOrder:
    """The same order of three shots, which wait for their nodes, the last for one that is near."""
    first, second, third = (replace(request, node_wait_s=float("inf")) for request in order.requests)
    return replace(order, requests=(first, second, replace(third, tags=("near",))))


def test_nodes_come_when_shots_need_them_and_go_when_nothing_does(client, tmp_path):
    assert [node for node in client.status().nodes if node.cpus] == []
    store = tmp_path / "store"
    # Nodes go a few seconds after their last shot: they are looked at while these render.
    long = asking(production_order(shots(3, frames=6000), store, "Long"))
    begun = InBackground(client, long)

    def rendering_with() -> list[tuple[str, ...]]:
        status = client.status()
        tags = {node.id: node.tags for node in status.nodes}
        return [tags.get(worker.node, ()) for worker in status.workers if worker.shot]

    until(lambda: len(with_tags := rendering_with()) >= 2 and ("near",) in with_tags, "nodes have come")
    client.call_off(long.production)
    begun.end()
    specs = shots(3)
    ended_well(InBackground(client, asking(production_order(specs, store))).end(), specs)
    until(lambda: not client.status().workers, "idle workers give their places back")
    until(
        lambda: not any(node.alive and node.cpus for node in client.status().nodes),
        "the autoscaler ends what nobody needs",
    )
