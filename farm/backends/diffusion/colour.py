"""Colours of a continuing shot, brought to those of the shot before: Lab mean and spread, within bounds.

After Reinhard et al., "Color Transfer between Images", 2001, in CIE L*a*b* (D65) instead of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from farm.backend import Frame

MOST_SHIFT = (12.0, 10.0, 10.0)
"""how far the mean of L*, a* and b* may move"""
SPREAD = (0.8, 1.25)
"""how much the standard deviation may shrink or grow"""
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = _TO_XYZ.sum(1)
_EDGE = 6 / 29
_LINEAR = np.where(
    (codes := np.arange(256) / 255) <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ColourShift:
    """An affine change of L*, a* and b*."""

    means: tuple[float, float, float]
    scale: tuple[float, float, float]
    shift: tuple[float, float, float]

    def apply(self, frame: Frame) -> Frame:
        """The frame with its colours moved."""
        means = np.array(self.means)
        return from_lab((to_lab(frame) - means) * self.scale + means + self.shift)


def colour_shift(first: Frame, before: Frame, strength: float = 1.0) -> ColourShift:
    """What brings `first` to the colours of `before`, as far as the bounds allow.

    Args:
        first: the first picture of the continuing shot.
        before: the last picture of the shot before it.
        strength: 0 changes nothing, 1 all.
    """
    ours, theirs = (to_lab(frame).reshape(-1, 3) for frame in (first, before))
    spread = np.clip(theirs.std(0) / np.maximum(ours.std(0), 1e-3), *SPREAD)
    shift = np.clip(theirs.mean(0) - ours.mean(0), -np.array(MOST_SHIFT), MOST_SHIFT)
    return ColourShift(_three(ours.mean(0)), _three(1 + (spread - 1) * strength), _three(shift * strength))


def _three(values: Floats) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


def to_lab(frame: Frame) -> Floats:
    """CIE L*a*b* (D65) of a picture in sRGB: [height, width, 3]."""
    ratio = _LINEAR[frame] @ _TO_XYZ.T / _WHITE
    root = np.where(ratio > _EDGE**3, np.cbrt(ratio), ratio / (3 * _EDGE**2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), -1)


def from_lab(lab: Floats) -> Frame:
    """The picture in sRGB, uint8; colours outside are clipped."""
    lightness, a, b = np.moveaxis(lab, -1, 0)
    y = (lightness + 16) / 116
    root = np.stack((y + a / 500, y, y - b / 200), -1)
    ratio = np.where(root > _EDGE, root**3, 3 * _EDGE**2 * (root - 4 / 29))
    linear = np.clip((ratio * _WHITE) @ np.linalg.inv(_TO_XYZ).T, 0, 1)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    frame: Frame = np.round(coded * 255).astype(np.uint8)
    return frame
