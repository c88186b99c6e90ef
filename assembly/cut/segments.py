"""Segments: takes of another size, rate or speed, brought to the film's; plain values with a digest each."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.digest import digest_of
from storyboard.media import mezzanine
from storyboard.schema.vocabulary import Retime

if TYPE_CHECKING:
    from pydantic import JsonValue

    from assembly.cut.form import FrameForm

SEGMENT_VERSION = 1
"""of `render_segment` in `picture/conform.py`; code of assembly.picture.conform: 087bac2f"""
JOINED_VERSION = 1
"""of `picture/joined_takes.py`; code of assembly.picture.joined_takes: 29b073fb"""
UPSCALE_VERSION = 1
"""of `retiming/upscaling.py`;
code of assembly.retiming.upscaling, assembly.retiming.onnx_network: b2d5a6c6
"""
RETIME_VERSIONS = {Retime.MCI: 1, Retime.FLOW: 1, Retime.RIFE: 1, Retime.BLEND: 1, Retime.NONE: 1}
"""of each way in `retiming`; all are raised when the same recipe gives other pixels;
code of assembly.retiming.retiming, assembly.retiming.flow, assembly.retiming.block_motion,
assembly.retiming.rife: 8be2a7ac
"""


@dataclass(frozen=True, slots=True)
class Joined:
    """A take, and the frames that were rendered before and after it, as one clip.

    Attributes:
        take: the digest of the take.
        before: of the frames before it; None without any.
        after: of the frames after it; None without any.
    """

    take: str
    before: str | None
    after: str | None

    @property
    def takes(self) -> tuple[str, ...]:
        """The digests of what it is made of, in order."""
        return tuple(one for one in (self.before, self.take, self.after) if one)

    @property
    def digest(self) -> str:
        """Its name in the store."""
        return digest_of(
            ["joined", JOINED_VERSION, mezzanine.PARAMETERS_VERSION, self.before, self.take, self.after]
        )


@dataclass(frozen=True, slots=True)
class Retiming:
    """Where the frames of a segment lie among those of its take, and how those between two come to be.

    Attributes:
        mode: how.
        rate: frames a second of the take.
        first: the place of the segment's first frame, in frames of the take from its beginning.
        step: from one frame's place to the next one's.
        model: the SHA-256 of the network, when one makes them.
    """

    mode: Retime
    rate: Fraction
    first: Fraction
    step: Fraction
    model: str | None = None

    def place(self, frame: int, total: int) -> Fraction:
        """Where a frame lies in a take of `total` frames; beyond its last or first there is that one."""
        return max(Fraction(0), min(self.first + frame * self.step, Fraction(total - 1)))

    def recipe(self) -> JsonValue:
        """The form that goes into digests; between whole places nothing has to be made."""
        whole = self.first.denominator == self.step.denominator == 1
        mode, model = (Retime.NONE, None) if whole else (self.mode, self.model)
        return [mode.value, RETIME_VERSIONS[mode], str(self.first), str(self.step), model]


@dataclass(frozen=True, slots=True)
class Segment:
    """A take of another size, rate or speed, brought to the film's."""

    take: str
    skip_s: Fraction
    """seconds of the take before the segment's first frame"""
    frames: int
    picture: FrameForm
    retiming: Retiming | None = None
    """None when the take's frames are the film's"""
    upscale: str | None = None
    """the SHA-256 of the network that makes it larger; None for Lanczos"""

    @property
    def networks(self) -> tuple[str, ...]:
        """The SHA-256 of each network that it is made with."""
        model = self.retiming.model if self.retiming else None
        return tuple(sha256 for sha256 in (model, self.upscale) if sha256)

    def recipe(self) -> JsonValue:
        """Everything that affects its pixels and its encoding."""
        return {
            "segment": SEGMENT_VERSION,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "take": self.take,
            "skip": str(self.skip_s),
            "frames": self.frames,
            "picture": self.picture.recipe(),
            "retime": self.retiming.recipe() if self.retiming else None,
            "upscale": [UPSCALE_VERSION, self.upscale] if self.upscale else None,
        }

    def digest(self) -> str:
        """Its name in the store."""
        return digest_of(self.recipe())
