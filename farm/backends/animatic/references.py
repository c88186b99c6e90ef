"""What a reference picture says of whom or what it shows: its colours, and of a person the face.

A face is looked for by the colour of skin (Chai and Ngan, 1999: a region of Cr and Cb that holds for light
and dark skin alike), which needs no model. It is the largest patch of it in the upper part of the picture,
about as tall and wide as a head; a picture without one gives its colours alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.vector import Rgb
from farm.media.pictures import PictureError, open_picture

_SEEN_AT = 160
"""pixels of the longer side that a picture is looked at with"""
_CARD_AT = 720
_COLOURS = 6
_HEAD = 0.76
"""a face's width as a share of its height, of the heads that are drawn"""
_WIDE = (0.86, 1.14)
_CR, _CB = (133, 173), (77, 127)
_LEAST_FACE = 0.012
"""of the picture"""
_LIKE_BEHIND = 36.0
"""what is nearer to the colour of the picture's edges than this is behind the person"""

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture shows.

    Attributes:
        palette: its colours, those that there is most of first.
        skin, hair, clothes: of the person; None where no face was found, or none of it could be seen.
        wide: how wide the face is, 1 as wide as those that are drawn.
    """

    palette: tuple[Rgb, ...]
    skin: Rgb | None = None
    hair: Rgb | None = None
    clothes: Rgb | None = None
    wide: float = 1.0


@lru_cache(maxsize=64)
def seen_in(path: Path) -> Seen:
    """What a reference shows.

    Raises:
        PictureError: it is no picture that can be read.
    """
    return seen(_small(path, _SEEN_AT))


@lru_cache(maxsize=8)
def card_of(path: Path) -> Pixels:
    """A reference as it lies on a card, uint8 [height, width, 3].

    Raises:
        PictureError: it is no picture that can be read.
    """
    return _small(path, _CARD_AT)


def _small(path: Path, most: int) -> Pixels:
    try:
        image = open_picture(path).image
    except PictureError as error:
        raise PictureError(f"the reference {path.name}: {error.message}", error.hint) from error
    image.thumbnail((most, most))
    return np.asarray(image, np.uint8)


def seen(pixels: Pixels) -> Seen:
    """What is seen in a small picture, uint8 [height, width, 3], sRGB."""
    palette = _palette(pixels)
    face = _face(pixels)
    if face is None:
        return Seen(palette)
    mask, (left, top, wide, tall) = face
    share = min(_WIDE[1], max(_WIDE[0], wide / tall / _HEAD))
    behind = _behind(pixels)

    def around(x: float, y: float, to_x: float, to_y: float) -> Rgb | None:
        """The colour of what is in a part of the picture, in widths and heights of the face."""
        rows = slice(max(0, round(top + y * tall)), max(0, round(top + to_y * tall)))
        columns = slice(max(0, round(left + x * wide)), max(0, round(left + to_x * wide)))
        kept = (~mask & ~behind)[rows, columns]
        return _middle(pixels[rows, columns][kept]) if kept.mean() > 0.12 else None

    return Seen(
        palette,
        skin=_middle(pixels[mask]),
        hair=around(-0.15, -0.4, 1.15, 0.12) if top > 0.02 * len(pixels) else None,
        clothes=around(-0.6, 1.45, 1.6, 2.4),
        wide=share,
    )


def _palette(pixels: Pixels) -> tuple[Rgb, ...]:
    from PIL import Image

    few = Image.fromarray(pixels).quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=3)
    counts = np.bincount(np.asarray(few).ravel(), minlength=_COLOURS)
    values = np.asarray(few.getpalette(), np.float64).reshape(-1, 3)
    most = [index for index in np.argsort(-counts, kind="stable") if counts[index]]
    return tuple((float(values[at, 0]), float(values[at, 1]), float(values[at, 2])) for at in most)


def _face(pixels: Pixels) -> tuple[Mask, tuple[int, int, int, int]] | None:
    """Where skin is, and the box of the face: left, top, width and height in pixels."""
    import cv2

    _, cr, cb = np.moveaxis(cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb).astype(np.int16), 2, 0)
    skin = (cr >= _CR[0]) & (cr <= _CR[1]) & (cb >= _CB[0]) & (cb <= _CB[1]) & ~_behind(pixels)
    closed = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(closed)
    height, width = skin.shape
    best: tuple[int, int] | None = None
    for number in range(1, count):
        _, _, wide, tall, area = (int(value) for value in stats[number])
        headlike = 0.4 < wide / tall < 1.3 and area > 0.45 * wide * tall
        if headlike and area > _LEAST_FACE * height * width and centres[number][1] < 0.72 * height:
            best = max(best or (0, 0), (area, number))
    if best is None:
        return None
    mask: Mask = labels == best[1]
    left, top, _, tall, _ = (int(value) for value in stats[best[1]])
    rows = np.flatnonzero(mask.any(axis=1))
    widths = mask.sum(axis=1)
    wide = int(np.percentile(widths[rows], 90))
    columns = np.flatnonzero(mask[int(rows[len(rows) // 3])])
    left = int(columns[0]) if columns.size else left
    return mask, (left, top, max(1, wide), min(tall, round(wide / 0.58)))


def _behind(pixels: Pixels) -> Mask:
    """Where the picture is like its upper edges."""
    upper = pixels[: max(1, len(pixels) // 3)].astype(np.float64)
    edges = np.concatenate([upper[0], upper[:, 0], upper[:, -1]])
    distance = np.linalg.norm(pixels.astype(np.float64) - np.median(edges, axis=0), axis=2)
    near: Mask = distance < _LIKE_BEHIND
    return near


def _middle(colours: Pixels) -> Rgb:
    """The median of colours, uint8 [count, 3]."""
    red, green, blue = (float(value) for value in np.median(colours, axis=0))
    return red, green, blue
