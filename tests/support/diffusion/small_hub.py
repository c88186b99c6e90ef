"""A hub of models on this machine, as far as huggingface_hub asks: the files of a commit, and their bytes."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextlib.contextmanager
def small_hub(repository: str, commit: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """Its address; it has one repository with one commit."""
    listing = [
        {"type": "file", "path": name, "size": len(content), "oid": sha256(content).hexdigest()[:40]}
        for name, content in files.items()
    ]
    answers = {f"/{repository}/resolve/{commit}/{name}": content for name, content in files.items()}

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self.wfile.write(self._answer())

        def _answer(self) -> bytes:
            path = self.path.partition("?")[0]
            if path == f"/api/models/{repository}/tree/{commit}":
                content, kind = json.dumps(listing).encode(), "application/json"
            else:
                content, kind = answers.get(path, b""), "application/octet-stream"
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", f'"{sha256(content).hexdigest()[:40]}"')
            self.send_header("X-Repo-Commit", commit)
            self.end_headers()
            return content

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
