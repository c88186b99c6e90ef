"""Nodes of Ray as a farm has them: lean heads, and all may start late.

Ray starts the server of its dashboard also where that is off, a reader of what workers print, and the monitor
of an autoscaler where no cloud gives machines: three processes of Python, each most of a second of a
processor for every cluster. It has switches for two of them, and only in `ray start`. Of the agents of a node
`no_agent.py` tells.

`python -m farm.cluster.lean_head start ...` is that command without the dashboard's server and the agents.

Ray gives a node half a minute to start, and has no switch for that; a busy machine needs more.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import time
from collections.abc import Iterator
from typing import Any

import psutil
import ray._private.parameter
import ray._private.services
from ray._private import ray_constants

from farm.cluster import no_agent

_PARAMETER: Any = ray._private.parameter  # noqa: SLF001  (Ray looks up here what it starts a head with)
_SERVICES: Any = ray._private.services  # noqa: SLF001


PATIENCE_S, LOOK_S = 600.0, 0.2
"""how long a node may take to start while its raylet lives, and how often it is looked for"""
_get_node = _SERVICES.get_node
_program_of = _SERVICES._build_python_executable_command_memory_profileable  # noqa: SLF001
_INSTEAD = {
    ray_constants.PROCESS_TYPE_DASHBOARD_AGENT: no_agent.instead(no_agent.DASHBOARD_PORTS),
    ray_constants.PROCESS_TYPE_RUNTIME_ENV_AGENT: no_agent.instead(no_agent.ENVIRONMENT_PORTS),
}


def _program_without_agents(process_type: str, *of: Any) -> Any:
    """What Ray starts a process of its own with: its Python, and for an agent what stands for it."""
    return _INSTEAD.get(process_type) or _program_of(process_type, *of)


def _node_that_starts(*of: Any, **words: Any) -> Any:
    """What Ray knows of a node, which it may be told late of.

    Raises:
        RuntimeError: it does not know it, and it will not: the node's raylet has ended, or hangs.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return _get_node(*of, **words)
        except RuntimeError:
            if time.monotonic() > deadline or not _raylet_lives():
                raise
        time.sleep(LOOK_S)


def _raylet_lives() -> bool:
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if child.name() == "raylet" and child.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


def _no_server(*_: Any, **__: Any) -> tuple[str, None]:
    """Instead of starting the server of a dashboard: it has no address, and there is no process."""
    return "", None


def _make_lean() -> None:
    _SERVICES.start_api_server, _SERVICES.get_node = _no_server, _node_that_starts
    _SERVICES._build_python_executable_command_memory_profileable = _program_without_agents  # noqa: SLF001


@contextlib.contextmanager
def lean_head() -> Iterator[None]:
    """While held, a head that `ray.init` starts is lean."""
    parameters, start_server = _PARAMETER.RayParams, _SERVICES.start_api_server
    _PARAMETER.RayParams = functools.partial(parameters, include_log_monitor=False, no_monitor=True)
    _make_lean()
    try:
        yield
    finally:
        _PARAMETER.RayParams, _SERVICES.start_api_server = parameters, start_server
        _SERVICES.get_node = _get_node
        _SERVICES._build_python_executable_command_memory_profileable = _program_of  # noqa: SLF001


def main() -> None:
    """Ray's command, whose heads have no dashboard's server and may start late."""
    from ray.scripts import scripts

    _make_lean()
    sys.argv[0] = "ray"
    scripts.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
