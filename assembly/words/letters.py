"""Letters of a size, and how much room their words take; nothing is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyboard.lettering.fonts import Family, Weight
    from storyboard.lettering.setting import Row


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Type:
    """Letters of one size, for the words of one language.

    Attributes:
        family: of the house's fonts.
        weight: of all fonts.
        size: in pixels.
        language: a BCP 47 tag, whose forms Chinese letters have; empty where the words themselves tell.
    """

    family: Family
    weight: Weight
    size: int
    language: str = ""

    def row(self, text: str) -> Row:
        """The words, set in a row."""
        from storyboard.lettering.setting import set_row

        return set_row(text, self.family, self.weight, self.language)

    def getlength(self, text: str) -> float:
        """How wide a row of these words is, in pixels."""
        return self.row(text).width * self.size

    def ink(self, text: str) -> Box:
        """Where something of a row is seen, from its left end and downwards from its baseline."""
        left, bottom, right, top = self.row(text).ink
        return Box(left * self.size, -top * self.size, right * self.size, -bottom * self.size)


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface at a part of `pieces.type_height`."""

    family: Family
    weight: Weight
    size: float
    language: str = ""

    def font(self, height: float, factor: float = 1.0) -> Type:
        """Its letters for this height; `factor` makes them smaller."""
        return Type(self.family, self.weight, max(6, round(self.size * factor * height)), self.language)
