"""Processes that do chores, kept by the dispatcher from one production to the next.

One takes more than a second of a processor to start, and most chores take less than that.
"""

from __future__ import annotations

import itertools
import math
import os
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from farm.schedule.chores import Chore
from farm.store.store import Store

NICENESS = 5
"""a chore on a busy processor leaves three quarters of it to rendering"""
FEW = 2
"""of a node are kept as long as an idle worker"""
MANY_S = 60.0
"""the others of a node are kept for so long"""
LOOK_S = 10.0
"""so often is looked whether those who have borrowed some are still there"""


class ChoreProcess:
    """A Ray actor that does one chore after another, for whoever it is lent to."""

    def __init__(self) -> None:
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))

    def do(self, store: str, chore: Chore) -> None:
        """Do a chore.

        Raises:
            ShotfarmError: what it fails of.
        """
        chore.work(Store(store), *chore.arguments)


@dataclass(frozen=True, slots=True)
class LentProcess:
    """One of them, in use by a production.

    Attributes:
        name: by which the dispatcher knows it.
        node: the Ray id of its node.
        handle: of its actor.
    """

    name: str
    node: str
    handle: Any


@dataclass(slots=True)
class _Kept:
    process: LentProcess
    borrower: str | None = None
    job: str = ""
    """of the borrower, as Ray calls it"""
    idle_since: float = 0.0


def start_on(node: str) -> Any:
    """The handle of a new one on a node (by its Ray id)."""
    remote: Any = ray.remote(ChoreProcess)
    there = NodeAffinitySchedulingStrategy(node, soft=False)
    return remote.options(num_cpus=0, max_restarts=0, scheduling_strategy=there).remote()


class ChoreProcesses:
    """All of a farm.

    Args:
        idle_s: how long a few of each node are kept without a chore.
        start: starts one on a node, by its Ray id; its handle.
        end: ends one, by its handle.
    """

    def __init__(
        self,
        idle_s: float,
        start: Callable[[str], Any] = start_on,
        end: Callable[[Any], None] = ray.kill,
    ) -> None:
        self._idle_s = idle_s
        self._start = start
        self._end = end
        self._kept: dict[str, _Kept] = {}
        self._names = itertools.count(1)
        self._looked_at = -math.inf

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._kept)

    def take(self, borrower: str, job: str, node: str) -> LentProcess:
        """One of a node: the one that was used last, or a new one.

        Args:
            borrower: whom it is lent to.
            job: as part of which job of Ray they borrow it.
            node: by its Ray id.
        """
        idle = [each for each in self._kept.values() if each.borrower is None and each.process.node == node]
        if idle:
            found = max(idle, key=lambda each: each.idle_since)
        else:
            found = _Kept(LentProcess(f"chores-{next(self._names)}", node, self._start(node)))
            self._kept[found.process.name] = found
        found.borrower, found.job = borrower, job
        return found.process

    def give_back(self, borrower: str, lost: Collection[str], now: float) -> None:
        """A borrower needs its processes no more; those that it lost, or ended, are no more at all."""
        for name, each in list(self._kept.items()):
            if each.borrower != borrower:
                continue
            if name in lost:
                del self._kept[name]
            else:
                each.borrower, each.idle_since = None, now

    def tidy(self, nodes: Collection[str], gone: Callable[[], Collection[str]], now: float) -> set[str]:
        """End those of borrowers that have gone, of nodes that lend no more, and what has idled for long.

        Args:
            nodes: those that lend.
            gone: the jobs that have ended.
            now: in seconds.

        Returns:
            The borrowers that have gone.
        """
        left: set[str] = set()
        ended: Collection[str] = ()
        if now - self._looked_at > LOOK_S and any(each.borrower for each in self._kept.values()):
            self._looked_at, ended = now, gone()
        stay: Counter[str] = Counter()
        for name, each in sorted(self._kept.items(), key=lambda item: -item[1].idle_since):
            if each.borrower is not None:
                ends = each.job in ended
            else:
                few = stay[each.process.node] < FEW
                longest_s = self._idle_s if few else min(MANY_S, self._idle_s)
                ends = each.process.node not in nodes or now - each.idle_since > longest_s
                stay[each.process.node] += not ends
            if ends:
                del self._kept[name]
                self._end(each.process.handle)
                if each.borrower is not None:
                    left.add(each.borrower)
        return left
