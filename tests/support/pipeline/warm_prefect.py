"""Prefect's servers of the tests: forks of a process that has imported what such a server imports.

An import of Prefect's server takes three seconds of a processor, and a test of a run looks at what the server
does. A fork has the words, the environment, the folder and the output of whoever asks, and reads Prefect's
settings anew. What asks stays, and stands for the fork: a signal to it goes on to the fork, and when it has
gone, also by kill -9, the fork ends.

This file is two programs: the warm process (`serve` and its sockets), which ends when whoever started it has
gone, and what asks it for a server (the socket's name, and the words for uvicorn).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys

_MOST_BYTES = 1 << 17


def ask(name: str, words: list[str]) -> int:
    """Have a server forked, and wait for its end."""
    import json

    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as to:
        to.connect(f"\0{name}")
        asked = json.dumps([words, dict(os.environ), os.getcwd()])  # noqa: PTH109
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: _pass_on(to, number))
        socket.send_fds(to, [asked.encode()], [0, 1, 2])
        while to.recv(1):
            pass
    return 0


def _pass_on(to: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # the fork has ended already
        to.send(bytes([number]))


def serve(listening: socket.socket, held: socket.socket) -> None:
    """Fork for each server that is asked for, until whoever holds the other end has gone."""
    import gc
    import select
    import threading

    import uvicorn.config
    import uvicorn.lifespan.on
    import uvicorn.loops.auto
    import uvicorn.main
    import uvicorn.protocols.http.auto
    import uvicorn.protocols.websockets.auto  # noqa: F401

    gc.disable()
    import prefect.server.api.server  # noqa: F401

    import pipeline.orchestration.prefect_app  # noqa: F401

    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1, threading.enumerate()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listening, held], [], [])
        if held in ready:
            os._exit(0)
        to, _ = listening.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listening.close()
            held.close()
            _become(to)
            return
        to.close()


def _become(to: socket.socket) -> None:
    """Be what was asked for, as soon as uvicorn begins."""
    import gc
    import json
    import random
    import threading

    from prefect import context

    asked, outputs, *_ = socket.recv_fds(to, _MOST_BYTES, 3)
    words, environment, folder = json.loads(asked)
    os.setsid()
    for number, output in enumerate(outputs):
        os.dup2(output, number)
        os.close(output)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    random.seed()
    context.refresh_global_settings_context()
    gc.enable()
    sys.argv = ["uvicorn", *words]
    threading.Thread(target=_watch, args=(to,), daemon=True).start()


def _watch(to: socket.socket) -> None:
    """Take signals for whoever asked, and end with it."""
    while told := to.recv(1):
        os.kill(os.getpid(), told[0])
    os._exit(1)


def warm_command(name: str, command: list[str]) -> list[str]:
    """What starts a server warm, of what starts it cold: `python -m uvicorn` and words."""
    return [sys.executable, "-I", "-S", __file__, name, *command[3:]]


if __name__ == "__main__":
    if sys.argv[1] != "serve":
        sys.exit(ask(sys.argv[1], sys.argv[2:]))
    serve(*(socket.socket(fileno=int(number)) for number in sys.argv[2:]))
    from uvicorn.main import main

    main()
