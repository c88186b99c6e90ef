"""Lines, papers and tones as pictures: what the styles are made of. Bytes in, bytes out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
"""[height, width]"""
Picture = NDArray[np.uint8]
"""[height, width, 3]"""
Floats = NDArray[np.float32]
Warp = tuple[NDArray[np.int16], NDArray[np.uint16]]
"""where each pixel comes from, in the fixed point that OpenCV reads"""


def random(seed: int) -> np.random.Generator:
    """Seeded randomness that repeats."""
    return np.random.Generator(np.random.PCG64(seed))


def as_bytes(values: Floats) -> Plane:
    """Numbers from 0 to 255 as bytes; what is beyond is cut."""
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def curve(*points: tuple[float, float]) -> Plane:
    """A table of 256 bytes through points (in, out), straight between them."""
    xs, ys = zip(*points, strict=True)
    return as_bytes(np.interp(np.arange(256), xs, ys).astype(np.float32) + 0.5)


def opaque(canvas: NDArray[np.uint8]) -> Picture:
    """The colours of a canvas that is covered, [height, width, 4]."""
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_RGBA2RGB), np.uint8)


def grey(picture: Picture) -> Plane:
    """How light each pixel is."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def three(plane: Plane) -> Picture:
    """A plane as a grey picture."""
    return np.asarray(cv2.cvtColor(plane, cv2.COLOR_GRAY2RGB), np.uint8)


def times(first: Plane, second: Plane) -> Plane:
    """Two pictures multiplied, 255 as one."""
    return np.asarray(cv2.multiply(first, second, scale=1 / 255), np.uint8)


def looked_up(picture: Plane, table: Plane) -> Plane:
    """Each byte of a picture through a table of 256."""
    return np.asarray(cv2.LUT(picture, table), np.uint8)


def edges(picture: Picture, width: int = 3) -> Plane:
    """Where colours meet, 0 to 255, as lines about `width` pixels wide."""
    apart = cv2.morphologyEx(
        picture, cv2.MORPH_GRADIENT, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    )
    red, green, blue = cv2.split(apart)
    seams = cv2.max(cv2.max(red, green), blue)
    if width > 3:
        # One plane is made broader, not three.
        seams = cv2.dilate(seams, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width - 2, width - 2)))
    return np.asarray(seams, np.uint8)


def without_specks(picture: Picture, size: int) -> Picture:
    """A picture without light spots smaller than `size` pixels."""
    brush = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    return np.asarray(cv2.morphologyEx(picture, cv2.MORPH_OPEN, brush), np.uint8)


def clouded(width: int, height: int, cell: float, seed: int) -> Floats:
    """Soft randomness from 0 to 1 with spots about `cell` pixels wide, [height, width]."""
    rows, columns = max(2, round(height / cell) + 2), max(2, round(width / cell) + 2)
    small = random(seed).random((rows, columns), np.float32)
    large = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.clip(large, 0, 1)


@lru_cache(maxsize=8)
def waver(width: int, height: int, amount: float, cell: float, seed: int) -> Warp:
    """A hand's unsteadiness: every pixel up to `amount` pixels aside."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    dx, dy = (clouded(width, height, cell, seed + part) - 0.5 for part in (0, 1))
    whole, part = cv2.convertMaps(xs + 2 * amount * dx, ys + 2 * amount * dy, cv2.CV_16SC2)
    return np.asarray(whole, np.int16), np.asarray(part, np.uint16)


def warped(picture: Plane, warp: Warp) -> Plane:
    """A picture through an unsteady hand."""
    return np.asarray(
        cv2.remap(picture, *warp, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


@lru_cache(maxsize=8)
def paper(width: int, height: int, colour: tuple[int, int, int], grain: float, seed: int) -> Picture:
    """A sheet of paper: fine grain, fibres and a few clouds, `grain` in grey levels."""
    fine = random(seed).random((height, width), np.float32) - 0.5
    fine = cv2.GaussianBlur(fine, (0, 0), max(0.5, height / 900)) * 3
    fibre = clouded(width, height, max(1.5, height / 240), seed + 1) - 0.5
    broad = clouded(width, height, height / 5, seed + 2) - 0.5
    level = grain * (fine + 0.8 * fibre + 0.7 * broad)
    return as_bytes(np.array(colour, np.float32) + level[..., None])


@lru_cache(maxsize=8)
def hatching(width: int, height: int, step: float, turn: float, seed: int) -> Plane:
    """Strokes of a pencil, 0 to 255: `step` pixels apart, along `turn` (radians), of uneven pressure."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    sway = (clouded(width, height, step * 9, seed) - 0.5) * step * 1.1
    across = xs * np.sin(turn) - ys * np.cos(turn) + sway
    along = xs * np.cos(turn) + ys * np.sin(turn)
    line = np.abs(across / step - np.round(across / step)) * step
    row = np.round(across / step)
    broken = 0.5 + 0.5 * np.sin(along / (step * 7) + row * 2.4)
    pressure = 0.45 + 0.55 * clouded(width, height, step * 3, seed + 1) * (0.4 + 0.6 * broken)
    width_of_line = max(0.55, step * 0.13)
    cover = np.clip(width_of_line + 0.5 - line, 0, 1) * pressure
    return as_bytes(cover * 255)


@lru_cache(maxsize=8)
def dots(width: int, height: int, step: float, turn: float) -> Plane:
    """A printer's screen: a pixel is inked where a tone is darker than it."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    first = np.cos((xs * np.cos(turn) + ys * np.sin(turn)) * 2 * np.pi / step)
    second = np.cos((ys * np.cos(turn) - xs * np.sin(turn)) * 2 * np.pi / step)
    return as_bytes(127.5 + 63.75 * (first + second))


@lru_cache(maxsize=8)
def rough_frame(width: int, height: int, margin: float, rough: float, seed: int) -> Plane:
    """255 inside, 0 towards the edge of the sheet, with a rough border."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    inside = np.minimum(np.minimum(xs, width - 1 - xs), np.minimum(ys, height - 1 - ys))
    wild = (
        clouded(width, height, height / 14, seed) + 0.5 * clouded(width, height, height / 50, seed + 1) - 0.75
    )
    return as_bytes((inside - margin + wild * rough) / max(1.0, margin * 0.3) * 255)


def line(plane: Plane, points: Sequence[tuple[float, float]], level: float, width: int = 1) -> None:
    """Draw a run of straight lines into a plane, smooth, to a sixteenth of a pixel."""
    fixed = np.round(np.array(points, np.float64) * 16).astype(np.int32)
    cv2.polylines(
        plane, [fixed], isClosed=False, color=(level,), thickness=width, lineType=cv2.LINE_AA, shift=4
    )


def oval(plane: Plane, x: float, y: float, rx: float, ry: float, level: float, width: int = 1) -> None:
    """Draw an ellipse's outline into a plane."""
    centre, axes = (round(x * 16), round(y * 16)), (max(1, round(rx * 16)), max(1, round(ry * 16)))
    cv2.ellipse(plane, centre, axes, 0, 0, 360, (level,), width, cv2.LINE_AA, 4)
