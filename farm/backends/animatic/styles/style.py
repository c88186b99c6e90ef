"""What a style is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.light import Light

Picture = NDArray[np.uint8]
"""[height, width, 3], RGB"""


_STARS = 0.4
"""how dark a sky is that has stars"""


@dataclass(frozen=True, slots=True)
class Figure:
    """Where somebody is in a frame, in pixels.

    Attributes:
        x, y: of the ground below them.
        head_x, head_y: of the middle of their head.
        head: half the height of their head.
        tall: how tall they are in centimetres.
        upright: they stand or walk.
        faces: -1 where they look to the left, 1 to the right, 0 towards or away from the camera.
    """

    x: float
    y: float
    head_x: float
    head_y: float
    head: float
    tall: float
    upright: bool
    faces: int


class Style:
    """Light, line, texture and palette for frames of one size; made once for a shot.

    Attributes:
        softness: how much of the blur behind close shots is left, 0 to 1.
        eyes: how far eyes are open at most, 0 to 1.
        eyes_afar: the same of people in a crowd, whose faces are small.
        vignette: the corners are darkened as in cut paper.
    """

    softness = 1.0
    eyes = 1.0
    eyes_afar = 1.0
    vignette = False

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.starry = self.indoors = False
        self.unit = max(0.5, height / 720)
        """how many pixels a pixel of a 720 line picture is"""

    def lit(self, light: Light) -> Light:
        """The light that the place is drawn in; the last one that was asked for counts."""
        self.starry = light.dark > _STARS and not light.indoors
        self.indoors = light.indoors
        return self.light(light)

    def light(self, light: Light) -> Light:
        """A light as the style has it."""
        return light

    def on_people(self, light: Light) -> Light:
        """The light that people are drawn in, made from the place's."""
        return light

    def unstarred(self, picture: Picture) -> Picture:
        """A picture after dark without its stars, which no pen draws around; others as they are."""
        from farm.backends.animatic.styles import pixels  # only where a style is drawn: it needs OpenCV

        return pixels.without_specks(picture, 2 * round(1.5 * self.unit) + 1) if self.starry else picture

    def finish(self, picture: Picture, figures: list[Figure], index: int) -> Picture:
        """The frame at `index` as the style has it; `picture` may be changed."""
        raise NotImplementedError


class CutPaper(Style):
    """Flat, lit shapes in depth: as they are drawn."""

    vignette = True

    def finish(self, picture: Picture, figures: list[Figure], index: int) -> Picture:  # noqa: ARG002
        """The frame as it is."""
        return picture
