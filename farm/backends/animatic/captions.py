"""Captions: what is said, in the lower part of the picture, with the speaker's name in their colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.light import luma, mix
from farm.backends.animatic.vector import Rgb, byte
from storyboard.lettering.breaking import wrap
from storyboard.lettering.fonts import Weight, house_font
from storyboard.lettering.picture import coverage, edged, stamp
from storyboard.lettering.places import CAPTION_BOTTOM, CAPTION_TOP
from storyboard.lettering.setting import Row, set_row
from storyboard.planning.spec import ResolvedLine
from storyboard.schema.vocabulary import LineDelivery

LEAST_HEIGHT = 90  # below it words cannot be read and none are drawn
_SMALLEST = 6
"""pixels of letters; what does not fit in these is cut off"""
_INK = (16, 14, 22, 255)
_STEP, _ABOVE, _BELOW = 1.3, 1.0, 0.35
"""of a row: from one baseline to the next, its room above and below; in heights of its letters"""


@dataclass(frozen=True, slots=True)
class Lettering:
    """Letters of a caption or a card, in pixels."""

    weight: Weight
    size: int
    language: str = ""

    def row(self, words: str) -> Row:
        """Words, set in a row."""
        return set_row(words, "sans", self.weight, self.language)

    def width_of(self, words: str) -> float:
        """How wide a row is, in pixels."""
        return self.row(words).width * self.size

    def has(self, words: str) -> bool:
        """Whether the house's own font has all letters; the one for asides has Latin ones alone."""
        house = house_font("sans", self.weight)
        return all(font == house for font in self.row(words).fonts)


def balanced(words: str, style: Lettering, width: float) -> list[str]:
    """Lines no wider than `width`, balanced so that the last is not a single word."""
    total = style.width_of(words)
    lines = max(1, -int(-total // width))
    target = min(width, total / lines * 1.08 + style.size)
    rows = wrap(words, style.width_of, target)
    return rows if len(rows) <= lines else wrap(words, style.width_of, width)


def caption(
    line: ResolvedLine, colour: Rgb, width: int, height: int, language: str = ""
) -> tuple[NDArray[np.uint8], int, int] | None:
    """A caption as a premultiplied picture and where its left and top lie; None in a tiny frame.

    It stands between `CAPTION_TOP` and `CAPTION_BOTTOM`, its letters smaller where they would not fit.

    Args:
        line: what is said.
        colour: the speaker's.
        width: of the frame.
        height: of the frame.
        language: of the words, whose forms Chinese letters have.
    """
    if height < LEAST_HEIGHT:
        return None
    size = max(9, round(min(width, height * 1.2) * 0.038))
    bottom, room = round(height * CAPTION_BOTTOM), height * (CAPTION_BOTTOM - CAPTION_TOP)
    pixels = _written(line, colour, size, width, language)
    while pixels.shape[0] > room and size > _SMALLEST:
        size -= 1
        pixels = _written(line, colour, size, width, language)
    pixels = pixels[: int(room)]
    return pixels, (width - pixels.shape[1]) // 2, bottom - pixels.shape[0]


def _written(line: ResolvedLine, colour: Rgb, size: int, width: int, language: str) -> NDArray[np.uint8]:
    """A caption in letters of a size, premultiplied."""
    aside = line.delivery in (LineDelivery.OFF_SCREEN, LineDelivery.VOICE_OVER, LineDelivery.WHISPERED)
    text, slanted = Lettering("Semibold", size, language), Lettering("SemiboldIt", size, language)
    text = slanted if aside and slanted.has(line.text) else text
    small = Lettering("Bold", max(6, round(size * 0.72)), language)
    rows = [(line.name.upper(), small, _bright(colour))]
    rows += [(row, text, (255, 252, 244, 255)) for row in balanced(line.text, text, round(width * 0.82))]
    edge = max(1, round(size * 0.09))
    step = round(size * _STEP)
    wide = min(width, round(max(style.width_of(words) for words, style, _ in rows)) + 8 * edge)
    first = 2 * edge + round(small.size * _ABOVE)
    lines = [2 * edge + round(small.size * 1.3) + number * step for number in range(len(rows) - 1)]
    baselines = [first, *(line + round(size * _ABOVE) for line in lines)]
    pixels = np.zeros((baselines[-1] + round(size * _BELOW) + 2 * edge, wide, 4), np.uint8)
    placed = [
        (style.row(words), style.size, (wide - style.width_of(words)) / 2, y, fill)
        for (words, style, fill), y in zip(rows, baselines, strict=True)
    ]
    for row, points, x, y, _ in placed:
        stamp(pixels, edged(row, points, edge, x, y), _INK)
    for row, points, x, y, fill in placed:
        stamp(pixels, coverage(row, points, x, y), fill)
    pixels[..., :3] = (pixels[..., :3].astype(np.uint16) * pixels[..., 3:] // 255).astype(np.uint8)
    return pixels


def _bright(colour: Rgb) -> tuple[int, int, int, int]:
    """A colour, light enough to be read over dark edges."""
    lift = max(0.0, 0.62 - luma(colour))
    bright = mix(colour, (255, 255, 255), min(0.75, lift * 1.3))
    return byte(bright[0]), byte(bright[1]), byte(bright[2]), 255
