"""Labels: the words on what stands for something that cannot be drawn."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.captions import caption_font, wrap
from farm.backends.animatic.vector import Group, Rgb, byte

_PIXELS = 64  # of a line's height, before it is brought to its size in the picture


@cache
def _drawn(words: str, ink: tuple[int, int, int], columns: int) -> NDArray[np.uint8]:
    """Words in lines of about `columns` letters, uint8 [height, width, 4], premultiplied."""
    from PIL import Image, ImageDraw

    font = caption_font("text", _PIXELS)
    rows = wrap(words, font, round(columns * _PIXELS * 0.52))
    wide = max(1, round(max(font.getlength(row) for row in rows))) + 8
    step = round(_PIXELS * 1.15)
    picture = Image.new("RGBA", (wide, step * len(rows) + 8), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for index, row in enumerate(rows):
        draw.text((wide / 2, 2 + index * step), row, font=font, fill=(*ink, 255), anchor="ma")
    pixels = np.array(picture)
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
