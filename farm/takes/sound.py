"""The sound that a backend made with a take, as a file beside its clip."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from farm.takes.quality import QualityError
from storyboard.media.pcm import pcm_24
from storyboard.refusals import store_errors

SOUND = "sound.wav"
"""the name of a take's sound in the store"""


def write_sound(samples: NDArray[np.float32], rate: int, path: Path) -> None:
    """Write samples [time, channels], -1 to 1, as 24-bit PCM; the same samples give the same bytes.

    Raises:
        QualityError: there are numbers among them that are none.
        StoreError: the file cannot be written.
    """
    if not np.isfinite(samples).all():
        raise QualityError("the take's sound holds no numbers (NaN or infinity)")
    with store_errors(path), wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(3)
        file.setframerate(rate)
        file.writeframes(pcm_24(samples.astype(np.float64)).tobytes())
