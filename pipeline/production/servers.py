"""Servers that a film document names get nothing, and are asked nothing, unless they are of this house.

A film document comes from anywhere, and opening one must not have this machine knock at addresses that
somebody else wrote into it, let alone send them words and pictures. So a server counts only if it is on this
machine or in its own network, by its address alone, or if `SHOTFARM_ALLOW_SERVERS` names it. Everything else
of such a film works: its plan, its takes that are there.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, urlsplit

from pydantic import JsonValue

from pipeline.production.renderers import Choice, Choices
from pipeline.settings import Settings
from storyboard.document.load import LoadedFilm
from storyboard.errors import UsageError
from storyboard.planning.plan import PlannedShot, PlanWarning
from storyboard.wording import listed

_HOUSE = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
    )
)
"""loopback, and what RFC 1918 and RFC 4193 keep for a network of one's own; not 169.254.0.0/16, at which
clouds answer with the keys of a machine"""
_ENDINGS = (".localhost", ".local", ".lan", ".home.arpa")
"""of names that only a network of one's own gives out"""
_PORTS = {"http": 80, "https": 443}


def may_ask(url: str, settings: Settings) -> bool:
    """Whether this machine lets a film name a server; its name is not looked up.

    Args:
        url: where the server answers.
        settings: name those outside the house that may be asked.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return is_of_the_house(host) or any(
        _names(entry.strip(), host, parts) for entry in settings.allow_servers.split(",") if entry.strip()
    )


def is_of_the_house(host: str) -> bool:
    """Whether a host is this machine or in its network: an address or a name that means nothing elsewhere.

    >>> [is_of_the_house(host) for host in ("gpu1", "10.1.2.3", "::1", "gpu1.lan", "localhost")]
    [True, True, True, True, True]
    >>> [is_of_the_house(host) for host in ("example.com", "8.8.8.8", "169.254.169.254", "2852039166")]
    [False, False, False, False]
    """
    if not host.isascii() or not host:  # some characters of other alphabets count as a dot
        return False
    address = _address(host)
    if address is not None:
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in _HOUSE)
    return "." not in host or host.endswith(_ENDINGS)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is, in any of the forms that the system reads; None for a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))  # 2130706433, 0x7f.1 and such
    except OSError:
        return None


def _names(entry: str, host: str, parts: SplitResult) -> bool:
    """Whether an entry of the setting names a server."""
    said = urlsplit(f"//{entry}")
    name = (said.hostname or "").rstrip(".")
    is_host = host.endswith(name[1:]) if name.startswith("*.") else host == name
    return bool(name) and is_host and said.port in {None, parts.port or _PORTS.get(parts.scheme)}


def refuse_servers(missing: Iterable[PlannedShot], choices: Choices, settings: Settings) -> None:
    """Refuse to render shots on servers that the film chooses, unless all of these may be asked.

    Raises:
        UsageError: some may not; names them.
    """
    strange: dict[str, None] = {}
    for shot in missing:
        strange |= dict.fromkeys(_strange(choices.of(shot.laid), shot.spec.options, settings))
    if strange:
        raise UsageError(_words(strange), _hint(strange))


def server_warnings(loaded: LoadedFilm, choices: Choices, settings: Settings) -> tuple[PlanWarning, ...]:
    """Which servers a film names that get nothing from here."""
    if all(choice.traits.servers is None for choice in choices.used):
        return ()
    shots: list[str] = []
    strange: dict[str, None] = {}
    for _, shot in loaded.film.shots():
        choice = choices.of(shot)
        name, options = choice.traits.name, loaded.film.backend_options
        complete = choice.complete(options.get(name, {}), shot.backend_options.get(name, {}))
        found = [*_strange(choice, complete, settings)]
        strange |= dict.fromkeys(found)
        shots += [shot.id] if found else []
    return (PlanWarning(f"{_words(strange)} ({_hint(strange)})", tuple(shots)),) if strange else ()


def _strange(choice: Choice, options: dict[str, JsonValue], settings: Settings) -> Iterator[str]:
    """The hosts of servers that may not be asked."""
    for url in choice.traits.servers(options) if choice.traits.servers else ():
        if not may_ask(url, settings):
            yield urlsplit(url).netloc


def _words(hosts: Iterable[str]) -> str:
    return f"this film sends its words and pictures to servers of its own choice: {listed([*hosts])}"


def _hint(hosts: Iterable[str]) -> str:
    return (
        "they are outside of this machine and its network, and are asked nothing; if you trust them, name "
        f"them in SHOTFARM_ALLOW_SERVERS: {','.join(hosts)}"
    )
