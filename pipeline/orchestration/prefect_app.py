"""The Prefect server that is started here: its page speaks to its own server and to nobody else.

The page of Prefect asks an analytics host for its configuration whatever the server's settings say, so the
browser is told by a Content-Security-Policy to refuse it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from prefect.server.api.server import create_app as prefect_app
from prefect.settings import get_current_settings
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def page_policy(api_url: str) -> str:
    """What the page may load and call: what comes from its own server, and the API at this address."""
    api = urlsplit(api_url)
    socket = "wss" if api.scheme == "https" else "ws"
    return (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
        f"connect-src 'self' {api.scheme}://{api.netloc} {socket}://{api.netloc} data: blob:"
    )


class _WithPolicy:
    """An application whose every answer carries a Content-Security-Policy."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = self._policy
            await send(message)

        await self._app(scope, receive, send_with_policy)


def create_app() -> ASGIApp:
    """For uvicorn, in a process of its own whose environment holds the server's settings."""
    return _WithPolicy(prefect_app(), page_policy(get_current_settings().server.ui.api_url or ""))
