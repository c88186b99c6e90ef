"""Runway's API, as its SDK speaks to it, in a thread; requests are checked by the SDK's own types.

A task takes `task_s` once it has one of the `places`; until then it is THROTTLED. When tasks begin and end is
reckoned exactly, whenever somebody looks. `faults` are met by the next requests of their kind, one each.
"""

from __future__ import annotations

import importlib
import io
import json
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, get_args, get_origin, get_type_hints

import av
import numpy as np
from PIL import Image

KEY = "key_of-a-test-9f31c2"
VERSION = "2024-11-06"
KINDS = ("text_to_video", "image_to_video", "text_to_image", "character_performance", "video_to_video")
KINDS = (*KINDS, "video_upscale")
WIDTH, HEIGHT, FPS = 160, 90, 24


@dataclass
class FakeTask:
    """A task that was taken on."""

    id: str
    kind: str
    body: dict[str, Any]
    taken_at: float
    fate: str = ""
    begun_at: float | None = None
    deleted: bool = False
    links: int = 0


@dataclass
class FakeRunway:
    """The server.

    Attributes:
        places: tasks that it works on at once.
        task_s: how long each takes.
        faults: by what is asked (`post`, `get`, `result`, `upload`): status codes, `cut` (taken on, and then
            no answer), `dropped` (not taken on, and no answer), `garbage` (taken on, and no JSON).
        fates: of the next tasks: `refused`, `failed`, `charged` (failed, and not refunded).
        shape: of the next videos: `short`, `small`, `slow` (12 frames a second), `uneven`, `hdr`, `wrong`,
            `silent`.
    """

    places: int = 5
    task_s: float = 0.0
    faults: dict[str, deque[int | str]] = field(default_factory=dict)
    fates: deque[str] = field(default_factory=deque)
    retry_after: str | None = "0"
    shape: str = ""
    tasks: dict[str, FakeTask] = field(default_factory=dict)
    uploads: int = 0
    wrong_requests: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._films: dict[str, bytes] = {}
        handler = type("Handler", (_Handler,), {"fake": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  (whoever asked was killed)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def accepted(self) -> list[FakeTask]:
        """Every task that was taken on."""
        with self.lock:
            return [*self.tasks.values()]

    def fault(self, what: str) -> int | str | None:
        with self.lock:
            waiting = self.faults.get(what)
            return waiting.popleft() if waiting else None

    # Tasks --------------------------------------------------------------------------------------

    def take(self, kind: str, body: dict[str, Any]) -> FakeTask:
        with self.lock:
            fate = self.fates.popleft() if self.fates else ""
            task = FakeTask(str(uuid.uuid4()), kind, body, time.monotonic(), fate)
            self.tasks[task.id] = task
            self.advance()
            return task

    def advance(self) -> None:
        """Let tasks have begun as early as places came free."""
        now = time.monotonic()
        alive = [task for task in self.tasks.values() if not task.deleted]
        ends = sorted(task.begun_at + self.task_s for task in alive if task.begun_at is not None)
        for task in alive:
            if task.begun_at is not None:
                continue
            free_at = task.taken_at if len(ends) < self.places else ends[-self.places]
            begins = max(task.taken_at, free_at)
            if begins > now:
                return
            task.begun_at = begins
            ends = sorted([*ends, begins + self.task_s])

    def status(self, task: FakeTask) -> dict[str, Any]:
        with self.lock:
            self.advance()
            now = time.monotonic()
            price = 25
            said: dict[str, Any] = {"id": task.id, "createdAt": "2026-11-30T05:00:00.000Z"}
            if task.deleted:
                return {**said, "status": "CANCELLED", "cost": {"credits": 0}}
            if task.begun_at is None:
                return {**said, "status": "THROTTLED", "estimatedCost": {"credits": price}}
            done = 1.0 if not self.task_s else (now - task.begun_at) / self.task_s
            if done < 1:
                return {**said, "status": "RUNNING", "progress": done, "estimatedCost": {"credits": price}}
            if task.fate:
                codes = {"refused": "SAFETY.INPUT.TEXT", "failed": "INTERNAL.BAD_OUTPUT.CODE01"}
                return {
                    **said,
                    "status": "FAILED",
                    "failure": "The words are not allowed." if task.fate == "refused" else "It went wrong.",
                    "failureCode": codes.get(task.fate, "INTERNAL"),
                    "cost": {"credits": price if task.fate in {"refused", "charged"} else 0},
                }
            task.links += 1
            link = f"{self.url}/results/{task.id}?_jwt=link-{task.links}"
            return {**said, "status": "SUCCEEDED", "cost": {"credits": price}, "output": [link]}

    def result(self, task: FakeTask) -> bytes:
        kind = (self.shape, json.dumps(task.body, sort_keys=True)[:100_000], task.kind)
        with self.lock:
            if str(kind) not in self._films:
                self._films[str(kind)] = self._made(task)
            return self._films[str(kind)]

    def _made(self, task: FakeTask) -> bytes:
        dice = np.random.default_rng(abs(hash_of(json.dumps(task.body, sort_keys=True))))
        if self.shape == "wrong":
            return b"<html>an error page</html>"
        if task.kind == "text_to_image":
            file = io.BytesIO()
            Image.fromarray(dice.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)).save(file, "png")
            return file.getvalue()
        seconds = Fraction(task.body.get("duration", 0)) or length_given(task.body) or Fraction(4)
        return film(dice, seconds / 2 if self.shape == "short" else seconds, self.shape, first_of(task.body))


def hash_of(text: str) -> int:
    """The same in every process."""
    import hashlib

    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


def length_given(body: dict[str, Any]) -> Fraction | None:
    """How long the video is that a task changes, drives with or makes larger."""
    import base64

    uri = body.get("videoUri") or body.get("reference", {}).get("uri", "")
    if not uri.startswith("data:video"):
        return None
    with av.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as given:
        video = given.streams.video[0]
        return Fraction(video.duration) * video.time_base


def first_of(body: dict[str, Any]) -> np.ndarray | None:
    """The picture that a video starts with, small."""
    import base64

    given = body.get("promptImage")
    uri = given[0]["uri"] if isinstance(given, list) else given
    if not isinstance(uri, str) or not uri.startswith("data:image"):
        return None
    picture = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))).convert("RGB")
    return np.asarray(picture.resize((WIDTH, HEIGHT)))


def film(dice: Any, seconds: Fraction, shape: str = "", first: np.ndarray | None = None) -> bytes:
    """A small video, with sound unless it is `silent`, that differs by its dice and from frame to frame."""
    file = io.BytesIO()
    fps = 12 if shape == "slow" else FPS
    with av.open(file, "w", format="mp4") as out:
        video = out.add_stream("libx264", rate=fps)
        video.width, video.height = (48, 28) if shape == "small" else (WIDTH, HEIGHT)
        video.pix_fmt = "yuv420p"
        video.options = {"preset": "ultrafast", "crf": "12", "threads": "1"}
        video.codec_context.time_base = Fraction(1, fps * 100)
        sound = None if shape == "silent" else out.add_stream("aac", rate=48000)
        if shape == "hdr":
            video.codec_context.color_trc, video.codec_context.color_primaries = 16, 9
            video.codec_context.colorspace = 9
        base = np.repeat(np.repeat(dice.integers(0, 255, (6, 8, 3), np.uint8), 15, 0), 20, 1)
        base = base if first is None else first
        for number in range(round(seconds * fps)):
            frame = base.copy()
            frame[:8, : 2 + number * 3 % (WIDTH - 2)] = 255 - frame[:8, : 2 + number * 3 % (WIDTH - 2)]
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24")
            picture.time_base = Fraction(1, fps * 100)
            picture.pts = number * 100 + (number % 3 * 30 if shape == "uneven" else 0)
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
        if sound is not None:
            tone = np.sin(np.arange(int(seconds * 48000)) / 20).astype(np.float32)[None] * 0.2
            samples = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            samples.rate = 48000
            out.mux(sound.encode(samples))
            out.mux(sound.encode(None))
    return file.getvalue()


# What the SDK's types allow -----------------------------------------------------------------------


def wrong_in(kind: str, body: dict[str, Any]) -> str:
    """What a request has that the SDK's types do not allow; empty where nothing is wrong."""
    module = importlib.import_module(f"runwayml.types.{kind}_create_params")
    (union,) = (getattr(module, name) for name in module.__all__ if name.endswith("CreateParams"))
    for variant in get_args(union) or (union,):
        hints = get_type_hints(variant, include_extras=True)
        if body.get("model") in literals(hints["model"]):
            return wrong_of(variant, hints, body)
    return f"model {body.get('model')!r} is not one of {kind}"


def wrong_of(variant: Any, hints: dict[str, Any], body: dict[str, Any]) -> str:
    names = {alias_of(name, hint): name for name, hint in hints.items()}
    if unknown := body.keys() - names.keys():
        return f"unknown: {sorted(unknown)}"
    required = {alias for alias, name in names.items() if name in variant.__required_keys__}
    if missing := required - body.keys():
        return f"missing: {sorted(missing)}"
    for alias, name in names.items():
        allowed = literals(hints[name])
        if alias in body and allowed and body[alias] not in allowed:
            return f"{alias}: {body[alias]!r} is not one of {allowed}"
    if not 1 <= len(str(body.get("promptText", "x")).encode("utf-16-le")) // 2 <= 1000:
        return "promptText: 1 to 1000 characters"
    return ""


def alias_of(name: str, hint: Any) -> str:
    for one in getattr(hint, "__metadata__", ()):
        if getattr(one, "alias", None):
            return str(one.alias)
    for one in get_args(hint):
        if (found := alias_of("", one)) != "":
            return found
    return name


def literals(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for one in get_args(hint) if (found := literals(one))), ())


class _Handler(BaseHTTPRequestHandler):
    fake: FakeRunway
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _answer(self, status: int, said: object = None, kind: str = "application/json") -> None:
        content = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
        self.send_response(status)
        if status in {429, 503} and self.fake.retry_after is not None:
            self.send_header("retry-after", self.fake.retry_after)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _let_in(self) -> bool:
        right = f"Bearer {KEY}", VERSION
        if (self.headers.get("authorization"), self.headers.get("x-runway-version")) == right:
            return True
        self._answer(401, {"error": "The API key is not valid."})
        return False

    def do_POST(self) -> None:
        content = self._body()
        if self.path.startswith("/upload-target"):
            self.fake.uploads += 1
            self._answer(204)
            return
        if not self._let_in():
            return
        body = json.loads(content)
        if self.path == "/v1/uploads":
            target = f"{self.fake.url}/upload-target"
            self._answer(200, {"runwayUri": "runway://upload", "uploadUrl": target, "fields": {"a": "b"}})
            return
        kind = self.path.removeprefix("/v1/")
        fault = self.fake.fault("post")
        if isinstance(fault, int):
            self._answer(fault, {"error": f"fault {fault}"})
            return
        if fault == "dropped":
            self._cut()
            return
        wrong = wrong_in(kind, body) if kind in KINDS else "no such endpoint"
        if wrong:
            self.fake.wrong_requests.append(wrong)
            self._answer(400, {"error": wrong})
            return
        task = self.fake.take(kind, body)
        if fault == "cut":
            self._cut()
        elif fault == "garbage":
            self._answer(200, b"<html>", "text/html")
        else:
            self._answer(200, {"id": task.id})

    def do_GET(self) -> None:
        if self.path == "/accepted":  # none of Runway's: for who has the server in another process
            told = [{"seed": task.body.get("seed"), "begun_at": task.begun_at} for task in self.fake.accepted]
            self._answer(200, told)
            return
        if self.path.startswith("/results/"):
            fault = self.fake.fault("result")
            task = self.fake.tasks[self.path.split("/")[2].split("?")[0]]
            if isinstance(fault, int):
                self._answer(fault, b"", "text/plain")
            elif fault == "cut":
                content = self.fake.result(task)
                self.send_response(200)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2])
                self._cut()
            else:
                self._answer(200, self.fake.result(task), "video/mp4")
            return
        if not self._let_in():
            return
        fault = self.fake.fault("get")
        if isinstance(fault, int):
            self._answer(fault, {"error": f"fault {fault}"})
        elif fault == "cut":
            self._cut()
        elif (task := self.fake.tasks.get(self.path.rsplit("/", 1)[1])) is None:
            self._answer(404, {"error": "no such task"})
        else:
            self._answer(200, self.fake.status(task))

    def do_DELETE(self) -> None:
        if not self._let_in():
            return
        task = self.fake.tasks.get(self.path.rsplit("/", 1)[1])
        if task is not None:
            with self.fake.lock:
                task.deleted = True
                self.fake.withdrawn.append(task.id)
        self._answer(204)
