"""The backend `runway`: a shot becomes calls of Runway's models, and what they give a take."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image
from pydantic import JsonValue

from farm.backend.protocol import Backend, Conditioning, Frame, RenderContext, Shelf
from farm.backend.traits import BackendTraits, Resources
from farm.backends.hosted.desk import Desk
from farm.backends.hosted.footage import frames_of_video
from farm.backends.hosted.runway.checks import NO_CHARACTER, complaints, native_shape
from farm.backends.hosted.runway.given import DRIVING, complaints_of_files, length_of, moves, performed_s
from farm.backends.hosted.runway.key import runway_key
from farm.backends.hosted.runway.options import RunwayOptions, option_files
from farm.backends.hosted.runway.requests import (
    changed_file,
    changes,
    edit_call,
    keyframe_call,
    performance_call,
    upscale_call,
    video_call,
    wants_keyframe,
)
from farm.backends.hosted.runway.sendings import sendings
from farm.backends.hosted.runway.service import RunwayService
from farm.backends.hosted.service import Call
from farm.backends.video_sound import keep_sound_of
from farm.host.aside import folder_aside
from storyboard.digest import digest_of
from storyboard.errors import UsageError
from storyboard.planning.spec import ShotSpec

VERSION = 1
"""raised when the same spec asks Runway for something else, which is then paid for again;
code of farm.backends.hosted.runway.requests, farm.backends.hosted.footage, farm.backends.video_sound,
farm.backends.diffusion.prompt:
2582d686
"""
WHO = "Runway"
FETCHED_BESIDE = 2


def _places(options: Mapping[str, JsonValue]) -> int:
    """Shots with Runway, and a few more whose results are being fetched and written."""
    chosen = RunwayOptions.model_validate(options)
    return chosen.concurrency + chosen.ahead + FETCHED_BESIDE


class RunwayBackend:
    """Has shots rendered by Runway."""

    TRAITS: ClassVar[BackendTraits] = BackendTraits(
        name="runway",
        version=VERSION,
        options=RunwayOptions,
        resources=Resources(cpus=0),
        places=_places,
        sends=sendings,
        libraries=("runwayml",),
        follows_performances=True,
        takes_frames=True,
        keeps_states=True,
        idle_options=("ahead", "concurrency", "look_every_s", "pay_again"),
        native=native_shape,
        makes_sound=lambda options: bool(options["sound"]),
        check=complaints,
        check_files=complaints_of_files,
        option_files=option_files,
        changes_takes=("change", "change_to"),
        seconds_per_frame_720p=0.6,
    )

    def __init__(self) -> None:
        self._service: RunwayService | None = None

    def load(self) -> None:
        """See that there is a key, and Runway's SDK."""
        self._service = RunwayService(runway_key())

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield the frames of the take, each uint8 [height, width, 3]."""
        if self._service is None:
            raise RuntimeError("render before load")
        options = RunwayOptions.model_validate(spec.options)
        self._service.look_every_s = options.look_every_s
        desk = Desk(self._service, context, options.concurrency + options.ahead, options.pay_again)
        with folder_aside("runway") as folder:
            shot = _Shot(spec, options, conditioning, desk, folder)
            video = shot.video()
            keep_sound_of(video, spec, WHO, context, wanted=options.sound)
            total = spec.total_frames
            for number, frame in enumerate(frames_of_video(video, spec, WHO)):
                context.check_cancelled()
                context.preview(frame)
                context.progress(0.9 + 0.1 * (number + 1) / total)
                yield frame

    def close(self) -> None:
        """Give connections back."""
        if self._service is not None:
            self._service.close()
            self._service = None


class _Shot:
    """A shot on its way: its calls, one after the other, and the files between them."""

    def __init__(
        self, spec: ShotSpec, options: RunwayOptions, conditioning: Conditioning, desk: Desk, folder: Path
    ) -> None:
        self._spec = spec
        self._options = options
        self._given = conditioning
        self._desk = desk
        self._folder = folder

    def video(self) -> Path:
        """The shot as a video, made larger where that is asked for."""
        last = 0.45 if self._options.upscale != "none" else 0.9
        if changes(self._spec, self._options):
            call = self._changed(self._given.files[changed_file(self._spec, self._options)])
        elif self._spec.performance is not None:
            call = self._performed(self._given.files[self._spec.performance.file.sha256])
        else:
            picture, name = self._picture()
            final = self._spec.last_frame
            after = self._given.files.get(final.sha256) if final else None
            call = video_call(self._spec, self._options, picture, name, after)
        video = self._desk.result(call, self._folder / "video.mp4", (0.3, last))
        if self._options.upscale == "none":
            return video
        larger = upscale_call(self._options, video, f"result of {call.digest}", call.seconds)
        return self._desk.result(larger, self._folder / "upscaled.mp4", (last, 0.9))

    def _changed(self, video: Path) -> Call:
        what = "the video that is changed" if self._options.change else DRIVING
        return edit_call(self._spec, self._options, video, length_of(video, self._spec, what))

    def _performed(self, driving: Path) -> Call:
        """The character, driven; how long the performance is decides whether anything is sent."""
        seconds = performed_s(driving, self._spec)
        if self._options.character:
            sha256 = self._spec.given[self._options.character].sha256
            path = self._given.files[sha256]
            return performance_call(
                self._spec, self._options, (sha256, path), driving, seconds, moves=moves(path)
            )
        picture, name = self._picture()
        if picture is None:
            raise UsageError(NO_CHARACTER)
        return performance_call(self._spec, self._options, (name, picture), driving, seconds)

    def _picture(self) -> tuple[Path | None, str]:
        """The first picture and its name: where the shot before ends, what is given, or what is drawn."""
        if self._given.predecessor_frames:
            return self._kept(self._given.predecessor_frames[-1])
        if self._spec.first_frame is not None:
            sha256 = self._spec.first_frame.sha256
            return self._given.files[sha256], sha256
        if not wants_keyframe(self._spec, self._options):
            return None, ""
        call = keyframe_call(self._spec, self._options, self._given.files)
        path = self._folder / "keyframe.png"
        if not _from_shelf(self._given.shelf, call, path):
            self._desk.result(call, path, (0.0, 0.3))
            _onto_shelf(self._given.shelf, call, path)
        return path, f"result of {call.digest}"

    def _kept(self, frame: Frame) -> tuple[Path, str]:
        path = self._folder / "first.png"
        Image.fromarray(frame).save(path)
        return path, hashlib.sha256(frame.tobytes()).hexdigest()


def _shelved(call: Call) -> str:
    return digest_of({"runway": VERSION, "call": call.digest})


def _from_shelf(shelf: Shelf | None, call: Call, path: Path) -> bool:
    """A keyframe that was paid for before, by whichever shot; False when there is none."""
    found = shelf.find(_shelved(call)) if shelf is not None else None
    if found is None:
        return False
    path.write_bytes(found["file"].tobytes())
    return True


def _onto_shelf(shelf: Shelf | None, call: Call, path: Path) -> None:
    if shelf is not None:
        shelf.keep(_shelved(call), {"file": np.frombuffer(path.read_bytes(), np.uint8)})


def _conforms(backend: RunwayBackend) -> Backend:
    """Checked by mypy: the class is a Backend."""
    return backend
