"""A Ray cluster of one machine's processes, whose nodes, head, dispatcher and drivers are to be killed."""

from __future__ import annotations

import contextlib
import json
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from farm.cluster.connect import new_token, ray_environment
from farm.host.addresses import LOOPBACK, answers, free_port
from farm.host.processes import start_in_background
from pipeline.services.prefect_server import PREFECT_APP
from tests.support.installed import install_backends
from tests.support.pipeline.faulty_slate import DELAY, FARM, FAULTS, JOURNAL, NODE, TAKEN, TICKETS, write_down
from tests.support.pipeline.slate_films import Shotfarm
from tests.support.processes import words_of
from tests.support.s3_servers import environment as s3_environment
from tests.support.waiting import until

HEAD = "head"


def install_backend(place: Path) -> str:
    """Where Python finds the faulty backend, for PYTHONPATH."""
    return install_backends(place, faulty_slate="tests.support.pipeline.faulty_slate:FaultySlate")


@dataclass
class SoakFarm:
    """A head without worker slots and nodes with one each, as an operator starts them with `ray start`.

    Attributes:
        place: a short path, for Ray's sockets.
        command: the command in the environment in which the cluster's processes run.
        odd: what some nodes have in their environment beside that, by number.
    """

    place: Path
    command: Shotfarm
    odd: dict[int, dict[str, str]] = field(default_factory=dict)
    port: int = 0
    leaders: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """For `--address`."""
        return f"{LOOPBACK}:{self.port}"

    def up(self) -> None:
        """Start a new cluster, with one node so far."""
        self.port = free_port()
        folder = self.place / secrets.token_hex(2)
        head = ("--head", f"--port={self.port}", "--include-dashboard=false", f"--temp-dir={folder}")
        self._start(HEAD, {}, *head, "--num-cpus=0")
        until(lambda: answers(self.port), "the head answers")
        self.start_node(1)
        until(lambda: self.grows(1) or self.has_joined(1), "a node joins")

    def grows(self, nodes: int, but: int | None = None) -> None:
        """Start the next node that is not there, one at a time: on a busy machine more would all be too slow.

        Args:
            nodes: how many there shall be.
            but: this one stays away for now.
        """
        for number in range(1, nodes + 1):
            if number == but or self.has_joined(number):
                continue
            if self.has_ended(number):
                self.end(str(number))  # what is left of one that was given up
                self.start_node(number)
            return

    def has_joined(self, number: int) -> bool:
        """Whether a node is up and has said so."""
        log = self.place / f"{number}.log"
        return not self.has_ended(number) and log.exists() and "Ray runtime started" in log.read_text()

    def has_ended(self, number: int) -> bool:
        """Whether what started a node has ended, and the node with it."""
        try:
            return psutil.Process(self.leaders[str(number)]).status() == psutil.STATUS_ZOMBIE
        except (KeyError, psutil.NoSuchProcess):
            return True

    def raylet(self, name: str) -> psutil.Process | None:
        """What makes a node of a machine."""
        raylets = [process for process in self.processes(name) if process.name() == "raylet"]
        return raylets[0] if raylets else None

    def start_node(self, number: int) -> None:
        """Let a node join, in the place of one that was killed too."""
        own = self.place / f"node{number}"
        folders = {"TMPDIR": own / "tmp", "SHOTFARM_LOGS": own / "logs", "SHOTFARM_CACHE": own / "cache"}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        odd = {**{name: str(path) for name, path in folders.items()}, **self.odd.get(number, {})}
        self._start(str(number), odd, f"--address={self.address}", "--num-cpus=1")

    def _start(self, name: str, odd: dict[str, str], *words: str) -> None:
        common = (f"--node-ip-address={LOOPBACK}", "--object-store-memory=100000000", "--disable-usage-stats")
        log = self.place / f"{name}.log"
        log.unlink(missing_ok=True)
        self.leaders[name] = start_in_background(
            [
                sys.executable,
                str(Path(__file__).with_name("patient_ray.py")),
                "start",
                "--block",
                *words,
                *common,
            ],
            log,
            {**self.command._environment(), NODE: name, **odd},
        )

    def processes(self, *names: str) -> list[psutil.Process]:
        """What runs on these nodes; on all of them without a name."""
        return [process for process in self.command.family() if not names or _node_of(process) in names]

    def named(self, words: str) -> list[psutil.Process]:
        """The processes of the cluster whose command line has these words."""
        found = []
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                if words in " ".join(process.cmdline()) and _node_of(process):
                    found.append(process)
        return found

    def workers(self, *names: str) -> list[int]:
        """The process ids of the workers on these nodes; on all of them without a name."""
        own = {process.pid for process in self.processes(*names)}
        return [process.pid for process in self.named("ray::Worker") if process.pid in own]

    def end(self, *names: str) -> None:
        """Kill whatever runs on these nodes; on all of them, and on the head, without a name."""
        names = names or (*self.leaders,)

        def gone() -> bool:
            left = self.processes(*names)
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            return not left

        until(gone, f"{names} have ended")


def _node_of(process: psutil.Process) -> str | None:
    try:
        name: str | None = process.environ().get(NODE)
    except psutil.Error:
        return None
    return name


def settings_of_soak(place: Path, port: int, backend: str, delay_s: float) -> dict[str, str]:
    """The environment of every process of the soak."""
    for folder in (TICKETS, TAKEN):
        (place / folder).mkdir(parents=True, exist_ok=True)
    (place / JOURNAL).touch()
    ray = ray_environment(new_token())
    del ray["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"]  # it keeps nodes out, on the loopback address too
    return {
        **s3_environment(port),
        **ray,
        "RAY_memory_monitor_refresh_ms": "0",  # other programs of the machine must not end its workers
        "PYTHONPATH": backend,
        "SHOTFARM_BACKEND": "faulty-slate",
        "SHOTFARM_SILENCE_S": "15",
        "SHOTFARM_STORE_PATIENCE_S": "60",
        FAULTS: str(place),
        FARM: "one",
        DELAY: str(delay_s),
    }


class Driver:
    """`shotfarm render`, started again whenever it ends without the film."""

    def __init__(self, command: Shotfarm, farm: SoakFarm, film: Path, store: str, log: Path) -> None:
        self._command, self._farm, self._film, self._store, self._log = command, farm, film, store, log
        self.ends: list[tuple[int, str]] = []
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        words = ("render", self._film, "--json", "--address", self._farm.address, "--store", self._store)
        self._out = self._log.with_suffix(f".{len(self.ends)}")
        with self._out.open("wb") as out:
            return subprocess.Popen(
                [Path(sys.executable).with_name("shotfarm"), *map(str, words)],
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self._command._environment(),
                start_new_session=True,
            )

    def ended(self) -> bool:
        """Whether the film is there; a driver that ended otherwise is noted."""
        code = self.process.poll()
        if code is None:
            return False
        lines = self._out.read_text(errors="replace").strip().splitlines()
        self.ends.append((code, "\n".join(lines[-6:])))
        write_down("driver ended", code=code, words=lines[-6:])
        return code == 0

    def goes_on(self) -> None:
        """Start it again, when it has ended."""
        if self.process.poll() is not None:
            self.process = self._start()

    def summary(self) -> dict[str, Any]:
        """What it said at its good end."""
        text = self._out.read_text()
        told: dict[str, Any] = json.loads(text[text.index("{") :])
        return told

    def prefect(self) -> list[psutil.Process]:
        """Its Prefect server; none while it starts or after its end."""
        return [one for one in self._command.family() if PREFECT_APP in words_of(one)]


@contextlib.contextmanager
def second_farm(command: Shotfarm, film: Path, store: str, log: Path) -> Iterator[None]:
    """Another farm, of a cluster of its own, renders the same film into the same store; killed at the end."""
    with log.open("wb") as out:
        other = subprocess.Popen(
            [Path(sys.executable).with_name("shotfarm"), "render", film, "--workers", "1", "--store", store],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={
                name: value
                for name, value in command._environment().items()
                if not name.startswith("RAY_AUTH")
            },
            start_new_session=True,
        )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            other.send_signal(signal.SIGKILL)
        other.wait()
        until(lambda: not command.family(), "the other farm has ended")
