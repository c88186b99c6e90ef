"""Silhouette theatre: figures cut from black card before a lit cloth."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from farm.backends.animatic.light import EYE_WHITE, Light, luma, mix, scale
from farm.backends.animatic.styles import pixels
from farm.backends.animatic.styles.style import Figure, Picture, Style
from farm.backends.animatic.vector import Rgb
from storyboard.schema.vocabulary import TimeOfDay

CARD = (13.0, 10.0, 16.0)
CLOTHS: dict[TimeOfDay, tuple[Rgb, Rgb, Rgb]] = {
    TimeOfDay.DAWN: ((222, 132, 140), (248, 190, 162), (255, 230, 190)),
    TimeOfDay.DAY: ((226, 176, 104), (250, 218, 150), (255, 244, 206)),
    TimeOfDay.DUSK: ((150, 44, 58), (226, 96, 52), (255, 184, 84)),
    TimeOfDay.NIGHT: ((20, 48, 92), (50, 104, 156), (140, 196, 214)),
}
"""the sky's colours from the top to the horizon: one lamp behind one cloth"""
INSIDE: tuple[Rgb, Rgb, Rgb] = ((196, 112, 44), (238, 166, 76), (255, 214, 128))


@dataclass(frozen=True, slots=True)
class ClothLight(Light):
    """Light from behind: what is far glows through, what is near is black."""

    glow: tuple[Rgb, ...] = ()

    def shade(self, colour: Rgb, depth: float = 0.0) -> Rgb:
        """The nearer, the darker; a little of how light the thing is shows."""
        share = min(1.0, 0.10 + 0.62 * depth + 0.30 * luma(colour))
        return mix(CARD, self.glow[1], share * 0.86)

    def lit(self, colour: Rgb, depth: float = 0.0) -> Rgb:
        """Flat: no side is lit."""
        return self.shade(colour, depth)

    def shadow(self, colour: Rgb, depth: float = 0.0) -> Rgb:
        """Flat, a second layer of card."""
        return scale(self.shade(colour, depth), 0.86)

    def grade(self, colour: Rgb) -> Rgb:
        """The lamp's colour, as light as the colour is."""
        level = luma(colour)
        return (
            mix(CARD, self.glow[1], level * 2)
            if level < 0.5
            else mix(self.glow[1], self.glow[2], level * 2 - 1)
        )


class CardLight(ClothLight):
    """The light on figures: none, but for the eyes and teeth, which are cut out of the card."""

    __slots__ = ()

    def shade(self, colour: Rgb, depth: float = 0.0) -> Rgb:  # noqa: ARG002
        """Black card, or the cloth behind a hole in it."""
        return self.glow[2] if colour == EYE_WHITE else CARD

    def shadow(self, colour: Rgb, depth: float = 0.0) -> Rgb:  # noqa: ARG002
        """Black card."""
        return CARD

    def grade(self, colour: Rgb) -> Rgb:  # noqa: ARG002
        """Black card."""
        return CARD

    def glass(self) -> Rgb:
        """A hole in the card."""
        return self.glow[1]


class Silhouettes(Style):
    """Black figures, sets in layers of one hue, a lamp behind the cloth."""

    softness = 0.6
    eyes = 0.5

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        away = np.hypot((xs / width - 0.5) * 1.25, (ys / height - 0.46) * 1.05)
        lamp = np.clip(1.04 - 1.5 * np.clip(away - 0.24, 0, 1) ** 1.25, 0.12, 1)
        thread = max(2.0, 2.4 * self.unit)
        weave = 0.97 + 0.03 * np.cos(xs * 2 * np.pi / thread) * np.cos(ys * 2 * np.pi / thread)
        folds = 0.955 + 0.045 * pixels.clouded(width, height, 120 * self.unit, 61)
        stage = self._opening(xs, ys)
        self.cloth = pixels.three(pixels.as_bytes(lamp * weave * folds * stage * 255))

    def _opening(self, xs: pixels.Floats, ys: pixels.Floats) -> pixels.Floats:
        """1 inside the theatre's opening, 0 on its frame: round corners, a scalloped top."""
        height, width = self.height, self.width
        edge, corner = 0.022 * height, 0.10 * height
        across = np.abs(xs - width / 2) - (width / 2 - edge - corner)
        down = np.abs(ys - height / 2) - (height / 2 - edge - corner)
        outside = (
            np.hypot(np.maximum(across, 0), np.maximum(down, 0))
            + np.minimum(np.maximum(across, down), 0)
            - corner
        )
        scallop = 0.055 * height * np.abs(np.sin(xs * np.pi / (0.115 * height))) ** 0.7
        drape = np.clip(ys - edge - scallop + 0.5, 0, 1)
        return np.asarray(np.clip(0.5 - outside, 0, 1) * drape, np.float32)

    def light(self, light: Light) -> Light:
        """A cloth lit from behind in one hue, by the hour."""
        glow = INSIDE if light.indoors else CLOTHS[light.time]
        known = {one.name: getattr(light, one.name) for one in fields(light)}
        known |= {"sky": glow, "haze": glow[1], "key": glow[2], "rim": 0.0, "contrast": 0.0, "palette": ()}
        return ClothLight(**known, glow=glow)

    def on_people(self, light: Light) -> Light:
        """None falls on them."""
        known = {one.name: getattr(light, one.name) for one in fields(light)}
        return CardLight(**known | {"key": CARD, "rim": 0.0})

    def finish(self, picture: Picture, figures: list[Figure], index: int) -> Picture:  # noqa: ARG002
        """The picture through the cloth."""
        return pixels.times(picture, self.cloth)
