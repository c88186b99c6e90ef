"""A hall that cues are played in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.signal import lean_scipy
from assembly.sound.signal.synthesis import DECAY_60_DB, band

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats


class Hall:
    """A hall that sound is played into: early reflections, then noise that dies away, high ones first."""

    def __init__(self, sample_rate: int, seconds: float, wet: float) -> None:
        self._wet = wet
        self._tail = _hall_tail(sample_rate, seconds)
        self._ringing = np.zeros((0, 2))

    def add(self, dry: Floats) -> Floats:
        """What is heard of the next block of sound, float [n, 2], with what rings on from those before."""
        length = len(dry) + len(self._tail) - 1
        reflected = np.zeros((max(length, len(self._ringing)), 2))
        reflected[: len(self._ringing)] = self._ringing
        for side in (0, 1):
            reflected[:length, side] += lean_scipy.signal.oaconvolve(dry[:, side], self._tail[:, side])
        self._ringing = reflected[len(dry) :]
        return dry * (1 - self._wet) + reflected[: len(dry)] * self._wet * 1.6


def _hall_tail(sample_rate: int, seconds: float) -> Floats:
    """What a hall answers to a click, float [n, 2]."""
    length = int(seconds * sample_rate)
    random = np.random.default_rng(11)
    time = np.arange(length) / sample_rate
    tail = np.zeros((length, 2))
    for low, high, rings in ((180, 900, 1.0), (900, 2600, 0.75), (2600, 7000, 0.45)):
        decay = np.exp(-DECAY_60_DB * time / (seconds * rings)) * np.minimum(time / 0.03, 1.0)
        tail += band(random.standard_normal((length, 2)), sample_rate, low, high, 1) * decay[:, None]
    tail /= np.sqrt(np.sum(tail**2, axis=0))
    for delay, side in ((0.011, 0), (0.017, 1), (0.023, 0), (0.031, 1)):
        if int(delay * sample_rate) < length:
            tail[int(delay * sample_rate), side] += 0.18
    return tail
