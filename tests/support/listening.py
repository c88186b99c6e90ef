"""What can be heard in a file: how loud it is, and which tone."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000


def samples(path: Path) -> NDArray[np.float32]:
    """The first sound of a file as one channel, float [samples] at `RATE`."""
    resampler = av.AudioResampler("flt", "mono", RATE)
    with av.open(str(path)) as container:
        frames = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def level_db(sound: NDArray[np.float32], first_s: float, last_s: float) -> float:
    """How loud a part is, in decibels of full scale."""
    part = sound[round(first_s * RATE) : round(last_s * RATE)].astype(float)
    return float(10 * np.log10(np.mean(part**2) + 1e-12))


def pitch(
    sound: NDArray[np.float32], first_s: float, last_s: float, low: float = 60, high: float = 8000
) -> float:
    """The strongest tone of a part between two, in hertz."""
    part = sound[round(first_s * RATE) : round(last_s * RATE)].astype(float)
    strength = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    hertz = np.fft.rfftfreq(len(part), 1 / RATE)
    inside = (hertz >= low) & (hertz <= high)
    return float(hertz[inside][strength[inside].argmax()])
