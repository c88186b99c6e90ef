"""Which workers a farm starts, and which give back what they hold. Pure: no Ray, no clock.

Whoever works goes on with it. A worker is started where a node has room for it. Where none has, workers that
nobody needs give their place back, then those that render what is less urgent stand down; a large worker is
placed first, a small one finds a place later too. What nobody needs for `idle_s` is given back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from farm.backend.traits import Resources
from farm.schedule.placement import FarmNode, FreeSpace, why_nowhere
from farm.schedule.states import WorkerNeeds

LOAD_TRIES = 3
"""workers that fail in a row to load a backend, at which none can"""
LOAD_LOSSES = 8
"""workers lost in a row while they loaded, at which the backend is the likely cause"""


@dataclass(frozen=True, slots=True)
class Staff:
    """A worker that is on a node, also one that loads.

    Attributes:
        needs: that it was started for.
        busy: it loads, works on an attempt, or is being closed.
        leaves: it gets no more shots.
        closes: it is being closed.
        idle_since: when it had its last shot, by any clock in seconds.
    """

    name: str
    needs: WorkerNeeds
    node: FarmNode
    resources: Resources
    busy: bool = False
    leaves: bool = False
    closes: bool = False
    idle_since: float = 0.0

    def serves(self, needs: WorkerNeeds) -> bool:
        """Whether it is what a shot needs, and stays."""
        same = (self.needs.backend, self.needs.gpus) == (needs.backend, needs.gpus)
        return not self.closes and same and self.node.tags.issuperset(needs.tags)


@dataclass(frozen=True, slots=True)
class Start:
    """A worker to start."""

    needs: WorkerNeeds
    resources: Resources
    node: FarmNode


@dataclass(slots=True)
class Staffing:
    """What is to be done now.

    Attributes:
        start: the workers to start.
        give_back: the names of those to close: they render nothing.
        stand_down: the names of those that get no more shots, and give back what they render.
        missing: what there are too few workers for.
        nowhere: in words why no node could hold a worker of these needs, even if it were idle.
    """

    start: list[Start] = field(default_factory=list)
    give_back: list[str] = field(default_factory=list)
    stand_down: list[str] = field(default_factory=list)
    missing: dict[WorkerNeeds, int] = field(default_factory=dict)
    nowhere: dict[WorkerNeeds, str] = field(default_factory=dict)


def staffing(
    demand: Mapping[WorkerNeeds, int],
    sizes: Mapping[WorkerNeeds, Resources],
    staff: Mapping[str, Staff],
    nodes: Sequence[FarmNode],
    outranked: Callable[[WorkerNeeds], Sequence[str]],
    idle_before: float,
) -> Staffing:
    """What is to be done for this demand.

    Args:
        demand: how many workers could be busy, by what they must be; there are no more than their places.
        sizes: what a worker of these needs holds; without a size none is started.
        staff: every worker, by name.
        nodes: those that may get workers.
        outranked: the workers that may be stood down for one of these needs, those first that are rather.
        idle_before: who has had no shot since then, and is not needed, is closed.
    """
    demand = {needs: min(number, needs.places or number) for needs, number in demand.items()}
    missing, spare = matched(demand, staff)
    found = Staffing(missing=missing)
    space = FreeSpace(nodes, staff, [each.name for each in staff.values() if each.leaves])
    for needs, number in sorted(missing.items(), key=lambda item: -item[0].gpus):
        resources = sizes.get(needs)
        if resources is None:
            continue
        why = why_nowhere(needs, resources, nodes)
        if why is not None:
            found.nowhere[needs] = why
            continue
        for _ in range(number):
            node = space.fit(resources, needs.tags)
            if node is not None:
                found.start.append(Start(needs, resources, node))
                continue
            rather = [
                name
                for name in outranked(needs)
                if name not in found.stand_down and not staff[name].serves(needs)
            ]
            stopped = space.clear(resources, needs.tags, [*spare, *rather])
            if stopped is None:
                break
            found.give_back += [name for name in stopped if name in spare]
            found.stand_down += [name for name in stopped if name not in spare]
            spare = [name for name in spare if name not in stopped]
    found.give_back += [name for name in spare if staff[name].leaves or staff[name].idle_since < idle_before]
    return found


def matched(
    demand: Mapping[WorkerNeeds, int], staff: Mapping[str, Staff]
) -> tuple[dict[WorkerNeeds, int], list[str]]:
    """How many workers are missing for this demand, and the names of those that it leaves with nothing to do.

    Who works goes on with it; of the others the plainest first, so that tagged nodes are left for tags.
    """
    missing: dict[WorkerNeeds, int] = {}
    free = sorted(staff.values(), key=lambda each: (not each.busy, len(each.node.tags)))
    for needs, wanted in sorted(demand.items(), key=lambda item: (-len(item[0].tags), item[0])):
        staying = [each for each in free if each.busy or not each.leaves]
        given = {each.name for each in islice((one for one in staying if one.serves(needs)), wanted)}
        free = [each for each in free if each.name not in given]
        if len(given) < wanted:
            missing[needs] = wanted - len(given)
    return missing, [each.name for each in free if not each.busy]


class LoadTries:
    """How often in a row a backend could not be loaded.

    A worker that is lost while it loads says little of the backend: its node may be gone.
    """

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()
        self._losses: Counter[str] = Counter()

    def loaded(self, backend: str) -> None:
        """A worker has loaded it."""
        self._failures[backend] = self._losses[backend] = 0

    def failed(self, backend: str, *, lost: bool) -> bool:
        """A worker has not; True when none can, and counting begins anew.

        Args:
            backend: its name.
            lost: the worker was lost; it did not say that it failed.
        """
        tries, most = (self._losses, LOAD_LOSSES) if lost else (self._failures, LOAD_TRIES)
        tries[backend] = (tries[backend] + 1) % most
        return tries[backend] == 0
