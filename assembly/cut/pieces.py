"""What a cut is made of: copied GOPs and joints, as plain values with a digest each.

A shot's picture is its take's frame, its titles over that, and its fades over both; a dissolve mixes the
pictures of two shots, a wipe shows a part of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from storyboard.digest import digest_of
from storyboard.media import mezzanine
from storyboard.media.timing import format_rate
from storyboard.schema.vocabulary import Retime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from storyboard.schema.vocabulary import TitleStyle, TransitionKind

Plain = Literal["black", "white"]
"""what a fade goes to or comes from"""

SEGMENT_VERSION = 1
JOINT_VERSION = 1
UPSCALE_VERSION = 1
RETIME_VERSIONS = {Retime.MCI: 1, Retime.FLOW: 1, Retime.RIFE: 1, Retime.BLEND: 1, Retime.NONE: 1}
"""each goes into the digests of its kind; raise it when the same recipe gives other pixels"""


TYPE_VERSION = 1
"""goes into the digests of words in narrow frames; raise it when they are set in another size there"""
ROLL_VERSION = 1
"""goes into the digests of credits; raise it when they roll in another way"""
_NARROW = Fraction(16, 9)


def is_narrow(width: int, height: int) -> bool:
    """Whether a frame is narrower than 16:9."""
    return Fraction(width, height) < _NARROW


def type_height(width: int, height: int) -> float:
    """What sizes of letters are parts of: the frame's height, and less in frames narrower than 16:9.

    There it is the height of a frame of 16:9 with as many pixels, so that words fit beside each other.
    """
    return float(width * height / _NARROW) ** 0.5 if is_narrow(width, height) else height


@dataclass(frozen=True, slots=True)
class Picture:
    """The size and rate of the film's frames."""

    width: int
    height: int
    rate: Fraction
    inside: tuple[int, int, int, int] | None = None
    """where takes stand between black bars: x, y, width and height; None where they fill the frame"""

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        inside: JsonValue = [*self.inside] if self.inside else None
        return [self.width, self.height, format_rate(self.rate), inside]


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
        """Where a frame lies in a take of `total` frames; beyond the take's last there is that one."""
        return min(self.first + frame * self.step, Fraction(total - 1))

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
    picture: Picture
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


@dataclass(frozen=True, slots=True)
class TitleSpan:
    """A title over an excerpt: it stands in the excerpt's frames `start` to `start + length`."""

    text: str
    style: TitleStyle
    start: int
    length: int

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        rolls = ROLL_VERSION if self.style == "credits" else None
        return [self.text, self.style.value, self.start, self.length, rolls]


@dataclass(frozen=True, slots=True)
class FadeSpan:
    """A fade of an excerpt's frames `start` to `start + length`, from a plain colour (`rising`) or to it.

    Frame j of a rising fade of k frames has level j/k, of a falling one (k-1-j)/k: the frame at its plain end
    is all black or white. So is the excerpt before a rising fade and after a falling one.
    """

    rising: bool
    start: int
    length: int
    plain: Plain = "black"

    def level(self, frame: int) -> Fraction:
        """How much is seen of a frame of the excerpt, 0 to 1."""
        done = Fraction(frame - self.start, self.length)
        level = done if self.rising else 1 - done - Fraction(1, self.length)
        return min(Fraction(1), max(Fraction(0), level))

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        return [self.rising, self.start, self.length, self.plain]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Frames `first` to `last` (exclusive) of a take, shown from frame `start` of a joint on."""

    shot: str
    take: str
    first: int
    last: int
    start: int
    titles: tuple[TitleSpan, ...] = ()
    fades: tuple[FadeSpan, ...] = ()
    wipe: TransitionKind | None = None
    """how it uncovers itself where it overlaps the excerpt before; None is a dissolve"""

    @property
    def end(self) -> int:
        """The joint's frame after the last one that shows this excerpt."""
        return self.start + self.last - self.first

    def level(self, frame: int, plain: Plain = "black") -> Fraction:
        """How much of a frame (counted from `first`) is seen over black or white, 0 to 1."""
        level = Fraction(1)
        for fade in self.fades:
            if fade.plain == plain:
                level *= fade.level(frame)
        return level

    def recipe(self) -> JsonValue:
        """The form that goes into digests; the shot's name does not change its pixels."""
        return {
            "take": self.take,
            "frames": [self.first, self.last],
            "start": self.start,
            "titles": [title.recipe() for title in self.titles],
            "fades": [fade.recipe() for fade in self.fades],
            "wipe": self.wipe.value if self.wipe else None,
        }


@dataclass(frozen=True, slots=True)
class CopyPiece:
    """Whole GOPs of a take: its frames `first` to `last` (exclusive)."""

    shot: str
    take: str
    first: int
    last: int

    @property
    def frames(self) -> int:
        """Its length."""
        return self.last - self.first

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        return {"copy": self.take, "frames": [self.first, self.last]}


@dataclass(frozen=True)
class Joint:
    """Frames that are made again: excerpts in order, each of which may overlap the next.

    Where two excerpts overlap by k frames in a dissolve, overlapping frame i (from 0) is the outgoing one
    weighted (k-i)/(k+1) plus the incoming one weighted (i+1)/(k+1). In a wipe the edge has gone (i+1)/(k+1)
    of its way.
    """

    excerpts: tuple[Excerpt, ...]
    picture: Picture

    @property
    def frames(self) -> int:
        """Its length."""
        return self.excerpts[-1].end

    @property
    def shots(self) -> tuple[str, ...]:
        """The shots whose takes it is made of."""
        return tuple(excerpt.shot for excerpt in self.excerpts)

    def recipe(self) -> JsonValue:
        """Everything that affects its pixels and its encoding."""
        narrow = is_narrow(self.picture.width, self.picture.height)
        titled = any(excerpt.titles for excerpt in self.excerpts)
        return {
            "joint": JOINT_VERSION,
            "mezzanine": mezzanine.PARAMETERS_VERSION,
            "picture": self.picture.recipe(),
            "type": TYPE_VERSION if narrow and titled else None,
            "excerpts": [excerpt.recipe() for excerpt in self.excerpts],
        }

    @cached_property
    def digest(self) -> str:
        """Its name in the store."""
        return digest_of(self.recipe())


Piece = CopyPiece | Joint


@dataclass(frozen=True, slots=True)
class Chapter:
    """A scene as a chapter of the film."""

    title: str
    start: int
    """the film's frame at which it begins"""


@dataclass(frozen=True)
class Cut:
    """The film as pieces in order, and where its shots and scenes begin."""

    frames: int
    picture: Picture
    pieces: tuple[Piece, ...]
    shot_starts: Mapping[str, int]
    chapters: tuple[Chapter, ...]

    @property
    def joints(self) -> tuple[Joint, ...]:
        """The pieces that must be rendered."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Joint))

    @cached_property
    def digest(self) -> str:
        """The name of the film's picture."""
        return digest_of(
            {"picture": self.picture.recipe(), "pieces": [piece.recipe() for piece in self.pieces]}
        )
