"""Sound as whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_FULL_SCALE = 2**23 - 1


def pcm_24(samples: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Samples of -1 to 1, of any shape, as 24-bit little-endian integers in a row: uint8 [3 * samples].

    What is beyond full scale is clipped.
    """
    whole = np.rint(np.clip(samples, -1.0, 1.0) * _FULL_SCALE).astype("<i4")
    return np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].reshape(-1)
