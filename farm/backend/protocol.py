"""What a backend is: how a take's frames come to be.

A backend is a class with a `TRAITS` constant and four methods, registered under the entry point group
`shotfarm.backends`. A worker makes one, calls `load` once, `render` for one shot after another, and `close`.
`farm/backend/conformance.py` is the suite that every backend passes; run it over your own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue

from storyboard.errors import FarmError
from storyboard.media.colour import Colours
from storyboard.media.take_shape import TakeShape
from storyboard.planning.spec import ShotSpec
from storyboard.plugins import load_plugin, plugin_names

Frame = NDArray[np.uint8]
"""One picture: uint8 [height, width, 3], sRGB, full range."""

ENTRY_POINT_GROUP = "shotfarm.backends"


class BackendOptions(BaseModel):
    """Options of a backend: a frozen, closed model with a default for each field."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class Resources:
    """What one worker holds of the cluster."""

    cpus: float = 1.0
    gpus: float = 0.0


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a backend has to say of a shot before anything loads.

    Attributes:
        severity: an error stops the plan; a warning tells what will not be as asked.
        message: what was found, and what is possible.
        option: the option that is wrong (`steps`, `keyframe.model`), or empty when it is the shot that asks
            too much.
    """

    severity: Literal["error", "warning"]
    message: str
    option: str = ""


@dataclass(frozen=True, slots=True)
class ModelNeed:
    """A model that a backend needs for its options, and what can be said of it without loading it.

    Attributes:
        name: what it is called: a hub id, or a folder.
        revision: which state of it, where it has several.
        path: where it lies on this machine, or would.
        size_bytes: of its files.
        licence: what it may be used for, in a few words.
        forbids_commercial_use: shown as a warning in the plan.
        gpu_memory_bytes: an estimate of what rendering with these options takes.
        present: whether all of it is on this machine.
        parts: the files of it that are needed, as patterns; empty when it is a whole model.
    """

    name: str
    revision: str | None = None
    path: Path | None = None
    size_bytes: int | None = None
    licence: str | None = None
    forbids_commercial_use: bool = False
    gpu_memory_bytes: int | None = None
    present: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackendTraits:
    """What the plan and the farm must know of a backend without loading it.

    Attributes:
        name: the name in `backend_options` and on the command line.
        version: raised when the same spec gives other pixels; it is part of every digest.
        options: the model of its options.
        draws_shot_id: the shot's id is drawn into the picture.
        draws_lines: dialogue shows in the picture (mouths, captions), so that a changed line changes it.
        follows_performances: a shot's driving video moves the picture; its files come with the conditioning.
        matches_cuts: a shot can be composed like the last frame of another, which comes as `matched_frame`.
        takes_frames: a picture of a shot's first or last frame can be given; it comes with the conditioning.
        continuity_frames: how many of the predecessor's last frames a continuing shot starts from.
        resources: what one worker holds.
        cards: complete options → how many cards a worker holds for such a shot, where that is not always the
            number in `resources`; it then holds as many times its processors too. Pure.
        libraries: packages whose versions a take's manifest notes, because they decide about pixels.
        seconds_per_frame_720p: a first estimate of the work, before anything was measured.
        keeps_states: it keeps states of a shot that renders and goes on from them bit-identically, so that a
            shot can be stopped at its next state for one that is more urgent.
        overlaps: a shot can begin while the one before is decoded; the backend then calls `begin_next`.
        idle_options: the names of options that change no pixel: how often something is kept or tried. They
            reach the worker and are in no digest.
        settle: complete options → the same, with what they stand for on this machine: a family that is read
            from a model, the digest of a model's files. Called once for each set of options whenever a film
            is opened; part of every digest.
        native: the options and the take as the film wants it → the take as this backend renders it, when it
            has a size and a rate of its own. `TakeShape.at` gives the shortest that covers the film's; longer
            handles are cut off. Pure; part of every digest through the spec.
        makes_sound: complete options → whether takes come with sound; they are then as long beyond the cut as
            that sound is heard. None for a backend that makes none.
        check: what the backend has to say of a shot; called for every shot of a film whenever it is opened,
            so it loads nothing and looks at small files at most.
        models: complete options → the models that rendering with them needs; loads nothing, asks no network.
        fetch: bring a model onto this machine, telling how much is done (0 to 1); raises a `ShotfarmError`
            for what a person can mend. What was fetched in part is gone on with.
        warmth: what a worker should hold already to render a shot, coarse to fine (the model, then its
            LoRAs); a worker that has rendered a shot of the same warmth is preferred. Pure.
    """

    name: str
    version: int
    options: type[BackendOptions]
    draws_shot_id: bool = False
    draws_lines: bool = False
    follows_performances: bool = False
    matches_cuts: bool = False
    takes_frames: bool = False
    continuity_frames: int = 1
    resources: Resources = Resources()
    cards: Callable[[Mapping[str, JsonValue]], int] | None = None
    libraries: tuple[str, ...] = ()
    seconds_per_frame_720p: float = 0.05
    keeps_states: bool = False
    overlaps: bool = False
    idle_options: tuple[str, ...] = ()
    settle: Callable[[Mapping[str, JsonValue]], dict[str, JsonValue]] | None = None
    native: Callable[[Mapping[str, JsonValue], TakeShape], TakeShape] | None = None
    makes_sound: Callable[[Mapping[str, JsonValue]], bool] | None = None
    check: Callable[[ShotSpec], Sequence[Complaint]] | None = None
    models: Callable[[Mapping[str, JsonValue]], Sequence[ModelNeed]] | None = None
    fetch: Callable[[ModelNeed, Callable[[float], None]], None] | None = None
    warmth: Callable[[ShotSpec], tuple[str, ...]] | None = None

    def gpus_for(self, options: Mapping[str, JsonValue]) -> float:
        """How many GPUs a worker holds that renders with these complete options."""
        return self.resources.gpus if self.cards is None else self.cards(options)


Arrays = Mapping[str, NDArray[Any]]
"""What an encoder gave, by name; bfloat16 is kept as float32, which holds it exactly."""


class Shelf(Protocol):
    """Keeps what encoders gave, under the digest of what they were given."""

    def find(self, digest: str) -> Arrays | None:
        """What is kept under a digest; the arrays are shared, so nobody writes into them."""

    def keep(self, digest: str, arrays: Arrays) -> None:
        """Keep what was made; the first to come stays."""


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What a shot starts from beside its spec.

    Attributes:
        predecessor_frames: the last frames of the body of the shot that this one continues, oldest first,
            each uint8 [height, width, 3] in the size of the spec; empty when it continues none.
        files: the local copy of each reference, LoRA and video in the spec, by its SHA-256.
        matched_frame: the last frame of the body of the shot that this one is composed like, as uint8
            [height, width, 3] in the size of the spec; None when it matches none.
        chain_start: the colours of the first take in the chain of shots that this one continues, when it
            continues one: a chain must not drift away from them.
        shelf: where encoded prompts and references are kept for every worker; None keeps them nowhere.
    """

    predecessor_frames: tuple[Frame, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    shelf: Shelf | None = None
    matched_frame: Frame | None = None
    chain_start: Colours | None = None


class RenderContext(Protocol):
    """What a backend may ask of its worker during a shot."""

    def progress(self, done: float) -> None:
        """Say how much of the shot is done, 0 to 1; a sign of life."""

    def check_cancelled(self) -> None:
        """Raise `Cancelled` when the shot is no longer wanted; call it between steps."""

    def note(self, facts: Mapping[str, JsonValue]) -> None:
        """Tell what should be known of the take later; it goes into the take's manifest."""

    def kept_state(self) -> bytes | None:
        """The state that an earlier attempt at this take kept last, or None."""

    def keep_state(self, state: bytes) -> None:
        """Keep a state from which another attempt can go on, instead of the one kept before.

        When the worker is wanted elsewhere, the next `check_cancelled` raises `Cancelled`.
        """

    def state_wanted(self) -> bool:
        """Whether the worker is wanted elsewhere: a state that is kept now is the last of this attempt."""

    def refused(self) -> Sequence[JsonValue]:
        """What earlier attempts at this take kept last with `keep_refused`; empty when they kept nothing."""

    def keep_refused(self, tries: Sequence[JsonValue]) -> str:
        """Keep what is known of tries that are no take, instead of what was kept before; returns where.

        It outlives the attempt, until one publishes the take; `note` what should be known after that.
        """

    def keep_sound(self, samples: NDArray[np.float32], rate: int) -> None:
        """Keep the sound of the take: [time, channels], -1 to 1, `rate` samples a second.

        It begins with the take's first frame and is as long as the take, handles included.
        """

    def begin_next(self) -> None:
        """Say that the next shot may begin, while this one is decoded and written.

        For backends whose traits say that they overlap: `render` is then called from another thread before
        this shot's frames are all taken.
        """

    def preview(self, frame: Frame) -> None:
        """Show people a picture of what is being made (uint8 [height, width, 3], of any size)."""


class Cancelled(Exception):  # noqa: N818  (nobody made an error)
    """The shot is no longer wanted; raised by `check_cancelled`, passed on by the backend."""


class TooLargeError(FarmError):
    """A shot does not fit into this worker's memory, whatever was tried; another worker may have more."""


class BrokenError(FarmError):
    """What a worker renders with broke, which says nothing against the shot: another try may render it."""


class Backend(Protocol):
    """Renders shots, one at a time."""

    TRAITS: ClassVar[BackendTraits]

    def load(self) -> None:
        """Make ready to render: models, fonts, caches. Called once, before the first shot."""

    def render(self, spec: ShotSpec, conditioning: Conditioning, context: RenderContext) -> Iterator[Frame]:
        """Yield the `spec.total_frames` frames of the take in order, handles included.

        The same spec and conditioning give the same frames.
        """

    def close(self) -> None:
        """Give everything back; bounded in time and safe after half a `load`."""


@runtime_checkable
class Encoder(Protocol):
    """What a backend has, beside `Backend`, whose encoders run apart from its renderer."""

    def encode(self, specs: Sequence[ShotSpec], conditioning: Conditioning, context: RenderContext) -> int:
        """Encode what these shots need and the shelf has not yet; returns how many things were encoded."""


def available_backends() -> list[str]:
    """The names that can be asked for."""
    return plugin_names(ENTRY_POINT_GROUP)


@cache
def backend_class(name: str) -> type[Backend]:
    """The class of a backend, imported now; looking for it again costs nothing.

    Raises:
        UsageError: no such backend, or it cannot be imported; the message names those there are.
    """
    found: type[Backend] = load_plugin(ENTRY_POINT_GROUP, "backend", name)
    return found


def complete_options(traits: BackendTraits, *layers: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The options of a shot: defaults, then each layer over the one before.

    Raises:
        pydantic.ValidationError: an option the backend does not have, or a value it does not take.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        merged.update(layer)
    dumped: dict[str, JsonValue] = traits.options.model_validate(merged).model_dump(mode="json")
    return dumped
