"""Runs that Prefect believes to go on although their client has died: found, and called crashed.

A client holds a lock on a file of the home folder, named after its flow run, for as long as it lives; the
system lets go of it however the client ends. Several home folders, of several machines, may share a database
of Prefect: each run carries a tag of its own home, and only that one knows whether it lives.
"""

from __future__ import annotations

import contextlib
import fcntl
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from farm.store.files import create_atomically
from pipeline.services.prefect_api import PrefectApi
from storyboard.refusals import store_errors

_GOES_ON = ["RUNNING", "PENDING", "CANCELLING"]
_STARTING = "starting.lock"
_HOME = "home-id"


def home_tag(home: Path) -> str:
    """The tag of all flow runs that are of a home folder; it stays the same for good.

    Raises:
        StoreError: the folder cannot be read, or written where it has none yet.
    """
    path = home / _HOME
    with store_errors(path):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            create_atomically(path, secrets.token_hex(8).encode())
        return f"home:{path.read_text().strip()}"


class LivingRun:
    """A run of this process: known to live from before its flow run is until its process ends.

    Attributes:
        tag: that its flow run is to have.
    """

    def __init__(self, folder: Path, starting: IO[bytes], tag: str) -> None:
        self.tag = tag
        self._folder = folder
        self._starting = starting
        self._held: list[IO[bytes]] = []

    def is_flow_run(self, name: str) -> None:
        """The id of its flow run is known."""
        held = (self._folder / name).open("ab")
        self._held.append(held)
        fcntl.flock(held, fcntl.LOCK_EX)
        self._starting.close()

    def close(self) -> None:
        """It has ended."""
        self._starting.close()
        for held in self._held:
            Path(held.name).unlink(missing_ok=True)
            held.close()


@contextlib.contextmanager
def living_run(home: Path) -> Iterator[LivingRun]:
    """To be held while a flow runs, from before it starts."""
    folder = _folder(home)
    starting = (folder / _STARTING).open("ab")
    fcntl.flock(starting, fcntl.LOCK_SH)
    run = LivingRun(folder, starting, home_tag(home))
    try:
        yield run
    finally:
        run.close()


def bury_dead_runs(home: Path, port: int, password: str) -> list[str]:
    """Call every run of a home crashed that goes on without a client; returns their flow runs' ids.

    While another run is starting nothing is done: which flow run is its own is not known yet.
    """
    folder = _folder(home)
    with (folder / _STARTING).open("ab") as starting, PrefectApi(port, password) as prefect:
        try:
            fcntl.flock(starting, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return []
        going = {"state": {"type": {"any_": _GOES_ON}}, "tags": {"all_": [home_tag(home)]}}
        gone = [name for name in _found(prefect, going) if _is_dead(folder, name)]
        # One that came to its end after it was asked for has said so before it let go of its lock.
        dead = _found(prefect, {**going, "id": {"any_": gone}}) if gone else []
        for name in dead:
            tasks = {
                "flow_runs": {"id": {"any_": [name]}},
                "task_runs": {"state": {"type": {"any_": _GOES_ON}}},
            }
            for task in prefect.ask("task_runs/filter", tasks):
                prefect.end_run(f"task_runs/{task['id']}", "CRASHED", "its run's process has ended")
            prefect.end_run(f"flow_runs/{name}", "CRASHED", "its process has ended")
            (folder / name).unlink(missing_ok=True)
    return dead


def is_known_to_live(home: Path, name: str) -> bool:
    """Whether the process of a flow run has said that it lives; it may have ended since."""
    return (_folder(home) / name).exists()


def _found(prefect: PrefectApi, which: dict[str, Any]) -> list[str]:
    """The ids of flow runs."""
    return [run["id"] for run in prefect.ask("flow_runs/filter", {"flow_runs": which})]


def _is_dead(folder: Path, name: str) -> bool:
    try:
        with (folder / name).open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def _folder(home: Path) -> Path:
    folder = home / "runs"
    with store_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
