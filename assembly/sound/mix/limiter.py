"""A true-peak limiter that looks ahead, in pieces: the same result however the sound is cut into blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from assembly.sound.signal.loudness import oversampled_peaks

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats

REACH_S = 0.02
"""how far to either side of a peak the gain is turned down, in seconds"""

_NO_PEAK = 0.5
"""where no sample comes within 6 dB of the ceiling, no peak between samples passes it"""
_STRETCH = 1024
_NEAR = 32
"""samples on both sides that a peak between two samples depends on, and some more"""


def reach(sample_rate: int) -> int:
    """Samples that `limit` must see on either side of those that it returns."""
    return 3 * round(REACH_S * sample_rate) + 64


def limit(samples: Floats, ceiling: float, sample_rate: int) -> Floats:
    """Hold peaks, between samples too, under a ceiling: float [n, 2] → [n, 2].

    The gain that each sample needs is held over its surroundings, then smoothed over as much, so it never
    rises above what the peak needs and never jumps. The outer `reach` samples of a piece lack surroundings:
    hand in that many more on each side and leave them out of the result.
    """
    if np.abs(samples).max(initial=0.0) < ceiling * _NO_PEAK:
        return samples
    peaks = peaks_from(ceiling, samples)
    if peaks.max(initial=0.0) <= ceiling:
        return samples
    size = 2 * (round(REACH_S * sample_rate) // 2) + 1
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, ceiling))
    held = scipy.ndimage.minimum_filter1d(needed, 2 * size + 1, mode="nearest")
    for _ in range(2):
        held = scipy.ndimage.uniform_filter1d(held, size, mode="nearest")
    limited: Floats = samples * held[:, None]
    return limited


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
