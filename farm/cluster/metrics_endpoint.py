"""Where Prometheus asks: a page at an address of the dispatcher's machine, for whoever has the login."""

from __future__ import annotations

import base64
import hmac
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST

from farm.host.addresses import is_loopback
from storyboard.errors import FarmError, UsageError

PATH = "/metrics"
_REQUEST_S = 10.0
"""how long whoever asks may take to say so"""


class Endpoint:
    """Answers until the process ends.

    Args:
        address: `host:port` to listen at; port 0 is any free one.
        login: `user:password` that is asked for (HTTP basic authentication), or nothing.
        text: what to answer; called in a thread of its own for each that asks.

    Raises:
        UsageError: the address is none, or others than this machine reach it and nothing is asked for.
        FarmError: it cannot listen there.
    """

    def __init__(self, address: str, login: str, text: Callable[[], bytes]) -> None:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise UsageError(f"{address!r} is no address for metrics (SHOTFARM_METRICS)", "give host:port")
        if not is_loopback(host) and not login:
            raise UsageError(
                f"metrics at {address} would be open to others than this machine",
                "set SHOTFARM_METRICS_LOGIN to user:password, or choose 127.0.0.1",
            )
        try:
            self._server = _Server((host.strip("[]"), int(port)), _handler(login, text))
        except OSError as error:
            raise FarmError(f"metrics cannot be told at {address}: {error}") from error
        self.url = f"http://{host}:{self._server.server_address[1]}{PATH}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True


def _handler(login: str, text: Callable[[], bytes]) -> type[BaseHTTPRequestHandler]:
    wanted = f"Basic {base64.b64encode(login.encode()).decode()}" if login else ""

    class Handler(BaseHTTPRequestHandler):
        timeout = _REQUEST_S

        def do_GET(self) -> None:
            given = self.headers.get("Authorization", "")
            if wanted and not hmac.compare_digest(given.encode(), wanted.encode()):
                self._answer(HTTPStatus.UNAUTHORIZED, b"", {"WWW-Authenticate": 'Basic realm="shotfarm"'})
            elif self.path.partition("?")[0] != PATH:
                self._answer(HTTPStatus.NOT_FOUND, b"", {})
            else:
                try:
                    told = text()
                except TimeoutError:
                    self._answer(HTTPStatus.SERVICE_UNAVAILABLE, b"", {})
                else:
                    self._answer(HTTPStatus.OK, told, {"Content-Type": CONTENT_TYPE_LATEST})

        def _answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
