"""What a backend is: how a take's frames come to be.

A backend is a class with a `TRAITS` constant and four methods, registered under the entry point group
`shotfarm.backends`. A worker makes one, calls `load` once, `render` for one shot after another, and `close`.
`farm/backend/conformance.py` is the suite that every backend passes; run it over your own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from farm.backend.traits import BackendTraits
from storyboard.errors import FarmError
from storyboard.media.colour import Colours
from storyboard.planning.spec import ShotSpec

Frame = NDArray[np.uint8]
"""One picture: uint8 [height, width, 3], sRGB, full range."""

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

    def paid(self, service: str, hundredths: int, usd_per_credit: str) -> None:
        """Say what a hosted service asks for; it is counted in costs and budgets at once.

        Args:
            service: what people call it.
            hundredths: of its own unit; of a sum that was said before, the difference.
            usd_per_credit: its own price of a unit, as a number of dollars.
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
