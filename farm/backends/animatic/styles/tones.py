"""Noir and black and white: what a film's words ask of any style."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import cv2
import numpy as np

from farm.backends.animatic.light import Light, scale
from farm.backends.animatic.styles import pixels
from farm.backends.animatic.styles.style import Figure, Picture, Style
from farm.backends.animatic.understanding.looks import BLACK_AND_WHITE, NOIR


class Toned(Style):
    """A style in a harder light, without most or all of its colour."""

    def __init__(self, style: Style, tones: frozenset[str], width: int, height: int) -> None:
        super().__init__(width, height)
        self.style = style
        self.softness, self.vignette = style.softness, style.vignette
        self.eyes, self.eyes_afar = style.eyes, style.eyes_afar
        self.noir = NOIR in tones
        self.colour = 0.0 if BLACK_AND_WHITE in tones else 0.42
        self.contrast = pixels.curve((0, 0), (30, 10), (96, 84), (160, 186), (210, 250), (255, 255))

    @cached_property
    def lamp(self) -> Picture:
        """A pool of light; indoors it falls in slats from a window out of the picture."""
        width, height = self.width, self.height
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32) / height
        aspect = width / height
        slat = np.sin((ys + 0.20 * xs) * 2 * np.pi / 0.105) * 3.0
        window = np.exp(-(((xs / aspect - 0.60) / 0.34) ** 4) - ((ys - 0.42) / 0.40) ** 4)
        away = np.hypot((xs / aspect - 0.52) * 1.3, ys - 0.45)
        pool = np.clip(1.15 - 0.85 * away, 0.3, 1.0)
        light = pool * (0.78 + 0.22 * window * np.clip(slat, -1, 1)) if self.indoors else pool
        return pixels.three(pixels.as_bytes(light * 255))

    def light(self, light: Light) -> Light:
        """Noir: little light, from one side, with hard edges."""
        made = self.style.lit(light)
        if not self.noir:
            return made
        return replace(
            made, ambient=scale(made.ambient, 0.95), contrast=1.0, rim=max(made.rim, 0.8 * light.rim)
        )

    def on_people(self, light: Light) -> Light:
        """As the style has it."""
        return self.style.on_people(light)

    def finish(self, picture: Picture, figures: list[Figure], index: int) -> Picture:
        """The style's frame, then its tones."""
        drawn = self.style.finish(picture, figures, index)
        level = pixels.three(pixels.grey(drawn))
        drawn = cv2.addWeighted(drawn, self.colour, level, 1 - self.colour, 0) if self.colour else level
        if not self.noir:
            return drawn
        return pixels.looked_up(cv2.add(pixels.times(drawn, self.lamp), 6), self.contrast)
