"""What a node of Ray has instead of its two agents: a program that says they offer nothing.

Ray starts beside every raylet an agent of the dashboard, and one that sets environments of workers up, for
which nothing here asks: two processes of Python with much of Ray in them, a second of a processor each for
every node, and 90 MB. A raylet insists on both: it waits for the files in which they say on which ports they
listen, and ends when one of them ends. Ray's own agent of the dashboard says -1 where it listens on none.

This file is the program, and imports nothing of shotfarm and of Ray. Its words: the names of the ports, with
commas between them, then those that Ray has for the agent, which say where its session has its files, and the
node.
"""

from __future__ import annotations

import os
import sys

DASHBOARD_PORTS = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port")
ENVIRONMENT_PORTS = ("runtime_env_agent_port",)
_NONE = "-1"


def instead(ports: tuple[str, ...]) -> list[str]:
    """The first words of a command that stands for an agent with these ports."""
    return [sys.executable, "-I", "-S", __file__, ",".join(ports)]


def main(ports: str, *given: str) -> None:
    """Say that nobody listens on these ports, and stay while the raylet holds the other end of the pipe."""
    words = dict(word.removeprefix("--").split("=", 1) for word in given if "=" in word)
    for port in ports.split(","):
        place = f"{words['session-dir']}/{port}_{words['node-id']}"
        with open(f"{place}.new", "w") as file:  # noqa: PTH123  (an import of pathlib costs as much as all else)
            file.write(_NONE)
        os.replace(f"{place}.new", place)  # noqa: PTH105
    while os.read(0, 1024):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
