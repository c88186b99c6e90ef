"""The detached Ray actor that applies `schedule.py`: it owns the workers and talks to the clients.

One lives in each cluster. It decides nothing itself: every outcome goes into the schedule, and what the
schedule says is done. Its memory may be lost at any moment: clients notice by its `epoch` and submit again.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Collection
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from farm.backend.protocol import Encoder
from farm.backend.registry import backend_class
from farm.cluster.chore_processes import ChoreProcesses, LentProcess
from farm.cluster.last_words import LastWords, end_by_bug, last_words
from farm.cluster.meter import Meter
from farm.cluster.news import News, task_name
from farm.cluster.nodes import ended_jobs
from farm.cluster.operator_choices import kept_decisions
from farm.cluster.shared_arrays import SharedArrays
from farm.cluster.spending import Spending
from farm.cluster.status import status_of_farm
from farm.cluster.worker_pool import Crew, Member
from farm.host.settings import NodeSettings
from farm.schedule.amounts import Limits
from farm.schedule.bookkeeping import Bookkeeping
from farm.schedule.encodings import with_encodings
from farm.schedule.lending import Lending
from farm.schedule.messages import Outcome, ProductionOrder, RenderOrder, Update
from farm.schedule.schedule import Schedule
from farm.schedule.states import Assignment, FailureKind, TaskState
from farm.schedule.status import FarmStatus
from farm.schedule.tasks import CallSheet
from storyboard.errors import ShotfarmError

NAMESPACE = "shotfarm"
NAME = "shotfarm-dispatcher"
HEAD = "node:__internal_head__"
"""what Ray says of its head alone; a dispatcher elsewhere would go with its node, and every worker with it"""
FORGET_S = 600.0
"""a production whose client has not asked for so long is forgotten, once nothing of it goes on"""
_TICK_S = 1.0


class Dispatcher:
    """Gives shots to workers until every production has ended."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        self._schedule = Schedule(CallSheet(), time.time() - time.monotonic())
        self._decisions = kept_decisions()
        for tag, number in self._decisions.limits.items():
            self._schedule.limit(tag, number)
        self._wake = asyncio.Event()
        self._crew = Crew(self._schedule, self._wake.set)
        self._orders: dict[str, RenderOrder] = {}
        self._news = News(self._schedule)
        self._shared = SharedArrays()
        self._lending = Lending()
        self._chores = ChoreProcesses(NodeSettings().idle_worker_s)
        self._books = Bookkeeping()
        if bug := last_words():
            self._books.failed("dispatching, which was begun anew", bug.why)
        self._spending = Spending(self.epoch, self._schedule.ledger, self._books, self._wake.set)
        self._meter = Meter(self._schedule, self._crew, self._news.titles)
        self._running: asyncio.Task[None] | None = None

    async def hello(self) -> tuple[str, str]:
        """This dispatcher's epoch and the shotfarm version it runs."""
        self._begin()
        return self.epoch, version("shotfarm")

    async def last_words(self) -> LastWords | None:
        """What ended the last dispatcher of this cluster that a bug has ended."""
        return last_words()

    def _begin(self) -> None:
        """Work, whoever asks first: one that was lost between two calls comes back unnoticed."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run_while_it_can())
            with self._books.of("answering for metrics"):
                self._meter.open()

    async def submit(self, order: ProductionOrder, *, more: bool = False) -> str:
        """Take a production's shots on; returns the epoch under which its events are counted.

        Args:
            order: the production, or a part of it.
            more: parts of it came before.
        """
        self._begin()
        self._spread()  # the end of a shot that is asked for again here takes its old order away, not the new
        self._news.submitted(order.production, order.title)
        requests = []
        for request in order.requests:
            render = order.orders[request.digest]
            name = task_name(request.digest, render.store)
            after = task_name(request.after, render.store) if request.after else None
            self._orders[name] = render
            requests.append(replace(request, digest=name, after=after))
        self._schedule.sheet.submit(
            order.production,
            with_encodings(requests, _encodes_apart),
            order.max_workers,
            order.priority,
            order.weight,
            more=more,
            deadline=None if order.deadline is None else order.deadline - self._schedule.epoch_s,
            waited_for=order.waited_for,
        )
        if not more:
            self._schedule.ledger.charge(order.production, order.charge)
            self._spending.look_up(order.charge.budgets)
        # What people have said since counts more than what the run was started with.
        if order.production in self._decisions.priorities:
            self._schedule.sheet.prioritize(order.production, self._decisions.priorities[order.production])
        self._schedule.sheet.pause(order.production, paused=order.production in self._decisions.paused)
        self._crew.recount()
        self._spread()
        self._wake.set()
        return self.epoch

    async def updates(self, production: str, after: int, wait_s: float) -> Update | None:
        """Events above number `after`, waiting up to `wait_s` for one; None for an unknown production."""
        return await self._news.updates(production, after, wait_s)

    async def withdraw(self, production: str) -> None:
        """Drop a production; what only it wanted stops at its next step."""
        self._decisions.forget(production)
        await self._drop(production)

    async def _forget_left(self, for_s: float = FORGET_S) -> None:
        """Drop the productions that nobody has asked after for so long, and of which nothing more will come.

        A client that was killed loses nothing: what it asked for is rendered to its end. What waits for a
        person waits no longer without a client; one that was only asleep submits it again, paused as it was.
        """
        for name in self._news.unheard(for_s):
            if self._schedule.sheet.production_ended(name):
                await self.withdraw(name)
            elif self._schedule.waits_for_a_person(name):
                await self._drop(name)

    async def _drop(self, production: str) -> None:
        wanted = self._schedule.sheet.wanted_by(production)
        self._stop(self._schedule.cancel(production))
        self._news.forget(production)
        for digest in wanted:
            if digest not in self._schedule.sheet.tasks:
                self._orders.pop(digest, None)
        self._spread()
        self._wake.set()
        self._schedule.ledger.forget(production)
        await self._spending.write_at_last()

    def _stop(self, attempts: list[Assignment]) -> None:
        for attempt in attempts:
            member = self._crew.members.get(attempt.worker)
            if member:
                member.handle.cancel.remote(attempt.token)

    async def pause(self, production: str, *, paused: bool) -> bool:
        """Give a production no more workers, or again some; False when it is not here."""
        known = self._schedule.sheet.pause(production, paused=paused)
        if known:
            others = [name for name in self._decisions.paused if name != production]
            self._decisions.paused = [*others, production] if paused else others
            self._decisions.keep()
        self._wake.set()
        return known

    async def prioritize(self, production: str, priority: int) -> bool:
        """Serve a production before all of a lower priority; False when it is not here."""
        known = self._schedule.sheet.prioritize(production, priority)
        if known:
            self._decisions.priorities[production] = priority
            self._decisions.keep()
        self._wake.set()
        return known

    async def allow(self, limits: dict[str, Limits]) -> None:
        """Set what may be spent of budgets, by their accounts."""
        for account, those in limits.items():
            self._schedule.ledger.allow(account, those)
        self._wake.set()

    async def lead(self, production: str, store: str, due: dict[str, float]) -> None:
        """Serve a production's shots by when somebody comes to them.

        Args:
            production: its name.
            store: where its takes are kept.
            due: when each must be there, in seconds since 1970, by its digest; the others at any time.
        """
        epoch_s = self._schedule.epoch_s
        known = {task_name(digest, store): at - epoch_s for digest, at in due.items()}
        self._schedule.sheet.lead(production, known)
        self._wake.set()

    async def limit(self, tag: str, number: int | None) -> None:
        """Let so many workers at most render shots that ask for a tag; None lifts the limit."""
        self._schedule.limit(tag, number)
        self._decisions.limits = dict(self._schedule.limits)
        self._decisions.keep()
        self._wake.set()

    async def drain(self, node: str, *, drained: bool, at_once: bool = False) -> None:
        """Give a node no more shots, or again some.

        Args:
            node: its Ray id.
            drained: whether it gets none.
            at_once: what renders there gives its worker back at its next kept state.
        """
        if drained:
            self._decisions.drained[node] = at_once
        else:
            self._decisions.drained.pop(node, None)
        self._decisions.keep()
        self._wake.set()

    async def retry(self, production: str, shot: str | None = None) -> list[str]:
        """Ask again for a production's failed shots, or for one with its chain; returns the shots."""
        self._crew.recount()
        again = self._schedule.sheet.retry(production, shot)
        self._spread()
        self._wake.set()
        return again

    async def call_off(self, production: str) -> bool:
        """End a production, and the run that follows it; False when it is not here."""
        if production not in self._news.productions:
            return False
        self._stop(self._schedule.call_off(production, "called off with `shotfarm farm cancel`"))
        self._spread()
        self._wake.set()
        return True

    async def unblock(self, worker: str) -> bool:
        """Forgive a blocked worker now; False when it is not here."""
        known = self._schedule.roster.unblock(worker)
        self._wake.set()
        return known

    async def report(self, token: int, done: float) -> None:
        """A sign of life from the worker that holds this token."""
        if self._schedule.alive(token, time.monotonic()):
            self._news.progressed(token, done)

    async def show(self, token: int, preview: bytes) -> None:
        """A small JPEG of what the holder of this token makes; the latest is kept."""
        if self._schedule.alive(token, time.monotonic()):
            self._news.pictured(token, preview)

    async def paid(self, token: int, service: str, hundredths: int, usd_per_credit: str) -> None:
        """A hosted service asks for so many hundredths of its unit for what this token's holder wants."""
        self._schedule.ledger.paid(token, service, hundredths, usd_per_credit)
        self._wake.set()

    async def troubled(self, what: str, why: str) -> None:
        """A worker could not tell or write down something of its work."""
        self._books.failed(what, why)

    async def began_next(self, token: int) -> None:
        """The holder of this token has rendered; while it is written, its worker may have another shot."""
        self._schedule.began_next(token)
        with self._books.of("counting the time of workers"):
            self._meter.look()
        self._spread()
        self._wake.set()

    async def stand_down(self, worker: str) -> None:
        """A worker has been told to end: it gets no more shots, and gives back what it renders."""
        for name, member in self._crew.members.items():
            if member.process == worker:
                self._schedule.roster.stand_down(name)
        self._wake.set()

    async def conditioning(self, store: str, digest: str) -> list[Any] | None:
        """A reference to the arrays that a store has under a digest, for every worker; None without any."""
        return await self._shared.find(store, digest)

    async def lend(self, borrower: str, holds: dict[str, int], wanted: int) -> list[str]:
        """The nodes on which a production may begin a chore, one for each processor that it is lent."""
        return self._lending.lend(borrower, holds, wanted, self._crew.spare_cpus(), time.monotonic())

    async def chore_process(self, borrower: str, job: str, node: str) -> LentProcess:
        """A process for chores on a node that has lent a processor, to a production of a job of Ray."""
        return self._chores.take(borrower, job, node)

    async def give_back(self, borrower: str, lost: Collection[str]) -> None:
        """A production has no more chores; these processes are no more."""
        self._lending.give_back(borrower)
        self._chores.give_back(borrower, lost, time.monotonic())

    async def status(self) -> FarmStatus:
        """Nodes, workers, what each renders, and the queue."""
        return status_of_farm(self._schedule, self._crew, self._news, self._meter, self._books)

    async def _run_while_it_can(self) -> None:
        """A bug ends the loop, and with it this process: clients would wait for ever for one that stays."""
        try:
            await self._run()
        except Exception as bug:  # noqa: BLE001  (whatever it is, another dispatcher takes over)
            end_by_bug(self.epoch, bug)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            await self._forget_left()
            now = time.monotonic()
            for stuck in self._schedule.silent(now):
                silence_s = self._schedule.sheet.tasks[stuck.digest].request.silence_s
                self._crew.end_hung(
                    stuck.worker, stuck.token, f"no sign of life for {silence_s:g} s on {stuck.worker}"
                )
            # A node that Ray drains will be gone soon: what renders there is saved at once.
            self._crew.count_nodes()
            leaving = dict.fromkeys(self._crew.leaving, True)
            self._schedule.roster.drain({**self._decisions.drained, **leaving})
            self._schedule.weigh_budgets()
            self._crew.scale()
            if self._chores:
                for borrower in self._chores.tidy(self._crew.staying(), ended_jobs, now):
                    self._lending.give_back(borrower)
            for assignment in self._schedule.next_assignments(now):
                with self._books.of("counting attempts"):
                    self._meter.began(assignment)
                member = self._crew.members[assignment.worker]
                call = self._call(assignment, member)
                self._crew.in_background(self._attempt(assignment, member, call))
            with self._books.of("counting the time of workers"):
                self._meter.look()
            for assignment in self._schedule.to_give_back(self._crew.coming, time.monotonic()):
                self._crew.members[assignment.worker].handle.give_back.remote(assignment.token)
            self._spread()
            with self._books.of("telling metrics"):
                self._meter.tell_ray()
            if self._spending.due():
                self._crew.in_background(self._spending.write())
            wake_at = self._schedule.next_wake()
            pause = _TICK_S if wake_at is None else max(0.01, min(_TICK_S, wake_at - time.monotonic()))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    def _call(self, assignment: Assignment, member: Member) -> Any:
        """Start the attempt; by the time that it is awaited, its shot may be withdrawn."""
        request = self._schedule.sheet.tasks[assignment.digest].request
        if not request.encodes:
            return member.handle.render.remote(assignment.token, self._orders[assignment.digest])
        orders = [self._orders[digest] for digest in request.encodes if digest in self._orders]
        return member.handle.encode.remote(assignment.token, orders)

    async def _attempt(self, assignment: Assignment, member: Member, call: Any) -> None:
        outcome: Outcome | None = None
        try:
            outcome = await call
        except RayActorError:
            await self._crew.lost(assignment.worker)
        except RayError as error:
            outcome = Outcome(failure=FailureKind.BACKEND, message=str(error))
        else:
            member.idle_since = time.monotonic()
        self._news.over(assignment.token)
        if outcome is not None:
            self._schedule.ended(assignment.token, outcome, time.monotonic())
        self._schedule.attempt_over(assignment.worker, assignment.token)
        with self._books.of("counting attempts"):
            self._meter.ended(assignment, outcome)
        self._wake.set()

    def _spread(self) -> None:
        """Hand the schedule's changes to the productions that they concern."""
        for change in self._schedule.sheet.take_changes():
            gone = change.request.digest not in self._schedule.sheet.tasks
            if change.state is TaskState.DONE or gone:  # any other that ended may be asked for again
                self._orders.pop(change.request.digest, None)
            self._news.spread(change)


def _encodes_apart(backend: str) -> bool:
    """Whether a backend's encoders run apart from its renderer; one that is not here says so later."""
    try:
        return issubclass(backend_class(backend), Encoder)
    except ShotfarmError:
        return False


def dispatcher_of_cluster() -> Any:
    """The actor handle of the cluster's dispatcher; it is started, on the head, when there is none."""
    remote: Any = ray.remote(Dispatcher)
    return remote.options(
        name=NAME,
        namespace=NAMESPACE,
        lifetime="detached",
        get_if_exists=True,
        num_cpus=0,
        resources={HEAD: 0.001},
        max_restarts=-1,
        max_task_retries=0,
    ).remote()
