"""The standing farm of this machine: a Ray head and a Prefect server that outlive the runs.

What is known of it lies in `farm.json` in the shotfarm home folder, readable by its owner alone: it holds the
tokens that both services ask for.
"""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.cluster.connect import connected_to, new_token, start_head
from farm.cluster.joining import WORKER_PORTS, show_card
from farm.host.addresses import LOOPBACK, answers, free_port, host_and_port, is_own, own_addresses
from farm.host.identity import birth_of, is_gone
from farm.host.processes import groups_with, start_in_background, stop_process_group
from farm.store.files import write_atomically
from pipeline.services.ports import choose_ports, kept_ports
from pipeline.services.prefect_server import (
    PREFECT_USER,
    SCHEDULES,
    START_S,
    prefect_database,
    prefect_server_command,
    prefect_server_environment,
    wait_for_start,
)
from pipeline.settings import Settings
from storyboard.errors import FarmError, UsageError
from storyboard.refusals import store_errors
from storyboard.wording import listed

LOOK_S = 0.5
LISTEN_PORT = 6379
"""where other machines look for a farm, as Ray has it"""
MARK = "SHOTFARM_STANDING_FARM_OF"
"""in the environment of all its processes, with the home folder: they are found when the notes are gone"""


class StandingFarm(BaseModel):
    """Where a standing farm is, and what it asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ray_pid: int
    ray_birth: str
    """tells that process from others that get its number"""
    ray_port: int
    ray_token: str
    listens: str = LOOPBACK
    """where Ray is; other machines join a farm that listens elsewhere than on the loopback address"""
    prefect_pid: int
    prefect_birth: str
    prefect_port: int
    prefect_password: str

    @property
    def ray_address(self) -> str:
        """For `ray.init`."""
        return f"{self.listens}:{self.ray_port}"

    @property
    def node_address(self) -> str | None:
        """The address of this machine's node, where Ray is not to find it by itself."""
        return None if self.listens == LOOPBACK else self.listens

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
        return not self.has_lost_a_part() and all(
            answers(port, host)
            for port, host in ((self.ray_port, self.listens), (self.prefect_port, LOOPBACK))
        )

    def has_lost_a_part(self) -> bool:
        """Whether one of its processes has ended."""
        return is_gone(self.ray_pid, self.ray_birth) or is_gone(self.prefect_pid, self.prefect_birth)


def standing_farm(settings: Settings) -> StandingFarm | None:
    """The standing farm of this home folder, if it is up."""
    farm = _read(settings.home)
    return farm if farm and farm.is_up() else None


def farm_up(settings: Settings, cpus: int | None = None, listen: str | None = None) -> StandingFarm:
    """Start the standing farm, or return the one that is up.

    Args:
        settings: of this machine.
        cpus: worker slots; this machine's processors when left out.
        listen: the address, and the port if it is not the usual one, where other machines join the farm.

    Raises:
        UsageError: a port or an address that it cannot have.
        FarmError: a part of it does not come up; what had started is stopped again.
        StoreError: the home folder cannot be written.
    """
    home = settings.home
    with store_errors(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with home_lock(home):
        found = standing_farm(settings)
        if found:
            _same_ports(settings, found)
            _same_address(listen, found)
            return found
        host, asked_port = listening(listen) if listen else (LOOPBACK, 0)
        farm_down_unlocked(home)
        ports, database = choose_ports(settings), prefect_database(settings)
        ray_port, prefect_port = asked_port or free_port(), ports.prefect
        ray_token, password = token_for_machines(home) if listen else new_token(), new_token()
        started: list[int] = []
        try:
            with store_errors(home):
                mark = {MARK: str(home.resolve())}
                metrics = {
                    **mark,
                    "SHOTFARM_METRICS": f"{LOOPBACK}:{ports.metrics}",
                    "SHOTFARM_METRICS_LOGIN": f"{PREFECT_USER}:{password}",
                }
                started.append(start_head(ray_port, ray_token, home / "ray.log", cpus, metrics, host))
                started.append(
                    start_in_background(
                        prefect_server_command(prefect_port),
                        home / "prefect.log",
                        {
                            **prefect_server_environment(home, prefect_port, password),
                            **database,
                            **mark,
                            SCHEDULES: mark[MARK],
                        },
                    )
                )
            ray_pid, prefect_pid = started
            farm = StandingFarm(
                ray_pid=ray_pid,
                ray_birth=birth_of(ray_pid),
                ray_port=ray_port,
                ray_token=ray_token,
                listens=host,
                prefect_pid=prefect_pid,
                prefect_birth=birth_of(prefect_pid),
                prefect_port=prefect_port,
                prefect_password=password,
            )
            path = home / "farm.json"
            with store_errors(path):
                write_atomically(path, farm.model_dump_json(indent=2).encode(), private=True)
            wait_for_start({"ray": (ray_pid, ray_port), "prefect": (prefect_pid, prefect_port)}, home, host)
            _wait_for_worker(farm, home)
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
    with home_lock(settings.home):
        return farm_down_unlocked(settings.home)


def farm_down_unlocked(home: Path) -> bool:
    """Stop whatever was started as this home's farm, by its mark, and forget it.

    The processes that `farm.json` names are among those; a number in it may be a stranger's by now.
    """
    farm = _read(home)
    groups = groups_with(MARK, str(home.resolve()))
    # Detached runs and the runner of schedules carry the mark too: they end before the farm they work on.
    own = (farm.ray_pid, farm.prefect_pid) if farm else ()
    stopped = [stop_process_group(pid) for pid in sorted(groups, key=lambda pid: pid in own)]
    (home / "farm.json").unlink(missing_ok=True)
    return any(stopped)


def _same_ports(settings: Settings, farm: StandingFarm) -> None:
    """Refuse to call a farm up that is up on other ports than are asked for."""
    kept = kept_ports(settings.home)
    has = {"--prefect-port": farm.prefect_port, "--metrics-port": kept.metrics if kept else 0}
    asked = {"--prefect-port": settings.prefect_port, "--metrics-port": settings.metrics_port}
    for option, port in asked.items():
        if port and port != has[option]:
            raise UsageError(
                f"the farm is up with another port than {option} {port}", "`shotfarm farm down` comes first"
            )


def _same_address(listen: str | None, farm: StandingFarm) -> None:
    """Refuse to call a farm up that others reach elsewhere than is asked for."""
    if listen and listening(listen, to_start=False) != (farm.listens, farm.ray_port):
        raise UsageError(
            f"the farm is up at {farm.ray_address}, not at {listen}", "`shotfarm farm down` comes first"
        )


def listening(listen: str, *, to_start: bool = True) -> tuple[str, int]:
    """The address and port where other machines join the farm of this one.

    Args:
        listen: as a person wrote them.
        to_start: whether the farm is to be started there.

    Raises:
        UsageError: no address of this machine, or a port that the farm cannot have.
    """
    found = host_and_port(listen, LISTEN_PORT)
    if found is None:
        raise UsageError(f"{listen!r} is no address to listen at", "give ADDRESS or ADDRESS:PORT")
    host, port = found
    if host == "0.0.0.0" or not is_own(host):  # noqa: S104  (it is refused)
        raise UsageError(
            f"--listen {listen}: {host} is no address of this machine that others can name",
            f"it has {listed(own_addresses())}",
        )
    if port in WORKER_PORTS:
        raise UsageError(
            f"--listen {listen}: Ray's workers have the ports {WORKER_PORTS[0]} to {WORKER_PORTS[-1]}",
            f"choose another; {LISTEN_PORT} is the usual one",
        )
    if to_start and answers(port, host):
        raise UsageError(f"something else listens at {host}:{port}", "choose another port with --listen")
    return host, port


def token_path(home: Path) -> Path:
    """The file with the token for other machines, which stays the same as long as the file does."""
    return home / "farm-token"


def token_for_machines(home: Path) -> str:
    """The token of a farm that other machines join; one is made, readable by its owner alone."""
    path = token_path(home)
    with store_errors(path):
        if not path.exists():
            write_atomically(path, f"{new_token()}\n".encode(), private=True)
        path.chmod(0o600)  # also of a file that a person has put there
        return path.read_text().strip()


def _wait_for_worker(farm: StandingFarm, home: Path) -> None:
    """Wait until the farm has placed its dispatcher, and has a node that a worker could be placed on."""
    deadline = time.monotonic() + START_S
    while True:
        why = "it has no node with a worker slot"
        try:
            with connected_to(farm.ray_address, farm.ray_token, farm.node_address) as client:
                show_card()
                if any(node.alive and node.cpus >= 1 for node in client.status().nodes):
                    return
        except FarmError as error:
            why = error.message
        if is_gone(farm.ray_pid, farm.ray_birth) or time.monotonic() > deadline:
            raise FarmError(
                f"no worker can be placed on the farm: {why}", f"Ray's last words are in {home / 'ray.log'}"
            )
        time.sleep(LOOK_S)


def _read(home: Path) -> StandingFarm | None:
    try:
        return StandingFarm.model_validate_json((home / "farm.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


@contextlib.contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """One `up`, `down`, `join` or `leave` at a time."""
    with store_errors(home), (home / "farm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
