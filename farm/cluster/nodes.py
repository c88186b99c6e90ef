"""Work that belongs to a node of the farm, not to a worker: which models lie there, and bringing them."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from pydantic import JsonValue
from ray._private.state import state
from ray.exceptions import RayError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from farm.backend.registry import backend_class
from farm.backend.traits import ModelNeed
from farm.host.identity import new_attempt_name
from farm.logs.kept import ShotLog, logs_here
from farm.schedule.placement import FarmNode, tags_of
from farm.schedule.status import NodeStatus
from storyboard.errors import FarmError, ShotfarmError, UsageError
from storyboard.refusals import store_errors

LOGS_S = 20.0
"""how long the nodes are waited for when they are asked for logs"""


@dataclass(frozen=True, slots=True)
class WantedModel:
    """A model that rendering with some options needs."""

    name: str
    revision: str | None
    backend: str
    options: Mapping[str, JsonValue]


def every_node() -> list[NodeStatus]:
    """What Ray knows of the nodes of the cluster that this process is connected to, of dead ones too."""
    found: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return [
        NodeStatus(
            id=node["NodeID"],
            name=node["NodeManagerHostname"],
            address=node["NodeManagerAddress"],
            alive=bool(node["Alive"]),
            cpus=float(node["Resources"].get("CPU", 0)),
            gpus=float(node["Resources"].get("GPU", 0)),
            tags=tuple(sorted(tags_of(node["Resources"]))),
        )
        for node in found
    ]


def farm_nodes(every: Sequence[NodeStatus] | None = None) -> list[FarmNode]:
    """The nodes that can hold workers, of those that Ray tells of, now or earlier."""
    every = every_node() if every is None else every
    alive = [node for node in every if node.alive and node.cpus > 0]
    names = [node.name for node in alive]
    return [
        FarmNode(
            node.id,
            node.name if names.count(node.name) == 1 else f"{node.name}-{node.id[:6]}",
            node.address,
            node.cpus,
            node.gpus,
            frozenset(node.tags),
        )
        for node in alive
    ]


def ended_jobs() -> set[str]:
    """The ids of those that were connected to the cluster, and have gone."""
    jobs: list[dict[str, Any]] = state.job_table()  # type: ignore[no-untyped-call]
    return {job["JobID"] for job in jobs if job["IsDead"]}


def leaving_nodes() -> list[str]:
    """The ids of the nodes that Ray was told to drain, such as a spot instance that will be taken."""
    draining: dict[str, int] = state.get_draining_nodes()
    return [*draining]


def nodes_without(folder: Path) -> list[str]:
    """The names of the nodes that do not see a folder of this machine as this machine does; each is asked.

    Raises:
        StoreError: the folder cannot be written here.
    """
    here: str = ray.get_runtime_context().get_node_id()
    others = [node for node in farm_nodes() if node.id != here]
    if not others:
        return []
    with store_errors(folder):
        sign = folder / f".{new_attempt_name()}.part"
        sign.write_bytes(b"")
    try:
        asked = {pinned(_sees, node.id).remote(str(sign)): node.name for node in others}
        return [name for reference, name in asked.items() if not _seen(reference)]
    finally:
        sign.unlink(missing_ok=True)


def _seen(reference: Any) -> bool:
    """Whether a node said that it sees it; one that says nothing renders nothing either."""
    try:
        return bool(ray.get(reference, timeout=LOGS_S))
    except RayError:
        return True


def _sees(path: str) -> bool:
    return Path(path).exists()


def missing_on(nodes: Sequence[FarmNode], wanted: Sequence[WantedModel]) -> dict[str, list[WantedModel]]:
    """What each node lacks, by the node's name; all are asked at once.

    Raises:
        ShotfarmError: a node cannot tell.
    """
    asked = {node.name: pinned(_present, node.id).remote([*wanted]) for node in nodes}
    return {
        name: [model for model, here in zip(wanted, _answer(name, call), strict=True) if not here]
        for name, call in asked.items()
    }


def logs_on_nodes(shot: str, store: str) -> dict[str, ShotLog]:
    """The logs of a shot that lie on the cluster's nodes, by name; a node that does not answer has none."""
    asked = [pinned(logs_here, node.id).remote(shot, store) for node in farm_nodes()]
    ready, _ = ray.wait(asked, num_returns=len(asked), timeout=LOGS_S) if asked else ([], [])
    found: dict[str, ShotLog] = {}
    for answer in ready:
        with contextlib.suppress(RayError):
            found |= ray.get(answer)
    return found


def fetch_to(missing: Mapping[FarmNode, Sequence[WantedModel]]) -> Iterator[tuple[FarmNode, str, float]]:
    """Bring models onto nodes, all nodes at once, each one model after another.

    Yields the node, the model's name and how much of it is there, 0 to 1.

    Raises:
        ShotfarmError: a model cannot be had on a node; what came before it is kept.
    """
    streams = {
        pinned(_fetch, node.id, num_returns="streaming").remote([*models]): node
        for node, models in missing.items()
        if models
    }
    while streams:
        ready, _ = ray.wait([*streams], num_returns=1)
        stream: Any = ready[0]
        try:
            reference = next(stream)
        except StopIteration:
            del streams[stream]
            continue
        name, done = _answer(streams[stream].name, reference)
        yield streams[stream], name, done


def pinned(work: Any, node: str, **options: Any) -> Any:
    """A function that Ray runs on this node (its id) or nowhere, in a process beside the workers, once."""
    strategy = NodeAffinitySchedulingStrategy(node, soft=False)
    return ray.remote(work).options(num_cpus=0, max_retries=0, scheduling_strategy=strategy, **options)


def _answer(node: str, reference: Any) -> Any:
    try:
        return ray.get(reference)
    except RayTaskError as error:
        if isinstance(error.cause, ShotfarmError):
            raise error.cause.about(node) from error
        raise
    except RayError as error:
        raise FarmError(f"the node {node} has gone away", "run the same command again") from error


def _need(model: WantedModel) -> ModelNeed:
    tells = backend_class(model.backend).TRAITS.models
    for need in tells(model.options) if tells else ():
        if (need.name, need.revision) == (model.name, model.revision):
            return need
    raise UsageError(
        f"{model.backend} does not know {model.name} here", "install the same version everywhere"
    )


def _present(wanted: list[WantedModel]) -> list[bool]:
    return [_need(model).present for model in wanted]


def _fetch(wanted: list[WantedModel]) -> Iterator[tuple[str, float]]:
    for model in wanted:
        need = _need(model)
        fetch = backend_class(model.backend).TRAITS.fetch
        if need.present:
            continue
        if fetch is None:
            raise UsageError(
                f"the backend {model.backend} cannot fetch {model.name}", "put it in its place by hand"
            )
        told: queue.SimpleQueue[float | BaseException | None] = queue.SimpleQueue()
        threading.Thread(target=_fetch_one, args=(fetch, need, told), daemon=True).start()
        while (done := told.get()) is not None:
            if isinstance(done, BaseException):
                raise done
            yield model.name, done
        yield model.name, 1.0


def _fetch_one(fetch: Any, need: ModelNeed, told: queue.SimpleQueue[float | BaseException | None]) -> None:
    try:
        fetch(need, told.put)
    except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
        told.put(error)
    told.put(None)
