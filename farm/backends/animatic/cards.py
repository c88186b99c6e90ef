"""Cards: a picture that somebody gave, laid into the frame as it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.vector import Group, rect

_TALL, _WIDE = 0.34, 0.30
"""of the frame's height and width that a card has at most"""
_MARGIN, _EDGE = 0.045, 0.010
_TURN = 0.05
_PAPER = (246, 242, 232)


def lay_card(into: Group, pixels: NDArray[np.uint8], frame: tuple[int, int], *, right: bool) -> None:
    """Lay a picture, uint8 [height, width, 3], into an upper corner of a frame of so many pixels."""
    width, height = frame
    tall, wide = pixels.shape[:2]
    size = min(_TALL * height / tall, _WIDE * width / wide)
    edge, margin = _EDGE * height, _MARGIN * height
    half_wide, half_tall = wide * size / 2 + edge, tall * size / 2 + edge
    card = into.group()
    x = width - margin - half_wide if right else margin + half_wide
    card.place(x, margin + half_tall, turn=_TURN if right else -_TURN)
    for spread, share in ((3.0, 0.10), (2.0, 0.14), (1.0, 0.18)):
        off = edge * spread * 0.5
        card.fill(rect(off - half_wide, off - half_tall, 2 * half_wide, 2 * half_tall), (20, 16, 22), share)
    card.fill(rect(-half_wide, -half_tall, 2 * half_wide, 2 * half_tall), _PAPER)
    whole = np.full((tall, wide, 4), 255, np.uint8)
    whole[..., :3] = pixels
    card.picture(whole).place(edge - half_wide, edge - half_tall, size)
