"""The small parts that synthesised sounds are made of: noise, resonances, envelopes, bursts, a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.signal import lean_scipy

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Array, Floats

Random = np.random.Generator

DECAY_60_DB = 6.9
"""the natural logarithm of 1000: what falls by it has fallen by 60 dB, as times of reverberation are told"""


def noise(random: Random, samples: int) -> Floats:
    """White noise of unit power, float [samples]."""
    return random.standard_normal(samples)


def band(sound: Floats, sample_rate: int, low: float, high: float, order: int = 2) -> Floats:
    """What lies between `low` and `high` Hz; 0 leaves that side open."""
    high = min(high, sample_rate * 0.45)
    if low and high:
        sections = lean_scipy.signal.butter(order, [low, high], "bandpass", fs=sample_rate, output="sos")
    elif low:
        sections = lean_scipy.signal.butter(order, low, "highpass", fs=sample_rate, output="sos")
    else:
        sections = lean_scipy.signal.butter(order, high, "lowpass", fs=sample_rate, output="sos")
    result: Floats = lean_scipy.signal.sosfilt(sections, sound, axis=0)
    return result


def noise_band(random: Random, samples: int, sample_rate: int, low: float, high: float) -> Floats:
    """Noise between `low` and `high` Hz at unit power; it starts in its steady state."""
    settle = min(sample_rate // 10, int(4 * sample_rate / max(low, high / 8, 20)))
    sound = band(noise(random, samples + settle), sample_rate, low, high)[settle:]
    return sound / max(float(np.sqrt(np.mean(sound**2))), 1e-9) if samples else sound


def drift(random: Random, samples: int, sample_rate: int, hertz: float, low: float, high: float) -> Floats:
    """A smooth random curve between `low` and `high` with about `hertz` turns a second."""
    knots = max(4, int(samples / sample_rate * hertz * 2) + 4)
    where = np.linspace(0, knots - 3, samples)
    index = where.astype(np.int64)
    part = where - index
    part = part * part * (3 - 2 * part)
    values = random.uniform(low, high, knots)
    return values[index] * (1 - part) + values[index + 1] * part


def fall(samples: int, sample_rate: int, seconds: float, attack_s: float = 0.002) -> Floats:
    """An envelope that rises in `attack_s` and falls by 60 dB in `seconds`."""
    time = np.arange(samples) / sample_rate
    return np.minimum(time / attack_s, 1.0) * np.exp(-DECAY_60_DB * time / seconds)


def ring(
    modes: list[tuple[float, float, float]], samples: int, sample_rate: int, attack_s: float = 0.001
) -> Floats:
    """Struck resonances: (frequency in Hz, amplitude, seconds to fall by 60 dB) each."""
    time = np.arange(samples) / sample_rate
    sound = np.zeros(samples)
    for hertz, amplitude, seconds in modes:
        if hertz < sample_rate * 0.45:
            sound += amplitude * np.sin(2 * np.pi * hertz * time) * np.exp(-DECAY_60_DB * time / seconds)
    return sound * np.minimum(time / attack_s, 1.0)


def sweep(hertz: Floats, sample_rate: int) -> Floats:
    """A sine that follows a frequency curve in Hz."""
    return np.sin(2 * np.pi * np.cumsum(hertz) / sample_rate)


def scatter(random: Random, samples: int, count: float, power: float = 3.0) -> Floats:
    """About `count` impulses at random places, most of them small: amplitudes are uniform ** `power`."""
    impulses = np.zeros(samples)
    number = random.poisson(count) if samples else 0
    amplitudes = random.uniform(0, 1, number) ** power * random.choice([-1.0, 1.0], number)
    np.add.at(impulses, random.integers(0, max(samples, 1), number), amplitudes)
    return impulses


def convolve(impulses: Floats, burst: Floats) -> Floats:
    """A burst at each impulse; as long as `impulses`."""
    if not len(impulses):
        return impulses
    result: Floats = lean_scipy.signal.oaconvolve(impulses, burst)[: len(impulses)]
    return result


def pan(sound: Array, place: float | Floats) -> Floats:
    """Mono to stereo at constant power; -1 is left, 0 the middle, 1 right."""
    angle = (np.asarray(place) + 1) * np.pi / 4
    return np.asarray(np.stack([sound * np.cos(angle), sound * np.sin(angle)], axis=1) * np.sqrt(2))


def put(track: Floats, burst: Floats, at: int, gain: float = 1.0) -> None:
    """Add a burst to a track of the same shape from sample `at`; what lies outside is left out."""
    first, last = max(at, 0), min(at + len(burst), len(track))
    if first < last:
        track[first:last] += gain * burst[first - at : last - at]


def room(sound: Floats, sample_rate: int, seconds: float, wet: float, high: float = 6000.0) -> Floats:
    """Stereo sound in a room that rings for `seconds`; `wet` is the room's share, 0 to 1; same length.

    The room is decaying noise, different in each ear and the same at every call.
    """
    length = int(seconds * sample_rate)
    random = np.random.default_rng(20)
    time = np.arange(length) / sample_rate
    decay = np.exp(-DECAY_60_DB * time / seconds) * np.minimum(time / 0.008, 1.0)
    tail = band(random.standard_normal((length, 2)) * decay[:, None], sample_rate, 150, high, 1)
    tail /= np.sqrt(np.sum(tail**2, axis=0))
    reflected: Floats = lean_scipy.signal.oaconvolve(sound, tail, axes=0)[: len(sound)]
    return sound * (1 - wet) + reflected * wet


def fades(sound: Floats, fade_in: int, fade_out: int) -> Floats:
    """Raised-cosine fades of so many samples at the two ends, shortened for a short sound."""
    fade_in, fade_out = min(fade_in, len(sound) // 2), min(fade_out, len(sound) // 2)
    gain = np.ones(len(sound))
    gain[:fade_in] = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade_in) + 0.5) / max(fade_in, 1))
    gain[len(gain) - fade_out :] *= 0.5 + 0.5 * np.cos(np.pi * (np.arange(fade_out) + 0.5) / max(fade_out, 1))
    return sound * (gain if sound.ndim == 1 else gain[:, None])
