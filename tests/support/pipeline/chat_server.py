"""A server that speaks the form of OpenAI's chat completions, on the loopback address, in this process."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], Any]


class Raw:
    """An answer as it goes over the wire."""

    def __init__(self, body=b"", status=200, **headers):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status = status
        self.headers = {name.replace("_", "-"): str(value) for name, value in headers.items()}


class ChatServer:
    """What it was asked, and what it answers: a mapping as JSON, text or `Raw` as it is, a list in turn.

    `answers` has them by scene heading; `default` is for the others.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.models = ["tiny-writer"]
        self.answers: dict[str, Any] = {}
        self.default: Any = {}
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.stopped = threading.Event()

    @property
    def headings(self) -> list[str]:
        """The scenes that it was asked of, in order."""
        return [json.loads(one["messages"][1]["content"])["heading"] for one in self.asked]

    def answer(self, body: dict[str, Any]) -> Raw:
        self.asked.append(body)
        heading = json.loads(body["messages"][1]["content"])["heading"]
        said = self.answers.get(heading, self.default)
        if isinstance(said, list):
            said = said.pop(0)
        if isinstance(said, Raw):
            return said
        content = said if isinstance(said, str) else json.dumps(said)
        return Raw(completion(content))


def completion(content: str | None, **message: object) -> dict[str, Any]:
    """An answer in the form of a chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    choice["message"] |= message
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "tiny-writer-1",
        "system_fingerprint": "fp_1",
        "choices": [choice],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


@contextlib.contextmanager
def chat_server() -> Iterator[ChatServer]:
    """A server that is up until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            known = {"object": "list", "data": [{"id": one, "object": "model"} for one in chat.models]}
            self._send(Raw(known) if self.path == "/v1/models" else Raw({"error": "no"}, 404))

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            chat.keys.append(self.headers["authorization"])
            is_there = self.path == "/v1/chat/completions"
            self._send(chat.answer(body) if is_there else Raw({"detail": "Not Found"}, 404))

        def _send(self, said):
            with contextlib.suppress(ConnectionError):
                self.send_response(said.status)
                for name, value in {"content-length": len(said.body), **said.headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(said.body)
                self.wfile.flush()
                if "x-slow" in said.headers:  # the rest never comes
                    chat.stopped.wait()

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    chat = ChatServer(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        chat.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
