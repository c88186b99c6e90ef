"""Nodes of Ray as a farm has them: lean heads, and all may start late.

Ray starts the server of its dashboard also where that is off, a reader of what workers print, and the monitor
of an autoscaler where no cloud gives machines: three processes of Python, each most of a second of a
processor for every cluster. It has switches for two of them, and only in `ray start`.

`python -m farm.cluster.lean_head start ...` is that command without the dashboard's server.

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

_PARAMETER: Any = ray._private.parameter  # noqa: SLF001  (Ray looks up here what it starts a head with)
_SERVICES: Any = ray._private.services  # noqa: SLF001


PATIENCE_S, LOOK_S = 600.0, 0.2
"""how long a node may take to start while its raylet lives, and how often it is looked for"""
_get_node = _SERVICES.get_node


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


@contextlib.contextmanager
def lean_head() -> Iterator[None]:
    """While held, a head that `ray.init` starts is lean."""
    parameters, start_server = _PARAMETER.RayParams, _SERVICES.start_api_server
    _PARAMETER.RayParams = functools.partial(parameters, include_log_monitor=False, no_monitor=True)
    _SERVICES.start_api_server, _SERVICES.get_node = _no_server, _node_that_starts
    try:
        yield
    finally:
        _PARAMETER.RayParams, _SERVICES.start_api_server = parameters, start_server
        _SERVICES.get_node = _get_node


def main() -> None:
    """Ray's command, whose heads have no dashboard's server and may start late."""
    from ray.scripts import scripts

    _SERVICES.start_api_server, _SERVICES.get_node = _no_server, _node_that_starts
    sys.argv[0] = "ray"
    scripts.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
