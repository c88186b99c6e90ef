"""Who may ask the review application, and from where: decided for each request before any route sees it.

A link carries a token, as Jupyter's does. It is exchanged for a cookie and taken out of the address at once,
so that it stays in no history and goes to no other site. A page of another site can neither ask (Origin,
`Sec-Fetch-Site`, and a name in `Host` that was rebound to this machine) nor write (a header of our own, which
no form can send). A script sends the token itself, as a bearer.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from farm.host.addresses import is_loopback
from pipeline.rendering.registering import this_person
from pipeline.review.roles import Person, Role

SESSION_S = 12 * 3600.0
"""a session ends so long after it was begun; the link begins another one"""
OWN_HEADER = "x-shotfarm"
"""what the page sends along whenever it changes something"""
_READS = frozenset({"GET", "HEAD"})
_HERE = frozenset({"same-origin", "none", ""})
"""of `Sec-Fetch-Site`: our own page, an address that a person typed, and what is no browser"""
_OPEN = ("/static/", "/fonts/")
"""what the page of an error needs; nothing of a film"""


class Refusal(Enum):
    """Why a request is refused: HTTP status, what happened, what to do."""

    HOST = 421, "this server is not called that", "open the link that `shotfarm review` printed"
    ORIGIN = 403, "another site's page asked for this", "open the link that `shotfarm review` printed"
    NO_TOKEN = 401, "nobody knows you here", "open the link that `shotfarm review` printed"
    WRONG_TOKEN = 401, "the token of this link is not valid", "open the link that `shotfarm review` printed"
    EXPIRED = 401, "your session has ended", "open the link that `shotfarm review` printed"
    NOT_OURS = (
        403,
        "a change must come from the page itself",
        f"scripts send a bearer token or {OWN_HEADER}: 1",
    )

    @property
    def status(self) -> int:
        """Of HTTP."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What happened."""
        return self.value[1]

    @property
    def hint(self) -> str:
        """What to do."""
        return self.value[2]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request says who asks, and from where. What was not sent is empty.

    Attributes:
        host: the `Host` header.
        site: `Sec-Fetch-Site`.
        token: of the link.
        bearer: of the `Authorization` header.
        session: of the cookie.
        marked: whether it has a header of our own.
        navigates: whether a person goes to a page, in contrast to what a page asks for.
    """

    method: str
    path: str
    host: str
    origin: str = ""
    site: str = ""
    token: str = ""
    bearer: str = ""
    session: str = ""
    marked: bool = False
    navigates: bool = False


@dataclass(slots=True)
class Sessions:
    """The sessions that were begun with the link's token; they end with the process."""

    clock: Callable[[], float] = time.monotonic
    _ends_at: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> str:
        """A new session's name, for a cookie."""
        name = secrets.token_urlsafe(32)
        now = self.clock()
        with self._lock:
            self._ends_at = {kept: end for kept, end in self._ends_at.items() if end > now - SESSION_S}
            self._ends_at[name] = now + SESSION_S
        return name

    def refusal(self, name: str) -> Refusal | None:
        """Why a session is none, or None for one that lasts."""
        with self._lock:
            end = self._ends_at.get(name)
        if end is None:
            return Refusal.NO_TOKEN
        return None if self.clock() < end else Refusal.EXPIRED


@dataclass(frozen=True, slots=True)
class Door:
    """Where the application is reached, and what it asks for.

    Attributes:
        host: the address that it listens on.
        port: likewise.
        token: of the link.
        sessions: of those who came with it.
        keeper: whoever started it, and whoever has its link.
    """

    host: str
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    sessions: Sessions = field(default_factory=Sessions, repr=False)
    keeper: Person = field(default_factory=lambda: Person(this_person(), Role.PRODUCER))

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; cookies do not tell ports apart."""
        return f"shotfarm-review-{self.port}"

    @property
    def url(self) -> str:
        """The link for a person."""
        host = self.host
        if is_any_address(host):
            host = socket.gethostname()
        return f"http://{bracketed(host)}:{self.port}/?token={self.token}"

    def refusal(self, asked: Asked) -> Refusal | None:
        """Why a request is refused; None when it may go on."""
        if not self._is_ours(asked.host):
            return Refusal.HOST
        if asked.origin and asked.origin not in {f"http://{asked.host}", f"https://{asked.host}"}:
            return Refusal.ORIGIN
        if asked.site not in _HERE and not (asked.navigates and asked.method in _READS):
            return Refusal.ORIGIN
        if asked.method in _READS and asked.path.startswith(_OPEN):
            return None
        if asked.bearer:
            return None if self.knows(asked.bearer) else Refusal.WRONG_TOKEN
        if asked.token:
            return None if self.knows(asked.token) and asked.method in _READS else Refusal.WRONG_TOKEN
        if not asked.session:
            return Refusal.NO_TOKEN
        refused = self.sessions.refusal(asked.session)
        if refused is None and asked.method not in _READS and not asked.marked:
            return Refusal.NOT_OURS
        return refused

    def knows(self, token: str) -> bool:
        """Whether this is the link's token; takes as long for every wrong one."""
        return secrets.compare_digest(token.encode(), self.token.encode())

    def _is_ours(self, host: str) -> bool:
        """Whether a `Host` header names this server: a rebound name is another one, an address cannot be."""
        name, port = _name_and_port(host)
        if port != self.port:
            return False
        if name == self.host or is_loopback(name):
            return True
        if is_loopback(self.host):
            return False
        return _is_address(name) or name in {socket.gethostname().lower(), socket.getfqdn().lower()}


def is_any_address(host: str) -> bool:
    """Whether a server that listens there is reached by every address of its machine."""
    return _is_address(host) and ipaddress.ip_address(host.strip("[]")).is_unspecified


def bracketed(host: str) -> str:
    """An address as it stands in a URL."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _name_and_port(host: str) -> tuple[str, int]:
    """Of a `Host` header; port 80 where it names none, 0 where that is no number."""
    name, colon, port = host.rpartition(":")
    if not colon or port.endswith("]"):
        name, port = host, "80"
    return name.strip("[]").lower(), int(port) if port.isdecimal() and port.isascii() else 0
