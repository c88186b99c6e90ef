"""What every backend must do; derive a test class from `BackendConformance` for yours.

It needs pytest, and a fixture `other_process` that gives an `OtherProcess` for the session.

class TestMine(BackendConformance):
    backend = MyBackend
    options = {"steps": 2}          # options that make it quick
    other_options = {"steps": 3}    # options that change the picture
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import JsonValue, ValidationError

from farm.backend.protocol import Backend, Cancelled, Conditioning, Frame
from farm.backend.traits import complete_options
from storyboard.errors import ShotfarmError
from storyboard.planning.spec import (
    Predecessor,
    ResolvedCharacter,
    ResolvedLine,
    ResolvedLocation,
    ResolvedLook,
    ShotSpec,
)


def character(character_id: str = "ada", **changes: Any) -> ResolvedCharacter:
    """A character with everything said that must be said."""
    values: dict[str, Any] = {
        "name": character_id.title(),
        "description": "a woman with short hair",
        "wardrobe": "a red coat",
        "colours": ("#b03a2e", "#e8b892"),
        "references": (),
        "loras": (),
        "position": "centre",
        "move_to": None,
        "facing": "camera",
        "pose": "standing",
        "expression": "neutral",
        "action": "",
    }
    return ResolvedCharacter(id=character_id, **(values | changes))


def line(text: str = "Good evening to you all.", speaker: str = "ada", start: int = 0) -> ResolvedLine:
    """A line of dialogue."""
    return ResolvedLine(character=speaker, name=speaker.title(), text=text, delivery="normal", start=start)


def location(
    name: str = "Harbour", time: str = "day", weather: str = "clear", **changes: Any
) -> ResolvedLocation:
    """A place."""
    values: dict[str, Any] = {"id": "place", "description": "", "references": ()}
    return ResolvedLocation(name=name, time_of_day=time, weather=weather, **(values | changes))


def shot(**changes: Any) -> ShotSpec:
    """A small, short shot of one character, with handles."""
    values: dict[str, Any] = {
        "shot": "",
        "backend": "test",
        "backend_version": 1,
        "options": {},
        "width": 64,
        "height": 36,
        "rate": Fraction(24),
        "frames": 6,
        "head": 1,
        "tail": 2,
        "seed": 7,
        "size": "MS",
        "camera": "push-in",
        "action": "She waits.",
        "look": ResolvedLook(description="", negative="", palette=(), references=(), loras=()),
        "location": location(),
        "characters": (character(),),
        "lines": (),
        "predecessor": None,
    }
    return ShotSpec(**(values | changes))


def as_rendered(spec: ShotSpec, backend: type[Backend]) -> ShotSpec:
    """A shot as the plan would ask for it: in the size, rate and frames that its backend renders it in."""
    spec = spec.model_copy(update={"idle_options": backend.TRAITS.idle_options})
    if backend.TRAITS.native is None:
        return spec
    film = spec.shape
    take = backend.TRAITS.native(spec.options, film)
    return spec.model_copy(
        update={name: getattr(take, name) for name in ("width", "height", "rate", "head", "frames", "tail")}
    )


class Recorder:
    """A context that records; `cancel_after` steps it says that the shot is no longer wanted."""

    def __init__(
        self, cancel_after: int | None = None, state: bytes | None = None, *, wants_state: bool = False
    ) -> None:
        self.done: list[float] = []
        self.wants_state = wants_state
        self.cancel_after = cancel_after
        self.notes: dict[str, JsonValue] = {}
        self.sounds: list[tuple[np.ndarray, int]] = []
        self.states: list[bytes] = [] if state is None else [state]
        self.tries: list[JsonValue] = []
        self.began_next = 0
        self.parts: dict[str, float] = {}
        self.previews: list[Frame] = []
        self.fees: list[tuple[str, int, str]] = []

    def progress(self, done: float) -> None:
        self.done.append(done)

    def check_cancelled(self) -> None:
        if self.cancel_after is not None and len(self.done) >= self.cancel_after:
            raise Cancelled

    def note(self, facts: Mapping[str, JsonValue]) -> None:
        self.notes.update(facts)

    def kept_state(self) -> bytes | None:
        return self.states[-1] if self.states else None

    def keep_state(self, state: bytes) -> None:
        self.states.append(state)

    def refused(self) -> Sequence[JsonValue]:
        return self.tries

    def keep_refused(self, tries: Sequence[JsonValue]) -> str:
        self.tries = list(tries)
        return "in the recorder"

    def keep_sound(self, samples: np.ndarray, rate: int) -> None:
        self.sounds.append((samples, rate))

    def state_kept(self) -> None:
        """Nobody wants the worker."""

    def state_wanted(self) -> bool:
        return self.wants_state

    def took(self, part: str, seconds: float) -> None:
        self.parts[part] = seconds

    def begin_next(self) -> None:
        self.began_next += 1

    def paid(self, service: str, hundredths: int, usd_per_credit: str) -> None:
        self.fees.append((service, hundredths, usd_per_credit))

    def preview(self, frame: Frame) -> None:
        self.previews.append(frame)


def render(
    backend_class: type[Backend],
    spec: ShotSpec,
    *before: Frame,
    context: Recorder | None = None,
    files: Mapping[str, Path] | None = None,
) -> list[Frame]:
    """All frames of a take, in this process; `files` by their SHA-256."""
    backend = backend_class()
    backend.load()
    try:
        conditioning = Conditioning(predecessor_frames=before, files=files or {})
        return [frame.copy() for frame in backend.render(spec, conditioning, context or Recorder())]
    finally:
        backend.close()


def digest(frames: list[Frame]) -> str:
    """SHA-256 of the frames' bytes."""
    return hashlib.sha256(b"".join(frame.tobytes() for frame in frames)).hexdigest()


_CHILD = """
import importlib, json, os, sys
from pathlib import Path
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what a library prints is no answer
from farm.backend import conformance
from storyboard.planning.spec import ShotSpec
for line in sys.stdin:
    module, name, spec, files = json.loads(line)
    backend = getattr(importlib.import_module(module), name)
    files = {sha256: Path(path) for sha256, path in files.items()}
    frames = conformance.render(backend, ShotSpec.model_validate(spec), files=files)
    print(conformance.digest(frames), file=answers, flush=True)
"""


class OtherProcess:
    """An interpreter that renders takes apart from the one that tests; begun when first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def digest(self, backend_class: type[Backend], spec: ShotSpec, files: Mapping[str, Path]) -> str:
        """The digest of a take that it rendered."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        named = {sha256: str(path) for sha256, path in files.items()}
        asked = [backend_class.__module__, backend_class.__name__, spec.model_dump(mode="json"), named]
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline().strip()
        assert answer, "the other process ended; what it said stands above"
        return answer

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.communicate(timeout=600)  # far longer than it takes, on a busy machine too


class BackendConformance:
    """The suite; every test states what a worker relies on."""

    backend: ClassVar[type[Backend]]
    options: ClassVar[Mapping[str, JsonValue]] = {}
    other_options: ClassVar[Mapping[str, JsonValue] | None] = None
    continues: ClassVar[bool] = True
    """whether a shot can start from another's last frames; one that cannot must be refused"""
    every_shot: ClassVar[Mapping[str, Any]] = {}
    """what every shot has, for backends that render none without"""
    files: ClassVar[Mapping[str, Path]] = {}
    """the files that it names, by their SHA-256"""

    def spec(self, options: Mapping[str, JsonValue] | None = None, **changes: Any) -> ShotSpec:
        complete = complete_options(self.backend.TRAITS, self.options, options or {})
        drawn = {"shot": "1A"} if self.backend.TRAITS.draws_shot_id else {}
        values = {**drawn, **self.every_shot, **changes}
        return as_rendered(shot(options=complete, backend=self.backend.TRAITS.name, **values), self.backend)

    def render(self, spec: ShotSpec, *before: Frame, context: Recorder | None = None) -> list[Frame]:
        return render(self.backend, spec, *before, context=context, files=self.files)

    def frames(self, backend: Backend, spec: ShotSpec, context: Recorder | None = None) -> Iterator[Frame]:
        return backend.render(spec, Conditioning(files=self.files), context or Recorder())

    def test_a_take_has_its_handles_and_the_asked_size(self) -> None:
        spec = self.spec(width=80, height=48)
        frames = self.render(spec)
        assert len(frames) == spec.total_frames == 9
        assert {frame.shape for frame in frames} == {(spec.height, spec.width, 3)}
        assert {frame.dtype for frame in frames} == {np.dtype(np.uint8)}

    def test_frames_are_neither_empty_nor_all_the_same(self) -> None:
        frames = self.render(self.spec())
        assert all(frame.std() > 3 for frame in frames)
        assert len({frame.tobytes() for frame in frames}) > 1

    def test_a_frame_is_not_overwritten_by_the_next(self) -> None:
        backend = self.backend()
        backend.load()
        frames = list(self.frames(backend, self.spec()))
        backend.close()
        assert digest(frames) == digest(self.render(self.spec()))

    def test_the_same_spec_gives_the_same_bits_after_other_shots(self) -> None:
        backend = self.backend()
        backend.load()
        first = digest(list(self.frames(backend, self.spec())))
        list(self.frames(backend, self.spec(seed=8, size="CU")))
        again = digest(list(self.frames(backend, self.spec())))
        backend.close()
        assert first == again

    def test_the_same_spec_gives_the_same_bits_in_another_process(self, other_process: OtherProcess) -> None:
        spec = self.spec()
        assert other_process.digest(self.backend, spec, self.files) == digest(self.render(spec))

    def test_frames_that_are_made_alone_are_those_of_the_whole_take(self) -> None:
        if not self.backend.TRAITS.frame_by_frame:
            return
        spec = self.spec()
        part = spec.model_copy(update={"part": (3, spec.total_frames)})
        assert digest(self.render(part)) == digest(self.render(spec)[3:])
        beyond = self.render(spec.model_copy(update={"part": (spec.total_frames, spec.total_frames + 2)}))
        assert [frame.shape for frame in beyond] == [(spec.height, spec.width, 3)] * 2

    def test_another_seed_gives_another_take(self) -> None:
        assert digest(self.render(self.spec())) != digest(self.render(self.spec(seed=8)))

    def test_another_option_gives_another_take(self) -> None:
        if self.other_options is None:
            pytest.skip("no option of this backend changes the picture")
        talk: dict[str, Any] = {"lines": (line(),), "width": 320, "height": 180, "frames": 3}
        plain = self.render(self.spec(**talk))
        assert digest(plain) != digest(self.render(self.spec(self.other_options, **talk)))

    def test_a_continuing_shot_starts_near_its_predecessor(self) -> None:
        continued = self.spec(head=0, predecessor=Predecessor(shot="1", digest="0" * 64))
        before = np.zeros((continued.height, continued.width, 3), np.uint8)
        before[:, : continued.width // 2] = (255, 0, 255)
        if not self.continues:
            with pytest.raises(ShotfarmError, match="continues"):
                self.render(continued, before)
            return
        cold = self.render(continued)
        warm = self.render(continued, before)
        distance = [np.abs(frames[0].astype(int) - before).mean() for frames in (warm, cold)]
        assert distance[0] < distance[1]
        assert digest(warm) == digest(self.render(continued, before))

    def test_cancellation_is_noticed_at_the_next_step(self) -> None:
        backend = self.backend()
        backend.load()
        context = Recorder(cancel_after=2)
        seen: list[Frame] = []
        with pytest.raises(Cancelled):
            seen.extend(self.frames(backend, self.spec(), context))
        backend.close()
        assert len(context.done) == 2
        assert len(seen) <= 2

    def test_progress_grows_to_one(self) -> None:
        context = Recorder()
        self.render(self.spec(), context=context)
        assert context.done == sorted(context.done)
        assert all(0 <= done <= 1 for done in context.done)
        assert context.done[-1] == pytest.approx(1)

    def test_closing_twice_and_without_loading_is_safe(self) -> None:
        unloaded = self.backend()
        unloaded.close()
        loaded = self.backend()
        loaded.load()
        loaded.close()
        loaded.close()

    def test_a_shot_left_half_rendered_harms_nothing(self) -> None:
        backend = self.backend()
        backend.load()
        frames = self.frames(backend, self.spec())
        next(frames)
        del frames
        assert digest(list(self.frames(backend, self.spec()))) == digest(self.render(self.spec()))
        backend.close()

    def test_options_are_closed_and_complete(self) -> None:
        traits = self.backend.TRAITS
        assert set(complete_options(traits)) == set(traits.options.model_fields)
        json.dumps(complete_options(traits))
        with pytest.raises(ValidationError):
            complete_options(traits, {"no_such_option": 1})
