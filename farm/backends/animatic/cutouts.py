"""Cut-outs: figures that are drawn once as pictures, of which a frame then only takes a copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.vector import Canvas, Group

_MARGIN = 2
"""pixels around a figure, into which its edges are smoothed"""


@dataclass(frozen=True, slots=True)
class Cutout:
    """A picture of a figure.

    Attributes:
        pixels: uint8 [height, width, 4], premultiplied.
        left, top: of the picture, in pixels from the figure's own middle on the ground.
        scale: pixels a centimetre.
    """

    pixels: NDArray[np.uint8]
    left: int
    top: int
    scale: float

    def put(self, into: Group) -> None:
        """Put the picture into a group whose units are the figure's centimetres."""
        paint = into.picture(self.pixels)
        paint.place(self.left / self.scale, self.top / self.scale, 1 / self.scale)


class Scissors:
    """Cuts figures out; it keeps a canvas until `close`.

    Args:
        scale: pixels a centimetre.
        half_wide: how far a figure reaches to either side at most, in centimetres.
        high: and above the ground.
        low: and below it.
    """

    def __init__(self, scale: float, half_wide: float, high: float, low: float) -> None:
        self._scale = scale
        self._x, self._y = round(half_wide * scale) + _MARGIN, round(high * scale) + _MARGIN
        self._canvas = Canvas(2 * self._x, self._y + round(low * scale) + _MARGIN)

    def cut(self, draw: Callable[[Group], None], *, flip: bool) -> Cutout:
        """The picture of what `draw` puts into a group; `flip` mirrors it."""
        self._canvas.pixels[:] = 0
        root = self._canvas.root
        root.clear()
        group = root.group()
        group.place(self._x, self._y, self._scale, flip=flip)
        draw(group)
        self._canvas.draw()
        seen = self._canvas.pixels[..., 3]
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        if not rows.size:
            rows = columns = np.array([0])
        top, left = int(rows[0]), int(columns[0])
        part = self._canvas.pixels[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1].copy()
        return Cutout(part, left - self._x, top - self._y, self._scale)

    def close(self) -> None:
        """Free the canvas."""
        self._canvas.close()
