"""The form of frames, and how large letters are in it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.media.timing import format_rate

if TYPE_CHECKING:
    from pydantic import JsonValue

TYPE_VERSION = 1
"""of words in narrow frames; raise it when they are set in another size there;
code of assembly.cut.form: aa5cc5cd
"""

_NARROW = Fraction(16, 9)


@dataclass(frozen=True, slots=True)
class FrameForm:
    """The form of frames: their size and rate."""

    width: int
    height: int
    rate: Fraction
    inside: tuple[int, int, int, int] | None = None
    """where takes stand between black bars: x, y, width and height; None where they fill the frame"""

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        inside: JsonValue = [*self.inside] if self.inside else None
        return [self.width, self.height, format_rate(self.rate), inside]


def is_narrow(width: int, height: int) -> bool:
    """Whether a frame is narrower than 16:9."""
    return Fraction(width, height) < _NARROW


def type_height(width: int, height: int) -> float:
    """What sizes of letters are parts of: the frame's height, and less in frames narrower than 16:9.

    There it is the height of a frame of 16:9 with as many pixels, so that words fit beside each other.
    """
    return float(width * height / _NARROW) ** 0.5 if is_narrow(width, height) else height
