"""Network addresses: which of them only this machine reaches, and what listens there."""

from __future__ import annotations

import ipaddress
import socket

LOOPBACK = "127.0.0.1"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def free_port() -> int:
    """A TCP port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether something listens on a port of this machine's loopback address, or of another host."""
    try:
        socket.create_connection((host, port), timeout=1.0 if host == LOOPBACK else 10.0).close()
    except (OSError, OverflowError):
        return False
    return True
