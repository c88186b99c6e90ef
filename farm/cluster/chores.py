"""Does chores on the nodes of a Ray cluster, on processors that the farm lends for them."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections import Counter, deque
from typing import Any, Protocol

import ray
from ray.exceptions import RayError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from farm.schedule.chores import Chore
from farm.store.store import Store
from storyboard.errors import FarmError, ShotfarmError
from storyboard.foreign_names import task_name

NICENESS = 5
"""a chore on a busy processor leaves three quarters of it to rendering"""
LOSSES = 5
"""processes or nodes lost under one chore, at which the chore is the likely cause"""
ASK_S = 1.0
"""how long a refusal of processors stands before they are asked for again"""


class Lender(Protocol):
    """Who lends processors: the farm's client."""

    def lend(self, borrower: str, holds: dict[str, int], wanted: int) -> list[str]:
        """The nodes on which a chore may begin, one for each processor."""

    def give_back(self, borrower: str) -> None:
        """It has no more chores."""


class Stagehands:
    """Does chores on the nodes of the cluster that this process is connected to.

    Nothing is waiting in Ray: a chore begins when the farm lends it a processor. Used by one thread.
    """

    def __init__(self, lender: Lender, store: str) -> None:
        self._lender = lender
        self._store = store
        self._name = f"chores-{secrets.token_hex(4)}"
        self._waiting: deque[Chore] = deque()
        self._running: dict[Any, tuple[Chore, str]] = {}
        self._losses: Counter[str] = Counter()
        self._asked_at = -ASK_S
        self._remote: Any = ray.remote(_do)

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
            chore, _ = self._running.pop(reference)
            try:
                ray.get(reference)
            except RayTaskError as error:
                if not isinstance(error.cause, ShotfarmError):
                    raise
                over.append((chore, error.cause.about(chore.words)))
            except RayError as error:
                self._losses[chore.digest] += 1
                if self._losses[chore.digest] < LOSSES:
                    self._waiting.appendleft(chore)
                else:
                    lost = FarmError(f"{chore.words}: its process was lost {LOSSES} times: {error}")
                    over.append((chore, lost))
            else:
                over.append((chore, None))
        if ready:
            self._asked_at = -ASK_S
        return over

    def close(self) -> None:
        """Stop what is running and forget what waits."""
        self._waiting.clear()
        for reference in self._running:
            with contextlib.suppress(RayError):
                ray.cancel(reference, force=True)
        self._running.clear()
        self._lender.give_back(self._name)

    def _start(self) -> None:
        now = time.monotonic()
        if not self._waiting or now - self._asked_at < ASK_S:
            return
        self._asked_at = now
        holds = Counter(node for _, node in self._running.values())
        for node in self._lender.lend(self._name, dict(holds), len(self._waiting)):
            chore = self._waiting.popleft()
            there = NodeAffinitySchedulingStrategy(node, soft=False)
            remote = self._remote.options(
                name=task_name(chore.words), num_cpus=0, max_retries=0, scheduling_strategy=there
            )
            self._running[remote.remote(self._store, chore)] = chore, node


def _do(store: str, chore: Chore) -> None:
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    chore.work(Store(store), *chore.arguments)
