"""A production's side of the farm: submit shots, follow them, and stay with them through a restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, RayActorError

from farm.cluster.chore_processes import LentProcess
from farm.cluster.dispatcher import dispatcher_of_cluster
from farm.host.addresses import answers
from farm.schedule.amounts import NOTHING_SPENT, Limits
from farm.schedule.messages import ProductionOrder, Update
from farm.schedule.states import ENDED, TaskState
from farm.schedule.status import FarmStatus
from storyboard.errors import FarmError

ANSWER_S = 60.0
START_S = 300.0
"""so long a dispatcher may take to come up: on a machine with much other work, minutes"""
LOOK_S = 0.5
PART = 1024
"""shots that are submitted at once; a multiple of `encodings.MOST_SHOTS`"""
MOST_BUGS = 3
"""so often a bug may end the dispatcher before a shot ends: then it is likely to be this production's"""
SILENCE_S = 10.0
"""without an answer for so long, the dispatcher or the whole cluster may be gone"""


class FarmClient:
    """Talks to the dispatcher of the cluster that this process is connected to.

    Raises:
        FarmError: the dispatcher does not answer, or runs another version of shotfarm.
    """

    def __init__(self) -> None:
        self._head: str = ray.get_runtime_context().gcs_address
        self._followed = ""
        _, theirs = self._hello()
        if theirs != version("shotfarm"):
            raise FarmError(
                f"the farm runs shotfarm {theirs}, this is {version('shotfarm')}",
                "restart it: `shotfarm farm down`, then `shotfarm farm up`",
            )

    def another(self) -> FarmClient:
        """A client of the same farm, for another thread."""
        return FarmClient()

    def status(self) -> FarmStatus:
        """The farm at a glance."""
        status: FarmStatus = self._ask("status")
        return status

    def pause(self, production: str, *, paused: bool) -> bool:
        """Give a production no more workers, or again some; False when the farm does not know it."""
        return bool(self._ask("pause", production, paused=paused))

    def prioritize(self, production: str, priority: int) -> bool:
        """Serve a production before all of a lower priority; False when the farm does not know it."""
        return bool(self._ask("prioritize", production, priority))

    def call_off(self, production: str) -> bool:
        """End a production and the run that follows it; False when the farm does not know it."""
        return bool(self._ask("call_off", production))

    def limit(self, tag: str, number: int | None) -> None:
        """Let so many workers at most render shots that ask for a tag; None lifts the limit."""
        self._ask("limit", tag, number)

    def drain(self, node: str, *, drained: bool, at_once: bool = False) -> None:
        """Give a node (by its Ray id) no more shots, or again some; `at_once` stops what renders there."""
        self._ask("drain", node, drained=drained, at_once=at_once)

    def retry(self, production: str, shot: str | None = None) -> list[str]:
        """Ask again for a production's failed shots, or for one with its chain; returns the shots."""
        again: list[str] = self._ask("retry", production, shot)
        return again

    def unblock(self, worker: str) -> bool:
        """Forgive a blocked worker now; False when the farm does not know it."""
        return bool(self._ask("unblock", worker))

    def lend(self, borrower: str, holds: dict[str, int], wanted: int) -> list[str]:
        """Nodes (by their Ray ids) on which a chore may begin, one for each processor that is lent."""
        nodes: list[str] = self._ask("lend", borrower, holds, wanted)
        return nodes

    def chore_process(self, borrower: str, node: str) -> LentProcess:
        """A process that does chores on a node which has lent a processor, until it is given back."""
        process: LentProcess = self._ask(
            "chore_process", borrower, ray.get_runtime_context().get_job_id(), node
        )
        return process

    def give_back(self, borrower: str, lost: Collection[str]) -> None:
        """A production has no more chores, and these processes are no more; nobody waits for the answer."""
        self._dispatcher.give_back.remote(borrower, {*lost})

    def render(
        self,
        order: ProductionOrder,
        limits: Callable[[], Mapping[str, Limits]] = dict,
        due: Callable[[], Mapping[str, float]] = dict,
    ) -> Iterator[Update]:
        """Submit a production and yield what happens until every shot has ended.

        A dispatcher that is lost comes back empty and is told again what has not ended; leaving the iterator
        early (Ctrl-C) withdraws the production.

        Args:
            order: the production.
            limits: what may be spent of its budgets now, by their accounts; asked again and again.
            due: when somebody who watches comes to each shot now, in seconds since 1970, by its digest; asked
                again and again.

        Raises:
            FarmError: the dispatcher stays away, or ends by a bug again and again.
        """
        ended: dict[str, TaskState] = {}
        spent, bugs = NOTHING_SPENT, 0
        try:
            while len(ended) < len(order.requests):
                before, spent_before = len(ended), spent
                try:
                    for update in self._follow(_remaining(order, ended), ended, limits, due):
                        spent = spent_before + update.spent  # each dispatcher knows its own part
                        yield replace(update, spent=spent)
                except RayActorError:
                    self._hello()
                bug = self._ask("last_words") if len(ended) < len(order.requests) else None
                if bug and bug.epoch == self._followed:
                    bugs = 1 if len(ended) > before else bugs + 1
                    if bugs == MOST_BUGS:
                        raise FarmError(
                            f"a bug has ended the farm's dispatcher {bugs} times in a row: {bug.why}",
                            "what is published is kept; please report it",
                        )
        finally:
            self.withdraw(order.production)

    def _follow(
        self,
        order: ProductionOrder,
        ended: dict[str, TaskState],
        limits: Callable[[], Mapping[str, Limits]] = dict,
        due: Callable[[], Mapping[str, float]] = dict,
    ) -> Iterator[Update]:
        """Follow until all has ended, or the dispatcher no longer knows the production."""
        epochs = {self._submit(part, more=number > 0) for number, part in enumerate(_parts(order))}
        if len(epochs) > 1:
            return  # it was lost meanwhile, with the first of them
        (epoch,) = epochs
        self._followed = epoch
        seen = 0
        waited_for = {request.digest for request in order.requests}
        allowed = {budget.account: budget.limits for budget in order.charge.budgets}
        led: dict[str, float] = {}
        while not waited_for <= ended.keys():
            try:
                if (now := dict(limits())) and now != allowed:
                    _answer(self._dispatcher.allow.remote(now), ANSWER_S)
                    allowed = now
                if (moments := dict(due())) != led:
                    store = next(iter(order.orders.values())).store
                    lead = self._dispatcher.lead.remote(order.production, store, moments)
                    _answer(lead, ANSWER_S)
                    led = moments
                update: Update | None = _answer(
                    self._dispatcher.updates.remote(order.production, seen, LOOK_S), LOOK_S + SILENCE_S
                )
            except (RayActorError, GetTimeoutError):
                if self._hello()[0] == epoch:  # it was busy, and has lost nothing
                    continue
                return
            if update is None:
                return
            for event in update.events:
                seen = event.number
                if event.state in ENDED:
                    ended[event.digest] = event.state
                else:  # somebody asked for a failed shot again
                    ended.pop(event.digest, None)
            yield update

    def _submit(self, part: ProductionOrder, *, more: bool) -> str:
        """The epoch under which a part of a production's shots was taken on."""
        try:
            epoch: str = _answer(self._dispatcher.submit.remote(part, more=more), ANSWER_S)
        except GetTimeoutError as error:
            raise FarmError(
                f"the farm's dispatcher has not taken the shots on within {ANSWER_S:g} s",
                "`shotfarm farm status` shows whether it answers; what is published is kept; run the same "
                "command again",
            ) from error
        return epoch

    def _ask(self, method: str, *words: Any, **more: Any) -> Any:
        """What the dispatcher answers; one that was lost in the meantime is asked again when it is back."""
        self._check_cluster()
        try:
            return _answer(getattr(self._dispatcher, method).remote(*words, **more), ANSWER_S)
        except (RayActorError, GetTimeoutError):
            self._hello()
        try:
            return _answer(getattr(self._dispatcher, method).remote(*words, **more), ANSWER_S)
        except (RayActorError, GetTimeoutError) as error:
            raise FarmError("the farm's dispatcher does not answer") from error

    def _hello(self) -> tuple[str, str]:
        deadline = time.monotonic() + START_S
        while True:
            self._check_cluster()
            try:
                self._dispatcher = dispatcher_of_cluster()
                answer: tuple[str, str] = _answer(self._dispatcher.hello.remote(), ANSWER_S)
            except (RayActorError, GetTimeoutError) as error:
                if time.monotonic() > deadline:
                    raise FarmError("the farm's dispatcher does not answer") from error
                time.sleep(0.5)
            else:
                return answer

    def _check_cluster(self) -> None:
        """Ray itself would wait for a minute, and then end this process."""
        host, _, port = self._head.rpartition(":")
        if not answers(int(port), host):
            raise FarmError(
                "the farm has gone away", "what is published is kept; start it and run the same command again"
            )

    def withdraw(self, production: str) -> None:
        """Let the farm forget a production that nobody follows; without a farm there is nothing to forget."""
        try:
            self._check_cluster()
            _answer(self._dispatcher.withdraw.remote(production), ANSWER_S)
        except (RayActorError, GetTimeoutError, FarmError):
            return


def _answer(reference: Any, timeout_s: float | None = None) -> Any:
    """What a call of the dispatcher returns."""
    try:
        return ray.get(reference, timeout=timeout_s)
    except SystemError as error:  # what Ctrl-C becomes in the middle of Ray's compiled code
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise error.__cause__ from None
        raise


def _parts(order: ProductionOrder) -> Iterator[ProductionOrder]:
    """The same order in parts, each soon taken on: others are not kept waiting by a long film."""
    for start in range(0, len(order.requests), PART):
        requests = order.requests[start : start + PART]
        orders = {request.digest: order.orders[request.digest] for request in requests}
        yield replace(order, requests=requests, orders=orders)


def _remaining(order: ProductionOrder, ended: dict[str, TaskState]) -> ProductionOrder:
    """What has not ended; a shot whose predecessor has ended waits for it no longer."""
    if not ended:
        return order
    requests = tuple(
        replace(request, after=None if request.after in ended else request.after)
        for request in order.requests
        if request.digest not in ended
    )
    return replace(order, requests=requests)
