"""An S3 server in a process of its own, and a proxy in front of it that fails as networks and servers do."""

from __future__ import annotations

import contextlib
import fnmatch
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import fsspec
import pytest

from farm.host.addresses import answers, free_port
from farm.store.manifest import MANIFEST
from farm.store.store import Store
from tests.support.waiting import PATIENCE_S, until

BUCKET = "films"
ACCESS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
_STRIKES = {"cut download": "GET", "cut upload": "PUT", "lost answer": "PUT"}
_HOP = {"connection", "transfer-encoding", "keep-alive"}


def environment(port: int) -> dict[str, str]:
    """What a machine needs to reach the server."""
    return {**ACCESS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_EC2_METADATA_DISABLED": "true"}


def point_at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process reach the server: clients that it keeps of another one are forgotten."""
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    for name, value in environment(port).items():
        monkeypatch.setenv(name, value)


@contextlib.contextmanager
def s3_server(**settings: str) -> Iterator[int]:
    """A server with an empty bucket; yields its port."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **settings},
    )
    try:
        until(lambda: answers(port) or server.poll() is not None, "the server answers")
        assert server.poll() is None
        request(port, "PUT", f"/{BUCKET}")
        yield port
    finally:
        server.kill()
        server.wait()


def request(port: int, method: str, path: str) -> bytes:
    """Ask the server without a signature."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request(method, path)
    answer = connection.getresponse().read()
    connection.close()
    return answer


def whole_takes(store: Store) -> dict[str, str]:
    """The attempt that each published take came of; fails when there is anything beside whole takes."""
    found = store._remote.below(f"{store._place.path}/takes")
    manifests = [json.loads(store._remote.read(name)) for name in found if name.endswith(MANIFEST)]
    wanted = {
        f"{store._home('takes', made['digest'])}/{rest}"
        for made in manifests
        for rest in (MANIFEST, f"{made['attempt']}/clip.mp4")
    }
    assert set(found) == wanted, "nothing but whole takes, each once"
    for left in ("attempts", "states", "refused"):
        assert store._remote.below(f"{store._place.path}/{left}") == {}, f"nothing is left in {left}"
    return {made["digest"]: made["attempt"] for made in manifests}


def can_strike(fault: str, method: str) -> bool:
    """Whether a fault can happen to requests of a method: a PUT has no download that could be cut."""
    return _STRIKES.get(fault, method) == method


@dataclass
class Faults:
    """What the proxy does to the next requests."""

    port: int = 0
    kind: str = ""
    """`refuse`, `slow`, `error`, `full`, `cut download`, `cut upload`, `lost answer` or nothing; several with
    ` | ` between them take turns"""
    times: int = 0
    method: str = ""
    """only to requests of this method"""
    each: int = 1
    """only every so many of those"""
    after: str = ""
    """not before something with such a name (as of files: `*/clip.mp4`) has been written"""
    seen: int = 0
    struck: int = 0
    delay_s: float = 1.0
    requests: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, method: str) -> str:
        with self.lock:
            if not self.after and self.struck < self.times and self.method in {"", method}:
                self.seen += 1
                if self.seen % self.each == 0:
                    kinds = [kind for kind in self.kind.split(" | ") if can_strike(kind, method)]
                    if kinds:  # what nothing of this can happen to passes
                        self.struck += 1
                        return kinds[self.struck % len(kinds)]
        return ""

    def set(
        self, kind: str, times: int = 1_000_000, method: str = "", each: int = 1, after: str = ""
    ) -> None:
        """Fail so from now on, or from when something was written; without a kind, no longer."""
        with self.lock:
            self.kind, self.times, self.method, self.each = kind, times if kind else 0, method, each
            self.after = after
            self.seen = self.struck = 0

    def written(self, name: str) -> None:
        """Something was, and whoever wrote it has not been told yet."""
        with self.lock:
            if self.after and fnmatch.fnmatch(name, self.after):
                self.after = ""


@contextlib.contextmanager
def failing_proxy(target: int) -> Iterator[Faults]:
    """A proxy of the server at `target`; it does what `Faults.set` told last."""
    faults = Faults()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def _pass_on(self) -> None:
            fault = faults.next(self.command)
            faults.requests.append((self.command, self.path))
            if fault == "refuse":
                return self._hang_up()
            if self.headers.get("Expect", "").lower() == "100-continue":
                pass  # http.server has said "go on" already
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length // 2 if fault == "cut upload" else length)
            if fault == "cut upload":
                return self._hang_up()
            if fault == "slow":
                time.sleep(faults.delay_s)
            if fault in {"error", "full"}:
                return self._fail(500 if fault == "error" else 507)
            onward = http.client.HTTPConnection("127.0.0.1", target, timeout=PATIENCE_S)
            onward.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in {*_HOP, "expect"}:
                    onward.putheader(name, value)
            onward.endheaders(body)
            answer = onward.getresponse()
            content = answer.read()
            if self.command == "PUT" and answer.status == 200:
                faults.written(self.path)
            if fault == "lost answer":
                return self._hang_up()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {*_HOP, "content-length", "server", "date"}:
                    self.send_header(name, value)
            size = answer.getheader("Content-Length") if self.command == "HEAD" else len(content)
            self.send_header("Content-Length", str(size))
            self.end_headers()
            if fault == "cut download":
                self.wfile.write(content[: len(content) // 2])
                return self._hang_up()
            self.wfile.write(content)
            return None

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815

        def _fail(self, status: int) -> None:
            words = b"<Error><Code>%s</Code><Message>told to fail</Message></Error>" % (
                b"InternalError" if status == 500 else b"XMinioStorageFull"
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(words)

        def _hang_up(self) -> None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    faults.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield faults
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
