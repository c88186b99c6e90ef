"""The backend `comfyui`: a shot becomes a workflow, which one of the film's servers renders."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, cast

from PIL import Image
from pydantic import JsonValue

from farm.backend.own_shape import own_shape
from farm.backend.protocol import (
    Backend,
    BrokenError,
    Cancelled,
    Conditioning,
    Frame,
    RenderContext,
    TooLargeError,
)
from farm.backend.traits import BackendTraits, Resources
from farm.backends.hosted.comfyui.checks import complaints
from farm.backends.hosted.comfyui.options import ComfyOptions, Server, option_files
from farm.backends.hosted.comfyui.sendings import sendings
from farm.backends.hosted.comfyui.service import ComfyServer, ServerLost, is_memory
from farm.backends.hosted.comfyui.workflow import fill, outputs_of, read_workflow
from farm.backends.hosted.desk import Desk
from farm.backends.hosted.footage import frames_of_pictures, frames_of_video
from farm.backends.hosted.gate import Gate
from farm.backends.hosted.service import Away, Call, Report, TaskState
from farm.backends.hosted.tickets import read_tickets
from farm.backends.video_sound import keep_sound_of
from farm.host.aside import folder_aside
from farm.media.pictures import PictureError, open_picture
from storyboard.errors import UsageError
from storyboard.planning.spec import ShotSpec

VERSION = 1
"""raised when the same spec asks a server for something else;
code of farm.backends.hosted.comfyui.workflow, farm.backends.hosted.comfyui.backend,
farm.backends.hosted.footage, farm.backends.video_sound: 7923d6f5"""
PAUSE_S = 5.0
"""between looks for a server while none answers"""
TICK_S = 0.25


def _servers(options: Mapping[str, JsonValue]) -> dict[str, frozenset[str]]:
    said = ComfyOptions.model_validate(options)
    return {server.url: frozenset(server.tags) for server in said.servers}


def _places(options: Mapping[str, JsonValue]) -> int:
    said = ComfyOptions.model_validate(options)
    return len(_servers(options)) * (1 + said.ahead)


class ComfyBackend:
    """Has shots rendered by servers of ComfyUI."""

    TRAITS: ClassVar[BackendTraits] = BackendTraits(
        name="comfyui",
        version=VERSION,
        options=ComfyOptions,
        draws_shot_id=False,
        follows_performances=True,
        matches_cuts=True,
        takes_frames=True,
        native=own_shape,
        makes_sound=lambda options: options["sound"] is True,
        seconds_per_frame_720p=1.0,
        resources=Resources(cpus=0),
        keeps_states=True,
        idle_options=("servers", "ahead", "needs", "silent_s", "look_every_s"),
        option_files=option_files,
        servers=_servers,
        document_options=("servers",),
        sends=sendings,
        places=_places,
        check_files=complaints,
    )

    def __init__(self) -> None:
        self._last = ""
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def load(self) -> None:
        """Nothing to make ready: the servers hold the models."""

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield the frames of the take, each uint8 [height, width, 3].

        Raises:
            BrokenError: the workflow failed.
            TooLargeError: it does not fit into the server's card.
            UsageError: the server does not take the workflow, or it makes no frames.
        """
        options = ComfyOptions.model_validate(spec.options)
        context.check_cancelled()
        with folder_aside("comfyui") as folder:
            call = _call(spec, options, conditioning, folder)
            made = self._made(call, options, context, folder / "made")
            yield from _frames(made, spec, options, context)

    def close(self) -> None:
        """Nothing to give back."""

    def _made(self, call: Call, options: ComfyOptions, context: RenderContext, folder: Path) -> Path:
        """The folder of what a server has made, by whichever does it in the end."""
        lost: set[str] = set()
        left: set[str] = set()
        while True:
            server = self._chosen(call, options, context, lost, left)
            shown = _Shown(server, context, [one for one in options.usable() if one.url not in lost])
            desk = Desk(shown, context, places=1, pay_again=True, gate=Gate())
            try:
                # A server's ticket is its own: another one knows nothing of the task.
                named = Call(_ticket_name(server.url), call.kind, call.body, call.files, call.model)
                return desk.result(named, folder, (0.0, 0.95))
            except ServerLost:
                print(f"{server.name} does not answer: the shot goes to another", flush=True)
                lost.add(server.url)
                left.add(server.url)
            except _BetterServer as error:
                print(f"{error.url} has nothing to do: the shot goes there", flush=True)
                left.add(server.url)
            except BrokenError as error:
                server.free()
                if is_memory(error.message):
                    words = "a server with more memory, or a smaller size, may render it"
                    raise TooLargeError(error.message, words) from error
                raise
            finally:
                server.close()
                with self._lock:
                    self._taken[server.url] -= 1

    def _chosen(
        self,
        call: Call,
        options: ComfyOptions,
        context: RenderContext,
        lost: set[str],
        left: set[str],
    ) -> ComfyServer:
        """A server that has the shot already, else the one with the least to do; waits for one to answer."""
        outputs = [str(node) for node in _listed(call.body["outputs"])]
        usable = options.usable()
        if not usable:
            raise UsageError(f"no server of the shot carries all of its tags: {', '.join(options.needs)}")
        said = False
        while True:
            context.check_cancelled()
            tickets = read_tickets(context.kept_state())
            found: list[tuple[bool, bool, int, int, ComfyServer]] = []
            for number, one in enumerate(usable):
                server = ComfyServer(one.url, options.look_every_s, options.silent_s, outputs)
                try:
                    waiting = server.waiting()
                except (Away, ServerLost):
                    server.close()
                    continue
                ticket = tickets.get(_ticket_name(one.url))
                has_it = ticket is not None and ticket.digest == call.digest and one.url not in left
                apart = (number + os.getpid()) % len(usable)
                found.append((not has_it, one.url in lost, waiting, apart, server))
            if found:
                return self._taken_by_this_shot(found)
            if not said:
                print("no server answers; waiting", flush=True)
                said = True
            lost.clear()
            _pause(PAUSE_S, context)

    def _taken_by_this_shot(self, found: Sequence[tuple[bool, bool, int, int, ComfyServer]]) -> ComfyServer:
        """The best of these, which no other shot of this process has, if possible."""
        with self._lock:
            *_, best = min(
                found,
                key=lambda each: (
                    *(each[:2]),
                    self._taken[each[4].url],
                    each[2],
                    each[4].url != self._last,
                    each[3],
                ),
            )
            self._taken[best.url] += 1
            self._last = best.url
        for *_, other in found:
            if other is not best:
                other.close()
        return best


def _ticket_name(url: str) -> str:
    return f"take at {url}"


def _pause(seconds: float, context: RenderContext) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if context.state_wanted():
            context.keep_state(context.kept_state() or b"{}")
        context.check_cancelled()
        time.sleep(min(TICK_S, left))


class _BetterServer(Exception):  # noqa: N818  (nobody made an error)
    """Another server has nothing to do, while the shot waits here."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class _Shown:
    """A server for the machine, that shows its previews and lets a waiting shot go to one that idles."""

    def __init__(self, server: ComfyServer, context: RenderContext, usable: Sequence[Server]) -> None:
        self.name, self.account = server.name, server.account
        self.look_every_s = server.look_every_s
        self.usd_per_credit = ""
        self.send, self.find, self.fetch = server.send, server.find, server.fetch
        self.withdraw = server.withdraw
        self._server = server
        self._context = context
        self._others = [one.url for one in usable if one.url != server.url]

    def look(self, task: str) -> Report:
        """Where a task is."""
        report = self._server.look(task)
        if self._server.preview is not None:
            self._context.preview(self._server.preview)
            self._server.preview = None
        if report.state is TaskState.QUEUED and self._server.is_busy and self._is_wanted():
            for url in self._others:
                if _idles(url):
                    self._server.withdraw(task)
                    raise _BetterServer(url)
        return report

    def _is_wanted(self) -> bool:
        """Whether nobody has called the shot off: a task that is to be withdrawn goes nowhere."""
        try:
            self._context.check_cancelled()
        except Cancelled:
            return False
        return True


def _idles(url: str) -> bool:
    other = ComfyServer(url)
    try:
        return other.waiting() == 0
    except (Away, ServerLost):
        return False
    finally:
        other.close()


def _call(spec: ShotSpec, options: ComfyOptions, conditioning: Conditioning, folder: Path) -> Call:
    """What a shot asks of a server."""
    graph = read_workflow(conditioning.files[spec.given[options.workflow].sha256])
    outputs = outputs_of(graph, options)
    own: dict[str, str] = {}
    files = dict(conditioning.files)
    frames = {
        "first_frame": conditioning.predecessor_frames[-1:],
        "matched_frame": [conditioning.matched_frame],
    }
    for name, given in frames.items():
        for frame in given:
            if frame is not None:
                own[name] = hashlib.sha256(frame.tobytes() + repr(frame.shape).encode()).hexdigest()
                files[own[name]] = folder / f"{name}.png"
                Image.fromarray(frame).save(files[own[name]])
    filled = fill(graph, spec, options, own)
    if spec.predecessor and not any(value == "first_frame" for value, _, _ in options.places()):
        raise UsageError("the shot continues another, and its workflow maps no first_frame")
    body: dict[str, JsonValue] = {"workflow": cast("JsonValue", filled.graph), "outputs": list(outputs)}
    return Call("take", "workflow", body, {sha256: files[sha256] for sha256 in filled.files})


def _frames(made: Path, spec: ShotSpec, options: ComfyOptions, context: RenderContext) -> Iterator[Frame]:
    files = sorted(path for path in made.iterdir() if path.suffix != ".part")
    if len(files) == 1 and not _is_picture(files[0]):
        keep_sound_of(files[0], spec, "the workflow", context, wanted=options.sound)
        frames = frames_of_video(files[0], spec, "the workflow")
    else:
        frames = frames_of_pictures(files, spec, "the workflow")
    for number, frame in enumerate(frames, 1):
        context.progress(0.95 + 0.05 * number / spec.total_frames)
        context.check_cancelled()
        yield frame


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _is_picture(path: Path) -> bool:
    try:
        return not any("pictures is used" in words for words in open_picture(path).changes)
    except PictureError:
        return False


def _conforms(backend: ComfyBackend) -> Backend:
    """Checked by mypy: the class is a Backend."""
    return backend
