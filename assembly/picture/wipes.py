"""Wipes: an edge crosses the frame and uncovers the incoming shot behind it. Whole numbers, as in dissolves.

Each wipe is a map of the moments at which the edge comes to the pixels (`order`). The edge is soft by a small
part of its way, so that slanted and round ones are smooth.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from storyboard.schema.vocabulary import TransitionKind

if TYPE_CHECKING:
    from assembly.frames.clips import Planes

_WAY = 2**16
_SOFT = _WAY // 40
_FULL = 256


def wipe(kind: TransitionKind, outgoing: Planes, incoming: Planes, step: int, length: int) -> Planes:
    """Frame `step` of a wipe of `length`: its edge has gone (step+1)/(length+1) of its way."""
    height, width = outgoing.shape[0] * 2 // 3, outgoing.shape[1]
    edge = (_WAY + _SOFT) * (step + 1) // (length + 1)
    weight = np.clip((edge - order(kind, width, height)) * _FULL // _SOFT, 0, _FULL)
    chroma = (weight.reshape(height // 2, 2, width // 2, 2).sum(axis=(1, 3)) + 2) // 4
    weights = np.concatenate([weight.ravel(), chroma.ravel(), chroma.ravel()]).astype(np.uint16)
    mixed = outgoing.ravel() * (np.uint16(_FULL) - weights) + incoming.ravel() * weights
    result: Planes = ((mixed + np.uint16(_FULL // 2)) // np.uint16(_FULL)).astype(np.uint8)
    return result.reshape(outgoing.shape)


@functools.lru_cache(maxsize=2)
def order(kind: TransitionKind, width: int, height: int) -> NDArray[np.int64]:
    """When the edge of a wipe comes to each pixel: int [height, width], 0 to 65535."""
    across = (np.arange(width) + 0.5) / width
    down = (np.arange(height)[:, None] + 0.5) / height
    # from the middle of the frame, in pixels
    x, y = (across - 0.5) * width, (down - 0.5) * height
    if kind is TransitionKind.WIPE_LEFT:
        way = 1 - across + 0 * down
    elif kind is TransitionKind.WIPE_RIGHT:
        way = across + 0 * down
    elif kind is TransitionKind.WIPE_UP:
        way = 1 - down + 0 * across
    elif kind is TransitionKind.WIPE_DOWN:
        way = down + 0 * across
    elif kind is TransitionKind.WIPE_BARN_DOOR:
        way = abs(2 * across - 1) + 0 * down
    elif kind is TransitionKind.WIPE_CLOCK:
        way = np.arctan2(x, -y) / (2 * np.pi) % 1
    elif kind is TransitionKind.WIPE_IRIS:
        way = np.hypot(x, y) / np.hypot(width / 2, height / 2)
    else:
        raise ValueError(f"{kind} is no wipe")
    return np.minimum((way * _WAY).astype(np.int64), _WAY - 1)
