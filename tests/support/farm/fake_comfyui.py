"""A server that speaks ComfyUI's protocol, by its own routes, and draws instead of denoising; with faults.

The nodes that it knows are a few of ComfyUI's; a workflow is drawn from its words and numbers, so that the
same one gives the same frames.
"""

from __future__ import annotations

import asyncio
import io
import json
import struct
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import av
import numpy as np
from aiohttp import WSMsgType, web
from PIL import Image

UPLOADED = {"image_upload": True}
NODES: dict[str, Any] = {
    "CheckpointLoaderSimple": {"ckpt_name": [["wan.safetensors", "ltx.safetensors"], {}]},
    "CLIPTextEncode": {"text": ["STRING", {"multiline": True}], "clip": ["CLIP"]},
    "EmptyVideo": {
        "width": ["INT", {"min": 16, "max": 4096, "default": 512}],
        "height": ["INT", {"min": 16, "max": 4096, "default": 512}],
        "length": ["INT", {"min": 1, "max": 4096, "default": 25}],
    },
    "KSampler": {
        "model": ["MODEL"],
        "positive": ["CONDITIONING"],
        "negative": ["CONDITIONING"],
        "latent_image": ["LATENT"],
        "seed": ["INT", {"min": 0, "max": 2**64 - 1, "default": 0}],
        "steps": ["INT", {"min": 1, "max": 100, "default": 20}],
        "cfg": ["FLOAT", {"min": 0.0, "max": 100.0, "default": 8.0}],
    },
    "LoadImage": {"image": [["example.png"], UPLOADED]},
    "LoraLoaderModelOnly": {
        "model": ["MODEL"],
        "lora_name": ["COMBO", {"options": ["ada_v2.safetensors"]}],
        "strength_model": ["FLOAT", {"min": -100.0, "max": 100.0, "default": 1.0}],
    },
    "SaveImage": {"images": ["IMAGE"], "filename_prefix": ["STRING", {"default": "ComfyUI"}]},
    "VHS_VideoCombine": {"images": ["IMAGE"], "frame_rate": ["FLOAT", {"min": 1, "default": 8}]},
}
OUTPUTS = {"SaveImage", "VHS_VideoCombine"}


def workflow(*, video: bool = False) -> dict[str, Any]:
    """A workflow in API format: words and a picture become frames, or a video."""
    saved = {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "shot"}}
    if video:
        saved = {"class_type": "VHS_VideoCombine", "inputs": {"images": ["3", 0], "frame_rate": 24}}
    return {
        "3": {
            "class_type": "KSampler",
            "inputs": {
                "seed": 1,
                "steps": 4,
                "cfg": 6.0,
                "model": ["4", 0],
                "positive": ["6", 0],
                "negative": ["7", 0],
                "latent_image": ["5", 0],
            },
        },
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "wan.safetensors"}},
        "5": {"class_type": "EmptyVideo", "inputs": {"width": 64, "height": 36, "length": 9}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat", "clip": ["4", 1]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
        "9": saved,
        "10": {"class_type": "LoadImage", "inputs": {"image": "example.png"}},
    }


INPUTS = {
    "prompt": "6.text",
    "negative": "7.text",
    "seed": "3.seed",
    "width": "5.width",
    "height": "5.height",
    "frames": "5.length",
    "first_frame": "10.image",
}


@dataclass
class Faults:
    """What goes wrong; lists are used up from their beginnings."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """statuses and headers of the next answers to a workflow, which is not taken on"""
    cuts: int = 0
    """so many connections are cut after a workflow was taken on"""
    errors: list[dict[str, str]] = field(default_factory=list)
    """of the next workflows: what `execution_error` says"""
    gone_views: int = 0
    """so many results are not there when they are asked for"""
    old: bool = False
    """it is an older one: it gives workflows ids of its own, and interrupts whatever runs"""
    task_s: float = 0.0
    """how long each workflow takes"""
    hold: threading.Event = field(default_factory=threading.Event)
    """set: workflows go on; cleared: they stand still in the middle"""
    video: dict[str, Any] = field(default_factory=dict)
    """of the videos that are made: another `length`, `width`, `height`, `rate`, or `bytes` of one's own"""
    knows: dict[str, Any] = field(default_factory=lambda: dict(NODES))
    """the nodes that it knows"""


class FakeComfyUI:
    """One server, on a port of its own.

    Attributes:
        accepted: the workflows that it took on; one that waited in its queue may have gone elsewhere since.
        done: those that ended, however.
        rendered: those that ended well.
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self.faults.hold.set()
        self.accepted: list[str] = []
        self.done: list[str] = []
        self.rendered: list[str] = []
        self.freed = 0
        self.interrupted: list[str] = []
        self.uploads: dict[str, bytes] = {}
        self.graphs: dict[str, Any] = {}
        self.begun_at: dict[str, float] = {}
        self.port = 0
        self._files: dict[str, bytes] = {}
        self._pending: list[list[Any]] = []
        self._running: list[list[Any]] = []
        self._history: dict[str, Any] = {}
        self._moving = threading.Lock()
        """held while a workflow goes from one of these to the next: nobody sees it in none of them"""
        self._stop: set[str] = set()
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._loop = asyncio.new_event_loop()
        self._ends = False
        self._runner: web.AppRunner | None = None
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # Life ---------------------------------------------------------------------------------------

    def start(self) -> None:
        ready = threading.Event()

        def serve() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.run_until_complete(self._listen())
            ready.set()
            self._loop.run_forever()

        self._threads = [threading.Thread(target=one, daemon=True) for one in (serve, self._work)]
        for thread in self._threads:
            thread.start()
        ready.wait()

    def die(self) -> None:
        """Go away, with all connections, queue and history."""
        self._ends = True
        self.faults.hold.set()
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
            self._runner = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        for thread in self._threads:
            thread.join()

    async def _listen(self) -> None:
        app = web.Application(client_max_size=2**26)
        app.add_routes(
            [
                web.get("/ws", self._ws),
                web.get("/object_info", self._object_info),
                web.get("/prompt", self._remaining),
                web.post("/prompt", self._prompt),
                web.get("/queue", self._queue),
                web.post("/queue", self._delete),
                web.post("/interrupt", self._interrupt),
                web.get("/history", self._all_history),
                web.get("/history/{id}", self._one_history),
                web.get("/view", self._view),
                web.post("/upload/image", self._upload),
                web.post("/free", self._free),
                web.get("/accepted", self._told),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    # Routes -------------------------------------------------------------------------------------

    async def _ws(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        client = request.query.get("clientId") or uuid.uuid4().hex
        self._sockets[client] = socket
        await socket.send_json({"type": "status", "data": {"status": self._waiting(), "sid": client}})
        async for message in socket:
            if message.type == WSMsgType.ERROR:
                break
        self._sockets.pop(client, None)
        return socket

    async def _object_info(self, _: web.Request) -> web.Response:
        known = self.faults.knows
        return web.json_response({name: {"input": {"required": takes}} for name, takes in known.items()})

    def _waiting(self) -> dict[str, Any]:
        return {"exec_info": {"queue_remaining": len(self._pending) + len(self._running)}}

    async def _remaining(self, _: web.Request) -> web.Response:
        return web.json_response(self._waiting())

    async def _prompt(self, request: web.Request) -> web.Response:
        if self.faults.answers:
            status, headers = self.faults.answers.pop(0)
            return web.json_response({"error": "no"}, status=status, headers=headers)
        asked = await request.json()
        graph = asked["prompt"]
        unknown = [node for node, one in graph.items() if one["class_type"] not in self.faults.knows]
        if unknown:
            error = {"type": "invalid_prompt", "message": f"Node '{unknown[0]}' not found."}
            return web.json_response({"error": error, "node_errors": {}}, status=400)
        wrong = graph["4"]["inputs"]["ckpt_name"]
        if wrong not in self.faults.knows["CheckpointLoaderSimple"]["ckpt_name"][0]:
            said = {"message": "Value not in list", "details": f"ckpt_name: '{wrong}' not in list"}
            errors = {
                "4": {"errors": [said], "class_type": "CheckpointLoaderSimple", "dependent_outputs": ["9"]}
            }
            error = {
                "type": "prompt_outputs_failed_validation",
                "message": "Prompt outputs failed validation",
            }
            return web.json_response({"error": error, "node_errors": errors}, status=400)
        task = str(uuid.uuid4()) if self.faults.old else asked.get("prompt_id") or str(uuid.uuid4())
        extra = {**asked.get("extra_data", {}), "client_id": asked.get("client_id")}
        self.accepted.append(task)
        self.graphs[task] = graph
        with self._moving:
            self._pending.append([len(self.accepted), task, graph, extra, ["9"]])
        if self.faults.cuts:
            self.faults.cuts -= 1
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"prompt_id": task, "number": len(self.accepted), "node_errors": {}})

    async def _queue(self, _: web.Request) -> web.Response:
        with self._moving:
            return web.json_response({"queue_running": self._running, "queue_pending": self._pending})

    async def _delete(self, request: web.Request) -> web.Response:
        gone = (await request.json()).get("delete", [])
        with self._moving:
            self._pending = [item for item in self._pending if item[1] not in gone]
        return web.Response()

    async def _interrupt(self, request: web.Request) -> web.Response:
        asked = {} if self.faults.old else await request.json()
        for item in self._running:
            if asked.get("prompt_id") in {None, item[1]}:
                self._stop.add(item[1])
                self.interrupted.append(item[1])
        return web.Response()

    async def _all_history(self, _: web.Request) -> web.Response:
        with self._moving:
            return web.json_response(self._history)

    async def _one_history(self, request: web.Request) -> web.Response:
        task = request.match_info["id"]
        with self._moving:
            return web.json_response({task: self._history[task]} if task in self._history else {})

    async def _view(self, request: web.Request) -> web.Response:
        name = request.query["filename"]
        if self.faults.gone_views or name not in self._files:
            self.faults.gone_views = max(0, self.faults.gone_views - 1)
            return web.Response(status=404)
        return web.Response(body=self._files[name])

    async def _upload(self, request: web.Request) -> web.Response:
        sent = await request.post()
        image = sent["image"]
        assert isinstance(image, web.FileField)
        self.uploads[image.filename] = image.file.read()
        return web.json_response({"name": image.filename, "subfolder": "", "type": "input"})

    async def _free(self, _: web.Request) -> web.Response:
        self.freed += 1
        return web.Response()

    async def _told(self, _: web.Request) -> web.Response:
        """None of ComfyUI's: for who has the server in another process."""
        seeds = [self.seed_of(task) for task in self.rendered]
        begun = [self.begun_at[task] for task in self.rendered]
        return web.json_response(
            [{"seed": seed, "begun_at": at} for seed, at in zip(seeds, begun, strict=True)]
        )

    def seed_of(self, task: str) -> int:
        """The seed that a workflow was given."""
        seed: int = self.graphs[task]["3"]["inputs"]["seed"]
        return seed

    def forget(self) -> None:
        """What a server does that is started again: nothing is known of what it had."""
        with self._moving:
            self._pending, self._history = [], {}
            self._stop.update(item[1] for item in self._running)

    # Work ---------------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._ends:
            with self._moving:
                self._running = [self._pending.pop(0)] if self._pending else []
            if not self._running:
                time.sleep(0.01)
                continue
            (item,) = self._running
            entry = self._executed(item)
            with self._moving:
                self._history[item[1]] = entry
                self._running = []
                self.done.append(item[1])

    def _executed(self, item: list[Any]) -> dict[str, Any]:
        _, task, graph, extra, _ = item
        self.begun_at[task] = time.monotonic()
        client = extra.get("client_id")
        messages: list[list[Any]] = [["execution_start", {"prompt_id": task}]]
        self._tell(client, "execution_cached", {"nodes": ["4"], "prompt_id": task})
        self._tell(client, "executing", {"node": "3", "prompt_id": task})
        for step in range(1, 3):
            self._tell(client, "progress", {"value": step, "max": 4, "node": "3", "prompt_id": task})
        self._show(client)
        ends = self.begun_at[task] + self.faults.task_s
        while not self.faults.hold.wait(0.02) or time.monotonic() < ends:
            if task in self._stop or self._ends:
                break
            time.sleep(0.01 if self.faults.hold.is_set() else 0.0)
        status = {"status_str": "success", "completed": True, "messages": messages}
        entry: dict[str, Any] = {"prompt": item, "outputs": {}, "status": status}
        if task in self._stop:
            messages.append(["execution_interrupted", {"prompt_id": task, "node_id": "3"}])
            return {**entry, "status": {**status, "status_str": "error", "completed": False}}
        if self.faults.errors:
            said = {"node_id": "3", "node_type": "KSampler", **self.faults.errors.pop(0)}
            messages.append(["execution_error", said])
            return {**entry, "status": {**status, "status_str": "error", "completed": False}}
        for node in graph:
            self._tell(client, "executed", {"node": node, "output": {}, "prompt_id": task})
        self._tell(client, "executing", {"node": None, "prompt_id": task})
        entry["outputs"] = {"9": self._saved(task, graph)}
        self.rendered.append(task)
        return entry

    def _saved(self, task: str, graph: dict[str, Any]) -> dict[str, Any]:
        frames = self._drawn(graph)
        if graph["9"]["class_type"] == "SaveImage":
            files = []
            for number, frame in enumerate(frames):
                name = f"{task}_{number:05}_.png"
                packed = io.BytesIO()
                Image.fromarray(frame).save(packed, "PNG", compress_level=1)
                self._files[name] = packed.getvalue()
                files.append({"filename": name, "subfolder": "", "type": "output"})
            return {"images": files}
        name = f"{task}.mp4"
        rate = self.faults.video.get("rate", graph["9"]["inputs"]["frame_rate"])
        self._files[name] = self.faults.video.get("bytes") or encoded(frames, Fraction(rate))
        return {"gifs": [{"filename": name, "subfolder": "", "type": "output", "format": "video/h264-mp4"}]}

    def _drawn(self, graph: dict[str, Any]) -> list[np.ndarray]:
        size = {**graph["5"]["inputs"], **self.faults.video}
        told = [graph["3"]["inputs"]["seed"], graph["6"]["inputs"]["text"], graph["4"]["inputs"]]
        random = Random(json.dumps(told))
        colours = np.array([[random.randrange(256) for _ in range(3)] for _ in range(8)], np.uint8)
        row = colours[np.arange(size["width"]) * 8 // size["width"]]
        image = graph["10"]["inputs"]["image"]
        if image in self.uploads:
            first = Image.open(io.BytesIO(self.uploads[image])).convert("RGB")
            row = np.asarray(first.resize((size["width"], size["height"])))[0]
        return [
            np.repeat(np.roll(row, number, 0)[None], size["height"], 0) for number in range(size["length"])
        ]

    def _show(self, client: str | None) -> None:
        packed = io.BytesIO()
        Image.new("RGB", (16, 9), (200, 30, 30)).save(packed, "JPEG")
        self._send(client, struct.pack(">II", 1, 1) + packed.getvalue())

    def _tell(self, client: str | None, kind: str, data: dict[str, Any]) -> None:
        self._send(client, json.dumps({"type": kind, "data": data}))

    def _send(self, client: str | None, message: str | bytes) -> None:
        socket = self._sockets.get(client or "")
        if socket is None or self._ends:
            return
        sending = socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message)
        try:
            asyncio.run_coroutine_threadsafe(sending, self._loop).result(5)
        except (ConnectionError, TimeoutError, RuntimeError):
            return


def encoded(frames: list[np.ndarray], rate: Fraction) -> bytes:
    """Frames as the bytes of an MP4 file."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=rate)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), "rgb24")))
        out.mux(stream.encode())
    return file.getvalue()


@contextmanager
def running() -> Iterator[FakeComfyUI]:
    """A server that answers."""
    server = FakeComfyUI()
    server.start()
    try:
        yield server
    finally:
        if server._runner is not None:
            server.die()
