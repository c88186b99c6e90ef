"""A Ray head with the processes alone that a farm asks something of.

Ray starts the server of its dashboard also where that is off, a reader of what workers print, and the monitor
of an autoscaler where no cloud gives machines: three processes of Python, each most of a second of a
processor for every cluster. It has switches for two of them, and only in `ray start`.

`python -m farm.cluster.lean_head start --head ...` is that command without the dashboard's server.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator
from typing import Any

import ray._private.parameter
import ray._private.services

_PARAMETER: Any = ray._private.parameter  # noqa: SLF001  (Ray looks up here what it starts a head with)
_SERVICES: Any = ray._private.services  # noqa: SLF001


def _no_server(*_: Any, **__: Any) -> tuple[str, None]:
    """Instead of starting the server of a dashboard: it has no address, and there is no process."""
    return "", None


@contextlib.contextmanager
def lean_head() -> Iterator[None]:
    """While held, a head that `ray.init` starts is lean."""
    parameters, start_server = _PARAMETER.RayParams, _SERVICES.start_api_server
    _PARAMETER.RayParams = functools.partial(parameters, include_log_monitor=False, no_monitor=True)
    _SERVICES.start_api_server = _no_server
    try:
        yield
    finally:
        _PARAMETER.RayParams, _SERVICES.start_api_server = parameters, start_server


def main() -> None:
    """Ray's command, whose heads have no dashboard's server."""
    from ray.scripts import scripts

    _SERVICES.start_api_server = _no_server
    sys.argv[0] = "ray"
    scripts.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
