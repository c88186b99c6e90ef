"""Film grain: one plate of it for a film, laid over every frame at another place.

Grain is strongest in middle tones, and black and white have none. It has a size: the same part of the
picture's height in every film. The same seed gives the same grain.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import ffmpeg as ffmpeg_python
import numpy as np
from numpy.typing import NDArray

from assembly.frames.mezzanine_encoder import raw_pictures, tagged

if TYPE_CHECKING:
    from pathlib import Path

GRAIN_VERSION = 1
"""goes into the digests of what has grain; raise it when the same seed gives other grain;
code of assembly.delivery.film_grain: f378de3a
"""

STRONGEST = 10.0
"""standard deviation of luma at a strength of 1 in middle grey, in levels of 8 bits"""
SIZE = 1 / 1100
"""the grain's softness (standard deviation of its Gaussian), in parts of the picture's height"""

_PLACES = 128
"""places that a plate can lie at, across and down; they are two pixels apart, as colours are"""


def write_plate(out: Path, width: int, height: int, *, strength: float, seed: int) -> None:
    """Write a plate for pictures of this size, as one raw yuv420p frame; grey is no grain.

    Args:
        out: where to write.
        width: of the pictures.
        height: of the pictures.
        strength: 0 to 1.
        seed: of the randomness.
    """
    columns, rows = plate_size(width, height)
    random = np.random.Generator(np.random.PCG64(seed)).random((rows, columns)) - 0.5
    kernel = _kernel(max(0.4, SIZE * height))
    for axis in (0, 1):
        random = sum(
            weight * np.roll(random, step - len(kernel) // 2, axis) for step, weight in enumerate(kernel)
        )
    deviation = np.sqrt(1 / 12) * (kernel**2).sum()
    plate = np.full((rows * 3 // 2, columns), 128, np.uint8)
    plate[:rows] = np.clip(np.round(128 + random / deviation * strength * STRONGEST), 0, 255)
    out.write_bytes(plate.tobytes())


def plate_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of a plate."""
    return width + 2 * _PLACES, height + 2 * _PLACES


def grained(stream: Any, plate: Path, width: int, height: int, rate: Fraction) -> Any:
    """A stream of yuv420p frames of this size with a plate's grain on them."""
    columns, rows = plate_size(width, height)
    source = raw_pictures(columns, rows, rate, source=str(plate.absolute()))
    # Whole numbers, so that every machine lays it at the same place; squares keep neighbours apart.
    laid = tagged(source.filter("loop", loop=-1, size=1).filter("setpts", f"N/({rate})/TB")).filter(
        "crop",
        w=width,
        h=height,
        x=f"2*mod(n*n*37+n*53,{_PLACES})",
        y=f"2*mod(n*n*29+n*71,{_PLACES})",
    )
    parts = stream.filter_multi_output("split", 3)
    merged = ffmpeg_python.filter(
        [parts[0], laid], "blend", c0_mode="grainmerge", c1_mode="normal", c2_mode="normal", shortest=1
    )
    middle = parts[1].filter("lutyuv", y="4*255*max(val-16,0)*max(235-val,0)/(219*219)", u="0", v="0")
    return ffmpeg_python.filter([parts[2], merged, middle], "maskedmerge", planes=1)


def _kernel(softness: float) -> NDArray[np.float64]:
    reach = max(1, round(3 * softness))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / softness) ** 2)
    kernel: NDArray[np.float64] = weights / weights.sum()
    return kernel
