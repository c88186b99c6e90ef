"""What the frames of a take must pass while they are written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from farm.backend import Frame
from storyboard.errors import FarmError
from storyboard.spec import ShotSpec


class QualityError(FarmError):
    """The backend gave frames that are not the take that was asked for."""


def checked(frames: Iterator[Frame], spec: ShotSpec) -> Iterator[Frame]:
    """Pass frames on, refusing a wrong size, kind or number of them.

    Raises:
        QualityError: what came is not what the spec asks for; says what came.
    """
    shape = (spec.height, spec.width, 3)
    count = 0
    for frame in frames:
        if frame.shape != shape or frame.dtype != np.uint8:
            raise QualityError(
                f"the backend {spec.backend!r} gave frame {count} as {frame.dtype} {list(frame.shape)}; "
                f"asked was uint8 {list(shape)}"
            )
        count += 1
        if count > spec.total_frames:
            raise QualityError(
                f"the backend {spec.backend!r} gave more than the {spec.total_frames} frames asked for"
            )
        yield frame
    if count != spec.total_frames:
        raise QualityError(
            f"the backend {spec.backend!r} gave {count} of the {spec.total_frames} frames asked for"
        )
