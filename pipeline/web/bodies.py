"""Bodies of requests, bounded before anything reads them: what is too large is not kept, whatever it says."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.web.refused import refused

MOST_BYTES = 512 * 1024
"""of a body: a note of twenty thousand letters and a drawing of a few thousand points"""


class BoundedBodies:
    """An ASGI application before another one, which hears no more of a body than it may have.

    Args:
        app: what answers.
        most: how many bytes a body may have.
    """

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it as soon as it is known to be too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self._most:
            await self._refuse(scope, receive, send)
            return
        left = self._most

        async def receive_bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, self._words)
            return message

        await self._app(scope, receive_bounded, send)

    @property
    def _words(self) -> str:
        return f"this is too much at once: {self._most // 1024} KiB can be said"

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        hint = "say it in fewer words, or with fewer strokes"
        answer = refused(scope["path"], 413, self._words, hint)
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)
