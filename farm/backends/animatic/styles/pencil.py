"""A pencil storyboard: no fill, hatching where it is dark, the lines that the drawing was built on."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.styles import pixels
from farm.backends.animatic.styles.style import Figure, Picture, Style

PAPER = (247, 245, 238)
GRAPHITE = (58, 58, 66)
BUILT = 74
"""how dark the lines of the construction are, 0 to 255"""


class Pencil(Style):
    """Graphite on paper."""

    softness = 0.0

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        unit = self.unit
        self.paper = pixels.paper(width, height, PAPER, 5, 21)
        self.hands = [pixels.waver(width, height, 2.2 * unit, 34 * unit, 51 + 5 * turn) for turn in range(4)]
        self.tooth = pixels.as_bytes(135 + 120 * pixels.clouded(width, height, 2.5 * unit, 23))
        self.pen = pixels.curve((0, 0), (8, 0), (60, 215), (255, 255))
        steps = ((8.5, -0.85, 41, (148, 196)), (7.0, -0.62, 42, (92, 138)), (6.0, 0.75, 43, (42, 84)))
        self.hatches = [
            (pixels.hatching(width, height, max(3.0, step * unit), turn, seed), _below(*between))
            for step, turn, seed, between in steps
        ]
        self.plan = self._construction()

    def light(self, light: Light) -> Light:
        """Even light with strong sides: tone is for the hatching."""
        return replace(
            light,
            ambient=mix(light.ambient, (1.0, 1.0, 1.0), 0.45),
            sky=tuple(mix(colour, (255, 255, 255), 0.35 + 0.3 * (1 - light.dark)) for colour in light.sky),
            contrast=1.0,
            rim=0.0,
            palette=(),
        )

    def on_people(self, light: Light) -> Light:
        """More light than on what is behind them, so that the paper is left white there."""
        return replace(light, ambient=(1.3, 1.3, 1.3), contrast=0.75)

    def _construction(self) -> pixels.Plane:
        """The frame drawn by hand, the horizon and lines to a vanishing point."""
        width, height = self.width, self.height
        plane = np.zeros((height, width), np.uint8)
        edge, over = 0.028 * height, 0.016 * height
        for turn in (0, 1):
            inner = edge + turn * 0.006 * height
            left, right, top, bottom = inner, width - inner, inner, height - inner
            for start, end in (
                ((left - over, top), (right + over, top + turn)),
                ((left - over, bottom - turn), (right + over, bottom)),
                ((left, top - over), (left + turn, bottom + over)),
                ((right - turn, top - over), (right, bottom + over)),
            ):
                pixels.line(plane, (start, end), 150)
        x, y = width * 0.5, height * 0.44
        pixels.line(plane, ((0, y), (width, y - 1)), BUILT * 0.7)
        for foot in (-0.35, 0.12, 0.88, 1.35):
            pixels.line(plane, ((x, y), (width * foot, height)), BUILT * 0.55)
        return plane

    def finish(self, picture: Picture, figures: list[Figure], index: int) -> Picture:
        """Two passes of line, hatching in three densities, construction, all on the paper's tooth."""
        boil = index // 4 % 2
        seams = pixels.looked_up(pixels.edges(self.unstarred(picture)), self.pen)
        first, second = (pixels.warped(seams, self.hands[2 * turn + boil]) for turn in (0, 1))
        mark = cv2.addWeighted(first, 0.72, second, 0.42, 0)
        tone = cv2.blur(pixels.grey(picture), (7, 7))
        for strokes, table in self.hatches:
            mark = cv2.add(mark, pixels.times(pixels.looked_up(tone, table), strokes))
        mark = cv2.add(mark, self.plan)
        for figure in figures:
            self._build(mark, figure)
        mark = pixels.times(mark, self.tooth)
        bare = cv2.merge([cv2.convertScaleAbs(mark, alpha=(255 - one) / 255) for one in GRAPHITE])
        return np.asarray(cv2.subtract(self.paper, bare), np.uint8)

    def _build(self, mark: pixels.Plane, figure: Figure) -> None:
        """The egg of a head with its cross, and the axis that a figure stands on."""
        x, y, head = figure.head_x, figure.head_y, figure.head
        pixels.oval(mark, x, y, head * 1.12, head * 1.3, BUILT)
        pixels.oval(mark, x + head * 0.06, y - head * 0.03, head * 1.2, head * 1.36, BUILT * 0.7)
        aside = 0.45 * head * figure.faces
        pixels.line(mark, ((x + aside, y - head * 1.7), (x + aside, y + head * 1.7)), BUILT)
        pixels.line(mark, ((x - head * 1.6, y + head * 0.1), (x + head * 1.6, y + head * 0.1)), BUILT)
        if figure.upright:
            pixels.line(mark, ((x, y), (figure.x, figure.y)), BUILT)
            pixels.line(mark, ((figure.x - 2 * head, figure.y), (figure.x + 2 * head, figure.y)), BUILT)


def _below(dark: float, light: float) -> pixels.Plane:
    """A table: all where it is darker than `dark`, nothing where it is lighter than `light`."""
    return pixels.curve((0, 255), (dark, 255), (light, 0), (255, 0))
