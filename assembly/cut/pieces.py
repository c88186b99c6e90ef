"""What a cut is made of: copied GOPs and joints, as plain values with a digest each.

A shot's picture is its take's frame, its titles over that, and its fades over both; a dissolve mixes the
pictures of two shots, a wipe shows a part of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from assembly.cut.form import TYPE_VERSION, is_narrow
from storyboard.digest import digest_of
from storyboard.lettering.identity import letters_of
from storyboard.media import mezzanine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from assembly.cut.form import FrameForm
    from storyboard.schema.vocabulary import TitleStyle, TransitionKind

Plain = Literal["black", "white"]
"""what a fade goes to or comes from"""

JOINT_VERSION = 3
"""of `picture/joint.py` and what it draws with; raise it when the same recipe gives other pixels;
code of assembly.picture.joint, assembly.picture.wipes, assembly.words.titles, assembly.words.lettering,
assembly.words.letters, storyboard.lettering.*: bee277a2
"""
ROLL_VERSION = 1
"""of credits in `words/titles.py`; raise it when they roll in another way;
code of assembly.words.titles: 6ea230c4
"""


@dataclass(frozen=True, slots=True)
class TitleSpan:
    """A title over an excerpt: it stands in the excerpt's frames `start` to `start + length`.

    Attributes:
        language: of its words, whose forms Chinese letters have.
        over_captions: the take has captions, which a lower third does not lie over.
    """

    text: str
    style: TitleStyle
    start: int
    length: int
    language: str = ""
    over_captions: bool = False

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        rolls = ROLL_VERSION if self.style == "credits" else None
        letters: list[JsonValue] = [*letters_of(self.text, language=self.language)]
        letters += ["over captions"] if self.over_captions else []
        return [self.text, self.style.value, self.start, self.length, rolls, *letters]


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
    picture: FrameForm

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
    picture: FrameForm
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
