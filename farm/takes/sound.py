"""The sound that a backend made with a take, as a file beside its clip."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from farm.store.files import store_errors
from farm.takes.quality import QualityError

SOUND = "sound.wav"
"""the name of a take's sound in the store"""
_FULL_SCALE = 2**23 - 1
_BYTES = 3


def write_sound(samples: NDArray[np.float32], rate: int, path: Path) -> None:
    """Write samples [time, channels], -1 to 1, as 24-bit PCM; the same samples give the same bytes.

    Raises:
        QualityError: there are numbers among them that are none.
        StoreError: the file cannot be written.
    """
    if not np.isfinite(samples).all():
        raise QualityError("the take's sound holds no numbers (NaN or infinity)")
    whole = np.rint(np.clip(samples.astype(np.float64), -1, 1) * _FULL_SCALE).astype("<i4")
    with store_errors(path), wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(_BYTES)
        file.setframerate(rate)
        file.writeframes(np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :_BYTES].tobytes())
