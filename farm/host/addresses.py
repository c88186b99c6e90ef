"""Network addresses: which of them only this machine reaches, and what listens there."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from secrets import SystemRandom

import psutil

LOOPBACK = "127.0.0.1"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_and_port(words: str, usual_port: int) -> tuple[str, int] | None:
    """`HOST` or `HOST:PORT`, as people write them; None for what is neither."""
    host, colon, port = words.partition(":")
    if not host or (colon and not (port.isdigit() and 0 < int(port) < 2**16)):
        return None
    return host, int(port) if colon else usual_port


def is_own(host: str) -> bool:
    """Whether this machine has this address (IPv4)."""
    with socket.socket() as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True


def own_addresses() -> list[str]:
    """The IPv4 addresses of this machine, the loopback one last."""
    every = psutil.net_if_addrs().values()
    found = {each.address for addresses in every for each in addresses if each.family == socket.AF_INET}
    return sorted(found, key=lambda address: (is_loopback(address), address))


def address_towards(host: str) -> str:
    """The address under which a host sees this machine.

    Raises:
        OSError: there is no way to that host.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:  # nothing is sent
        probe.connect((host, 9))
        address: str = probe.getsockname()[0]
    return address


def refuses(port: int, host: str) -> bool:
    """Whether a host that is there says that nothing listens on a port."""
    try:
        socket.create_connection((host, port), timeout=10.0).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


_QUIET_PORTS = range(20_000, 32_768)
_TRIED_PORTS = 100


def free_port() -> int:
    """A TCP port of the loopback address that nothing listens on.

    Between being named and being listened on it may be taken by others: it is none of those that systems give
    to whoever connects, nor of those that Ray gives to its workers.
    """
    for port in SystemRandom().sample(_QUIET_PORTS, _TRIED_PORTS):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    # All of them are taken: one that the system gives.
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether something listens on a port of this machine's loopback address, or of another host."""
    try:
        socket.create_connection((host, port), timeout=1.0 if host == LOOPBACK else 10.0).close()
    except (OSError, OverflowError):
        return False
    return True
