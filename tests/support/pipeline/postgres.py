"""A PostgreSQL server for the tests: a folder of its own, a free port on loopback, passwords that count."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.waiting import until

NOBODY = 65534
USER, PASSWORD = "shotfarm", "a word"
STARTS = 5


def program(name: str) -> str | None:
    """Where a program of PostgreSQL lies; None where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else None)


@dataclass(frozen=True)
class PostgresServer:
    """A server that answers."""

    port: int

    def url(self, database: str, user: str = USER, word: str = PASSWORD) -> str:
        """Of one of its databases, as a user writes it."""
        return f"postgresql://{user}:{word.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"

    def run(self, command: str) -> None:
        """Do something to the server itself, such as making a database."""
        import pg8000.native

        with contextlib.closing(
            pg8000.native.Connection(USER, "127.0.0.1", "postgres", self.port, PASSWORD)
        ) as connection:
            connection.run(command)

    def new_database(self) -> str:
        """The name of an empty database."""
        name = f"films_{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name}")
        return name


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """One that ends with the block; it keeps nothing, so it waits for no disk."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        as_another = []
        if os.geteuid() == 0:  # it refuses the superuser
            os.chown(folder, NOBODY, NOBODY)
            as_another = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        made = [program("initdb"), "-D", folder / "data", "-U", USER, "--auth=scram-sha-256"]
        subprocess.run(
            [*as_another, *map(str, made), f"--pwfile={password}", "--no-sync", "-E", "UTF8", "--locale=C"],
            check=True,
            capture_output=True,
        )
        with _started(folder, as_another) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _started(folder: Path, as_another: list[str]) -> Iterator[PostgresServer]:
    for _ in range(STARTS):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = _process(folder, as_another, port)
        try:
            if _answers(process, folder / "log"):
                yield PostgresServer(port)
                return
        finally:
            process.send_signal(signal.SIGINT)  # it waits for nobody's connection
            process.wait()
    raise AssertionError(f"PostgreSQL does not start: {(folder / 'log').read_text()}")


def _process(folder: Path, as_another: list[str], port: int) -> subprocess.Popen[bytes]:
    command = [program("postgres"), "-D", folder / "data", "-k", folder, "-p", port, "-h", "127.0.0.1"]
    quick = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    with (folder / "log").open("w") as told:
        return subprocess.Popen([*as_another, *map(str, command), *quick], stdout=told, stderr=told)


def _answers(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether it answers, or has ended because somebody else took the port."""
    until(lambda: "ready to accept" in log.read_text() or process.poll() is not None, "PostgreSQL")
    return process.poll() is None
