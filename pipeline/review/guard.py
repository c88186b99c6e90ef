"""Stands before every route: asks the door, exchanges the link's token, and says what pages may do."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.review.access import OWN_HEADER, SESSION_S, Asked, Door
from pipeline.review.refused import refused

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


class Guard:
    """An ASGI application before another one.

    Args:
        app: what answers those who may ask.
        door: who they are.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        asked = asked_by(request, self._door.cookie)
        answer = self._answer(request, asked)
        request.state.person = self._door.keeper
        await (answer or self._app)(scope, receive, send_guarded)

    def _answer(self, request: Request, asked: Asked) -> Response | None:
        refusal = self._door.refusal(asked)
        if refusal is not None:
            return refused(request.url.path, refusal.status, refusal.words, refusal.hint)
        if asked.token and not asked.bearer and not asked.path.startswith("/api/"):
            return self._exchange(request)
        return None

    def _exchange(self, request: Request) -> Response:
        """The same address without the token, and a cookie."""
        query = [(name, value) for name, value in request.query_params.multi_items() if name != "token"]
        # One slash only: `//host` would lead to another one.
        path = "/" + request.url.path.lstrip("/\\")
        answer = RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            self._door.cookie,
            self._door.sessions.begin(),
            max_age=int(SESSION_S),
            path="/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return answer


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
