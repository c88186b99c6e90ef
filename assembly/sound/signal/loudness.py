"""Loudness in LUFS (ITU-R BS.1770-4, EBU R 128) and true peak, on arrays and on streams of blocks.

ffmpeg's ebur128 has the last word about a finished mix; this meter sets the level of each source and
finds the mix's gain without another trip through a process.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.signal import lean_scipy

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Array, Floats

SPEECH_LUFS = -16.0
"""a line of dialogue, the anchor of the mix: as loud as a mix is by default"""
MUSIC_LUFS = -25.0
"""a music cue that plays alone: 9 LU under a line"""
SILENCE_LUFS = -70.0
"""the absolute gate (BS.1770-4, annex 1): what is quieter counts as silence"""
PEAK_CEILING = 0.89
"""amplitude that no peak of a source passes: -1 dB, the most that EBU R 128 lets a true peak have"""

_OVERSAMPLING = 4
_BLOCK = 2**18


def decibels(ratio: float) -> float:
    """An amplitude ratio in dB; nothing at all is -200 dB."""
    return 20 * math.log10(max(ratio, 1e-10))


def ratio(db: float) -> float:
    """Decibels as an amplitude ratio."""
    return float(10 ** (db / 20))


def k_weighting(sample_rate: int) -> Floats:
    """The K filter of BS.1770 as second-order sections for any sample rate (after libebur128)."""
    gain, q, k = (
        10 ** (3.999843853973347 / 20),
        0.7071752369554196,
        math.tan(math.pi * 1681.974450955533 / sample_rate),
    )
    middle = gain**0.4996667741545416
    norm = 1 + k / q + k * k
    shelf = [
        (gain + middle * k / q + k * k) / norm,
        2 * (k * k - gain) / norm,
        (gain - middle * k / q + k * k) / norm,
    ]
    shelf += [1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]
    q, k = 0.5003270373238773, math.tan(math.pi * 38.13547087602444 / sample_rate)
    norm = 1 + k / q + k * k
    high = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]
    return np.array([shelf, high])


class Meter:
    """Integrated and momentary loudness of what it is fed.

    Mono counts as played on both speakers, which is where a mix puts it.
    """

    def __init__(self, sample_rate: int, channels: int = 2) -> None:
        self._filter = k_weighting(sample_rate)
        self._state = np.zeros((2, 2, channels))
        self._hop = sample_rate // 10
        self.channels = channels
        self._weight = 2.0 if channels == 1 else 1.0
        self._rest = np.zeros(0)
        self._hops: list[Floats] = []

    def feed(self, block: Array) -> None:
        """Measure float samples [n, channels] that follow those before."""
        weighted, self._state = lean_scipy.signal.sosfilt(self._filter, block, axis=0, zi=self._state)
        power = np.concatenate([self._rest, np.square(weighted).sum(axis=1) * self._weight])
        whole = len(power) // self._hop * self._hop
        self._rest = power[whole:]
        self._hops.append(power[:whole].reshape(-1, self._hop).mean(axis=1))

    def _blocks(self) -> Floats:
        hops = np.concatenate([np.zeros(0), *self._hops])
        return blocks_of(hops, self._rest.sum() / self._hop if len(self._rest) else None)

    def integrated(self) -> float:
        """Gated loudness in LUFS; at least `SILENCE_LUFS`. A sound below 0.4 s is measured in 0.4 s."""
        return gated(self._blocks())

    def loudest(self) -> float:
        """The greatest momentary loudness (0.4 s) in LUFS; at least `SILENCE_LUFS`."""
        return max(SILENCE_LUFS, _lufs(float(self._blocks().max())))


def blocks_of(hops: Floats, rest: float | None = None) -> Floats:
    """The power of each block of 0.4 s, from that of each tenth of a second: four of them, one further each.

    Args:
        hops: mean square of each whole tenth, K-weighted, summed over channels.
        rest: of what is left behind them, spread over a tenth; it counts where a sound is below 0.4 s.
    """
    if len(hops) < 4:
        last = [] if rest is None else [rest]
        hops = np.concatenate([hops, last, np.zeros(4)])[:4]
    return np.convolve(hops, np.full(4, 0.25), "valid")


def gated(blocks: Floats) -> float:
    """Integrated loudness in LUFS of blocks of power (BS.1770-4, annex 1); at least `SILENCE_LUFS`."""
    power = blocks[blocks > _power(SILENCE_LUFS)]
    if not len(power):
        return SILENCE_LUFS
    return max(SILENCE_LUFS, _lufs(float(power[power > power.mean() / 10].mean())))


def integrated(samples: Array, sample_rate: int) -> float:
    """Integrated loudness in LUFS of float samples [n] or [n, channels]."""
    return _measured(samples, sample_rate).integrated()


def loudest(samples: Array, sample_rate: int) -> float:
    """Greatest momentary loudness in LUFS of float samples [n] or [n, channels]."""
    return _measured(samples, sample_rate).loudest()


def _measured(samples: Array, sample_rate: int) -> Meter:
    meter = Meter(sample_rate, 1 if samples.ndim == 1 else samples.shape[1])
    for first in range(0, len(samples), _BLOCK):
        meter.feed(samples[first : first + _BLOCK].reshape(-1, meter.channels))
    return meter


def oversampled_peaks(samples: Array) -> Floats:
    """The greatest absolute value around each sample, between samples too: float [n, channels] → [n]."""
    if not len(samples):
        return np.zeros(0)
    fine = np.abs(lean_scipy.signal.resample_poly(samples.astype(np.float32), _OVERSAMPLING, 1, axis=0))
    # Column by column: numpy's own maximum over a short last axis takes ten times as long.
    loudest_channel = np.maximum.reduce([fine[:, channel] for channel in range(fine.shape[1])])
    places = loudest_channel.reshape(-1, _OVERSAMPLING)
    peaks: Floats = np.maximum.reduce([places[:, place] for place in range(_OVERSAMPLING)]).astype(np.float64)
    return peaks


def level(samples: Floats, gain_db: float, ceiling: float = PEAK_CEILING) -> Floats:
    """Samples louder by `gain_db`, or by less where the peak would pass `ceiling` (full scale is 1)."""
    peak = float(np.abs(samples).max(initial=0.0))
    return samples * min(ratio(gain_db), ceiling / max(peak, 1e-9))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(max(power, 1e-20))
