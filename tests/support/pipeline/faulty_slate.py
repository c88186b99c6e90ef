"""Slates that fail when they are told to, in every way a renderer can, and write down everything they do.

What shall fail lies as files, each named after a fault, in `<FAULTS>/tickets`: the first worker of a node
that comes to that point takes the file away and does it. Every event is a line of `<FAULTS>/journal`.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import resource
import signal
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import psutil

from farm.backend.protocol import Conditioning, Frame, RenderContext
from farm.backend.traits import BackendTraits
from farm.backends.slate import SlateBackend
from farm.logs import attempt_log
from farm.store import attempts
from farm.store.folder import FolderPlace, Place
from farm.store.manifest import MANIFEST
from farm.store.objects import RemotePlace
from storyboard.planning.spec import ShotSpec

FAULTS, DELAY, FARM, NODE = "SOAK_FAULTS", "SOAK_DELAY_S", "SOAK_FARM", "SOAK_NODE"
CLOCK_OFF = "SOAK_CLOCK_OFF_S"
TICKETS, TAKEN, JOURNAL = "tickets", "taken", "journal"
MOST_HITS = 2
"""so often is one shot hit, so that no fault uses up its tries together with others"""
LEAK_BYTES = 300 * 2**20
KILLED = ("loading", "first step", "middle", "encoding", "before manifest", "after manifest")
MISBEHAVES = ("hangs", "leaks", "raises", "exits 0", "three frames", "not a number")


def write_down(what: str, **more: Any) -> None:
    """A line of the journal, by the clock that all processes of this machine share."""
    line = json.dumps({"at": time.monotonic(), "what": what, "pid": os.getpid(), **more}) + "\n"
    journal = os.open(Path(os.environ[FAULTS], JOURNAL), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(journal, line.encode())
    finally:
        os.close(journal)


def told_to(fault: str, shot: str = "-", digest: str = "") -> bool:
    """Whether this worker shall fail so here; whoever asks first is told."""
    if NODE not in os.environ:
        return False
    folder = Path(os.environ[FAULTS])
    if shot != "-" and len([*(folder / TAKEN).glob(f"*.{shot}.*")]) >= MOST_HITS:
        return False
    for ticket in (folder / TICKETS).glob(f"{fault}.*"):
        with contextlib.suppress(FileNotFoundError):
            ticket.rename(folder / TAKEN / f"{ticket.name}.{shot}.{os.getpid()}")
            write_down("fault", kind=fault, shot=shot, digest=digest, pids=[os.getpid()])
            return True
    return False


def die() -> None:
    """As the kernel ends what uses too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


class LateClock(datetime):
    """The time of a machine whose clock is off."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> LateClock:
        """Too late or too early."""
        return super().now(tz) + timedelta(seconds=float(os.environ[CLOCK_OFF]))


class FaultySlate(SlateBackend):
    """Slates that take their time, and fail when they are told to."""

    TRAITS: ClassVar[BackendTraits] = replace(SlateBackend.TRAITS, name="faulty-slate")

    def load(self) -> None:
        """Watch what this process publishes, and set its clock wrong when it shall be."""
        if FAULTS not in os.environ:
            return
        if told_to("loading"):
            die()
        if CLOCK_OFF in os.environ:
            # The two places that read the wall clock: a manifest's `created`, and a log's `started`.
            attempts.datetime = attempt_log.datetime = LateClock  # type: ignore[misc]
            write_down("clock", off_s=float(os.environ[CLOCK_OFF]), node=os.environ.get(NODE))
        self._numbers = itertools.count()
        self._now: dict[str, Any] = {}
        self._create_faultily(FolderPlace)
        self._create_faultily(RemotePlace)

    def _create_faultily(self, kind: type[Any]) -> None:
        as_ever = kind.create

        def create(place: Place, path: str, content: bytes) -> bool:
            return self._publish(path, content, lambda: as_ever(place, path, content), place.read)

        kind.create = create

    def _publish(
        self, path: str, content: bytes, create: Callable[[], bool], read: Callable[[str], bytes | None]
    ) -> bool:
        """Create a manifest, or die around it."""
        if not (path.endswith(MANIFEST) and "/takes/" in path):
            return create()
        shot, digest = self._now["shot"], self._now["digest"]
        if told_to("before manifest", shot, digest):
            die()
        own = json.loads(content)["attempt"]
        write_down("publishing", **self._now, by=own)
        first = create()
        # After a lost answer the manifest that stands may be its own.
        stands = first or json.loads(read(path) or b"{}").get("attempt") == own
        write_down("published" if stands else "dropped", **self._now, by=own)
        if told_to("after manifest", shot, digest):
            die()
        return first

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield the frames of the take, each uint8 [height, width, 3], or do what was asked for."""
        if FAULTS not in os.environ:
            yield from super().render(spec, conditioning, context)
            return
        shot, digest = spec.shot, spec.digest()
        number = f"{os.getpid()}-{next(self._numbers)}"
        now = self._now = {"shot": shot, "digest": digest, "attempt": number, "farm": os.environ[FARM]}
        write_down("begin", **now)
        try:
            whole = yield from self._frames(spec, conditioning, context)
            if whole and told_to("encoding", shot, digest):
                die()
        except BaseException as error:
            # Whoever asked for the frames may have failed, and Python ends this generator some time later.
            write_down("over", **now, why=type(error).__name__)
            raise

    def _frames(
        self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext
    ) -> Generator[Frame, None, bool]:
        """The frames; whether they are all there."""
        shot, digest = spec.shot, spec.digest()
        for index, frame in enumerate(super().render(spec, conditioning, context)):
            time.sleep(float(os.environ[DELAY]))
            write_down("frame", **self._now)
            if index == 0 and told_to("first step", shot, digest):
                die()
            if index == spec.total_frames // 2:
                if told_to("middle", shot, digest):
                    die()
                if told_to("hangs", shot, digest):
                    while True:
                        write_down("frame", **self._now)
                        time.sleep(0.2)
                if told_to("raises", shot, digest):
                    raise RuntimeError("the renderer was told to fail")
                if told_to("exits 0", shot, digest):
                    os._exit(0)
                if told_to("leaks", shot, digest):
                    leak()
                if told_to("not a number", shot, digest):
                    yield np.full(frame.shape, np.nan, np.float32)  # type: ignore[misc]
            if index == 3 and told_to("three frames", shot, digest):
                return False
            yield frame
        return True


def leak() -> None:
    """Take memory until this process gets no more, which is soon."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    most = psutil.Process().memory_info().vms + LEAK_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    leaked = []
    try:
        while True:
            leaked.append(bytearray(2**20))
    finally:
        leaked.clear()
        resource.setrlimit(resource.RLIMIT_AS, before)
