"""The standing farm of this machine: a Ray head and a Prefect server that outlive the runs.

What is known of it lies in `farm.json` in the shotfarm home folder, readable by its owner alone: it holds the
tokens that both services ask for.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from assembly.programs.leash import leashed
from farm.cluster.connect import new_token, start_head
from farm.host.addresses import LOOPBACK, answers, free_port
from farm.host.processes import start_in_background, stop_process_group
from farm.store.files import store_errors, write_atomically
from pipeline.settings import Settings
from storyboard.errors import FarmError

START_S = 120.0
PREFECT_USER = "shotfarm"


class StandingFarm(BaseModel):
    """Where a standing farm is, and what it asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ray_pid: int
    ray_port: int
    ray_token: str
    prefect_pid: int
    prefect_port: int
    prefect_password: str

    @property
    def ray_address(self) -> str:
        """For `ray.init`."""
        return f"{LOOPBACK}:{self.ray_port}"

    @property
    def prefect_page(self) -> str:
        """For a browser."""
        return f"http://{LOOPBACK}:{self.prefect_port}"

    @property
    def login(self) -> str:
        """What the Prefect page and the metrics ask for."""
        return f"{PREFECT_USER}:{self.prefect_password}"

    def is_up(self) -> bool:
        """Whether both of its processes are there and listen."""
        return all(
            psutil.pid_exists(pid) and answers(port)
            for pid, port in ((self.ray_pid, self.ray_port), (self.prefect_pid, self.prefect_port))
        )


def standing_farm(settings: Settings) -> StandingFarm | None:
    """The standing farm of this home folder, if it is up."""
    farm = _read(settings.home)
    return farm if farm and farm.is_up() else None


def farm_up(settings: Settings, cpus: int | None = None) -> StandingFarm:
    """Start the standing farm, or return the one that is up.

    Raises:
        FarmError: a part of it does not come up; what had started is stopped again.
        StoreError: the home folder cannot be written.
    """
    home = settings.home
    with store_errors(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _lock(home):
        found = standing_farm(settings)
        if found:
            return found
        farm_down_unlocked(home)
        ray_port, prefect_port = free_port(), free_port()
        ray_token, password = new_token(), new_token()
        started: list[int] = []
        try:
            with store_errors(home):
                metrics = {
                    "SHOTFARM_METRICS": f"{LOOPBACK}:{settings.metrics_port}",
                    "SHOTFARM_METRICS_LOGIN": f"{PREFECT_USER}:{password}",
                }
                started.append(start_head(ray_port, ray_token, home / "ray.log", cpus, metrics))
                started.append(
                    start_in_background(
                        prefect_server_command(prefect_port),
                        home / "prefect.log",
                        prefect_server_environment(home, password),
                    )
                )
            ray_pid, prefect_pid = started
            farm = StandingFarm(
                ray_pid=ray_pid,
                ray_port=ray_port,
                ray_token=ray_token,
                prefect_pid=prefect_pid,
                prefect_port=prefect_port,
                prefect_password=password,
            )
            path = home / "farm.json"
            with store_errors(path):
                write_atomically(path, farm.model_dump_json(indent=2).encode())
                path.chmod(0o600)
            _wait_for({"ray": (ray_pid, ray_port), "prefect": (prefect_pid, prefect_port)}, home)
        except BaseException:
            for pid in started:
                stop_process_group(pid)
            (home / "farm.json").unlink(missing_ok=True)
            raise
        return farm


def farm_down(settings: Settings) -> bool:
    """Stop the standing farm; False when there was none."""
    if not settings.home.exists():
        return False
    with _lock(settings.home):
        return farm_down_unlocked(settings.home)


def farm_down_unlocked(home: Path) -> bool:
    """Stop whatever `farm.json` names and forget it."""
    farm = _read(home)
    if farm is None:
        return False
    # A leader that was killed leaves the rest of its group behind.
    stopped = [
        stop_process_group(pid)
        for pid in (farm.ray_pid, farm.prefect_pid)
        if _is_ours(pid) or not psutil.pid_exists(pid)
    ]
    (home / "farm.json").unlink(missing_ok=True)
    return any(stopped)


def prefect_environment(home: Path) -> dict[str, str]:
    """Settings under which Prefect keeps to the home folder, says little and tells nobody."""
    return {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "DO_NOT_TRACK": "1",
    }


def prefect_server_command(port: int) -> list[str]:
    """Start a Prefect server in one process (`prefect server start` makes two, one may outlive it)."""
    return [
        *(sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"),
        *("--host", LOOPBACK, "--port", str(port), "--log-level", "warning", "--timeout-keep-alive", "5"),
    ]


def prefect_server_environment(home: Path, password: str) -> dict[str, str]:
    """What that server needs beside this process's environment."""
    return {**prefect_environment(home), "PREFECT_SERVER_API_AUTH_STRING": f"{PREFECT_USER}:{password}"}


@contextlib.contextmanager
def prefect_for_this_run(settings: Settings) -> Iterator[Callable[[], None]]:
    """Start a Prefect server that ends with this run; call what is yielded before the first flow.

    It shares the home folder's database with the standing server, so that the history of runs is one.
    """
    home = settings.home
    with store_errors(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = (home / "prefect.log").open("ab")
    port, password = free_port(), new_token()
    with log:
        server = subprocess.Popen(
            leashed(prefect_server_command(port)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **prefect_server_environment(home, password)},
            start_new_session=True,
            cwd=home,
        )
    use_prefect_server(home, port, password)
    try:
        yield lambda: _wait_for({"prefect": (server.pid, port)}, home)
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def use_prefect_server(home: Path, port: int, password: str) -> None:
    """Point this process at a Prefect server; to be called before Prefect is imported."""
    os.environ.update(prefect_environment(home))
    os.environ["PREFECT_API_URL"] = f"http://{LOOPBACK}:{port}/api"
    os.environ["PREFECT_API_AUTH_STRING"] = f"{PREFECT_USER}:{password}"
    # The command line shows each error once; Prefect would print it again, with tracebacks.
    os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
    os.environ["PREFECT_LOGGING_INTERNAL_LEVEL"] = "CRITICAL"
    # Its server is on this machine: one that does not answer soon has ended. Five tries would take a minute.
    os.environ["PREFECT_CLIENT_MAX_RETRIES"] = "2"


def _wait_for(parts: dict[str, tuple[int, int]], home: Path) -> None:
    """Wait until each part (process id and port, by name) listens."""
    deadline = time.monotonic() + START_S
    while parts:
        for name, (pid, port) in list(parts.items()):
            if answers(port):
                del parts[name]
            elif not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                raise FarmError(
                    f"{name} ended while it started", f"its last words are in {home / f'{name}.log'}"
                )
        if time.monotonic() > deadline:
            raise FarmError(
                f"{' and '.join(parts)} did not come up in {START_S:.0f} s", f"look at the logs in {home}"
            )
        time.sleep(0.1)


def _is_ours(pid: int) -> bool:
    """A process id may have been given to a stranger since; ours were started with these words."""
    try:
        command = " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return False
    return "ray" in command or "prefect" in command


def _read(home: Path) -> StandingFarm | None:
    try:
        return StandingFarm.model_validate_json((home / "farm.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


@contextlib.contextmanager
def _lock(home: Path) -> Iterator[None]:
    """One `up` or `down` at a time."""
    with store_errors(home), (home / "farm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
