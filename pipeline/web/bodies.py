"""Bodies of requests, bounded before anything reads them: what is too large is not kept, whatever it says."""

from __future__ import annotations

from collections.abc import Callable

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
        most: how many bytes a body may have, by the path that it is sent to.
    """

    def __init__(self, app: ASGIApp, most: Callable[[str], int] = lambda _: MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it as soon as it is known to be too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        left = most = self._most(scope["path"])
        if not length.isdecimal() or int(length[:20]) > most:
            await self._refuse(scope, receive, send, most)
            return

        async def receive_bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, _words(most))
            return message

        await self._app(scope, receive_bounded, send)

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send, most: int) -> None:
        hint = "say it in fewer words, or with fewer strokes" if most == MOST_BYTES else None
        answer = refused(scope["path"], 413, _words(most), hint)
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)


def _words(most: int) -> str:
    """What whoever says too much is told."""
    size = f"{most // 1024} KiB can be said" if most == MOST_BYTES else f"{most // 2**20} MiB can be sent"
    return f"this is too much at once: {size}"
