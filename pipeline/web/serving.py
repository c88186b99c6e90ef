"""Serves a web application: a socket that listens, the server, and the word that it answers."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from farm.host.addresses import free_port
from storyboard.errors import UsageError

_END_S = 2
"""a page that listens is not waited for longer"""


def server_of(app: FastAPI) -> uvicorn.Server:
    """What serves an application, once it is given a socket that listens."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        proxy_headers=False,  # `Door.address_of` says whose word is taken
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_END_S,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    app.state.ending = lambda: server.should_exit
    return server


def serve_until_ended(server: uvicorn.Server, at: socket.socket, ready: Callable[[], None]) -> None:
    """Answer on a socket that listens until Ctrl-C.

    Args:
        server: what answers.
        at: where.
        ready: is called when it does, in a thread of its own.
    """
    threading.Thread(target=_tell_when_ready, args=(server, ready), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run([at])


def _tell_when_ready(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    """Say that a server answers; it is waited for in this thread."""
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.01)
    ready()


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on.

    Args:
        host: its address.
        port: 0 for one that is free, and that systems give to nobody who connects elsewhere: a link is good
            again when its server is back.

    Raises:
        UsageError: there is no such address here, or something else listens there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        _bind(made, host.strip("[]"), port)
        made.listen()
    except (OSError, OverflowError) as error:
        made.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(
            f"{host}:{port} cannot be listened on: {reason.lower()}", "choose another --host or --port"
        ) from error
    return made


def _bind(made: socket.socket, address: str, port: int) -> None:
    if port == 0:
        with contextlib.suppress(OSError):  # it is free at the loopback address, which may be another one
            made.bind((address, free_port()))
            return
    made.bind((address, port))
