"""A run tells what it is doing to whoever looks into the project folder: progress and pictures of its shots.

    .shotfarm/live/<run>/state.json     what each shot is doing, by the digest of its take
    .shotfarm/live/<run>/<digest>.jpg   the latest picture of one that renders

A run is called like an attempt, so that the notes of one that was killed are known for what they are. They
are told of the work and no part of it: a folder that cannot be written is passed over.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from farm.host.identity import has_ended, new_attempt_name
from farm.schedule.messages import Update
from farm.schedule.states import TaskState
from pipeline.observer import Both, Observer
from pipeline.settings import STATE_FOLDER
from storyboard.planning.plan import Plan

LIVE, STATE = "live", "state.json"
_EVERY_S = 0.1
"""progress is written so often at most"""
_SILENCE_S = 60.0
"""a run of another machine that has written nothing for so long is taken for ended"""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class LiveShot(BaseModel):
    """What a run does with a shot."""

    model_config = ConfigDict(extra="forbid")

    shot: str
    state: TaskState
    progress: float = 0.0
    """0 to 1"""
    picture: int = 0
    """counts the pictures of it; 0 while there is none"""
    error: str | None = None


class LiveRun(BaseModel):
    """What a run does."""

    model_config = ConfigDict(extra="forbid")

    shots: dict[str, LiveShot] = {}
    """by the digests of their takes"""
    stage: str = ""
    """of the assembly, while it is at it"""
    done: int = 0
    total: int = 0
    """how many parts of the stage are made, and how many there are"""


class Broadcast:
    """An observer that tells the project folder what it hears."""

    def __init__(self, folder: Path, every_s: float = _EVERY_S) -> None:
        self._folder = folder
        self._every_s = every_s
        self._run = LiveRun()
        self._written_at = 0.0

    def planned(self, plan: Plan) -> None:
        """The shots that wait."""
        self._run.shots = {
            shot.digest: LiveShot(shot=shot.shot, state=TaskState.WAITING) for shot in plan.missing
        }
        if self._run.shots:
            self._write()

    def rendering(self, update: Update) -> None:
        """What became of them."""
        shots = self._run.shots
        for event in update.events:
            if event.digest in shots:
                shots[event.digest] = shots[event.digest].model_copy(
                    update={"state": event.state, "error": event.error, "progress": 0.0}
                )
        for digest, done in update.progress.items():
            if digest in shots:
                shots[digest].progress = done
        first = False
        for digest, picture in update.previews.items():
            if digest in shots and self._put(f"{digest}.jpg", picture):
                first = first or not shots[digest].picture
                shots[digest].picture += 1
        often = self._every_s <= _EVERY_S
        if (often and (update.events or first)) or time.monotonic() - self._written_at > self._every_s:
            self._write()

    def stage(self, name: str, done: int, total: int) -> None:
        """How far the assembly is."""
        changed = name != self._run.stage or done == total
        self._run.stage, self._run.done, self._run.total = name, done, total
        if changed or time.monotonic() - self._written_at > self._every_s:
            self._write()

    def _write(self) -> None:
        self._put(STATE, self._run.model_dump_json().encode())
        self._written_at = time.monotonic()

    def _put(self, name: str, content: bytes) -> bool:
        """Write a file whole, but not durably: it means nothing after a crash."""
        aside = self._folder / f".{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(content)
            aside.replace(self._folder / name)
        except OSError:
            return False
        return True


@contextlib.contextmanager
def broadcast(observer: Observer, project: Path, every_s: float = _EVERY_S) -> Iterator[Observer]:
    """An observer that tells the project folder too, until the run has ended; so often at most."""
    _sweep(project)
    folder = project / STATE_FOLDER / LIVE / new_attempt_name()
    try:
        yield Both(observer, Broadcast(folder, every_s))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # another run is there
            folder.parent.rmdir()


def live_runs(project: Path) -> dict[str, LiveRun]:
    """The runs that are at a film now, by their names."""
    found = {}
    for name in _names(project):
        path = project / STATE_FOLDER / LIVE / name / STATE
        try:
            ended = has_ended(name)
            if ended or (ended is None and time.time() - path.stat().st_mtime > _SILENCE_S):
                continue
            found[name] = LiveRun.model_validate(json.loads(path.read_bytes()))
        except (OSError, ValueError, ValidationError):
            continue  # it ends in this moment, or has not begun to tell
    return found


def live_picture(project: Path, digest: str) -> bytes | None:
    """The latest picture of a take that renders; None where there is none."""
    if not _DIGEST.fullmatch(digest):
        return None
    for name in _names(project):
        with contextlib.suppress(OSError):
            return (project / STATE_FOLDER / LIVE / name / f"{digest}.jpg").read_bytes()
    return None


def _names(project: Path) -> list[str]:
    try:
        return sorted(run.name for run in (project / STATE_FOLDER / LIVE).iterdir())
    except OSError:
        return []


def _sweep(project: Path) -> None:
    """Remove what runs left that were killed."""
    for name in _names(project):
        if has_ended(name):
            shutil.rmtree(project / STATE_FOLDER / LIVE / name, ignore_errors=True)
