"""Looks through ffmpeg: colour tables as filters, between the mezzanine's BT.709 and full-range RGB.

A table is always written anew, under a plain name, from what was read of the user's file: neither its path
nor its text reaches a graph. A cube is interpolated between four points (tetrahedral), a curve between two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from storyboard.media import mezzanine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storyboard.media.lut import Cube

Table = NDArray[np.float64]
"""colours out of colours in, 0 to 1: [points, 3] are curves; [blue, green, red, 3] is a cube"""

_UP, _DOWN = (f"{how}+accurate_rnd+full_chroma_int+full_chroma_inp" for how in ("neighbor", "area"))
"""each four pixels that share a colour have it, and give their mean back, so that no edge grows softer"""


def table_of(cube: Cube) -> Table:
    """A look as a table from 0 to 1: one for other inputs is taken at as many points between them."""
    values = np.asarray(cube.values, np.float64)
    if cube.dimensions == 1:
        table = values.reshape(-1, 3)
        if _is_plain(cube):
            return table
        given, wanted = np.linspace(0, 1, cube.size), np.linspace(0, 1, max(cube.size, 1024))
        return np.stack(
            [
                np.interp((wanted - low) / (high - low), given, table[:, channel])
                for channel, (low, high) in enumerate(zip(cube.low, cube.high, strict=True))
            ],
            -1,
        )
    whole: Table = values.reshape(cube.size, cube.size, cube.size, 3)
    if _is_plain(cube):
        return whole
    wanted = np.linspace(0, 1, max(cube.size, 65))
    for axis, channel in ((0, 2), (1, 1), (2, 0)):
        low, high = cube.low[channel], cube.high[channel]
        whole = _resampled(whole, axis, (wanted - low) / (high - low))
    return whole


def _is_plain(cube: Cube) -> bool:
    return cube.low == (0.0, 0.0, 0.0) and cube.high == (1.0, 1.0, 1.0)


def _resampled(table: Table, axis: int, parts: NDArray[np.float64]) -> Table:
    """The table at other places along an axis, 0 to 1; beyond its ends it stays as it is there."""
    last = table.shape[axis] - 1
    places = np.clip(parts, 0, 1) * last
    below = np.minimum(places.astype(int), last - 1)
    shape = [1] * table.ndim
    shape[axis] = len(parts)
    weight = (places - below).reshape(shape)
    mixed: Table = table.take(below, axis) * (1 - weight) + table.take(below + 1, axis) * weight
    return mixed


def write_table(table: Table, path: Path) -> None:
    """Write a table as a `.cube` file for ffmpeg."""
    size = f"LUT_{1 if table.ndim == 2 else 3}D_SIZE {table.shape[0]}"
    rows = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in table.reshape(-1, 3))
    path.write_text(f"{size}\n{rows}\n", "ascii")


def graded(stream: Any, tables: Sequence[Table], folder: Path) -> Any:
    """A stream of yuv420p frames seen through tables, one after the other; ffmpeg must run in `folder`."""
    if not tables:
        return stream
    stream = stream.filter(
        "scale", in_color_matrix="bt709", in_range="tv", out_range="pc", sws_flags=_UP
    ).filter("format", pix_fmts="gbrp16le")
    for number, table in enumerate(tables):
        name = f"{number}.cube"
        write_table(table, folder / name)
        if table.ndim == 2:
            stream = stream.filter("lut1d", file=name, interp="linear")
        else:
            stream = stream.filter("lut3d", file=name, interp="tetrahedral")
    return stream.filter(
        "scale", in_range="pc", out_color_matrix="bt709", out_range="tv", sws_flags=_DOWN
    ).filter("format", pix_fmts=mezzanine.PIXEL_FORMAT)
