"""Hosts with networks of their own: network namespaces of this machine, joined by a virtual cable."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.waiting import until

CABLE = "cable"


@dataclass(frozen=True)
class Host:
    """A host.

    Attributes:
        name: of its namespace; empty for this machine itself.
        address: where others find it.
    """

    name: str
    address: str

    def within(self, words: list[str]) -> list[str]:
        """The words of a command that runs there."""
        return ["ip", "netns", "exec", self.name, *words] if self.name else words

    def cable(self, state: str) -> None:
        """Pull its cable out (`down`) or put it in (`up`)."""
        assert ip("-n", self.name, "link", "set", CABLE, state)

    def pids(self) -> list[int]:
        """Every process that runs there."""
        told = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True, check=True)
        return [int(pid) for pid in told.stdout.split()]

    def end_all(self) -> None:
        """End what runs there; nothing else is in its namespace."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not self.pids(), "everything on the host has ended")


THIS_MACHINE = Host("", "127.0.0.1")


@contextlib.contextmanager
def two_hosts() -> Iterator[tuple[Host, Host] | str]:
    """Two hosts; or why there are none here, in words."""
    mark = secrets.token_hex(3)
    first, second = (Host(f"shotfarm-{mark}-{number}", f"10.77.3.{number}") for number in (1, 2))
    with contextlib.ExitStack() as stack:
        for host in (first, second):
            if not ip("netns", "add", host.name):
                yield "making network namespaces needs the superuser"
                return
            stack.callback(ip, "netns", "del", host.name)
            stack.callback(host.end_all)
            ip("-n", host.name, "link", "set", "lo", "up")
        other_end = ("type", "veth", "peer", "name", CABLE, "netns", second.name)
        if not ip("link", "add", CABLE, "netns", first.name, *other_end):
            yield "joining network namespaces is not permitted here"
            return
        for host in (first, second):
            assert ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", CABLE)
            host.cable("up")
        yield first, second


def ip(*words: str) -> bool:
    """Whether a command about networks is carried out."""
    try:
        return subprocess.run(["ip", *words], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
