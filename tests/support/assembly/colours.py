"""Patches of known colours, as a film has them and as a screen shows them."""

from __future__ import annotations

import numpy as np

from assembly.cut.form import FrameForm
from assembly.frames.blending import planes_of

SHOWN = np.array(
    [
        (0, 0, 0),
        (255, 255, 255),
        (128, 128, 128),
        (191, 0, 0),
        (0, 191, 0),
        (0, 0, 191),
        (191, 191, 0),
        (200, 120, 90),
    ]
)
"""sRGB, 8 bits: black, white, grey, 75 % red, green, blue and yellow, and skin; four in each of two rows"""


def coded() -> np.ndarray:
    """Y, Cb and Cr of the patches in limited range: ITU-R BT.709-6, items 3.2 to 3.5."""
    red, green, blue = SHOWN.T / 255
    grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    values = np.stack(
        (16 + 219 * grey, 128 + 224 * (blue - grey) / 1.8556, 128 + 224 * (red - grey) / 1.5748), -1
    )
    return np.round(values).astype(int)


def patches(picture: FrameForm) -> np.ndarray:
    """A frame of the patches."""
    planes = np.empty((picture.height * 3 // 2, picture.width), np.uint8)
    for plane, values in zip(planes_of(planes), coded().T, strict=True):
        rows, columns = plane.shape
        for number, value in enumerate(values):
            row, column = divmod(number, 4)
            plane[
                row * rows // 2 : (row + 1) * rows // 2, column * columns // 4 : (column + 1) * columns // 4
            ] = value
    return planes


def middles(plane: np.ndarray) -> np.ndarray:
    """The mean of the inner part of each patch: [8, …]."""
    rows, columns = plane.shape[:2]
    found = []
    for number in range(8):
        row, column = divmod(number, 4)
        top, left = row * rows // 2 + rows // 8, column * columns // 4 + columns // 16
        found.append(plane[top : top + rows // 4, left : left + columns // 8].mean(axis=(0, 1)))
    return np.array(found)
