"""Commands that start warm: forks of a process that has imported what `shotfarm` and its libraries import.

An import of Prefect, Ray, SciPy and shotfarm takes three to four seconds of a processor, and in most commands
of the tests nobody looks at it. A fork runs the same `main` to its end, in a process of its own, with the
words, the environment and the folder of whoever asks. Ray and Prefect read their environment when they are
imported: they find there what every command sets, and Prefect is told of its server later, as in one that
imported it before. What differs otherwise from the environment of the warm process needs a cold start. The
system shows a fork with the command line and the environment of the warm process.

The warm process is this file as a program. It ends when whoever started it has gone.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

READ_BY_OURS_ALONE = ("SHOTFARM_", "PYTEST_")
"""names of settings that nothing reads while it is imported, by their beginnings"""
IMPORTED = (
    "pipeline.cli.app",
    "pipeline.cli.views.run",
    "pipeline.orchestration.batch_run",
    "pipeline.orchestration.detached",
    "pipeline.orchestration.flows",
    "pipeline.orchestration.run",
    "farm.cluster.client",
)
"""the modules of shotfarm with which most commands begin"""
IMPORTED_LATE = (
    "anyio._backends._asyncio",
    "espeakng_loader",
    "fastapi",
    "imageio_ffmpeg",
    "langcodes",
    "prefect.flow_engine",
    "prefect.task_engine",
    "ray._private.worker",
    "ray.dag",
    "scipy.signal",
)
"""what a run imports of libraries when it comes to it"""
WARM_PREFECT = "PYTEST_WARM_PREFECT"
"""in the environment of a command: the name of the socket of what its Prefect server is a fork of"""
_MOST_BYTES = 1 << 17


class WarmCommands:
    """A warm process, and what it was asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._common = _common(environment)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**environment},
            )
        self.close = weakref.finalize(self, _end, self._control, self._process)
        """end the warm process; also when nobody has this any more, and at the end of it all"""

    def can_run_with(self, environment: Mapping[str, str]) -> bool:
        """Whether a command with this environment imports the same as the warm process has."""
        return sys.platform == "linux" and self._common == _common(environment) and self._is_there()

    def _is_there(self) -> bool:
        return self._process.poll() is None

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; its first word is the program's path.

        Raises:
            subprocess.TimeoutExpired: it took longer, and was killed.
        """
        process = self.start(words, environment)
        try:
            said, complained = process.communicate(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess([*words], process.wait(), said, complained)

    def start(self, words: Sequence[str], environment: Mapping[str, str]) -> WarmProcess:
        """Start a command, as the leader of a process group; its first word is the program's path."""
        asked = json.dumps([[*words], {**environment}, str(Path.cwd())]).encode()
        pipes = [os.pipe() for _ in range(3)]
        try:
            socket.send_fds(self._control, [asked], [write for _, write in pipes])
        finally:
            for _, write in pipes:
                os.close(write)
        return WarmProcess([*words], *(read for read, _ in pipes))


class WarmProcess:
    """A command that runs: what `subprocess.Popen` is of one that was started cold.

    Attributes:
        args: its words.
        pid: of its process.
        returncode: as Popen has it; None while it runs.
        stdout: what it says; read by whoever starts it, or by `communicate`.
        stderr: what it complains of.
    """

    def __init__(self, args: list[str], stdout: int, stderr: int, told: int) -> None:
        self.args = args
        self.returncode: int | None = None
        self.stdout, self.stderr, self._told = (os.fdopen(pipe) for pipe in (stdout, stderr, told))
        self.pid = int(self._told.readline())
        self._ended = threading.Event()
        self._read: list[tuple[threading.Thread, list[str]]] = []
        threading.Thread(target=self._wait_for_end, daemon=True).start()

    def _wait_for_end(self) -> None:
        with self._told:
            told = self._told.readline()
        # Nothing is told where the process that waits for it was killed, too, as `Shotfarm.end_all` does.
        self.returncode = int(told) if told else -signal.SIGKILL
        self._ended.set()

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, once it has.

        Raises:
            subprocess.TimeoutExpired: it has not within these seconds.
        """
        if not self._ended.wait(timeout) or self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it says and complains of from now on, once it and all that write there have ended.

        Raises:
            subprocess.TimeoutExpired: that is not within these seconds; it may be asked again.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        if not self._read:
            self._read = [_read_aside(pipe) for pipe in (self.stdout, self.stderr)]
        for thread, _ in self._read:
            thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        self.wait(None if deadline is None else max(0.1, deadline - time.monotonic()))
        (_, (said,)), (_, (complained,)) = self._read
        return said, complained

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def _read_aside(pipe: TextIO) -> tuple[threading.Thread, list[str]]:
    """A thread that reads to the end, and the list where what it has read will be."""
    got: list[str] = []

    def read() -> None:
        with pipe:
            got.append(pipe.read())

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread, got


def _end(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    control.close()
    process.wait()


def _common(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(READ_BY_OURS_ALONE)}


def warm_commands() -> WarmCommands:
    """The warm process of this one, with its environment but what is ours in it.

    Libraries that tests import write into the environment; after that it is another process.
    """
    ours = ("RAY_", "PREFECT_", *READ_BY_OURS_ALONE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return _warm_with(frozenset({**kept, "COLUMNS": "200"}.items()))


@functools.lru_cache(maxsize=1)
def _warm_with(environment: frozenset[tuple[str, str]]) -> WarmCommands:
    return WarmCommands(dict(environment))


def _serve(control: socket.socket) -> None:
    """Fork for each command that is asked for; returns in the fork, to run it, and at the end of it all."""
    _import_what_commands_import()
    _have_prefect_start_warm()
    assert threading.active_count() == 1, threading.enumerate()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asked, pipes, *_ = socket.recv_fds(control, _MOST_BYTES, 3)
        if not asked:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            if _is_the_command(pipes):
                _become(*json.loads(asked), pipes)
                return
        for pipe in pipes:
            os.close(pipe)


def _is_the_command(pipes: Sequence[int]) -> bool:
    """Fork once more, and wait for that one: True in it, which tells its id; then how it ends is told."""
    command = os.fork()
    if command == 0:
        os.setpgid(0, 0)
        os.write(pipes[2], f"{os.getpid()}\n".encode())
        return True
    for pipe in pipes[:2]:
        os.close(pipe)
    _, status = os.waitpid(command, 0)
    with contextlib.suppress(OSError):  # nobody waits for it any more
        os.write(pipes[2], f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(words: list[str], environment: dict[str, str], folder: str, pipes: Sequence[int]) -> None:
    os.dup2(pipes[0], 1)
    os.dup2(pipes[1], 2)
    for pipe in pipes:
        os.close(pipe)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = words


def _import_what_commands_import() -> None:
    """With what every command that connects to servers sets before it imports them."""
    kept = dict(os.environ)
    prefect_server = importlib.import_module("pipeline.services.prefect_server")
    connect = importlib.import_module("farm.cluster.connect")
    os.environ.update(connect.ray_environment(token=""))
    with tempfile.TemporaryDirectory() as home:
        prefect_server.use_prefect_server(Path(home), port=1, password="")
        for name in (*IMPORTED, *IMPORTED_LATE):
            importlib.import_module(name)
    os.environ.clear()
    os.environ.update(kept)


def _have_prefect_start_warm() -> None:
    """Prefect's servers of commands are forks, too, where the environment says of which process."""
    modules = [
        importlib.import_module(f"pipeline.services.{name}") for name in ("prefect_server", "standing_farm")
    ]
    cold = modules[0].prefect_server_command
    program = str(Path(__file__).with_name("warm_prefect.py"))

    def command(port: int) -> list[str]:
        words = cold(port)
        name = os.environ.get(WARM_PREFECT)
        return [sys.executable, "-I", "-S", program, name, *words[3:]] if name else words

    for module in modules:
        module.prefect_server_command = command


if __name__ == "__main__":
    try:
        _serve(socket.socket(fileno=int(sys.argv[1])))
    except KeyboardInterrupt:
        os._exit(0)
    from pipeline.cli.app import main

    sys.exit(main())
