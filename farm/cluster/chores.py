"""Does chores on the nodes of a Ray cluster, on processors that the farm lends for them."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections import Counter, defaultdict, deque
from collections.abc import Collection
from typing import Any, Protocol

import ray
from ray.exceptions import ActorUnschedulableError, RayError, RayTaskError

from farm.cluster.chore_processes import LentProcess
from farm.schedule.chores import Chore
from storyboard.errors import FarmError, ShotfarmError
from storyboard.foreign_names import task_name

LOSSES = 5
"""processes or nodes lost under one chore, at which the chore is the likely cause"""
ASK_S = 1.0
"""how long a refusal of processors stands before they are asked for again"""


class Lender(Protocol):
    """Who lends processors: the farm's client."""

    def lend(self, borrower: str, holds: dict[str, int], wanted: int) -> list[str]:
        """The nodes on which a chore may begin, one for each processor."""

    def chore_process(self, borrower: str, node: str) -> LentProcess:
        """A process of a node that does chores, until it is given back."""

    def give_back(self, borrower: str, lost: Collection[str]) -> None:
        """It has no more chores; these processes are no more."""


class Stagehands:
    """Does chores on the nodes of the cluster that this process is connected to.

    Nothing is waiting in Ray: a chore begins when the farm lends it a processor. Used by one thread.
    """

    def __init__(self, lender: Lender, store: str) -> None:
        self._lender = lender
        self._store = store
        self._name = f"chores-{secrets.token_hex(4)}"
        self._waiting: deque[Chore] = deque()
        self._running: dict[Any, tuple[Chore, LentProcess]] = {}
        self._free: defaultdict[str, list[LentProcess]] = defaultdict(list)
        self._lost: set[str] = set()
        self._losses: Counter[str] = Counter()
        self._asked_at = -ASK_S

    def begin(self, chore: Chore) -> None:
        """Do it as soon as there is a processor for it."""
        self._waiting.append(chore)

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        """The chores that have ended since, each with what it failed of; waits so long for one at most.

        Raises:
            FarmError: the farm has gone away.
        """
        self._start()
        if not self._running:
            time.sleep(min(wait_s, ASK_S) if self._waiting else 0)
            return []
        ready, _ = ray.wait([*self._running], timeout=wait_s)
        if ready:  # the others that have ended with it
            ready, _ = ray.wait([*self._running], num_returns=len(self._running), timeout=0)
        over: list[tuple[Chore, ShotfarmError | None]] = []
        for reference in ready:
            chore, process = self._running.pop(reference)
            try:
                ray.get(reference)
            except RayTaskError as error:
                self._free[process.node].append(process)
                if not isinstance(error.cause, ShotfarmError):
                    raise
                over.append((chore, error.cause.about(chore.words)))
            except ActorUnschedulableError:  # its node has gone before it began
                self._lost.add(process.name)
                self._waiting.appendleft(chore)
            except RayError as error:
                self._lost.add(process.name)
                self._losses[chore.digest] += 1
                if self._losses[chore.digest] < LOSSES:
                    self._waiting.appendleft(chore)
                else:
                    lost = FarmError(f"{chore.words}: its process was lost {LOSSES} times: {error}")
                    over.append((chore, lost))
            else:
                self._free[process.node].append(process)
                over.append((chore, None))
        if over:  # after a loss alone the farm is given the time to see of what
            self._asked_at = -ASK_S
        return over

    def close(self) -> None:
        """Stop what is running and forget what waits."""
        self._waiting.clear()
        for _, process in self._running.values():
            self._lost.add(process.name)
            with contextlib.suppress(RayError):
                ray.kill(process.handle)
        self._running.clear()
        self._free.clear()
        self._lender.give_back(self._name, self._lost)

    def _start(self) -> None:
        now = time.monotonic()
        if not self._waiting or now - self._asked_at < ASK_S:
            return
        self._asked_at = now
        holds = Counter(process.node for _, process in self._running.values())
        for node in self._lender.lend(self._name, dict(holds), len(self._waiting)):
            chore, free = self._waiting.popleft(), self._free[node]
            process = free.pop() if free else self._lender.chore_process(self._name, node)
            named = process.handle.do.options(name=task_name(chore.words))
            self._running[named.remote(self._store, chore)] = chore, process
