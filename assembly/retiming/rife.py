"""Pictures between two by RIFE (Huang et al., ECCV 2022), a network that learned how things move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.retiming.onnx_network import Colours, Network, Tensor, picture, tensor
from storyboard.errors import AssemblyError

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from assembly.frames.clips import Planes

INPUTS = ("before", "after", "phase")
MULTIPLE = 64
"""pixels; the network halves its pictures five times, and once more where things move fast"""
_TRIAL = 64


class Rife:
    """The network, and the pair that it was last asked about."""

    def __init__(self, path: Path | None, sha256: str | None) -> None:
        """Load it, and try it on a grey picture.

        Raises:
            AssemblyError: it cannot be used.
        """
        if path is None:
            raise AssemblyError("retime: rife has no network", "name it as retime_model")
        self._network = Network(path, sha256, "rife")
        if tuple(name for name, _ in self._network.inputs) != INPUTS:
            raise self._network.unusable(
                f"its inputs are {', '.join(name for name, _ in self._network.inputs)} where "
                f"{', '.join(INPUTS)} are wanted; `shotfarm models rife` writes such a file"
            )
        grey = np.full((1, 3, _TRIAL, _TRIAL), 0.5, np.float32)
        shape = self._between(grey, grey, np.float32(0.5)).shape
        if shape != grey.shape:
            raise self._network.unusable(f"it makes {list(shape)} of pictures of {list(grey.shape)}")
        self._colours = Colours()
        self._pair: tuple[Planes, Planes] | None = None
        self._tensors: tuple[Tensor, Tensor] = (grey, grey)

    def __call__(self, before: Planes, after: Planes, phase: Fraction) -> Planes:
        """The picture at `phase` of the way."""
        if self._pair is None or self._pair[0] is not before or self._pair[1] is not after:
            self._tensors = self._padded(before), self._padded(after)
            self._pair = before, after
        height, width = before.shape[0] * 2 // 3, before.shape[1]
        made = self._between(*self._tensors, np.float32(phase))
        return self._colours.planes(picture(made[:, :, :height, :width]))

    def _between(self, before: Tensor, after: Tensor, phase: np.float32) -> Tensor:
        return self._network.run(before, after, np.full((1, 1, 1, 1), phase, np.float32))

    def _padded(self, planes: Planes) -> Tensor:
        values = tensor(self._colours.rgb(planes))
        height, width = values.shape[2:]
        edges = ((0, 0), (0, 0), (0, -height % MULTIPLE), (0, -width % MULTIPLE))
        return np.pad(values, edges, mode="edge")
