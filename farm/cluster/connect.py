"""Ray clusters: one for a single run, the standing one, or somebody else's.

Ray runs code for whoever reaches its ports, so every cluster started here binds to the loopback address and
asks for a token.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farm.host.addresses import LOOPBACK, answers, is_loopback
from farm.host.processes import start_in_background
from storyboard.errors import FarmError, UsageError
from storyboard.wording import first_line

if TYPE_CHECKING:
    from farm.cluster.client import FarmClient

LOOK_S = 2.0
"""so often it is seen whether a head that is being connected to is still there"""
_OBJECT_STORE_BYTES = 512 * 1024**2


def ray_environment(token: str, host: str = LOOPBACK) -> dict[str, str]:
    """Under which Ray asks for this token, tells nobody, and keeps to the loopback address if it has that."""
    open_to_others = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": token,
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    if host != LOOPBACK:
        return open_to_others
    return open_to_others | {
        # Despite its name it makes Ray keep 127.0.0.1 as its address instead of looking for an outer one;
        # only then do all of its servers bind to the loopback address.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    }


def new_token() -> str:
    """A token for a cluster or a server: 64 hexadecimal digits."""
    return secrets.token_hex(32)


@contextlib.contextmanager
def cluster_for_this_run(cpus: int | None = None) -> Iterator[FarmClient]:
    """Start a Ray cluster on this machine, and stop it at the end.

    Args:
        cpus: worker slots; this machine's processors when left out.

    Raises:
        FarmError: Ray does not start.
    """
    with _connected(new_token(), num_cpus=cpus, object_store_memory=_OBJECT_STORE_BYTES) as client:
        yield client


@contextlib.contextmanager
def connected_to(address: str, token: str | None = None, own: str | None = None) -> Iterator[FarmClient]:
    """Connect to a running Ray cluster.

    Args:
        address: `host:port` of its head, or `auto` on one of its nodes.
        token: its token; taken from Ray's own settings when left out.
        own: the address of this machine's node, where that is not for Ray to find.

    Raises:
        FarmError: nothing answers there, or it refuses the token.
        UsageError: there is no token, and the cluster may be open to others than this machine.
    """
    host, _, port = address.rpartition(":")
    if address != "auto" and not (host and port.isdigit()):
        raise FarmError(f"{address!r} is no address of a Ray cluster", "give host:port of its head, or auto")
    if not (token or is_loopback(host) or asks_for_token(os.environ)):
        raise UsageError(
            f"{address} is no farm to join without a token: Ray runs code for whoever reaches it",
            "set RAY_AUTH_MODE=token here and on every node, with the farm's token in RAY_AUTH_TOKEN or in "
            "~/.ray/auth_token (`ray get-auth-token --generate` makes one)",
        )
    # Ray itself would try for minutes.
    if port.isdigit() and not answers(int(port), host):
        raise FarmError(f"nothing answers at {address}", "is the cluster up, and can this machine reach it?")
    how = {"address": address} if own is None else {"address": address, "_node_ip_address": own}
    with _connected(token, **how) as client:
        yield client


@contextlib.contextmanager
def _connected(token: str | None, **how: Any) -> Iterator[FarmClient]:
    if token:
        os.environ.update(ray_environment(token, how.get("_node_ip_address", LOOPBACK)))
    # Ray reads its environment when it is imported.
    import ray
    import ray._private.worker

    from farm.cluster.client import FarmClient
    from farm.cluster.dispatcher import NAMESPACE
    from farm.cluster.lean_head import lean_head

    # Whatever `log_to_driver` says, Ray prints what its nodes complain of into the output of a driver, where
    # nothing but a command's own words belong. The dispatcher tells what became of a shot.
    ray._private.worker.print_to_stdstream = _say_nothing  # noqa: SLF001  (it has no public switch)
    if "address" not in how:
        # Without "local" Ray would join whatever cluster it finds on this machine.
        how |= {"address": "local", "include_dashboard": False, "_node_ip_address": LOOPBACK}
    on_sigterm = signal.getsignal(signal.SIGTERM)

    def connect() -> None:
        ray.init(namespace=NAMESPACE, log_to_driver=False, logging_level=logging.ERROR, **how)

    try:
        if ":" in how["address"]:
            _within_sight(how["address"], connect)
        else:
            with lean_head():
                connect()
    except Exception as error:
        # Ray says with a bare Exception that a node did not come up in half a minute.
        bare = type(error) is Exception
        if not bare and not isinstance(error, (ConnectionError, RuntimeError, ValueError, OSError)):
            raise
        place = (
            "a Ray cluster of this run"
            if how["address"] == "local"
            else f"the Ray cluster at {how['address']}"
        )
        raise FarmError(
            f"{place} cannot be used: {first_line(error)}", "look at `shotfarm farm status`"
        ) from error
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, on_sigterm)  # Ray's own leaves at once and without a word
    try:
        yield FarmClient()
    finally:
        ray.shutdown()


def _within_sight(address: str, connect: Callable[[], object]) -> None:
    """Connect, in a thread: Ray itself would wait for minutes for a head that goes away meanwhile.

    Raises:
        FarmError: the head does not answer any more.
    """
    ended: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            connect()
        except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
            ended.put(error)
        else:
            ended.put(None)

    threading.Thread(target=run, daemon=True).start()
    host, _, port = address.rpartition(":")
    while True:
        try:
            error = ended.get(timeout=LOOK_S)
        except queue.Empty:
            if not answers(int(port), host):
                raise FarmError(f"{address} does not answer any more", "start the farm again") from None
        else:
            if error is not None:
                raise error
            return


def _say_nothing(*_: Any, **__: Any) -> None:
    """Instead of what Ray would print."""


def asks_for_token(environment: Mapping[str, str]) -> bool:
    """Whether Ray, in this environment, shows a token to a cluster and asks one of whoever connects.

    The rules are Ray's: the mode must be set, and the token be in the environment or in a file.
    """
    if environment.get("RAY_AUTH_MODE", "").lower() != "token":
        return False
    named = environment.get("RAY_AUTH_TOKEN_PATH")
    home = Path(environment.get("HOME") or Path.home())
    return (
        bool(environment.get("RAY_AUTH_TOKEN"))
        or (Path(named) if named else home / ".ray" / "auth_token").is_file()
    )


def start_head(
    port: int,
    token: str,
    log: Path,
    cpus: int | None = None,
    environment: Mapping[str, str] | None = None,
    host: str = LOOPBACK,
) -> int:
    """Start the head of a standing cluster in the background; returns its process id.

    The process group of that id holds the whole cluster; `stop_process_group` ends it. What is in
    `environment` reaches the dispatcher and the workers. With another `host` than the loopback address, Ray
    listens on every address of this machine.

    Raises:
        FarmError: it ended at once; the message says where its log is.
    """
    arguments = [
        *(sys.executable, "-P", "-m", "farm.cluster.lean_head", "start"),
        "--head",
        "--block",
        f"--node-ip-address={host}",
        f"--port={port}",
        "--include-dashboard=false",
        "--include-log-monitor=false",  # it sends what workers print to drivers, and ours hear none of it
        "--no-monitor",
        "--disable-usage-stats",
        f"--object-store-memory={_OBJECT_STORE_BYTES}",
    ]
    if cpus is not None:
        arguments.append(f"--num-cpus={cpus}")
    # Ray would wait half a minute at the end for actors to leave; the dispatcher and the workers never do.
    alone = {"RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0"}
    return start_in_background(
        arguments, log, {**ray_environment(token, host), **alone, **(environment or {})}
    )
