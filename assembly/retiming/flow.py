"""Pictures between two by optical flow (OpenCV's DIS), without weights.

The movement is measured in luma both ways. For a phase t the flows from the wanted picture back to both are
put together from the two as in Super SloMo (Jiang et al., CVPR 2018, equation 4); both pictures are warped by
them and mixed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assembly.frames.blending import planes_of

if TYPE_CHECKING:
    from fractions import Fraction
    from types import ModuleType

    from assembly.frames.clips import Planes

Field = NDArray[np.float32]
"""where each pixel moves: float32 [height, width, 2], in pixels, x and y"""


class Flow:
    """Measures the movement of a pair once, for every picture between the two."""

    def __init__(self) -> None:
        self._cv2 = opencv()
        self._dis = self._cv2.DISOpticalFlow_create(self._cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._pair: tuple[Planes, Planes] | None = None
        self._there: Any = None
        self._back: Any = None

    def __call__(self, before: Planes, after: Planes, phase: Fraction) -> Planes:
        """The picture at `phase` of the way."""
        if self._pair is None or self._pair[0] is not before or self._pair[1] is not after:
            luma = before.shape[0] * 2 // 3
            self._there = self._dis.calc(before[:luma], after[:luma], None)
            self._back = self._dis.calc(after[:luma], before[:luma], None)
            self._pair = before, after
        t = np.float32(phase)
        one = np.float32(1)
        to_before = -(one - t) * t * self._there + t * t * self._back
        to_after = (one - t) * (one - t) * self._there - t * (one - t) * self._back
        out = np.empty_like(before)
        small = None
        for plane, source, target in zip(planes_of(out), planes_of(before), planes_of(after), strict=True):
            if small is None:
                fields, small = (to_before, to_after), (self._halved(to_before), self._halved(to_after))
            else:
                fields = small
            mixed = self._warped(source, fields[0]) * (one - t) + self._warped(target, fields[1]) * t
            plane[:] = (mixed + np.float32(0.5)).astype(np.uint8)
        return out

    def _halved(self, field: Field) -> Field:
        """The field of planes of half the size."""
        height, width = field.shape[:2]
        halved: Field = self._cv2.resize(field, (width // 2, height // 2), interpolation=self._cv2.INTER_AREA)
        return halved * np.float32(0.5)

    def _warped(self, plane: Planes, field: Field) -> Field:
        height, width = plane.shape
        across = field[..., 0] + np.arange(width, dtype=np.float32)
        down = field[..., 1] + np.arange(height, dtype=np.float32)[:, None]
        warped: Field = self._cv2.remap(
            plane, across, down, self._cv2.INTER_CUBIC, borderMode=self._cv2.BORDER_REPLICATE
        ).astype(np.float32)
        return warped


def opencv() -> ModuleType:
    """OpenCV with one thread: another number rounds otherwise."""
    import cv2

    cv2.setNumThreads(1)
    module: ModuleType = cv2
    return module
