"""A drawing on a picture of a PDF: strokes as lines of the page, sharp at every size.

They look as they do on the page of the application (`static/js/strokes.js`): a dark edge under each, so that
it shows on every picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.catalog.entries import Stroke
from pipeline.review.notes.typefaces import Typefaces, Words
from storyboard.lettering.picture import Point

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_EDGE = "#000000"
_EDGE_ALPHA = 0.55
_DIMMED_ALPHA = 0.45
_HEAD = 5
"""widths of its line that the head of an arrow is long"""
_LETTERS = 6
"""widths of a line that letters are high"""
_LEAST_LINE, _LEAST_EDGE, _LEAST_HEAD, _LEAST_LETTERS = 0.6, 0.9, 5.0, 6.0
"""points"""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a picture lies on a page, in points; `bottom` counts from the page's lower edge."""

    left: float
    bottom: float
    width: float
    height: float

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where a point of the picture lies, of which 0, 0 is left and top."""
        return self.left + point[0] * self.width, self.bottom + (1 - point[1]) * self.height


def draw_strokes(canvas: Canvas, strokes: Sequence[Stroke], area: Area, faces: Typefaces, font: str) -> None:
    """Draw strokes over a picture, and nothing outside it.

    Args:
        canvas: of the page.
        strokes: in parts of the picture.
        area: where the picture is.
        faces: of letters.
        font: which of them.
    """
    canvas.saveState()
    canvas.clipPath(_rectangle(canvas, area), stroke=0, fill=0)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for stroke in strokes:
        line = max(_LEAST_LINE, stroke.width * area.height)
        if stroke.tool == "text":
            size = max(_LEAST_LETTERS, line * _LETTERS)
            words = Words(faces.in_a_row(stroke.text), font, size)
            _letters(canvas, stroke, area.at(stroke.points[0]), faces, words)
            continue
        for colour, alpha, width in (
            (_EDGE, _EDGE_ALPHA, line + max(_LEAST_EDGE, line / 2)),
            (stroke.colour, 1, line),
        ):
            canvas.setStrokeColor(colour)
            canvas.setStrokeAlpha(alpha)
            canvas.setLineWidth(width)
            _shape(canvas, stroke, [area.at(point) for point in stroke.points], line)
    canvas.restoreState()


def draw_region(canvas: Canvas, region: tuple[float, float, float, float], area: Area) -> None:
    """Darken a picture around a region of it."""
    left, top, width, height = region
    x, y = area.at((left, top + height))
    canvas.saveState()
    canvas.setFillColor(_EDGE)
    canvas.setFillAlpha(_DIMMED_ALPHA)
    around = _rectangle(canvas, area)
    around.rect(x, y, width * area.width, height * area.height)
    canvas.drawPath(around, stroke=0, fill=1, fillMode=0)
    canvas.setStrokeColor("#ffffff")
    canvas.setLineWidth(0.8)
    canvas.setDash([3, 2])
    canvas.rect(x, y, width * area.width, height * area.height, stroke=1, fill=0)
    canvas.restoreState()


def _rectangle(canvas: Canvas, area: Area):  # type: ignore[no-untyped-def]  # noqa: ANN202
    path = canvas.beginPath()
    path.rect(area.left, area.bottom, area.width, area.height)
    return path


def _shape(canvas: Canvas, stroke: Stroke, points: Sequence[tuple[float, float]], line: float) -> None:
    (left, top), (right, bottom) = points[0], points[-1]
    path = canvas.beginPath()
    if stroke.tool == "box":
        path.rect(left, top, right - left, bottom - top)
    elif stroke.tool == "ellipse":
        path.ellipse(min(left, right), min(top, bottom), abs(right - left), abs(bottom - top))
    else:
        path.moveTo(left, top)
        for point in points[1:] or [(left + 0.01, top)]:
            path.lineTo(*point)
        if stroke.tool == "arrow":
            angle, long = math.atan2(bottom - top, right - left), max(_LEAST_HEAD, line * _HEAD)
            for turn in (-0.5, 0.5):
                path.moveTo(right, bottom)
                path.lineTo(right - long * math.cos(angle + turn), bottom - long * math.sin(angle + turn))
    canvas.drawPath(path, stroke=1, fill=0)


def _letters(canvas: Canvas, stroke: Stroke, at: Point, faces: Typefaces, words: Words) -> None:
    x, y = at[0], at[1] - 0.85 * words.size
    canvas.setStrokeColor(_EDGE)
    canvas.setStrokeAlpha(_EDGE_ALPHA)
    canvas.setLineWidth(max(_LEAST_EDGE, words.size / 8))
    faces.write(canvas, words, x, y, edge=True)
    canvas.setFillColor(stroke.colour)
    faces.write(canvas, words, x, y)
