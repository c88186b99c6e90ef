"""Keeps a farm's books while it works, and tells Prometheus of them where that is wanted."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping

from prometheus_client.core import Metric

from farm.cluster.metrics import Measure, RayMetrics, families, measures
from farm.cluster.metrics_endpoint import Endpoint
from farm.cluster.worker_pool import Crew, Member
from farm.host.settings import NodeSettings
from farm.schedule.messages import Outcome
from farm.schedule.schedule import Schedule
from farm.schedule.states import Assignment, AttemptState
from farm.schedule.usage import Accounts, Held, Purpose
from storyboard.errors import ShotfarmError

ANSWER_S = 5.0
TELL_RAY_S = 1.0


class Meter:
    """The dispatcher's; to be called in its loop.

    Args:
        schedule: what the workers hold.
        crew: the workers.
        titles: of the productions, by name.

    Attributes:
        url: where Prometheus may ask; empty when there is none.
        trouble: why there is none, although one is wanted.
    """

    def __init__(self, schedule: Schedule, crew: Crew, titles: Callable[[], Mapping[str, str]]) -> None:
        self._schedule = schedule
        self._crew = crew
        self._titles = titles
        self._accounts = Accounts()
        self._ray = RayMetrics()
        self._told_ray_at = 0.0
        self.url = self.trouble = ""

    def open(self) -> None:
        """Answer at the address that this machine's environment names, if it does."""
        node, loop = NodeSettings(), asyncio.get_running_loop()
        if not node.metrics:
            return

        def told() -> list[Metric]:
            return asyncio.run_coroutine_threadsafe(self._families(), loop).result(ANSWER_S)

        try:
            self.url = Endpoint(node.metrics, node.metrics_login, told).url
        except ShotfarmError as error:
            self.trouble = error.in_words

    def look(self) -> None:
        """Count what every worker did since the last look; to be called when one has got or left a shot."""
        members, now = self._crew.members, time.monotonic()
        held = {name: self._held(member) for name, member in members.items()}
        self._accounts.look(now, held)
        self._schedule.ledger.look(round(now * 1000), held)

    def look_at(self, worker: str) -> None:
        """The same for one worker, which alone has got or left a shot."""
        member = self._crew.members.get(worker)
        if member is None or self._schedule.ledger.budgeted:
            self.look()  # it is gone, or a budget is to know what all others have used by now
            return
        now, held = time.monotonic(), self._held(member)
        self._accounts.look_at(now, worker, held)
        self._schedule.ledger.look_at(round(now * 1000), worker, held)

    def began(self, assignment: Assignment) -> None:
        """An attempt has been given out; it counts for the first of its productions."""
        titles = self._titles()
        names = sorted(titles.keys() & self._schedule.sheet.tasks[assignment.digest].productions)
        self._accounts.began(assignment.token, titles[names[0]] if names else "")

    def ended(self, assignment: Assignment, outcome: Outcome | None) -> None:
        """An attempt has left its worker; without an outcome when that was lost."""
        self.look_at(assignment.worker)
        how = AttemptState.LOST if outcome is None else outcome.state
        why = None if outcome is None else outcome.failure
        self._accounts.ended(assignment.token, how, why)
        self._schedule.ledger.ended(assignment.token, how, why)

    def tell_ray(self) -> None:
        """Bring Ray's metrics up to date, unless they were a moment ago."""
        now = time.monotonic()
        if now - self._told_ray_at > TELL_RAY_S:
            self._told_ray_at = now
            self._ray.tell(self._measures())

    async def _families(self) -> list[Metric]:
        return families(self._measures())

    def _measures(self) -> list[Measure]:
        self.look()
        shots: Counter[tuple[str, ...]] = Counter()
        for name, title in self._titles().items():
            for state, number in self._schedule.sheet.counts(name).items():
                shots[self._accounts.label(title), state] += number
        workers: Counter[tuple[str, ...]] = Counter(
            (member.needs.backend, self._state(member)) for member in self._crew.members.values()
        )
        return measures(self._accounts, shots, workers)

    def _held(self, member: Member) -> Held:
        return Held(self._holder(member), member.resources.gpus)

    def _holder(self, member: Member) -> int | Purpose:
        worker = self._schedule.roster.workers.get(member.name)
        if worker is not None and worker.token is not None:
            return worker.token
        return Purpose.LOADING if member.facts is None else Purpose.IDLE

    def _state(self, member: Member) -> str:
        worker = self._schedule.roster.workers.get(member.name)
        if worker is None:
            return "leaving" if member.leaving else "loading"
        if worker.tokens:
            return "rendering"
        return "blocked" if worker.blocked_until is not None else "idle"
