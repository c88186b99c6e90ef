"""Productions of small shots on a cluster of this machine, and the processes that make them."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Any

import psutil

from farm.cluster.client import FarmClient
from farm.schedule.messages import ProductionOrder, ShotEvent
from farm.schedule.states import TaskState
from farm.store.store import Store
from storyboard.planning.spec import ShotSpec
from tests.support.farm.orders_of_slates import slate
from tests.support.processes import words_of
from tests.support.waiting import PATIENCE_S, until


def shots(count: int, frames: int = 15, **options: Any) -> list[ShotSpec]:
    """Shots of about half a second each."""
    return [slate(f"{number}A", frames=frames, **({"delay_s": 0.04} | options)) for number in range(count)]


def attempts(store: Path, specs: list[ShotSpec]) -> dict[str, str]:
    """The attempt that published each shot, by shot; what is not published is left out."""
    opened = Store(store)
    manifests = {spec.shot or spec.digest(): opened.find("takes", spec.digest()) for spec in specs}
    return {shot: manifest.attempt for shot, manifest in manifests.items() if manifest}


def workers_of(store: Path, specs: list[ShotSpec]) -> set[str]:
    """The workers that published these shots; what is not published is left out."""
    opened = Store(store)
    manifests = [opened.find("takes", spec.digest()) for spec in specs]
    return {str(manifest.facts["made_by"]["worker"]) for manifest in manifests if manifest}


def render(client: FarmClient, order: ProductionOrder) -> list[ShotEvent]:
    """Everything that happens to a production."""
    return [event for update in client.render(order) for event in update.events]


class InBackground:
    """A production followed from a thread of its own, while the test does harm."""

    def __init__(self, client: FarmClient, order: ProductionOrder) -> None:
        self.events: list[ShotEvent] = []
        self.spent_ms: list[int] = []
        self.error: BaseException | None = None
        self._client, self._order = client, order
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for update in self._client.render(self._order):
                self.events.extend(update.events)
                self.spent_ms.append(update.spent.amount.worker_ms)
        except BaseException as error:  # noqa: BLE001  (the test looks at it)
            self.error = error

    def poll(self) -> int | None:
        """0 when it has ended, as `until(..., run=)` asks."""
        return None if self._thread.is_alive() else 0

    def communicate(self, timeout: float | None = None) -> tuple[list[ShotEvent], BaseException | None]:
        """What it heard, and why it ended before its end, if it did."""
        self._thread.join(timeout)
        return self.events, self.error

    def end(self) -> dict[str, TaskState]:
        """How each shot ended, by digest."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), f"still waiting; so far {self.events}"
        if self.error:
            raise self.error
        return {event.digest: event.state for event in self.events}


def ended_well(states: dict[str, TaskState], specs: list[ShotSpec]) -> None:
    assert states == {spec.digest(): TaskState.DONE for spec in specs}


def rendering_worker(store: Path) -> psutil.Process:
    """The process that writes a take in this store now."""

    def find() -> psutil.Process | None:
        for folder in store.glob("takes/*/*/*-*"):
            if folder.is_dir() and not (folder.parent / "manifest.json").exists():
                pid = int(folder.name.split("-")[-2])
                with contextlib.suppress(psutil.NoSuchProcess):
                    return psutil.Process(pid)
        return None

    return until(find, "a take is being written")


def held_worker(store: Path) -> psutil.Process:
    """The process that writes a take in this store, stopped in the middle of it; for `let_go`, or to kill.

    Its production cannot end meanwhile, however late the test is.
    """

    def find() -> psutil.Process | None:
        worker = rendering_worker(store)
        worker.suspend()
        if any(writes(folder, worker.pid) for folder in store.glob("takes/*/*/*-*")):
            return worker
        worker.resume()
        return None

    return until(find, "a take is being written")


def let_go(process: psutil.Process) -> None:
    """It goes on, unless it has ended meanwhile."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.resume()


def writes(folder: Path, pid: int) -> bool:
    """Whether this is the folder of a take that is not published, which this process writes."""
    return (
        folder.is_dir()
        and not (folder.parent / "manifest.json").exists()
        and int(folder.name.split("-")[-2]) == pid
    )


def dispatcher_process() -> psutil.Process:
    (found,) = [process for process in family() if words_of(process).startswith("ray::Dispatcher")]
    return found


def family() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)
