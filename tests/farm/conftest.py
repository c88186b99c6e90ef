"""What the tests of the farm share.

Ray reads its environment, the token too, once in a process: when it is first imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from farm.backend.conformance import OtherProcess
from farm.cluster.connect import connected_to, new_token, ray_environment
from tests.support import ROOT

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient

TOKEN = new_token()
os.environ.update(ray_environment(TOKEN))


@pytest.fixture(scope="session")
def token() -> str:
    """The token of every cluster that these tests start."""
    return TOKEN


@pytest.fixture(scope="module")
def farm(token: str) -> Iterator[tuple[Any, FarmClient]]:
    """A cluster of a head without worker slots and a node with two, and a client of it."""
    import ray

    from tests.support.farm.clusters import PatientCluster

    ray.shutdown()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))  # where nodes find the chores of these tests
        cluster = PatientCluster(num_cpus=0)
        try:
            cluster.add_node(num_cpus=2)
            cluster.wait_for_nodes()
            with connected_to(cluster.address, token) as client:
                yield cluster, client
        finally:
            cluster.shutdown()


@pytest.fixture(scope="session")
def other_process() -> Iterator[OtherProcess]:
    """A process that renders what another than the tests' shall render."""
    process = OtherProcess()
    yield process
    process.close()
