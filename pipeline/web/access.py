"""Who may ask the review application, and from where: decided for each request before any route sees it.

On this machine alone, whoever has the link is its keeper. The link carries a token, as Jupyter's does; it is
exchanged for a cookie and taken out of the address at once, so that it stays in no history and goes to no
other site. Where others reach it, people sign in (`pipeline.review.people`), and there is no such token.

A page of another site can neither ask (Origin, `Sec-Fetch-Site`, and a name in `Host` that was rebound to
this machine) nor write (a header of our own, which no form can send). A script sends a token, as a bearer.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from farm.host.addresses import is_loopback
from pipeline.rendering.registering import this_person
from pipeline.web.public_url import PublicUrl
from pipeline.web.roles import Person, Role, Visitor

SESSION_S = 12 * 3600.0
"""a keeper's session ends so long after it was begun; the link begins another one"""
VIEWER_S = 90 * 24 * 3600.0
"""a browser keeps for so long which session is its viewer's"""
OWN_HEADER = "x-shotfarm"
"""what the page sends along whenever it changes something"""
READS = frozenset({"GET", "HEAD"})
_HERE = frozenset({"same-origin", "none", ""})
"""of `Sec-Fetch-Site`: our own page, an address that a person typed, and what is no browser"""
_OPEN = ("/static/", "/fonts/")
"""what the page of an error needs; nothing of a film"""
_OPEN_PAGES = frozenset({"/login", "/share"})
"""where people sign in, and where links lead"""
_OPEN_WRITES = frozenset({"/api/session", "/api/share", "/api/share/look"})
"""what those pages send"""
_ENTERS = Visitor(Person("whoever has the link", Role.VIEWER))
_LINK = "open the link that was printed when it was started"


class Refusal(Enum):
    """Why a request is refused: HTTP status, what happened, what to do."""

    HOST = 421, "this server is not called that", _LINK
    ORIGIN = 403, "another site's page asked for this", _LINK
    NO_TOKEN = 401, "nobody knows you here", _LINK
    WRONG_TOKEN = 401, "the token of this link is not valid", _LINK
    EXPIRED = 401, "your session has ended", _LINK
    NOT_OURS = (
        403,
        "a change must come from the page itself",
        f"scripts send a bearer token or {OWN_HEADER}: 1",
    )
    SIGN_IN = (
        401,
        "you are not signed in",
        "sign in at /login; scripts send a token as a bearer",
    )
    ENDED = 401, "your session has ended", "sign in again"
    WRONG_KEY = 401, "this token is not valid", "it may have been revoked, or have ended"
    LINK_WRONG = 401, "this link is not valid", "open it as it was sent to you, to its last letter"
    LINK_ENDED = 401, "this link has ended", "ask whoever sent it for another one"
    LINK_AGAIN = 401, "your visit has ended", "open the link that was sent to you again"
    NO_SESSION = 401, "this film is not yours", "open the link that you were given to begin one"
    FORGOTTEN = (
        410,
        "this film was its viewer's own, and was deleted",
        "what they gave, and what was made of it alone, is gone; the link of the film begins another one",
    )
    LINK_ELSEWHERE = 404, "the film of this link is not shown here now", "ask whoever sent it"

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


class Desk(Protocol):
    """Where people are known; any number of threads may ask."""

    def by_session(self, secret: str, *, uses: bool) -> Visitor | Refusal:
        """Whose session a cookie holds; whether it is used, or only looked at."""

    def by_bearer(self, secret: str) -> Visitor | Refusal:
        """Whose token a script sends."""

    def tell(self, visitor: Visitor, address: str, asked: str, status: int) -> None:
        """Note what somebody asked for that changes something, or that they may not, and how it ended."""


class Viewers(Protocol):
    """Where those who come with the link are known, each by a session of their own (of any thread)."""

    def begin(self) -> str:
        """A new session; what its viewer shows so as to be known."""

    def by_token(self, token: str) -> Visitor | Refusal:
        """Whose session it is that somebody shows."""


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


@dataclass(frozen=True, slots=True)
class Sessions:
    """The keeper's sessions, that were begun with the link's token; each says when it ends.

    Attributes:
        key: what they are signed with; who has another one, such as the next process, takes none of them.
        clock: seconds since 1970.
    """

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    clock: Callable[[], float] = time.time

    def begin(self) -> str:
        """A new session's name, for a cookie."""
        told = f"{self.clock() + SESSION_S:.0f}.{secrets.token_urlsafe(16)}"
        return f"{told}.{self._signed(told)}"

    def refusal(self, name: str) -> Refusal | None:
        """Why a session is none, or None for one that lasts."""
        told, _, signed = name.rpartition(".")
        if not secrets.compare_digest(signed.encode(), self._signed(told).encode()):
            return Refusal.NO_TOKEN
        return None if self.clock() < int(told.partition(".")[0]) else Refusal.EXPIRED

    def _signed(self, told: str) -> str:
        return hmac.new(self.key, told.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Door:
    """Where the application is reached, and what it asks for.

    Attributes:
        host: the address that it listens on.
        port: likewise.
        token: of the keeper's link.
        sessions: of those who came with it.
        keeper: whoever started it, and whoever has its link.
        desk: where people are known; without one there is only the keeper.
        viewers: where each who has the link has a session of their own, and nothing but that.
        public: what people call the server, where a proxy stands before it.
        proxies: addresses of proxies whose word is taken for who asks.
        application: what is behind it, as it stands in the cookie's name.
        open_paths: what whoever knows such a path may read: it says by itself that they may.
    """

    host: str
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    sessions: Sessions = field(default_factory=Sessions, repr=False)
    keeper: Person = field(default_factory=lambda: Person(this_person(), Role.PRODUCER))
    desk: Desk | None = field(default=None, repr=False)
    viewers: Viewers | None = field(default=None, repr=False)
    public: PublicUrl | None = None
    proxies: frozenset[str] = frozenset()
    application: str = "review"
    open_paths: tuple[str, ...] = ()

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; cookies do not tell ports apart.

        Where it is sent over https alone, its name keeps neighbours of the same domain from setting one.
        """
        name = f"shotfarm-{self.application}"
        return f"__Host-{name}" if self.is_secure else f"{name}-{self.port}"

    @property
    def is_secure(self) -> bool:
        """Whether people reach it over https."""
        return self.public is not None and self.public.is_secure

    @property
    def looks_up(self) -> bool:
        """Whether who asks is looked up where that may take a while."""
        return self.desk is not None or self.viewers is not None

    @property
    def address(self) -> str:
        """Where people reach it, without what a keeper's link has."""
        if self.public:
            return self.public.origin
        host = socket.gethostname() if is_any_address(self.host) else self.host
        return f"http://{bracketed(host)}:{self.port}"

    @property
    def url(self) -> str:
        """The link for a person."""
        return f"{self.address}/" if self.desk else f"{self.address}/?token={self.token}"

    def refusal(self, asked: Asked) -> Refusal | None:
        """Why a request is refused; None when it may go on."""
        found = self.let_in(asked)
        return found if isinstance(found, Refusal) else None

    def let_in(self, asked: Asked, *, uses: bool = True) -> Visitor | Refusal | None:
        """Who asks, or why they are refused; None for what everybody may ask.

        Args:
            asked: what is asked, and with what.
            uses: whether a session counts as used by it.
        """
        if refused := self._from_elsewhere(asked):
            return refused
        if asked.method in READS and asked.path.startswith(_OPEN + self.open_paths):
            return None
        if self.viewers:
            return self._viewer(asked, self.viewers)
        return self._person(asked, self.desk, uses=uses) if self.desk else self._keeper(asked)

    def _from_elsewhere(self, asked: Asked) -> Refusal | None:
        if not self._is_ours(asked.host):
            return Refusal.HOST
        origins = {self.public.origin} if self.public else {f"http://{asked.host}", f"https://{asked.host}"}
        if asked.origin and asked.origin not in origins:
            return Refusal.ORIGIN
        if asked.site not in _HERE and not (asked.navigates and asked.method in READS):
            return Refusal.ORIGIN
        return None

    def _keeper(self, asked: Asked) -> Visitor | Refusal:
        keeper = Visitor(self.keeper)
        if asked.bearer:
            return keeper if self.knows(asked.bearer) else Refusal.WRONG_TOKEN
        if asked.token:
            return keeper if self.knows(asked.token) and asked.method in READS else Refusal.WRONG_TOKEN
        if not asked.session:
            return Refusal.NO_TOKEN
        return self.sessions.refusal(asked.session) or _not_ours(asked) or keeper

    def _viewer(self, asked: Asked, viewers: Viewers) -> Visitor | Refusal:
        """Whose session it is; whoever shows the link alone has none, and may begin one."""
        if asked.token and not asked.bearer and asked.method not in READS:
            return Refusal.WRONG_TOKEN
        if shown := asked.bearer or asked.token:
            return _ENTERS if self.knows(shown) else viewers.by_token(shown)
        if not asked.session:
            return Refusal.NO_TOKEN
        found = viewers.by_token(asked.session)
        return found if isinstance(found, Refusal) else _not_ours(asked) or found

    def _person(self, asked: Asked, desk: Desk, *, uses: bool) -> Visitor | Refusal | None:
        if asked.method in READS and asked.path in _OPEN_PAGES:
            return None
        if asked.method == "POST" and asked.path in _OPEN_WRITES:
            return _not_ours(asked)
        if asked.bearer:
            return desk.by_bearer(asked.bearer)
        if not asked.session:
            return Refusal.SIGN_IN
        found = desk.by_session(asked.session, uses=uses)
        return found if isinstance(found, Refusal) else _not_ours(asked) or found

    def knows(self, token: str) -> bool:
        """Whether this is the keeper's token; takes as long for every wrong one."""
        return secrets.compare_digest(token.encode(), self.token.encode())

    def address_of(self, peer: str, forwarded: str) -> str:
        """The address of whoever asks: the connection's, unless that is a proxy's of ours.

        Args:
            peer: the other end of the connection.
            forwarded: `X-Forwarded-For`; its last part is what the nearest proxy saw, the rest anyone writes.
        """
        trusted = self.public and (peer in self.proxies or (not self.proxies and is_loopback(peer)))
        said = forwarded.rpartition(",")[2].strip() if trusted else ""
        return said if said and is_address(said) else peer

    def _is_ours(self, host: str) -> bool:
        """Whether a `Host` header names this server: a rebound name is another one, an address cannot be."""
        if self.public:
            return self.public.is_host(host)
        name, port = _name_and_port(host)
        if port != self.port:
            return False
        if name == self.host or is_loopback(name):
            return True
        if is_loopback(self.host):
            return False
        return is_address(name) or name in {socket.gethostname().lower(), socket.getfqdn().lower()}


def _not_ours(asked: Asked) -> Refusal | None:
    """Whether a change comes from somewhere else than the page."""
    return None if asked.method in READS or asked.marked else Refusal.NOT_OURS


def is_any_address(host: str) -> bool:
    """Whether a server that listens there is reached by every address of its machine."""
    return is_address(host) and ipaddress.ip_address(host.strip("[]")).is_unspecified


def bracketed(host: str) -> str:
    """An address as it stands in a URL."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def is_address(name: str) -> bool:
    """Whether a name of a host is an address."""
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
