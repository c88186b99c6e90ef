"""Stands before every route: asks the door, exchanges the keeper's token, and says what pages may do."""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus
from urllib.parse import quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.web.access import OWN_HEADER, READS, SESSION_S, VIEWER_S, Asked, Desk, Door, Refusal, Viewers
from pipeline.web.refused import is_for_scripts, refused
from pipeline.web.roles import Visitor
from storyboard.errors import ShotfarmError

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_WITHOUT_SESSION = frozenset({Refusal.SIGN_IN, Refusal.ENDED})
AGAIN_S = 5.0
"""so often is asked whether whoever listens for long is still let in"""
_AWAY = "who you are cannot be looked up now"
_log = logging.getLogger(__name__)


class _OutError(OSError):
    """Whoever listens is let in no more."""


class Guard:
    """An ASGI application before another one.

    Args:
        app: what answers those who may ask.
        door: who they are.
        again_s: how often somebody who listens for long is looked up again, in seconds.
    """

    def __init__(self, app: ASGIApp, door: Door, again_s: float = AGAIN_S) -> None:
        self._app = app
        self._door = door
        self._again_s = again_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        asked = asked_by(request, self._door.cookie)
        found: Visitor | Refusal | None = None
        try:
            found = await self._let_in(asked)
            answer = await self._answer(request, asked, found)
        except ShotfarmError as error:
            _log.error("%s", error.in_words)
            answer = refused(asked.path, HTTPStatus.SERVICE_UNAVAILABLE, _AWAY, "try again")
        self._introduce(request, found if answer is None else None)
        guarded = _Guarded(self._door, asked, send, self._again_s)
        try:
            await (answer or self._app)(scope, receive, guarded)
        except (ClientDisconnect, _OutError):
            if not guarded.out:
                raise
        if isinstance(found, Visitor) and self._door.desk:
            await self._tell(self._door.desk, request, found, guarded.status)

    async def _let_in(self, asked: Asked, *, uses: bool = True) -> Visitor | Refusal | None:
        if not self._door.looks_up:
            return self._door.let_in(asked)
        return await asyncio.to_thread(self._door.let_in, asked, uses=uses)

    async def _tell(self, desk: Desk, request: Request, visitor: Visitor, status: int) -> None:
        """Note what somebody changed, or was refused."""
        if (request.method in READS and status != HTTPStatus.FORBIDDEN) or request.state.told:
            return
        asked = f"{request.method} {request.url.path}"
        try:
            await asyncio.to_thread(desk.tell, visitor, request.state.address, asked, status)
        except ShotfarmError as error:
            _log.error("not in the audit trail: %s: %s", asked, error.in_words)

    def _introduce(self, request: Request, found: Visitor | Refusal | None) -> None:
        """Tell the routes who asks, and from where."""
        visitor = found if isinstance(found, Visitor) else None
        peer = request.client.host if request.client else ""
        request.state.visitor = visitor
        request.state.person = visitor and visitor.person
        request.state.told = False
        request.state.door = self._door
        request.state.address = self._door.address_of(peer, request.headers.get("x-forwarded-for", ""))

    async def _answer(
        self, request: Request, asked: Asked, found: Visitor | Refusal | None
    ) -> Response | None:
        for_scripts = is_for_scripts(asked.path)
        if isinstance(found, Refusal):
            if found in _WITHOUT_SESSION and asked.method in READS and not for_scripts:
                return _to_sign_in(request, found)
            return refused(asked.path, found.status, found.words, found.hint)
        if asked.token and not asked.bearer and self._door.desk is None and not for_scripts:
            return await self._exchange(request, asked)
        return None

    async def _exchange(self, request: Request, asked: Asked) -> Response:
        """The same address without the token, and a cookie."""
        query = [(name, value) for name, value in request.query_params.multi_items() if name != "token"]
        answer = RedirectResponse(_here(request.url.path, query), HTTPStatus.SEE_OTHER)
        if viewers := self._door.viewers:
            secret = await asyncio.to_thread(self._own_session, viewers, asked)
            give_cookie(answer, self._door, secret, VIEWER_S)
        else:
            give_cookie(answer, self._door, self._door.sessions.begin(), SESSION_S)
        return answer

    def _own_session(self, viewers: Viewers, asked: Asked) -> str:
        """The session of a link, else the one that this browser has already, else a new one."""
        if not self._door.knows(asked.token):
            return asked.token
        known = asked.session and isinstance(viewers.by_token(asked.session), Visitor)
        return asked.session if known else viewers.begin()


class _Guarded:
    """Sends what the application says, with what pages may do; stops when whoever listens is let in no more.

    Attributes:
        status: of the answer; 0 before there is one.
        out: whether it was stopped.
    """

    def __init__(self, door: Door, asked: Asked, send: Send, again_s: float) -> None:
        self.status = 0
        self.out = False
        self._door = door
        self._asked = asked
        self._send = send
        self._again_s = again_s
        self._looked_at = time.monotonic()

    async def __call__(self, message: Message) -> None:
        """Send a message of the application."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        elif message.get("more_body") and await self._is_out():
            self.out = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            raise _OutError
        await self._send(message)

    async def _is_out(self) -> bool:
        """Whether whoever was let in when the answer began is so no more; looked at now and then."""
        if not self._door.looks_up or time.monotonic() < self._looked_at + self._again_s:
            return False
        try:
            found = await asyncio.to_thread(self._door.let_in, self._asked, uses=False)
        except ShotfarmError:
            return False  # nobody can say; the next look does
        self._looked_at = time.monotonic()
        return isinstance(found, Refusal)


def give_cookie(answer: Response, door: Door, secret: str, lasts_s: float) -> None:
    """Let a browser keep the secret of a session.

    Where people sign in, they also come by links of other sites, such as a mail's; what is read that way
    tells that site nothing, and what changes something needs a header that it cannot send.
    """
    answer.set_cookie(
        door.cookie,
        secret,
        max_age=int(lasts_s),
        path="/",
        secure=door.is_secure,
        httponly=True,
        samesite="lax" if door.desk else "strict",
    )


def take_cookie(answer: Response, door: Door) -> None:
    """Let a browser forget it, and what it keeps of films."""
    answer.headers["Clear-Site-Data"] = '"cache"'
    answer.delete_cookie(door.cookie, path="/", secure=door.is_secure, httponly=True, samesite="lax")


def asked_by(request: Request, cookie: str) -> Asked:
    """What of a request says who asks."""
    headers = Headers(scope=request.scope)
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    return Asked(
        method=request.method,
        path=request.url.path,
        host=headers.get("host", ""),
        origin=headers.get("origin", ""),
        site=headers.get("sec-fetch-site", ""),
        token=request.query_params.get("token", ""),
        bearer=bearer.strip() if kind.lower() == "bearer" else "",
        session=request.cookies.get(cookie, ""),
        marked=OWN_HEADER in headers,
        navigates=headers.get("sec-fetch-mode", "") == "navigate",
    )


def _to_sign_in(request: Request, refusal: Refusal) -> Response:
    """Where somebody signs in, and comes back from to where they wanted."""
    wanted = _here(request.url.path, request.query_params.multi_items())
    query = {} if wanted == "/" else {"to": wanted}
    if refusal is Refusal.ENDED:
        query["ended"] = "1"
    return RedirectResponse("/login" + (f"?{urlencode(query)}" if query else ""), HTTPStatus.SEE_OTHER)


def _here(path: str, query: list[tuple[str, str]]) -> str:
    """An address of this server. One slash only: `//host` would lead to another one."""
    return quote("/" + path.lstrip("/\\")) + (f"?{urlencode(query)}" if query else "")
