"""What a backend is: how a take's frames come to be.

A backend is a class with a `TRAITS` constant and four methods, registered under the entry point group
`shotfarm.backends`. A worker makes one, calls `load` once, `render` for one shot after another, and `close`.
`tests/farm/conformance.py` is the suite that every backend passes; run it over your own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue

from storyboard.errors import UsageError
from storyboard.spec import ShotSpec

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
class BackendTraits:
    """What the plan and the farm must know of a backend without loading it.

    Attributes:
        name: the name in `backend_options` and on the command line.
        version: raised when the same spec gives other pixels; it is part of every digest.
        options: the model of its options.
        draws_shot_id: the shot's id is drawn into the picture.
        draws_lines: dialogue shows in the picture (mouths, captions), so that a changed line changes it.
        continuity_frames: how many of the predecessor's last frames a continuing shot starts from.
        resources: what one worker holds.
        seconds_per_frame_720p: a first estimate of the work, before anything was measured.
    """

    name: str
    version: int
    options: type[BackendOptions]
    draws_shot_id: bool = False
    draws_lines: bool = False
    continuity_frames: int = 1
    resources: Resources = Resources()
    seconds_per_frame_720p: float = 0.05


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
            each uint8 [height, width, 3]; empty when it continues none.
        files: the local copy of each reference and LoRA in the spec, by its SHA-256.
        shelf: where encoded prompts and references are kept for every worker; None keeps them nowhere.
    """

    predecessor_frames: tuple[Frame, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    shelf: Shelf | None = None


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
        """Keep a state from which another attempt can go on, instead of the one kept before."""


class Cancelled(Exception):  # noqa: N818  (nobody made an error)
    """The shot is no longer wanted; raised by `check_cancelled`, passed on by the backend."""


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
    return sorted({point.name for point in entry_points(group=ENTRY_POINT_GROUP)})


def backend_class(name: str) -> type[Backend]:
    """The class of a backend, imported now.

    Raises:
        UsageError: no such backend, or it cannot be imported; the message names those there are.
    """
    points = [point for point in entry_points(group=ENTRY_POINT_GROUP) if point.name == name]
    if not points:
        raise UsageError(f"no backend is named {name!r}", f"there are: {', '.join(available_backends())}")
    try:
        loaded: type[Backend] = points[0].load()
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"the backend {name!r} ({points[0].value}) cannot be imported: {error}",
            "install what it needs",
        ) from error
    return loaded


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
