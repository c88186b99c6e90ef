"""Ray's cluster of several nodes on one machine, for a machine that has other work too.

It imports Ray, which reads its environment at that moment: import it where a cluster is started.
"""

from __future__ import annotations

import time
import types
from typing import Any

import ray._private.node
from ray.cluster_utils import Cluster

from farm.cluster.lean_head import lean_head
from tests.support.waiting import PATIENCE_S

_HALF_A_MINUTE_S = 30.0
"""Ray gives a node so long to start, and nobody may choose otherwise"""


def make_ray_patient() -> None:
    """Give the nodes that this process starts the time that everything else in the tests has."""
    patient = types.SimpleNamespace(**vars(time))
    patient.monotonic = lambda: time.monotonic() * _HALF_A_MINUTE_S / PATIENCE_S
    ray._private.node.time = patient  # type: ignore[assignment]


class PatientCluster(Cluster):
    """Nodes without what those of a farm go without, which may take their time."""

    def __init__(self, **head: Any) -> None:
        make_ray_patient()
        super().__init__(initialize_head=True, head_node_args={"include_dashboard": False, **head})

    def add_node(self, *of: Any, **node: Any) -> Any:
        with lean_head():
            return super().add_node(*of, **node)

    def _wait_for_node(self, node: ray._private.node.Node, timeout: float = PATIENCE_S) -> None:
        super()._wait_for_node(node, timeout)

    def wait_for_nodes(self, timeout: float = PATIENCE_S) -> None:
        super().wait_for_nodes(timeout)
