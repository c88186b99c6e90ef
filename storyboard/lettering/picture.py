"""A row of words as a picture, or as lines on a page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import uharfbuzz
from numpy.typing import NDArray

from storyboard.lettering.setting import Row

Rgba = NDArray[np.uint8]
"""uint8 [height, width, 4]: sRGB with straight alpha."""
_AROUND = 24
"""directions in which letters are moved for their edge"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of each point letters cover.

    Attributes:
        points: uint8 [height, width].
        left: where its left edge lies, from the row's left end.
        top: where its top edge lies, downwards from the baseline; negative above it.
    """

    points: NDArray[np.uint8]
    left: int
    top: int


def coverage(row: Row, size: float, x: float = 0.0, y: float = 0.0) -> Coverage:
    """Draw a row of words, unhinted: the same on every machine.

    Args:
        row: the words.
        size: of the type, in points of the picture.
        x: where the left end lies, in points; its fraction moves the letters inside their points.
        y: where the baseline lies, downwards.
    """
    pen = uharfbuzz.RasterDraw()
    for glyph in row.glyphs:
        scale = size / glyph.font.units
        pen.transform = (scale, 0.0, 0.0, scale, x + glyph.x * size, glyph.y * size - y)
        pen.draw_glyph(glyph.font.shaper, glyph.number)
    image = pen.render()
    found = image.extents if image else None
    if not found or not found.width or not found.height:
        return Coverage(np.zeros((0, 0), np.uint8), 0, 0)
    rows = np.frombuffer(image.buffer, np.uint8).reshape(found.height, found.stride)
    return Coverage(rows[::-1, : found.width], found.x_origin, -(found.y_origin + found.height))


def edged(row: Row, size: float, edge: float, x: float = 0.0, y: float = 0.0) -> Coverage:
    """The letters that `coverage` draws, thicker by an edge in every direction."""
    turns = [2 * math.pi * number / _AROUND for number in range(_AROUND)]
    moved = [coverage(row, size, x + edge * math.cos(turn), y + edge * math.sin(turn)) for turn in turns]
    drawn = [one for one in moved if one.points.size]
    if not drawn:
        return moved[0]
    left, top = min(one.left for one in drawn), min(one.top for one in drawn)
    width = max(one.left + one.points.shape[1] for one in drawn) - left
    height = max(one.top + one.points.shape[0] for one in drawn) - top
    points = np.zeros((height, width), np.uint8)
    for one in drawn:
        rows, columns = one.points.shape
        place = points[one.top - top : one.top - top + rows, one.left - left : one.left - left + columns]
        np.maximum(place, one.points, out=place)
    return Coverage(points, left, top)


def stamp(pixels: Rgba, letters: Coverage, fill: tuple[int, int, int, int]) -> None:
    """Paint letters over a picture, as far as they lie in it."""
    height, width = pixels.shape[:2]
    rows, columns = letters.points.shape
    first_row, first_column = max(0, letters.top), max(0, letters.left)
    last_row, last_column = min(height, letters.top + rows), min(width, letters.left + columns)
    if last_row <= first_row or last_column <= first_column:
        return
    seen = letters.points[
        first_row - letters.top : last_row - letters.top,
        first_column - letters.left : last_column - letters.left,
    ]
    place = pixels[first_row:last_row, first_column:last_column]
    solid = seen.astype(np.float32)[..., None] * (fill[3] / 255 / 255)
    under = place[..., 3:].astype(np.float32) / 255 * (1 - solid)
    both = solid + under
    colour = (np.asarray(fill[:3], np.float32) * solid + place[..., :3] * under) / np.maximum(both, 1e-6)
    touched = seen > 0
    place[touched, :3] = np.rint(colour[touched]).astype(np.uint8)
    place[..., 3] = np.rint(both[..., 0] * 255).astype(np.uint8)


Point = tuple[float, float]


class Pen(Protocol):
    """Draws lines on a page, y upwards."""

    def move(self, to: Point) -> None:
        """Begin a line."""

    def line(self, to: Point) -> None:
        """Go on straight."""

    def curve(self, first: Point, second: Point, to: Point) -> None:
        """Go on in a cubic curve."""

    def close(self) -> None:
        """Go back to where the line began."""


def trace(row: Row, size: float, x: float, y: float, pen: Pen) -> None:
    """Draw the outlines of a row of words, to be filled where they wind.

    Args:
        row: the words.
        size: of the type.
        x: where the left end lies.
        y: where the baseline lies, upwards.
        pen: draws them.
    """
    for glyph in row.glyphs:
        scale = size / glyph.font.units
        traced = _Traced(pen, scale, x + glyph.x * size, y + glyph.y * size)
        glyph.font.shaper.draw_glyph_with_pen(glyph.number, traced)


class _Traced:
    """What HarfBuzz draws with, in units of a font."""

    def __init__(self, pen: Pen, scale: float, x: float, y: float) -> None:
        self._pen, self._scale, self._x, self._y = pen, scale, x, y
        self._at: Point = (x, y)

    def moveTo(self, to: Point) -> None:  # noqa: N802  (fontTools' names)
        self._at = self._placed(to)
        self._pen.move(self._at)

    def lineTo(self, to: Point) -> None:  # noqa: N802
        self._at = self._placed(to)
        self._pen.line(self._at)

    def curveTo(self, *points: Point) -> None:  # noqa: N802
        first, second, to = map(self._placed, points)
        self._pen.curve(first, second, to)
        self._at = to

    def qCurveTo(self, *points: Point) -> None:  # noqa: N802
        middle, to = map(self._placed, points)
        self._pen.curve(_towards(self._at, middle), _towards(to, middle), to)
        self._at = to

    def closePath(self) -> None:  # noqa: N802
        self._pen.close()

    def _placed(self, point: Sequence[float]) -> Point:
        return self._x + point[0] * self._scale, self._y + point[1] * self._scale


def _towards(end: Point, middle: Point) -> Point:
    """The point that a cubic curve is drawn by where a quadratic one is by its middle."""
    return end[0] + (middle[0] - end[0]) * 2 / 3, end[1] + (middle[1] - end[1]) * 2 / 3
