"""Which workers a farm lacks, and which node a new one is put on. Pure.

A tag is a name that a node carries: a custom resource of its Ray (`ray start --resources '{"h200": 1}'`), or
the kind of its GPU, which Ray finds by itself, in small letters. Workers use nothing of a tag up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from farm.backend.traits import Resources
from farm.schedule.states import WorkerNeeds
from storyboard.wording import did_you_mean, listed

_GPU_KIND = "accelerator_type:"
_NO_TAGS = frozenset({"CPU", "GPU", "memory", "object_store_memory"})


@dataclass(frozen=True, slots=True)
class FarmNode:
    """A node of the farm, by its Ray id; `name` is for people, and no other node has it."""

    id: str
    name: str
    address: str = ""
    cpus: float = 0.0
    gpus: float = 0.0
    tags: frozenset[str] = frozenset()

    def holds(self, resources: Resources, tags: Iterable[str]) -> bool:
        """Whether an idle node like this one has room for such a worker."""
        return self.cpus >= resources.cpus and self.gpus >= resources.gpus and self.tags.issuperset(tags)


class Placed(Protocol):
    """A worker that is on a node, or on its way there."""

    @property
    def node(self) -> FarmNode:
        """Where."""

    @property
    def resources(self) -> Resources:
        """What it holds there."""


def tags_of(resources: Mapping[str, float]) -> frozenset[str]:
    """The tags of a node with these Ray resources.

    >>> sorted(tags_of({"CPU": 8.0, "GPU": 1.0, "accelerator_type:H200": 1.0, "studio-a": 1.0}))
    ['h200', 'studio-a']
    """
    kinds = {name.removeprefix(_GPU_KIND).lower() for name in resources if name.startswith(_GPU_KIND)}
    return frozenset(kinds | {name for name in resources if name not in _NO_TAGS and ":" not in name})


class FreeSpace:
    """What the nodes have left, during one look at who is on them.

    Room is what is free now and also when those that leave have left and the workers that it was promised to
    have come: a place that is cleared for a large worker is not lost to a small one meanwhile.

    Args:
        nodes: those that may get workers.
        placed: every worker that is there, by name.
        leaving: the names of those that give back what they hold.
    """

    def __init__(
        self, nodes: Iterable[FarmNode], placed: Mapping[str, Placed], leaving: Iterable[str] = ()
    ) -> None:
        self._nodes = [*nodes]
        self._placed = placed
        going = {*leaving}
        self._now = {node.id: Resources(node.cpus, node.gpus) for node in self._nodes}
        self._later = dict(self._now)
        for name, each in placed.items():
            self._take(self._now, each.node, each.resources)
            if name not in going:
                self._take(self._later, each.node, each.resources)

    def fit(self, resources: Resources, tags: Iterable[str]) -> FarmNode | None:
        """The node for a new worker, which is then there: the plainest, then the one with the most left."""
        wanted = frozenset(tags)
        fitting = [
            node
            for node in self._nodes
            if node.tags >= wanted
            and all(_lack(resources, left[node.id]) == Resources(0, 0) for left in (self._now, self._later))
        ]
        chosen = min(
            fitting,
            key=lambda node: (len(node.tags), -self._now[node.id].cpus, -self._now[node.id].gpus),
            default=None,
        )
        if chosen is not None:
            self._take(self._now, chosen, resources)
            self._take(self._later, chosen, resources)
        return chosen

    def clear(self, resources: Resources, tags: Iterable[str], willing: Sequence[str]) -> list[str] | None:
        """Promise a worker a place where it will have room; None when nowhere enough would leave.

        Args:
            resources: what the worker holds.
            tags: what its node must carry.
            willing: the names of workers that may be stopped for it, those first that are rather.

        Returns:
            the names of those to stop: the fewest that do.
        """
        wanted = frozenset(tags)
        found: list[tuple[list[str], FarmNode]] = []
        for node in self._nodes:
            if not node.holds(resources, wanted):
                continue
            there = [name for name in willing if self._placed[name].node.id == node.id]
            stopped = self._stopped_for(resources, node, there)
            if stopped is not None:
                found.append((stopped, node))
        if not found:
            return None
        stopped, node = min(found, key=lambda pair: (len(pair[0]), [willing.index(name) for name in pair[0]]))
        for name in stopped:
            freed = self._placed[name].resources
            self._take(self._later, node, Resources(-freed.cpus, -freed.gpus))
        self._take(self._later, node, resources)
        return stopped

    def _stopped_for(self, resources: Resources, node: FarmNode, there: Sequence[str]) -> list[str] | None:
        left = self._later[node.id]
        stopped = []
        for name in there:
            lack = _lack(resources, left)
            held = self._placed[name].resources
            if (lack.cpus and held.cpus) or (lack.gpus and held.gpus):
                stopped.append(name)
                left = Resources(left.cpus + held.cpus, left.gpus + held.gpus)
        return stopped if _lack(resources, left) == Resources(0, 0) else None

    @staticmethod
    def _take(left: dict[str, Resources], node: FarmNode, resources: Resources) -> None:
        if node.id in left:
            before = left[node.id]
            left[node.id] = Resources(before.cpus - resources.cpus, before.gpus - resources.gpus)


def _lack(wanted: Resources, left: Resources) -> Resources:
    return Resources(max(0, wanted.cpus - left.cpus), max(0, wanted.gpus - left.gpus))


def room_for(resources: Resources, tags: Iterable[str], nodes: Iterable[FarmNode], most: int) -> int:
    """How many such workers the nodes would hold if nothing else were there; so many at most."""
    space, wanted = FreeSpace(nodes, {}), [*tags]
    number = 0
    while number < most and space.fit(resources, wanted) is not None:
        number += 1
    return number


def resources_of(needs: WorkerNeeds, own: Resources) -> Resources:
    """What a worker of these needs holds, when its backend's workers hold `own` for one card or for none.

    >>> resources_of(WorkerNeeds("diffusion", gpus=2), Resources(cpus=1, gpus=1))
    Resources(cpus=2.0, gpus=2)
    >>> resources_of(WorkerNeeds("command", gpus=1), Resources(cpus=1))
    Resources(cpus=1, gpus=1)
    """
    if needs.gpus == own.gpus:
        return own
    if not own.gpus:
        return Resources(own.cpus, needs.gpus)
    return Resources(own.cpus * needs.gpus / own.gpus, needs.gpus)


def bundle(resources: Resources, tags: Iterable[str]) -> dict[str, float]:
    """What a worker asks of Ray's autoscaler: its size, and its tags as custom resources."""
    size = {"CPU": resources.cpus, "GPU": resources.gpus}
    return {**{name: number for name, number in size.items() if number}, **dict.fromkeys(tags, 0.001)}


def why_nowhere(needs: WorkerNeeds, resources: Resources, nodes: Sequence[FarmNode]) -> str | None:
    """In words why no node could hold such a worker, even if it were idle; None when one could."""
    if any(node.holds(resources, needs.tags) for node in nodes):
        return None
    known = sorted({tag for node in nodes for tag in node.tags})
    for tag in needs.tags:
        if tag not in known:
            there = f"there are {listed(known)}" if known else "no node has tags"
            return f'no node of the farm has the tag "{tag}"{did_you_mean(tag, known)} ({there})'
    size = f"{resources.gpus:g} GPUs and {resources.cpus:g} CPUs"
    if not needs.tags:
        return f"a worker of {needs.backend} needs {size}; no node of the farm has them"
    return f"a worker of {needs.backend} needs {size} on a node with {listed(needs.tags)}; there is none"
