"""The process that keeps a joined machine's node: `python -m pipeline.services.joined_node HOME COMMAND...`.

Ray gives a node half a minute to start and then gives it up; here it is tried again as long as a start may
take. When the farm's head is gone, the node is ended and the reason is noted for `farm status`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from assembly.programs.leash import leashed
from farm.host.addresses import answers, refuses
from farm.host.processes import end_rest_of_group
from pipeline.services.joined_farm import END_S, keep, known_farm
from pipeline.services.prefect_server import START_S

LOOK_S = 1.0
REFUSED_S = 5.0
"""for so long the head's machine says that no farm is there, before this one believes it"""


class _Leave(BaseException):
    """Somebody ended this process."""


def main() -> None:
    """Keep a node until it is told to leave, or has no farm any more."""
    home, words = Path(sys.argv[1]), sys.argv[2:]
    signal.signal(signal.SIGTERM, _leave)
    address = next(word for word in words if word.startswith("--address=")).removeprefix("--address=")
    host, _, port = address.rpartition(":")
    why = _keep(words, host, int(port))
    print(f"this machine leaves the farm at {address}: {why}", flush=True)
    farm = known_farm(home)
    if farm and why:
        keep(home, farm.model_copy(update={"left": why}))
    end_rest_of_group()


def _leave(*_: object) -> None:
    raise _Leave


def _keep(words: list[str], host: str, port: int) -> str:
    """Why there is no node any more; nothing when it was told to leave."""
    last_start = time.monotonic() + START_S
    while True:
        node = subprocess.Popen(leashed(words))
        try:
            why = _watch(node, host, port)
        except _Leave:
            node.terminate()
            try:
                node.wait(END_S)
            except subprocess.TimeoutExpired:
                node.kill()
            return ""
        if why:
            node.kill()
            return why
        if not answers(port, host):
            return "its head does not answer any more"
        if time.monotonic() > last_start:
            return f"Ray's node ended with code {node.returncode}"
        print(f"Ray's node ended with code {node.returncode}; it is started again", flush=True)
        time.sleep(LOOK_S)


def _watch(node: subprocess.Popen[bytes], host: str, port: int) -> str:
    """Until the node ends by itself (nothing), or its farm has gone (the reason)."""
    since: float | None = None
    while node.poll() is None:
        time.sleep(LOOK_S)
        if not refuses(port, host):
            since = None
        elif since is None:
            since = time.monotonic()
        elif time.monotonic() - since > REFUSED_S:
            return "its head has ended"
    return ""


if __name__ == "__main__":
    main()
