"""Makes pictures larger with a super-resolution network that the user gives, tile by tile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.retiming.onnx_network import Colours, Network, Rgb, picture, tensor

if TYPE_CHECKING:
    from pathlib import Path

    from assembly.frames.clips import Planes

TILE = 256
"""pixels a side of what a network sees at once, when it takes any size"""
MARGIN = 16
"""pixels around a tile that it sees too, so that no seam shows; a quarter of a small tile"""
LARGEST_FACTOR = 8
_TRIAL = 64


class Upscaler:
    """A network that makes pictures a whole number of times larger.

    Attributes:
        factor: how many times.
    """

    def __init__(self, path: Path, sha256: str | None = None) -> None:
        """Load it, and try it on a grey tile.

        Args:
            path: an ONNX file with one input, RGB as float32 [1, 3, height, width] from 0 to 1, and the same,
                larger, as its first output.
            sha256: the digest that it must have; None for any.

        Raises:
            AssemblyError: it is not that, or onnxruntime is not installed.
        """
        self._network = Network(path, sha256, "upscale")
        self._colours = Colours()
        self._fixed = self._fixed_size()
        height, width = (size or _TRIAL for size in self._fixed)
        made = self._network.run(np.full((1, 3, height, width), 0.5, np.float32)).shape
        self.factor = made[2] // height if len(made) == 4 else 0
        if (
            made != (1, 3, height * self.factor, width * self.factor)
            or not 2 <= self.factor <= LARGEST_FACTOR
        ):
            raise self._network.unusable(
                f"it makes {list(made)} of a picture of {[1, 3, height, width]}; wanted is RGB, 2 to "
                f"{LARGEST_FACTOR} times larger"
            )

    def _fixed_size(self) -> tuple[int | None, int | None]:
        """Height and width of what the network sees at once, when it takes one size only."""
        if len(self._network.inputs) != 1:
            names = ", ".join(name for name, _ in self._network.inputs)
            raise self._network.unusable(f"its inputs are {names}; wanted is one, a picture")
        shape = self._network.inputs[0][1]
        fixed = [size if isinstance(size, int) else None for size in shape]
        if len(fixed) != 4 or fixed[0] not in (1, None) or fixed[1] not in (3, None):
            raise self._network.unusable(
                f"its input is {shape}; wanted is RGB as [1, 3, height, width], of any or one size"
            )
        height, width = fixed[2], fixed[3]
        if min(height or TILE, width or TILE) < 8:
            raise self._network.unusable(f"its input of {height} by {width} pixels is too small for a tile")
        return height, width

    def __call__(self, planes: Planes) -> Rgb:
        """The picture, `factor` times larger."""
        rgb = self._colours.rgb(planes)
        height, width = rgb.shape[:2]
        factor = self.factor
        tile = [
            fixed or min(TILE, size + 2 * MARGIN)
            for fixed, size in zip(self._fixed, (height, width), strict=True)
        ]
        margin = min(MARGIN, min(tile) // 4)
        inner = tile[0] - 2 * margin, tile[1] - 2 * margin
        edges = [(margin, margin + -size % step) for size, step in zip((height, width), inner, strict=True)]
        padded = np.pad(rgb, (*edges, (0, 0)), mode="edge")
        out = np.empty(((height + inner[0]) * factor, (width + inner[1]) * factor, 3), np.uint8)
        kept = [slice(margin * factor, (margin + size) * factor) for size in inner]
        for top in range(0, height, inner[0]):
            for left in range(0, width, inner[1]):
                seen = padded[top : top + tile[0], left : left + tile[1]]
                made = picture(self._network.run(tensor(seen)))[kept[0], kept[1]]
                y, x = top * factor, left * factor
                out[y : y + made.shape[0], x : x + made.shape[1]] = made
        return out[: height * factor, : width * factor]
