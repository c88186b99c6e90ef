"""Ink and wash: wavering outlines of a pen, and an uneven wash that leaves the paper's edge white."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.styles import pixels
from farm.backends.animatic.styles.style import Figure, Picture, Style

PAPER = (252, 247, 234)
INK = (38, 34, 44)


class InkAndWash(Style):
    """A pen over watercolour: little pigment, much paper."""

    softness = 0.45

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        unit = self.unit
        self.hands = [pixels.waver(width, height, 2.6 * unit, 26 * unit, 31 + 7 * turn) for turn in range(3)]
        self.bleed = pixels.waver(width, height, 7 * unit, 30 * unit, 11)
        self.paper = pixels.paper(width, height, PAPER, 9, 5)
        pools = (
            pixels.clouded(width, height, 90 * unit, 3) * 0.6
            + pixels.clouded(width, height, 26 * unit, 4) * 0.4
        )
        border = pixels.rough_frame(width, height, 22 * unit, 30 * unit, 8)
        self.wash = pixels.three(pixels.times(border, pixels.as_bytes(172 + 83 * pools)))
        self.dry = pixels.as_bytes(120 + 135 * pixels.clouded(width, height, 7 * unit, 9))
        self.pen = pixels.curve((0, 0), (9, 0), (40, 235), (255, 255))
        self.lift = pixels.curve((0, 46), (90, 140), (255, 255))

    def light(self, light: Light) -> Light:
        """Soft light without a hard key: paper shines through."""
        return replace(
            light, ambient=mix(light.ambient, (1.0, 1.0, 1.0), 0.3), contrast=light.contrast * 0.6, rim=0.15
        )

    def on_people(self, light: Light) -> Light:
        """Less pigment than on what is behind them."""
        return replace(light, ambient=mix(light.ambient, (1.1, 1.1, 1.1), 0.5))

    def finish(self, picture: Picture, figures: list[Figure], index: int) -> Picture:  # noqa: ARG002
        """Wash under line, both on paper."""
        seams = pixels.looked_up(pixels.edges(self.unstarred(picture)), self.pen)
        ink = pixels.warped(seams, self.hands[index // 3 % 3])
        ink = pixels.times(ink, self.dry)
        level = pixels.three(pixels.grey(picture))
        wash = cv2.addWeighted(picture, 0.66, level, 0.34, 0)
        wash = pixels.looked_up(cv2.blur(pixels.warped(wash, self.bleed), (5, 5)), self.lift)
        pigment = pixels.times(cv2.bitwise_not(wash), self.wash)
        sheet = pixels.times(cv2.bitwise_not(pigment), self.paper)
        bare = pixels.three(cv2.bitwise_not(ink))
        drawn = pixels.times(sheet, bare)
        return np.asarray(
            cv2.add(drawn, cv2.merge([cv2.convertScaleAbs(ink, alpha=one / 255) for one in INK])), np.uint8
        )
