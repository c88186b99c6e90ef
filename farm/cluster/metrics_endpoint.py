"""Where Prometheus asks: a page at an address of the dispatcher's machine, for whoever has the login."""

from __future__ import annotations

import base64
import contextlib
import hmac
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import make_wsgi_app
from prometheus_client.core import Metric
from prometheus_client.exposition import ThreadingWSGIServer
from prometheus_client.registry import Collector, CollectorRegistry

from farm.host.addresses import is_loopback
from storyboard.errors import FarmError, UsageError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/metrics"
_REQUEST_S = 10.0
"""how long whoever asks may take to say so"""


class Endpoint:
    """Answers until the process ends.

    Args:
        address: `host:port` to listen at; port 0 is any free one.
        login: `user:password` that is asked for (HTTP basic authentication), or nothing.
        told: what to answer; called in a thread of its own for each that asks. Who asks is told to come again
            when it raises a TimeoutError.

    Raises:
        UsageError: the address is none, or others than this machine reach it and nothing is asked for.
        FarmError: it cannot listen there.
    """

    def __init__(self, address: str, login: str, told: Callable[[], Iterable[Metric]]) -> None:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise UsageError(f"{address!r} is no address for metrics (SHOTFARM_METRICS)", "give host:port")
        if not is_loopback(host) and not login:
            raise UsageError(
                f"metrics at {address} would be open to others than this machine",
                "set SHOTFARM_METRICS_LOGIN to user:password, or choose 127.0.0.1",
            )
        registry = CollectorRegistry()
        registry.register(_Told(told))
        answer = _guarded(make_wsgi_app(registry), login)
        try:
            self._server = make_server(host.strip("[]"), int(port), answer, ThreadingWSGIServer, _Handler)
        except OSError as error:
            raise FarmError(f"metrics cannot be told at {address}: {error}") from error
        self.url = f"http://{host}:{self._server.server_address[1]}{PATH}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


class _Told(Collector):
    def __init__(self, told: Callable[[], Iterable[Metric]]) -> None:
        self._told = told

    def collect(self) -> Iterable[Metric]:
        return self._told()


class _Handler(WSGIRequestHandler):
    timeout = _REQUEST_S

    def handle(self) -> None:
        with contextlib.suppress(TimeoutError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _guarded(answer: WSGIApplication, login: str) -> WSGIApplication:
    """The same page, for whoever has the login, at `PATH` alone, and only when the farm has told it."""
    wanted = f"Basic {base64.b64encode(login.encode()).decode()}" if login else ""

    def asked(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def refuse(status: HTTPStatus, *headers: tuple[str, str]) -> Iterable[bytes]:
            start_response(f"{status.value} {status.phrase}", [*headers])
            return [b""]

        given = environ.get("HTTP_AUTHORIZATION", "")
        if wanted and not hmac.compare_digest(given.encode(), wanted.encode()):
            return refuse(HTTPStatus.UNAUTHORIZED, ("WWW-Authenticate", 'Basic realm="shotfarm"'))
        if environ["PATH_INFO"] != PATH:
            return refuse(HTTPStatus.NOT_FOUND)
        try:
            return answer(environ, start_response)
        except TimeoutError:
            return refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    return asked
