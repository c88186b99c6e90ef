"""Which workers a farm lacks, and which node a new one is put on. Pure.

A tag is a name that a node carries: a custom resource of its Ray (`ray start --resources '{"h200": 1}'`), or
the kind of its GPU, which Ray finds by itself, in small letters. Workers use nothing of a tag up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from farm.backend import Resources
from farm.states import Needs
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


def place(
    resources: Resources, tags: Iterable[str], nodes: Iterable[FarmNode], placed: Iterable[Placed]
) -> FarmNode | None:
    """The node for a new worker: the plainest that has room, then the one with the most left; or None.

    Args:
        resources: what the worker holds.
        tags: what its node must carry.
        nodes: those that may get workers.
        placed: every worker that is there.
    """
    wanted = frozenset(tags)
    left = {node.id: [node.cpus, node.gpus] for node in nodes}
    for each in placed:
        if each.node.id in left:
            left[each.node.id][0] -= each.resources.cpus
            left[each.node.id][1] -= each.resources.gpus
    fitting = [
        node
        for node in nodes
        if node.tags >= wanted and left[node.id][0] >= resources.cpus and left[node.id][1] >= resources.gpus
    ]
    return min(fitting, key=lambda node: (len(node.tags), [-part for part in left[node.id]]), default=None)


def bundle(resources: Resources, tags: Iterable[str]) -> dict[str, float]:
    """What a worker asks of Ray's autoscaler: its size, and its tags as custom resources."""
    size = {"CPU": resources.cpus, "GPU": resources.gpus}
    return {**{name: number for name, number in size.items() if number}, **dict.fromkeys(tags, 0.001)}


def why_nowhere(needs: Needs, resources: Resources, nodes: Sequence[FarmNode]) -> str | None:
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
