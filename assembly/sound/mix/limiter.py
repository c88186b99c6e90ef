"""A true-peak limiter that looks ahead: bit for bit the same however the sound is cut into stretches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from assembly.sound.signal.loudness import oversampled_peaks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assembly.sound.signal.wav import Floats

REACH_S = 0.02
"""how far to either side of a peak the gain is turned down, in seconds"""

_NO_PEAK = 0.5
"""where no sample comes within 6 dB of the ceiling, no peak between samples passes it"""
_STRETCH = 1024
_NEAR = 32
"""samples on both sides that a peak between two samples depends on, and some more"""
_STEPS = 2**30
"""in which gains are counted: sums of whole numbers do not depend on where they begin"""


def reach(sample_rate: int) -> int:
    """Samples that `limit` must see on either side of those that it returns."""
    return 3 * round(REACH_S * sample_rate) + 2 * _NEAR


def limit(samples: Floats, ceiling: float | Floats, sample_rate: int) -> Floats:
    """Hold peaks, between samples too, under a ceiling: float [n, 2] → [n, 2].

    The gain that each sample needs is held over its surroundings, then smoothed over as much, so it never
    rises above what the peak needs and never jumps. The outer `reach` samples of a stretch lack surroundings:
    hand in that many more on each side and leave them out of the result.

    Args:
        samples: what is limited.
        ceiling: as an amplitude: one, or one for each sample [n].
        sample_rate: samples a second.
    """
    lowest = float(np.min(ceiling))
    if np.abs(samples).max(initial=0.0) < lowest * _NO_PEAK:
        return samples
    peaks = peaks_from(lowest, samples)
    if (peaks <= ceiling).all():
        return samples
    size = 2 * (round(REACH_S * sample_rate) // 2) + 1
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, ceiling))
    held = scipy.ndimage.minimum_filter1d(needed, 2 * size + 1, mode="nearest")
    counted = np.floor(held * _STEPS).astype(np.int64)
    for _ in range(2):
        counted = _sums(counted, size)
    limited: Floats = samples * (counted / (_STEPS * size**2))[:, None]
    return limited


def _sums(values: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """The sum of the `size` values around each; beyond the ends the last ones go on."""
    wide = np.cumsum(np.pad(values, (size // 2 + 1, size // 2), mode="edge"))
    summed: NDArray[np.int64] = wide[size:] - wide[:-size]  # right also where the sum runs over
    return summed


def peaks_from(level: float, samples: Floats) -> Floats:
    """`oversampled_peaks` of float samples [n, 2], where they may reach a level; elsewhere 0: [n]."""
    peaks = np.zeros(len(samples))
    left, right = np.abs(samples).T
    loud = np.flatnonzero(np.maximum(left, right) >= level * _NO_PEAK)
    stretches = np.unique(np.concatenate([loud - _NEAR, loud + _NEAR]) // _STRETCH)
    for run in np.split(stretches, np.flatnonzero(np.diff(stretches) > 1) + 1) if len(stretches) else ():
        first, last = max(0, run[0] * _STRETCH), min(len(samples), (run[-1] + 1) * _STRETCH)
        begin = max(0, first - _NEAR)
        around = oversampled_peaks(samples[begin : last + _NEAR])
        peaks[first:last] = around[first - begin : last - begin]
    return peaks
