"""What the clients of the dispatcher hear: the events of their productions, and how far attempts are."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from farm.schedule.messages import ShotEvent, Update
from farm.schedule.schedule import Schedule
from farm.schedule.states import Change, Task, TaskState
from farm.schedule.throughput import Throughput

_BUNDLE_S = 0.02
"""news waits for so long for more of it: telling each alone would cost more than giving shots out"""


@dataclass(slots=True)
class ProductionNews:
    """What its client has to hear of a production.

    Attributes:
        seen_at: when its client last asked.
        shown: the number of the preview that its client has, by attempt.
        left: the last pictures of attempts that were over before its client had one, by the take's digest.
    """

    title: str
    seen_at: float
    throughput: Throughput = field(default_factory=Throughput)
    shown: dict[int, int] = field(default_factory=dict)
    left: dict[str, bytes] = field(default_factory=dict)
    _events: list[ShotEvent] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, change: Change) -> None:
        """One of its shots came into a state."""
        now = time.monotonic()
        if change.state is TaskState.RENDERING:
            self.throughput.begin(now)
        elif change.state is TaskState.DONE:
            self.throughput.finished(now, change.request.work_s)
        self._events.append(
            ShotEvent(
                len(self._events) + 1,
                digest_of_task(change.request.digest),
                change.state,
                change.worker,
                change.error,
                change.failure,
                change.render_s,
            )
        )
        self._arrived.set()

    def after(self, number: int) -> tuple[ShotEvent, ...]:
        """The events above this number."""
        return tuple(self._events[number:])

    def look(self) -> None:
        """Its client need not wait any longer: there is something to be seen."""
        self._arrived.set()

    async def wait(self, number: int, wait_s: float) -> None:
        """Until there is an event above this number or something to be seen, or for so long."""
        if len(self._events) <= number:
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), wait_s)


class News:
    """Everything that there is to hear, by production and by attempt."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.productions: dict[str, ProductionNews] = {}
        self._progress: dict[int, float] = {}
        self._previews: dict[int, tuple[int, bytes]] = {}

    def submitted(self, production: str, title: str) -> None:
        """A client wants to hear of a production."""
        self.productions.setdefault(production, ProductionNews(title, time.monotonic()))

    def forget(self, production: str) -> None:
        """Nobody wants to hear of a production any more."""
        self.productions.pop(production, None)

    def unheard(self, for_s: float) -> list[str]:
        """The productions whose client has not asked for so many seconds."""
        now = time.monotonic()
        return [name for name, news in self.productions.items() if now - news.seen_at > for_s]

    def titles(self) -> dict[str, str]:
        """Of the productions, by name."""
        return {name: news.title for name, news in self.productions.items()}

    def spread(self, change: Change) -> None:
        """Tell the productions that a change concerns; an encoding is nothing to tell of."""
        for name in change.productions if not change.request.encodes else ():
            if name in self.productions:
                self.productions[name].tell(change)

    async def updates(self, production: str, after: int, wait_s: float) -> Update | None:
        """Events above number `after`, waiting up to `wait_s` for one; None for an unknown production.

        The first picture of an attempt is waited for like an event: people sit and wait for that.
        """
        news = self.productions.get(production)
        if news is None:
            return None
        news.seen_at = time.monotonic()
        if not news.after(after) and not self._first_pictures(production, news):
            await news.wait(after, wait_s)
            if not self._schedule.sheet.production_ended(production):
                await asyncio.sleep(_BUNDLE_S)
        progress = {
            digest_of_task(task.request.digest): self._progress[token]
            for token, task in self._attempts_of(production, self._progress)
        }
        previews = news.left | {
            digest_of_task(task.request.digest): self._previews[token][1]
            for token, task in self._attempts_of(production, self._previews)
            if news.shown.get(token) != self._previews[token][0]
        }
        news.left = {}
        news.shown = {token: number for token, (number, _) in self._previews.items()}
        ledger = self._schedule.ledger
        held, spent = tuple(ledger.reached(production)), ledger.spent_by(production)
        return Update(
            news.after(after),
            progress,
            previews,
            held,
            self.late_s(production),
            spent,
            ledger.over(production),
        )

    def progressed(self, token: int, done: float) -> None:
        """So much of an attempt is done, 0 to 1."""
        self._progress[token] = done

    def pictured(self, token: int, preview: bytes) -> None:
        """A small JPEG of what an attempt makes; the latest is kept."""
        number, _ = self._previews.get(token, (0, b""))
        self._previews[token] = number + 1, preview
        if not number:
            for _, news in self._hearing(token):
                news.look()

    def over(self, token: int) -> None:
        """An attempt leaves its worker; what it becomes is told after this.

        Its picture is told all the same where none was: a take may be through before its client has asked.
        """
        for digest, news in self._hearing(token):
            if token in self._previews and token not in news.shown:
                news.left[digest] = self._previews[token][1]
        self._progress.pop(token, None)
        self._previews.pop(token, None)

    def progress_of(self, token: int | None) -> float:
        """How much of an attempt is done, 0 to 1."""
        return self._progress.get(token or 0, 0.0)

    def preview_of(self, token: int | None) -> bytes | None:
        """The latest picture of what an attempt makes."""
        return self._previews.get(token or 0, (0, None))[1]

    def work_done_s(self, production: str) -> float:
        """Seconds of work, as the plan estimates it, that the attempts at its shots have done."""
        return sum(
            task.request.work_s * self._progress[token]
            for token, task in self._attempts_of(production, self._progress)
        )

    def left_s(self, production: str) -> float | None:
        """Seconds until all of a production's shots are done, at the pace of late; None without one."""
        work_s = self._schedule.sheet.work_left_s(production) - self.work_done_s(production)
        return self.productions[production].throughput.left_s(time.monotonic(), work_s)

    def late_s(self, production: str) -> float | None:
        """By how many seconds it will miss its deadline; below zero when it will not; None without a pace."""
        entry = self._schedule.sheet.productions.get(production)
        left_s = self.left_s(production)
        if entry is None or entry.deadline is None or left_s is None:
            return None
        return time.monotonic() + left_s - entry.deadline

    def _first_pictures(self, production: str, news: ProductionNews) -> bool:
        """Whether an attempt at a production has a picture, and its client has none of it."""
        return any(token not in news.shown for token, _ in self._attempts_of(production, self._previews))

    def _hearing(self, token: int) -> Iterator[tuple[str, ProductionNews]]:
        """Who wants to hear of what an attempt renders, with the digest of its take."""
        task = self._schedule.task_of(token)
        if task is None or task.request.encodes:
            return
        for name in task.productions:
            if name in self.productions:
                yield digest_of_task(task.request.digest), self.productions[name]

    def _attempts_of(self, production: str, tokens: Iterable[int]) -> Iterator[tuple[int, Task]]:
        """Those of these attempts that render a shot of this production."""
        for token in tokens:
            task = self._schedule.task_of(token)
            if task and production in task.productions and not task.request.encodes:
                yield token, task


def task_name(digest: str, store: str) -> str:
    """What the schedule knows a take by: the same take may be wanted in two stores."""
    return f"{digest}@{store}"


def digest_of_task(name: str) -> str:
    """The digest of the take that the schedule knows by this name."""
    return name.partition("@")[0]
