"""A server of ComfyUI for the machine that waits: its own routes by HTTP, progress and previews by websocket.

A workflow is sent under a UUID of ours, which ComfyUI takes for its own or keeps beside it, so it can always
be asked what it has taken on. It costs nothing to send something again.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import shutil
import struct
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from pydantic import JsonValue
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from farm.backend.protocol import Frame
from farm.backends.hosted.over_http import (
    certificates,
    container_of,
    download,
    retry_after,
    with_words,
    words_of,
)
from farm.backends.hosted.service import Away, Call, NotTaken, Report, TaskState, Unheard
from storyboard.errors import UsageError

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
LOOK_TIMEOUT_S = 3.0
LISTEN_TIMEOUT_S = 10.0
_REMEMBERED = 200
"""the latest of a server's history that are looked through for what it was sent"""
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_BUSY = frozenset({429, 502, 503, 504})
_DEAD = frozenset({400, 403, 404, 410})
_ENDINGS = {
    "png": ".png",
    "jpeg": ".jpg",
    "webp": ".webp",
    "matroska": ".mkv",
    "quicktime": ".mp4",
    "mp4": ".mp4",
}
_OURS = "shotfarm"
_PREVIEW, _PREVIEW_WITH_FACTS = 1, 4
_MEMORY = ("OutOfMemory", "out of memory", "Allocation on device")


class ServerLost(Exception):  # noqa: N818  (nobody made an error)
    """A server has not answered for too long; its shot is another's.

    Attributes:
        url: which.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class ComfyServer:
    """One server.

    Args:
        url: where it answers.
        look_every_s: how often it is asked.
        silent_s: after how long without an answer it is lost.
        outputs: the nodes whose files are wanted.

    Attributes:
        preview: the last picture of what it makes that nobody has taken.
        is_busy: whether it did something else when a workflow was last seen waiting in its queue.
    """

    def __init__(
        self, url: str, look_every_s: float = 2.0, silent_s: float = 60.0, outputs: Sequence[str] = ()
    ) -> None:
        self.name = f"ComfyUI at {url}"
        self.account = url
        self.look_every_s = look_every_s
        self.url = url
        self.silent_s = silent_s
        self._outputs = tuple(outputs)
        self.preview: Frame | None = None
        self.is_busy = False
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT, verify=certificates())
        self._client_id = uuid.uuid4().hex
        self._listener: _Listener | None = None
        self._heard_at = time.monotonic()
        self._nodes: dict[str, int] = {}

    # What the machine asks ----------------------------------------------------------------------

    def send(self, call: Call, key: str) -> str:
        """Upload its files, and queue the workflow."""
        names = {f"file:{sha256}": self._upload(sha256, path) for sha256, path in call.files.items()}
        graph = with_words(call.body["workflow"], lambda word: names.get(word, word))
        self._listen()
        wanted = str(uuid.UUID(key))
        body = {
            "prompt": graph,
            "prompt_id": wanted,
            "client_id": self._client_id,
            "extra_data": {_OURS: key},
        }
        try:
            answer = self._http.post("/prompt", json=body)
        except _NOT_SENT as error:
            raise self._gone(NotTaken, error) from None
        except httpx.HTTPError:
            raise Unheard from None
        self._heard()
        if answer.status_code in _BUSY:
            raise NotTaken(f"HTTP {answer.status_code}", retry_after(answer.headers))
        if answer.status_code >= 500:
            raise Unheard
        said = _json(answer)
        if answer.is_error:
            raise UsageError(f"{self.name} refuses the workflow: {refusal_of(said)}")
        task = str(said.get("prompt_id") or wanted)
        faulty = [one.get("dependent_outputs", ()) for one in (said.get("node_errors") or {}).values()]
        if any(node in outputs for node in self._outputs for outputs in faulty):  # it would leave these out
            self.withdraw(task)
            raise UsageError(f"{self.name} refuses the workflow: {refusal_of(said)}")
        self._nodes[task] = len(graph)
        return task

    def find(self, call: Call, key: str) -> str | None:  # noqa: ARG002  (the key tells)
        """What was taken on under a key: in the queue, or done meanwhile."""
        wanted = str(uuid.UUID(key))
        for item in [*itertools.chain(*self._queue()), *self._remembered()]:
            if item[1] == wanted or (
                len(item) > 3 and isinstance(item[3], dict) and item[3].get(_OURS) == key
            ):
                return str(item[1])
        return None

    def look(self, task: str) -> Report:
        """Where a workflow is."""
        self._listen()
        found = self._done(task)
        if found is not None:
            return found
        running, pending = self._queue()
        if any(item[1] == task for item in running):
            return Report(TaskState.RUNNING, self._progress(task))
        if any(item[1] == task for item in pending):
            self.is_busy = bool(running)
            return Report(TaskState.QUEUED)
        return self._done(task) or Report(TaskState.UNKNOWN)  # it may have ended between the questions

    def fetch(self, output: str, path: Path) -> None:
        """Write the files of the wanted nodes into a folder, in order."""
        saved = json.loads(output)
        files = [file for node in self._outputs for file in saved.get(node, ())]
        if not files:
            nodes, others = ", ".join(self._outputs), ", ".join(node for node, made in saved.items() if made)
            raise UsageError(
                f"the workflow's node {nodes} saved no file" + (f"; {others} did" if others else ""),
                "`outputs` in the options names the node that saves the take",
            )
        shutil.rmtree(path, ignore_errors=True)  # what was fetched in part
        path.mkdir()
        for number, file in enumerate(files):
            target = path / f"{number:06}{Path(file['filename']).suffix}"
            try:
                download(self._http, "/view", target, _DEAD, file)
            except httpx.HTTPError as error:
                raise self._gone(Away, error) from None
            self._heard()

    def withdraw(self, task: str) -> None:
        """Take it from the queue, or interrupt it."""
        self._post("/queue", {"delete": [task]})
        # Older servers interrupt whatever runs, so it is asked only while that is this task.
        running, _ = self._queue()
        if any(item[1] == task for item in running):
            self._post("/interrupt", {"prompt_id": task})

    # What else is asked -------------------------------------------------------------------------

    def waiting(self) -> int:
        """How many workflows it has to do.

        Raises:
            Away: it does not answer.
        """
        said = self._get("/prompt", timeout=LOOK_TIMEOUT_S)
        return int(said.get("exec_info", {}).get("queue_remaining", 0))

    def object_info(self) -> dict[str, Any]:
        """What it knows of each class of nodes.

        Raises:
            Away: it does not answer.
        """
        return self._get("/object_info", timeout=LOOK_TIMEOUT_S * 5)

    def free(self) -> None:
        """Have it give back memory and models; it is no matter if it does not."""
        with contextlib.suppress(Away, ServerLost):
            self._post("/free", {"unload_models": True, "free_memory": True})

    def close(self) -> None:
        """Give the connections back."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._http.close()

    # Inside -------------------------------------------------------------------------------------

    def _done(self, task: str) -> Report | None:
        entry = self._get(f"/history/{task}").get(task)
        return None if entry is None else report_of(entry)

    def _remembered(self) -> Iterator[list[Any]]:
        for entry in self._get(f"/history?max_items={_REMEMBERED}").values():
            if isinstance(entry.get("prompt"), list):
                yield entry["prompt"]

    def _queue(self) -> tuple[list[list[Any]], list[list[Any]]]:
        """What runs, and what waits."""
        said = self._get("/queue")

        def items(which: str) -> list[list[Any]]:
            return [item for item in said.get(which, []) if isinstance(item, list) and len(item) > 1]

        return items("queue_running"), items("queue_pending")

    def _get(self, path: str, timeout: float | None = None) -> dict[str, Any]:
        return self._ask("GET", path, None, timeout)

    def _post(self, path: str, body: JsonValue) -> None:
        self._ask("POST", path, body, None)

    def _ask(self, method: str, path: str, body: JsonValue, timeout: float | None) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, json=body, timeout=timeout or TIMEOUT)
        except httpx.HTTPError as error:
            raise self._gone(Away, error) from None
        if answer.is_error:
            raise Away(f"HTTP {answer.status_code}", retry_after(answer.headers))
        self._heard()
        return _json(answer) if method == "GET" else {}

    def _upload(self, sha256: str, path: Path) -> str:
        # ComfyUI's loaders go by the ending of a name, and the store's copies have none.
        ending = _ENDINGS.get(container_of(path)) or path.suffix or ".bin"
        name = f"{_OURS}-{sha256[:32]}{ending}"
        try:
            with path.open("rb") as file:
                answer = self._http.post(
                    "/upload/image",
                    files={"image": (name, file)},
                    data={"overwrite": "true", "type": "input"},
                )
        except httpx.HTTPError as error:  # an upload alone is nothing that was taken on
            raise self._gone(NotTaken, error) from None
        self._heard()
        if answer.status_code == 413:
            raise UsageError(
                f"{self.name} takes no file of {path.stat().st_size // 2**20} MiB",
                "start it with a larger --max-upload-size",
            )
        if answer.is_error:
            raise NotTaken(f"HTTP {answer.status_code} for an upload", retry_after(answer.headers))
        said = _json(answer)
        folder = str(said.get("subfolder") or "")
        return f"{folder}/{said.get('name', name)}".lstrip("/")

    def _heard(self) -> None:
        self._heard_at = time.monotonic()

    def _gone(self, kind: type[NotTaken], error: Exception) -> Exception:
        if time.monotonic() - self._heard_at >= self.silent_s:
            return ServerLost(self.url)
        return kind(words_of(error))

    def _listen(self) -> None:
        """Hear of progress, unless that is so already; without it the work goes on all the same."""
        if self._listener is None or not self._listener.is_alive():
            self._listener = _Listener(self.url, self._client_id)
            self._listener.start()
            self._listener.ready.wait(LISTEN_TIMEOUT_S)  # else it would not hear of the beginning

    def _progress(self, task: str) -> float:
        heard = self._listener
        if heard is None:
            return 0.0
        self.preview, heard.preview = heard.preview, None
        return heard.progress(task, self._nodes.get(task, 0))


class _Listener(threading.Thread):
    """Hears what a server tells of its work: a thread that ends with the connection."""

    def __init__(self, url: str, client_id: str) -> None:
        super().__init__(daemon=True)
        self.preview: Frame | None = None
        self.ready = threading.Event()
        self._address = f"ws{url.removeprefix('http')}/ws?clientId={client_id}"
        self._connection: ClientConnection | None = None
        self._ended: dict[str, set[str]] = {}
        self._node: dict[str, tuple[str, float]] = {}

    def run(self) -> None:
        try:
            self._connection = connect(self._address, open_timeout=LISTEN_TIMEOUT_S, max_size=2**25)
            self.ready.set()
            with self._connection:
                for message in self._connection:
                    self._hear(message)
        except (OSError, TimeoutError, WebSocketException):
            return
        finally:
            self.ready.set()

    def close(self) -> None:
        """End it."""
        if self._connection is not None:
            self._connection.close()

    def progress(self, task: str, nodes: int) -> float:
        """How much of a task is done: whole nodes, and what the one that runs has said of itself."""
        if not nodes:
            return 0.0
        _, part = self._node.get(task, ("", 0.0))
        return min(1.0, (len(self._ended.get(task, ())) + part) / nodes)

    def _hear(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            with contextlib.suppress(Exception):  # a preview is no reason to fail
                self.preview = preview_in(message)
            return
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            said = json.loads(message)
            kind, data = said["type"], said["data"]
            task = str(data.get("prompt_id") or "")
            if kind == "execution_cached":
                self._ended.setdefault(task, set()).update(map(str, data["nodes"]))
            elif kind == "executing" and data.get("node") is not None:
                self._node[task] = (str(data["node"]), 0.0)
            elif kind == "progress" and data.get("max"):
                self._node[task] = (str(data.get("node")), float(data["value"]) / float(data["max"]))
            elif kind == "executed":
                self._ended.setdefault(task, set()).add(str(data["node"]))
                self._node.pop(task, None)


def preview_in(message: bytes) -> Frame | None:
    """The picture in a binary message of a server (uint8 [height, width, 3]); None where it is none."""
    from PIL import Image

    if len(message) < 8:
        return None
    kind, second = struct.unpack(">II", message[:8])
    if kind == _PREVIEW:
        packed = message[8:]
    elif kind == _PREVIEW_WITH_FACTS:
        packed = message[8 + second :]
    else:
        return None
    with Image.open(io.BytesIO(packed), formats=("JPEG", "PNG", "WEBP")) as picture:
        return np.asarray(picture.convert("RGB"), np.uint8)


def report_of(entry: Mapping[str, Any]) -> Report:
    """What an entry of a server's history says of a workflow that has ended. Pure."""
    status = entry.get("status") or {}
    messages = {one[0]: one[1] for one in status.get("messages") or () if len(one) > 1}
    kept: dict[str, JsonValue] = {"status": status.get("status_str")}
    if "execution_interrupted" in messages:
        return Report(TaskState.WITHDRAWN, response=kept)
    if status.get("status_str") == "error":
        said = messages.get("execution_error", {})
        where = f"node {said.get('node_id')} ({said.get('node_type')})"
        kind = str(said.get("exception_type") or "").rpartition(".")[2]
        words = f"{where}: {kind}: {str(said.get('exception_message') or 'without a word').strip()}"
        return Report(TaskState.FAILED, words=words[:1000], response=kept | {"failure": words[:1000]})
    outputs = entry.get("outputs") or {}
    files = {str(node): [*_files_in(made)] for node, made in outputs.items()}
    kept["outputs"] = {node: [file["filename"] for file in made] for node, made in files.items() if made}
    return Report(TaskState.DONE, 1.0, (json.dumps(files),), response=kept)


def _files_in(made: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The files of a node's output, under whichever name (`images`, `gifs`, `videos`); previews are none."""
    for files in made.values():
        for file in files if isinstance(files, list) else ():
            if isinstance(file, dict) and "filename" in file and file.get("type", "output") != "temp":
                yield {name: str(file.get(name, "")) for name in ("filename", "subfolder", "type")}


def is_memory(words: str) -> bool:
    """Whether a failure is that a card was too small."""
    return any(one in words for one in _MEMORY)


def refusal_of(said: Mapping[str, Any]) -> str:
    """Why a server does not take a workflow, in its own words."""
    errors = [
        f"node {node} ({one.get('class_type')}): {error.get('message')}: {error.get('details')}"
        for node, one in (said.get("node_errors") or {}).items()
        for error in one.get("errors", ())
    ]
    error = said.get("error")
    told = error.get("message") if isinstance(error, dict) else error
    return "; ".join(errors[:5]) or str(told or "without a word")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
