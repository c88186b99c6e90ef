"""Prefect servers for the tests that need no farm: with SQLite, or with a database of a PostgreSQL server."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx

from assembly.programs.leash import leashed
from farm.host.addresses import free_port
from pipeline.services.prefect_api import PrefectApi
from pipeline.services.prefect_server import prefect_api, prefect_server_command, prefect_server_environment
from tests.support.waiting import until

PASSWORD = "a word"  # noqa: S105  (of servers that end with a test)


def database_of_prefect(url: str) -> dict[str, str]:
    """Has Prefect keep its database in PostgreSQL, at a URL as a user writes it."""
    return {"PREFECT_SERVER_DATABASE_CONNECTION_URL": url.replace("postgresql://", "postgresql+asyncpg://")}


@contextlib.contextmanager
def prefect_server(home: Path, environment: dict[str, str]) -> Iterator[tuple[PrefectApi, int]]:
    """A server that answers, to be asked; its port."""
    port = free_port()
    own = prefect_server_environment(home, port, PASSWORD) | environment
    with (home / "prefect.log").open("ab") as log:
        server = subprocess.Popen(
            leashed(prefect_server_command(port)),
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
