"""CIE L*a*b* (D65) of pictures in sRGB, and how far colours lie apart in it."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

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
class Colours:
    """The colours of many pixels: mean and standard deviation of L*, a* and b*."""

    mean: tuple[float, float, float]
    spread: tuple[float, float, float]

    def distance(self, other: Colours) -> float:
        """How far the means lie apart: the colour difference of CIE 1976, the distance in L*a*b*."""
        return dist(self.mean, other.mean)

    def rounded(self) -> Colours:
        """The same to two places, as they are kept."""
        return Colours(_rounded(self.mean), _rounded(self.spread))

    def as_json(self) -> JsonValue:
        """For a manifest."""
        return {
            "mean": list[JsonValue](self.rounded().mean),
            "spread": list[JsonValue](self.rounded().spread),
        }


def _rounded(three: tuple[float, float, float]) -> tuple[float, float, float]:
    first, second, third = (round(value, 2) for value in three)
    return first, second, third


def colours_from_json(value: JsonValue) -> Colours | None:
    """What `as_json` wrote; None for anything else."""
    if not isinstance(value, dict):
        return None
    mean, spread = _numbers(value.get("mean")), _numbers(value.get("spread"))
    return Colours(mean, spread) if mean and spread else None


def _numbers(value: JsonValue) -> tuple[float, float, float] | None:
    match value:
        case [float() | int() as first, float() | int() as second, float() | int() as third]:
            return float(first), float(second), float(third)
    return None


def colours_of_pixels(lab: Floats) -> Colours:
    """Of pixels in L*a*b*: [..., 3]."""
    pixels = lab.reshape(-1, 3)
    return Colours(three(pixels.mean(0)), three(pixels.std(0)))


def three(values: Floats) -> tuple[float, float, float]:
    """The three numbers of an array."""
    return float(values[0]), float(values[1]), float(values[2])


def to_lab(frame: NDArray[np.uint8]) -> Floats:
    """CIE L*a*b* (D65) of a picture in sRGB: [height, width, 3]."""
    return _lab_of_linear(_LINEAR[frame])


def lab_of(colours: Floats) -> Floats:
    """CIE L*a*b* (D65) of colours in sRGB, 0 to 1: [..., 3]."""
    return _lab_of_linear(np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4))


def from_lab(lab: Floats) -> NDArray[np.uint8]:
    """The picture in sRGB, uint8; colours outside are clipped."""
    frame: NDArray[np.uint8] = np.round(srgb_of(lab) * 255).astype(np.uint8)
    return frame


def srgb_of(lab: Floats) -> Floats:
    """The colours in sRGB, 0 to 1; those outside are clipped: [..., 3]."""
    lightness, a, b = np.moveaxis(lab, -1, 0)
    y = (lightness + 16) / 116
    root = np.stack((y + a / 500, y, y - b / 200), -1)
    ratio = np.where(root > _EDGE, root**3, 3 * _EDGE**2 * (root - 4 / 29))
    linear = np.clip((ratio * _WHITE) @ np.linalg.inv(_TO_XYZ).T, 0, 1)
    coded: Floats = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return coded


def _lab_of_linear(linear: Floats) -> Floats:
    ratio = linear @ _TO_XYZ.T / _WHITE
    root = np.where(ratio > _EDGE**3, np.cbrt(ratio), ratio / (3 * _EDGE**2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), -1)
