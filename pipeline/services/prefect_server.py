"""Prefect's server: how one starts, how a process is pointed at it, and one that ends with a run."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from assembly.programs.leash import leashed
from farm.cluster.connect import new_token
from farm.host.addresses import LOOPBACK, answers, free_port
from farm.host.identity import is_over
from pipeline.settings import Settings
from storyboard.errors import FarmError, UsageError
from storyboard.refusals import store_errors

START_S = 300.0
PREFECT_USER = "shotfarm"
PREFECT_APP = "pipeline.orchestration.prefect_app:create_app"
"""in the words of the server's command"""
_ONLY_FOR_A_RUN = {
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    **{
        f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false"
        for service in ("SCHEDULER", "LATE_RUNS", "PAUSE_EXPIRATIONS", "FOREMAN", "REPOSSESSOR", "TRIGGERS")
    },
}
"""what a server that is there for one run leaves out, to start sooner: watching schedules and pauses"""
_NO_AUTHORITY = Path(__file__).with_name("no_authority.pem")
"""a certificate that ran out in 2000, whose key nobody has"""
SCHEDULES = "SHOTFARM_SCHEDULES_OF"
"""in the environment of a standing farm's server: the home folder whose schedules it is to have run"""


def prefect_environment(home: Path) -> dict[str, str]:
    """Settings under which Prefect keeps to the home folder, says little and tells nobody."""
    return {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # What a run itself writes is for whoever opens its page.
        "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "INFO",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        # Its server is asked without TLS. Each of its clients, of which a run has four, would read the
        # authorities of the whole web all the same: 32 ms of a processor.
        "PREFECT_API_SSL_CERT_FILE": str(_NO_AUTHORITY),
        "DO_NOT_TRACK": "1",
    }


def prefect_server_command(port: int) -> list[str]:
    """Start a Prefect server in one process (`prefect server start` makes two, one may outlive it)."""
    return [
        *(sys.executable, "-m", "uvicorn", "--factory", PREFECT_APP),
        *("--host", LOOPBACK, "--port", str(port), "--log-level", "warning", "--timeout-keep-alive", "5"),
    ]


def prefect_api(port: int) -> str:
    """The address of the API of a server on this machine."""
    return f"http://{LOOPBACK}:{port}/api"


def prefect_server_environment(home: Path, port: int, password: str) -> dict[str, str]:
    """What that server needs beside this process's environment."""
    return {
        **prefect_environment(home),
        "PREFECT_SERVER_API_AUTH_STRING": f"{PREFECT_USER}:{password}",
        # The page asks its server where the API is; without these it is sent to Prefect's usual port.
        "PREFECT_API_URL": prefect_api(port),
        "PREFECT_UI_API_URL": prefect_api(port),
        "PREFECT_SERVER_UI_API_URL": prefect_api(port),
        # Its newer page shows an error before it asks for the login, and calls an analytics host.
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # Its feed of events is written every five seconds anyway, or whenever there are so many.
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    }


def prefect_database(settings: Settings) -> dict[str, str]:
    """What the server needs of a database that is not the file in the home folder.

    Raises:
        UsageError: it is no PostgreSQL.
    """
    if settings.prefect_database is None:
        return {}
    scheme, colon, rest = settings.prefect_database.get_secret_value().partition("://")
    if scheme not in {"postgresql", "postgres"} or not colon or not rest:
        raise UsageError(
            "SHOTFARM_PREFECT_DATABASE is no PostgreSQL", "postgresql://user:password@host/database"
        )
    return {"PREFECT_SERVER_DATABASE_CONNECTION_URL": f"postgresql+asyncpg://{rest}"}


@contextlib.contextmanager
def prefect_for_this_run(settings: Settings) -> Iterator[tuple[int, str, Callable[[], None]]]:
    """Start a Prefect server that ends with this run: its port and password; call the last before a flow.

    It shares the home folder's database with the standing server, so that the history of runs is one.
    """
    home = settings.home
    with store_errors(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = (home / "prefect.log").open("ab")
    port, password = free_port(), new_token()
    environment = {
        **prefect_server_environment(home, port, password),
        **prefect_database(settings),
        **_ONLY_FOR_A_RUN,
    }
    with log:
        server = subprocess.Popen(
            leashed(prefect_server_command(port)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
            cwd=home,
        )
    use_prefect_server(home, port, password)
    try:
        yield port, password, lambda: wait_for_start({"prefect": (server.pid, port)}, home)
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def use_prefect_server(home: Path, port: int, password: str) -> None:
    """Point this process at a Prefect server, from here on."""
    os.environ.update(prefect_environment(home))
    os.environ["PREFECT_API_URL"] = prefect_api(port)
    os.environ["PREFECT_API_AUTH_STRING"] = f"{PREFECT_USER}:{password}"
    # The command line shows each error once; Prefect would print it again, with tracebacks.
    os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
    os.environ["PREFECT_LOGGING_INTERNAL_LEVEL"] = "CRITICAL"
    # Its server is on this machine: one that does not answer soon has ended. Five tries would take a minute.
    os.environ["PREFECT_CLIENT_MAX_RETRIES"] = "2"
    if imported := sys.modules.get("prefect.context"):  # Prefect has read its settings by now
        imported.refresh_global_settings_context()


def wait_for_start(parts: dict[str, tuple[int, int]], home: Path, ray_host: str = LOOPBACK) -> None:
    """Wait until each part (process id and port, by name) listens."""
    deadline = time.monotonic() + START_S
    while parts:
        for name, (pid, port) in list(parts.items()):
            if answers(port, ray_host if name == "ray" else LOOPBACK):
                del parts[name]
            elif is_over(pid):
                raise FarmError(
                    f"{name} ended while it started", f"its last words are in {home / f'{name}.log'}"
                )
        if time.monotonic() > deadline:
            raise FarmError(
                f"{' and '.join(parts)} did not come up in {START_S:.0f} s", f"look at the logs in {home}"
            )
        time.sleep(0.1)
