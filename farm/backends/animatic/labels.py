"""Labels: the words on what stands for something that cannot be drawn."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.captions import Lettering, balanced
from farm.backends.animatic.vector import Group, Rgb, byte
from storyboard.lettering.picture import coverage, stamp

_PIXELS = 64  # of a line's height, before it is brought to its size in the picture


@cache
def _drawn(words: str, ink: tuple[int, int, int], columns: int) -> NDArray[np.uint8]:
    """Words in lines of about `columns` letters, uint8 [height, width, 4], premultiplied."""
    style = Lettering("Semibold", _PIXELS)
    rows = balanced(words, style, round(columns * _PIXELS * 0.52))
    wide = max(1, round(max(style.width_of(row) for row in rows))) + 8
    step = round(_PIXELS * 1.2)
    pixels = np.zeros((step * len(rows) + round(_PIXELS * 0.2), wide, 4), np.uint8)
    for index, row in enumerate(rows):
        x, y = (wide - style.width_of(row)) / 2, 0.95 * _PIXELS + index * step
        stamp(pixels, coverage(style.row(row), _PIXELS, x, y), (*ink, 255))
    pixels[..., :3] = (pixels[..., :3].astype(np.uint16) * pixels[..., 3:] // 255).astype(np.uint8)
    return pixels


def label(into: Group, words: str, x: float, y: float, wide: float, high: float, ink: Rgb) -> None:
    """Draw words in the middle of a box of centimetres around a point, as large as they fit into it."""
    colour = (byte(ink[0]), byte(ink[1]), byte(ink[2]))
    best = max(
        (_drawn(words, colour, columns) for columns in (8, 14, 24, 40)),
        key=lambda pixels: min(wide / pixels.shape[1], high / pixels.shape[0]),
    )
    size = min(wide / best.shape[1], high / best.shape[0])
    into.picture(best).place(x - best.shape[1] * size / 2, y - best.shape[0] * size / 2, size)
