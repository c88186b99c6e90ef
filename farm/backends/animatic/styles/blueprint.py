"""Blueprint: white lines on blue, a grid, and the measures of what stands there."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.styles import pixels
from farm.backends.animatic.styles.style import Figure, Picture, Style

BLUE = (22, 62, 128)
CHALK = (232, 242, 252)


class Blueprint(Style):
    """A technical drawing."""

    softness = 0.0

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self.pen = pixels.curve((0, 0), (7, 0), (48, 225), (255, 255))
        self.tone = pixels.curve((0, 0), (255, 34))
        self.sheet = pixels.paper(width, height, BLUE, 9, 71)
        self.marks = self._grid()

    def light(self, light: Light) -> Light:
        """No light at all: every surface in its own colour, so that every edge is a line."""
        return replace(
            light,
            ambient=mix(light.ambient, (1.0, 1.0, 1.0), 0.7),
            thickness=light.thickness * 0.5,
            contrast=0.35,
            rim=0.0,
            palette=(),
        )

    def _grid(self) -> pixels.Plane:
        """The grid, the border with its ticks, the centre lines and the title block."""
        width, height = self.width, self.height
        plane = np.zeros((height, width), np.uint8)
        step = height / 36
        for axis, length in ((1, width), (0, height)):
            for number in range(1, int(length / step) + 1):
                level = 54 if number % 5 == 0 else 24
                place = min(length - 1, round(number * step))
                rows = plane[:, place] if axis else plane[place]
                np.maximum(rows, level, out=rows)
        edge = 0.028 * height
        right, bottom = width - edge, height - edge
        pixels.line(
            plane,
            ((edge, edge), (right, edge), (right, bottom), (edge, bottom), (edge, edge)),
            215,
            max(1, round(2 * self.unit)),
        )
        for share in (0.25, 0.5, 0.75):
            for points in (
                ((width * share, edge * 0.2), (width * share, edge * 1.6)),
                ((width * share, bottom - edge * 0.6), (width * share, bottom + edge * 0.8)),
                ((edge * 0.2, height * share), (edge * 1.6, height * share)),
                ((right - edge * 0.6, height * share), (right + edge * 0.8, height * share)),
            ):
                pixels.line(plane, points, 215)
        self._dashed(plane)
        return plane

    def _dashed(self, plane: pixels.Plane) -> None:
        """A line of dashes and dots through the middle of the sheet, both ways."""
        width, height = self.width, self.height
        long, gap, dot = 0.04 * height, 0.011 * height, 0.006 * height
        for across in (True, False):
            at, end = 0.05 * height, (width if across else height) - 0.05 * height
            while at < end:
                for start, length in ((at, long), (at + long + gap, dot)):
                    first, last = start, min(end, start + length)
                    points = (
                        ((first, height / 2), (last, height / 2))
                        if across
                        else ((width / 2, first), (width / 2, last))
                    )
                    pixels.line(plane, points, 70)
                at += long + dot + 2 * gap

    def finish(self, picture: Picture, figures: list[Figure], index: int) -> Picture:  # noqa: ARG002
        """White line and measures over the blue sheet."""
        mark = cv2.max(pixels.looked_up(pixels.edges(picture), self.pen), self.marks)
        for figure in figures:
            self._measure(mark, figure)
        tone = pixels.three(pixels.looked_up(pixels.grey(picture), self.tone))
        sheet = cv2.add(self.sheet, tone)
        chalk = cv2.merge([cv2.convertScaleAbs(mark, alpha=one / 255) for one in CHALK])
        return np.asarray(cv2.add(pixels.times(sheet, pixels.three(cv2.bitwise_not(mark))), chalk), np.uint8)

    def _measure(self, mark: pixels.Plane, figure: Figure) -> None:
        """How tall somebody is, and the axis through their head."""
        head, unit = figure.head, self.unit
        aside = -1 if figure.faces > 0 else 1
        if figure.upright:
            top, x = figure.head_y - 1.25 * head, figure.x + aside * 3.4 * head
            pixels.line(mark, ((x, top), (x, figure.y)), 200)
            for y, way in ((top, 1), (figure.y, -1)):
                pixels.line(mark, ((x - aside * 2.4 * head, y), (x + aside * 0.5 * head, y)), 140)
                arrow = 7 * unit
                pixels.line(
                    mark,
                    ((x - arrow * 0.45, y + way * arrow), (x, y), (x + arrow * 0.45, y + way * arrow)),
                    230,
                )
            words, size = str(round(figure.tall)), max(0.3, min(0.6, head / 42))
            (wide, _), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
            at = (round(x + aside * 6 * unit - (wide if aside < 0 else 0)), round((top + figure.y) / 2))
            cv2.putText(mark, words, at, cv2.FONT_HERSHEY_SIMPLEX, size, 235, 1, cv2.LINE_AA)
        for points in (
            ((figure.head_x - 1.9 * head, figure.head_y), (figure.head_x - 1.15 * head, figure.head_y)),
            ((figure.head_x + 1.15 * head, figure.head_y), (figure.head_x + 1.9 * head, figure.head_y)),
            ((figure.head_x, figure.head_y - 2.0 * head), (figure.head_x, figure.head_y - 1.3 * head)),
        ):
            pixels.line(mark, points, 170)
