"""Prefect's servers of the tests: they start warm, and there are some for tests that need no farm."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx

from assembly.programs.leash import leashed
from farm.host.addresses import free_port
from pipeline.services.prefect_api import PrefectApi
from pipeline.services.prefect_server import (
    prefect_api,
    prefect_environment,
    prefect_server_command,
    prefect_server_environment,
)
from tests.support.pipeline import warm_prefect
from tests.support.waiting import until

PASSWORD = "a word"  # noqa: S105  (of servers that end with a test)


def database_of_prefect(url: str) -> dict[str, str]:
    """Has Prefect keep its database in PostgreSQL, at a URL as a user writes it."""
    return {"PREFECT_SERVER_DATABASE_CONNECTION_URL": url.replace("postgresql://", "postgresql+asyncpg://")}


@functools.cache
def warm_socket() -> str:
    """The name of the socket of the process that servers of this one's tests are forks of; empty off Linux.

    It ends with this process, which holds one end of a pair of sockets until then.
    """
    if sys.platform != "linux":
        return ""
    name = f"shotfarm-{secrets.token_hex(8)}"
    ours = ("RAY_", "PREFECT_", "SHOTFARM_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    home = tempfile.mkdtemp(prefix="warm-prefect-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    held, theirs = socket.socketpair()
    _HELD.append(held)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening, theirs:
        listening.bind(f"\0{name}")
        listening.listen(64)
        given = [listening.fileno(), theirs.fileno()]
        _STARTED.append(
            subprocess.Popen(
                [sys.executable, "-P", warm_prefect.__file__, "serve", *map(str, given)],
                pass_fds=given,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**kept, **prefect_environment(Path(home))},
            )
        )
    return name


_HELD: list[socket.socket] = []
_STARTED: list[subprocess.Popen[bytes]] = []


@contextlib.contextmanager
def prefect_server(home: Path, environment: dict[str, str]) -> Iterator[tuple[PrefectApi, int]]:
    """A server that answers, to be asked; its port."""
    port = free_port()
    own = prefect_server_environment(home, port, PASSWORD) | environment
    command = prefect_server_command(port)
    if warm := warm_socket():
        command = warm_prefect.warm_command(warm, command)
    with (home / "prefect.log").open("ab") as log:
        server = subprocess.Popen(
            leashed(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **own},
            cwd=home,
        )
    try:
        until(lambda: _answers(port) or server.poll() is not None, "Prefect answers")
        assert server.poll() is None, (home / "prefect.log").read_text()
        with PrefectApi(port, PASSWORD) as prefect:
            yield prefect, port
    finally:
        server.kill()
        server.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{prefect_api(port)}/health", auth=("shotfarm", PASSWORD), timeout=5).is_success
    return False
