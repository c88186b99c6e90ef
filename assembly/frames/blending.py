"""Mixes pictures: dissolves, fades and titles on yuv420p planes.

Dissolves and fades are whole-number arithmetic, the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fractions import Fraction

    from assembly.frames.clips import Planes

BLACK_Y, WHITE_Y, NEUTRAL = 16, 235, 128
"""limited range: black, white, and chroma without colour"""

Floats = NDArray[np.float32]


def dissolve(outgoing: Planes, incoming: Planes, step: int, length: int) -> Planes:
    """Frame `step` of a dissolve of `length`: incoming weighs (step+1)/(length+1), outgoing the rest."""
    whole = length + 1
    # 16 bits hold the sum for dissolves of up to 255 frames, and are twice as fast.
    wide = np.dtype(np.uint16 if whole <= 256 else np.uint32)
    mixed = outgoing.astype(wide) * wide.type(length - step) + incoming.astype(wide) * wide.type(step + 1)
    result: Planes = ((mixed + wide.type(whole // 2)) // wide.type(whole)).astype(np.uint8)
    return result


def fade(picture: Planes, level: Fraction, plain_y: int = BLACK_Y) -> Planes:
    """The picture at `level` between black (0), or another grey, and itself (1)."""
    if level == 1:
        return picture
    luma = picture.shape[0] * 2 // 3
    values = np.arange(256)
    out = np.empty_like(picture)
    for part, middle in ((slice(None, luma), plain_y), (slice(luma, None), NEUTRAL)):
        scaled = (2 * (values - middle) * level.numerator + level.denominator) // (2 * level.denominator)
        out[part] = np.clip(middle + scaled, 0, 255).astype(np.uint8)[picture[part]]
    return out


def put(picture: Planes, part: Planes, place: tuple[int, int, int, int]) -> Planes:
    """The picture with that part of another one: x, y, width and height, all even."""
    out = picture.copy()
    x, y, width, height = place
    for scale, target, source in zip((1, 2, 2), planes_of(out), planes_of(part), strict=True):
        area = (
            slice(y // scale, (y + height) // scale),
            slice(x // scale, (x + width) // scale),
        )
        target[area] = source[area]
    return out


def planes_of(picture: Planes) -> tuple[Planes, Planes, Planes]:
    """Views of Y, U and V."""
    height, width = picture.shape[0] * 2 // 3, picture.shape[1]
    flat = picture.reshape(-1)
    area, quarter = height * width, height * width // 4
    return (
        flat[:area].reshape(height, width),
        flat[area : area + quarter].reshape(height // 2, width // 2),
        flat[area + quarter :].reshape(height // 2, width // 2),
    )


@dataclass(frozen=True)
class Overlay:
    """A picture to lay over planes, at even coordinates: each plane times its coverage, and the coverage."""

    x: int
    y: int
    luma: Floats
    cover: Floats
    chroma_u: Floats
    chroma_v: Floats
    chroma_cover: Floats

    @classmethod
    def of(
        cls, rgba: NDArray[np.uint8] | Floats, x: int, y: int, *, width: int, height: int
    ) -> Overlay | None:
        """Make one of an RGBA picture with straight alpha, cut to the frame; None when nothing is inside.

        BT.709, limited range (ITU-R BT.709-6, items 3.2 to 3.5); chroma is the mean of its four pixels.
        """
        top, left = max(0, -y), max(0, -x)
        rgba = rgba[top : height - y, left : width - x]
        x, y = x + left, y + top
        if not rgba.size:
            return None
        edges = ((y % 2, (y + rgba.shape[0]) % 2), (x % 2, (x + rgba.shape[1]) % 2), (0, 0))
        rgba = np.pad(rgba, edges).astype(np.float32)
        cover = rgba[..., 3] / np.float32(255)
        grey = rgba[..., :3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        luma = (BLACK_Y + grey * np.float32(219 / 255)) * cover
        blue = (NEUTRAL + (rgba[..., 2] - grey) * np.float32(224 / 255 / 1.8556)) * cover
        red = (NEUTRAL + (rgba[..., 0] - grey) * np.float32(224 / 255 / 1.5748)) * cover
        return cls(x - x % 2, y - y % 2, luma, cover, _halved(blue), _halved(red), _halved(cover))


def overlay(picture: Planes, over: Overlay, opacity: Fraction) -> None:
    """Lay `over` on the picture, in place, at an opacity of 0 to 1."""
    solid = np.float32(opacity)
    y_plane, u_plane, v_plane = planes_of(picture)
    _lay(y_plane, over.luma, over.cover, (over.x, over.y), solid)
    _lay(u_plane, over.chroma_u, over.chroma_cover, (over.x // 2, over.y // 2), solid)
    _lay(v_plane, over.chroma_v, over.chroma_cover, (over.x // 2, over.y // 2), solid)


def _lay(plane: Planes, values: Floats, cover: Floats, corner: tuple[int, int], solid: np.float32) -> None:
    x, y = corner
    part = plane[y : y + values.shape[0], x : x + values.shape[1]]
    part[:] = (part * (1 - cover * solid) + values * solid + np.float32(0.5)).astype(np.uint8)


def _halved(plane: Floats) -> Floats:
    height, width = plane.shape
    means: Floats = plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3), dtype=np.float32)
    return means
