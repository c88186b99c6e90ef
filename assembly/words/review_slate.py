"""What a review copy says of itself: a slate at its head, and a line at the top of every frame."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from assembly.cut.form import is_narrow, type_height
from assembly.frames import blending
from assembly.words.lettering import SOFT, Art, Run, clean, paint, wrap
from assembly.words.letters import Box, Face, Type
from storyboard.lettering.identity import letters_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from assembly.cut.form import FrameForm
    from assembly.frames.clips import Planes

SLATE_VERSION = 3
"""goes into the digests of what has a slate; raise it when the same slate looks different;
code of assembly.words.review_slate, assembly.words.lettering, assembly.words.letters,
storyboard.lettering.*: 76861b9d
"""

_GROUND_Y = 40
_SMALLER = (1.0, 0.85, 0.72, 0.6, 0.5, 0.4, 0.3)


@dataclass(frozen=True, slots=True)
class Slate:
    """The head of a review copy: the production's title over rows of what and its value, in one language."""

    title: str
    rows: tuple[tuple[str, str], ...]
    language: str = ""

    def recipe(self) -> JsonValue:
        """The form that goes into digests."""
        words = [self.title, *(word for row in self.rows for word in row)]
        return [self.title, [[*row] for row in self.rows], *letters_of(*words, language=self.language)]


def draw_slate(slate: Slate, picture: FrameForm) -> Planes:
    """A slate as a whole picture; words that do not fit are smaller, then cut off."""
    width, height = picture.width, picture.height
    planes = np.full((height * 3 // 2, width), blending.NEUTRAL, np.uint8)
    planes[:height] = _GROUND_Y
    art = _lettered(slate, width, height)
    layer = blending.Overlay.of(art.rgba, art.x, art.y, width=width, height=height)
    if layer:
        blending.overlay(planes, layer, Fraction(1))
    return planes


def draw_burn_in(left: str, right: str, width: int, height: int) -> tuple[Art, Art]:
    """Draw what a review copy says at the top of its frames: one text at the left, one at the right.

    In a narrow frame the second stands under the first. Their size depends on how long they are, not on which
    digits they have: it stays from frame to frame.
    """
    if is_narrow(width, height):
        return _one_below_the_other(left, right, width, height)
    edge = 0.03 * width
    room = width - 3 * edge
    for factor in _SMALLER:
        font = Face("sans", "Semibold", 0.034).font(height, factor)
        if sum(font.getlength(re.sub(r"\d", "0", text)) for text in (left, right)) <= room:
            break
    place = round(0.03 * height) + font.size, width, height
    return _painted(left, font, edge, *place), _painted(
        right, font, width - edge - font.getlength(right), *place
    )


def _one_below_the_other(first: str, second: str, width: int, height: int) -> tuple[Art, Art]:
    edge = 0.05 * width
    for factor in _SMALLER:
        font = Face("sans", "Semibold", 0.034).font(type_height(width, height), factor)
        if all(font.getlength(re.sub(r"\d", "0", text)) <= width - 2 * edge for text in (first, second)):
            break
    y = round(0.05 * height) + font.size
    return _painted(first, font, edge, y, width, height), _painted(
        second, font, edge, y + round(1.3 * font.size), width, height
    )


@functools.lru_cache(maxsize=4)
def _painted(text: str, font: Type, x: float, y: float, width: int, height: int) -> Art:
    return paint([Run(text, font, x, y)], None, width, height)


def _lettered(slate: Slate, width: int, height: int) -> Art:
    left, column, room = 0.1 * width, 0.28 * width, 0.62 * width
    for factor in _SMALLER:
        unit = type_height(width, height)
        big = Face("serif", "Semibold", 0.1, slate.language).font(unit, factor)
        small = Face("sans", "Regular", 0.046, slate.language).font(unit, factor)
        titles = wrap(clean(slate.title), big, 0.8 * width)
        values = [(what, wrap(clean(value), small, room) or [""]) for what, value in slate.rows]
        y = 0.12 * height + 1.2 * big.size * len(titles)
        bar = Box(left, y + 0.1 * big.size, 0.9 * width, y + 0.1 * big.size + max(2, 0.006 * height))
        rows = sum(len(value) for _, value in values)
        if bar.bottom + 1.5 * small.size * (rows + 0.5) <= 0.9 * height:
            break
    runs = [Run(row, big, left, 0.12 * height + big.size * (0.9 + 1.2 * n)) for n, row in enumerate(titles)]
    return paint([*runs, *_rows(values, small, left, column, bar.bottom)], bar, width, height)


def _rows(
    values: list[tuple[str, list[str]]], font: Type, left: float, column: float, top: float
) -> list[Run]:
    runs = []
    y = top + 1.7 * font.size
    for what, value in values:
        runs.append(Run(what, font, left, y, SOFT))
        for row in value:
            runs.append(Run(row, font, column, y))
            y += 1.5 * font.size
    return runs
