"""A service that does as a script says, a take's context, and a clock that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from farm.backend.conformance import Recorder
from farm.backends.hosted.desk import Desk
from farm.backends.hosted.gate import Gate
from farm.backends.hosted.service import Call, CannotTell, Report, TaskState
from farm.store.store import Store


class Killed(BaseException):
    """The process is gone at this point, and with it all that is not in the store."""


@dataclass
class FastClock:
    """A clock that goes on when somebody sleeps."""

    now: float = 1_000_000.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class ScriptedService:
    """Takes calls on and does them; whatever stands in the lists of a method happens first, one a call.

    A list's entry is an exception, which is raised instead, or a function, which is called.
    `sent` has what is raised after a task was taken on: an answer that is lost.
    """

    name: str = "Scripted"
    account: str = "scripted"
    look_every_s: float = 5.0
    usd_per_credit: str = "0.01"
    tells: bool = True
    looks: int = 2
    before_send: list[BaseException] = field(default_factory=list)
    after_send: list[BaseException] = field(default_factory=list)
    on_find: list[BaseException] = field(default_factory=list)
    on_look: list[BaseException | Report] = field(default_factory=list)
    on_fetch: list[BaseException] = field(default_factory=list)
    tasks: dict[str, str] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    fetched: int = 0

    def send(self, call: Call, key: str) -> str:
        _next(self.before_send)
        task = f"task-{len(self.tasks) + 1}"
        self.tasks[task] = key
        _next(self.after_send)
        return task

    def find(self, call: Call, key: str) -> str | None:
        _next(self.on_find)
        if not self.tells:
            raise CannotTell
        return next((task for task, one in self.tasks.items() if one == key), None)

    def look(self, task: str) -> Report:
        report = _next(self.on_look)
        if isinstance(report, Report):
            return report
        self.looked[task] = self.looked.get(task, 0) + 1
        if task in self.withdrawn:
            return Report(TaskState.WITHDRAWN)
        if self.looked[task] <= self.looks:
            return Report(TaskState.RUNNING, self.looked[task] / (self.looks + 1))
        return Report(TaskState.DONE, 1.0, (f"{task}/result",), credits=500, response={"status": "done"})

    def fetch(self, output: str, path: Path) -> None:
        _next(self.on_fetch)
        self.fetched += 1
        path.write_text(output)

    def withdraw(self, task: str) -> None:
        self.withdrawn.append(task)


def _next(script: list) -> object:
    if not script:
        return None
    first = script.pop(0)
    if isinstance(first, BaseException):
        raise first
    return first


class TakeContext(Recorder):
    """A take's context whose state outlives the attempts; `on_keep` is called after each that is kept."""

    def __init__(self, on_keep: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.on_keep = on_keep

    def keep_state(self, state: bytes) -> None:
        super().keep_state(state)
        self.on_keep()


def call(name: str = "video", **changes) -> Call:
    """A call for some video."""
    values = {"kind": "text_to_video", "body": {"promptText": "A harbour."}, "model": "gen", "credits": 600}
    return Call(name, **{**values, **changes})


def desk(service, context, clock: FastClock | None = None, **changes) -> Desk:
    """A desk with places of its own."""
    values = {"places": 5, "gate": Gate(), "clock": clock or FastClock()}
    return Desk(service, context, **{**values, **changes})


class KeptContext(Recorder):
    """A take's context whose state is in a store, as a worker's is."""

    def __init__(self, store: Store, digest: str) -> None:
        super().__init__()
        self._store, self._digest = store, digest

    def kept_state(self) -> bytes | None:
        return self._store.notes.kept_state(self._digest)

    def keep_state(self, state: bytes) -> None:
        self._store.notes.keep_state(self._digest, state)
