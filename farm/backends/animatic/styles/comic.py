"""Comic: bold outlines, flat colours, a printer's dots in the shade, a panel with a white gutter."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.styles import pixels
from farm.backends.animatic.styles.style import Figure, Picture, Style

INK = 18
GUTTER = (250, 248, 240)


class Comic(Style):
    """Four tones of full colour under black line."""

    softness = 0.0
    eyes_afar = 0.0  # lines around open ones would fill them

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        unit = self.unit
        self.line = max(3, 2 * round(3 * unit) + 1)
        self.brush = pixels.curve((0, 0), (22, 0), (62, 255), (255, 255))
        self.flat = _steps(30, 78, 128, 178, 226)
        self.screen = pixels.dots(width, height, max(4.0, 7.5 * unit), 0.785)
        self.shade = pixels.curve((0, 0), (34, 84), (96, 136), (118, 255), (255, 255))
        self.black = pixels.curve((0, 255), (20, 255), (34, 0), (255, 0))
        self.panel = self._panel()

    def _panel(self) -> Picture:
        """The gutter around the panel and the panel's border; 0 where the picture shows."""
        margin, border = max(1, round(0.022 * self.height)), max(1, round(0.006 * self.height))
        panel = np.zeros((self.height, self.width, 3), np.uint8)
        panel[:] = GUTTER
        panel[margin:-margin, margin:-margin] = (1, 1, 1)
        inner = margin + border
        panel[inner:-inner, inner:-inner] = 0
        self.inner = inner
        return panel

    def light(self, light: Light) -> Light:
        """Hard light and clear colour, also after dark."""
        return replace(
            light,
            ambient=mix(light.ambient, (1.0, 1.0, 1.0), 0.55),
            contrast=1.0,
            thickness=light.thickness * 0.6,
            palette=(),
        )

    def on_people(self, light: Light) -> Light:
        """More light than on what is behind them."""
        return replace(light, ambient=mix(light.ambient, (1.12, 1.10, 1.08), 0.6))

    def finish(self, picture: Picture, figures: list[Figure], index: int) -> Picture:  # noqa: ARG002
        """Line over dots over flat colour, inside the panel."""
        ink = pixels.looked_up(pixels.edges(picture, self.line), self.brush)
        for figure in figures:
            self._face(picture, ink, figure)
        level = pixels.grey(picture)
        flat = pixels.looked_up(level, self.flat)
        # The colour keeps its hue: what its tone gains or loses by being flat, each channel gains or loses.
        colour = cv2.addWeighted(picture, 1.55, pixels.three(level), -0.55, 0)
        colour = cv2.add(
            cv2.subtract(colour, pixels.three(cv2.subtract(level, flat))),
            pixels.three(cv2.subtract(flat, level)),
        )
        shade = pixels.looked_up(level, self.shade)
        dots = cv2.convertScaleAbs(cv2.subtract(self.screen, shade), alpha=3.0)
        dark = cv2.convertScaleAbs(dots, alpha=0.42)
        colour = cv2.subtract(colour, pixels.three(dark))
        ink = cv2.max(ink, pixels.looked_up(level, self.black))
        drawn = pixels.times(colour, pixels.three(cv2.bitwise_not(cv2.subtract(ink, INK))))
        panel, inner = self.panel.copy(), self.inner
        panel[inner:-inner, inner:-inner] = drawn[inner:-inner, inner:-inner]
        return panel

    def _face(self, picture: Picture, ink: pixels.Plane, figure: Figure) -> None:
        """Finer lines inside a face, whose eyes the bold ones would fill."""
        x, y, head = figure.head_x, figure.head_y, figure.head
        left, right = max(0, round(x - 0.84 * head)), max(0, round(x + 0.90 * head))
        top, bottom = max(0, round(y - 0.42 * head)), max(0, round(y + 0.86 * head))
        part = picture[top:bottom, left:right]
        fine = min(self.line, max(3, 2 * round(head * 0.035) + 1))
        if part.size and fine < self.line:
            ink[top:bottom, left:right] = pixels.looked_up(pixels.edges(part, fine), self.brush)


def _steps(*levels: float) -> pixels.Plane:
    """A table of flat tones with short slopes between them."""
    points: list[tuple[float, float]] = [(0, levels[0])]
    for lower, upper in pairwise(levels):
        middle = (lower + upper) / 2
        points += [(middle - 2, lower), (middle + 2, upper)]
    return pixels.curve(*points, (255, levels[-1]))
