"""Many channels into one or two, so that each is heard: none is dropped, and none cancels another. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assembly.sound.signal.wav import Floats

INVERTED = -0.5
"""correlation from which two channels count as the same sound, one of them turned round"""
CANCELS = 0.1
"""share of its channels' power that a sum must keep"""

_BOTH = 0.7071
"""of a channel in the middle, -3 dB to each side: the downmix of ITU-R BS.775-4, annex 4"""
_LEFT = {"FL", "SL", "BL", "FLC", "TFL", "TBL", "TSL", "WL", "SDL", "DL", "BFL", "SSL", "TTL"}
_RIGHT = {"FR", "SR", "BR", "FRC", "TFR", "TBR", "TSR", "WR", "SDR", "DR", "BFR", "SSR", "TTR"}
_FRONT = {"FL", "FR", "DL", "DR"}


def mixing(names: Sequence[str], products: Floats, *, mono: bool) -> Floats:
    """The matrix [outputs, channels] that makes one channel or two of a recording's.

    One channel stays one and two stay two, unless `mono` asks for one. The power of a sum is that of the
    channels it is made of.

    Args:
        names: of the channels, as ffmpeg calls them (FL, LFE); anything for those without a name.
        products: of every channel with every other, summed over the recording [channels, channels].
        mono: whether one is wanted.
    """
    count = len(names)
    if count == 1:
        return np.ones((1, 1))
    if mono:
        return _whole(np.ones((1, count)), products) / count
    if count == 2:
        return np.eye(2)
    rows = np.array([_weights(names, _LEFT), _weights(names, _RIGHT)])
    if not rows.any(0).all():  # a channel with no place is in the middle
        rows[:, ~rows.any(0)] = _BOTH
    return _whole(rows / np.maximum(np.sqrt((rows**2).sum(1, keepdims=True)), 1), products)


def cancels(products: Floats) -> bool:
    """Whether the plain sum of channels is much weaker than they are."""
    power = float(np.trace(products))
    return power > 0 and float(products.sum()) < CANCELS * power


def _weights(names: Sequence[str], side: set[str]) -> NDArray[np.float64]:
    """How loud each channel is on a side; what is on neither side is on both."""
    others = (_LEFT | _RIGHT) - side
    return np.array(
        [
            (1.0 if name in _FRONT else _BOTH) if name in side else 0.0 if name in others else _BOTH
            for name in names
        ]
    )


def _whole(rows: Floats, products: Floats) -> Floats:
    """The rows with signs by which no channel cancels another; where none do, the loudest alone."""
    power = np.maximum(np.diag(products), 0)
    made = rows.copy()
    for row in made:
        used = np.flatnonzero(row)
        first = used[np.argmax(power[used] * row[used] ** 2)]
        for other in used:
            both = np.sqrt(power[first] * power[other])
            if both > 0 and products[first, other] / both < INVERTED:
                row[other] = -row[other]
        wanted = float((row**2) @ power)
        if wanted > 0 and float(row @ products @ row) < CANCELS * wanted:
            row[:] = np.where(np.arange(len(row)) == first, np.abs(row).sum(), 0)
    return made
