"""What several built-in sounds are made of: wide noise, moments in time, motors, throats, bells, drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.signal import lean_scipy
from assembly.sound.signal.synthesis import (
    Random,
    band,
    drift,
    fall,
    noise,
    noise_band,
    pan,
    put,
    ring,
    sweep,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assembly.sound.signal.wav import Floats

VOWELS = {
    "a": (750, 1150, 2450),
    "e": (530, 1840, 2480),
    "i": (290, 2250, 3000),
    "o": (560, 850, 2410),
    "u": (310, 870, 2240),
    "er": (500, 1350, 1700),
}
"""the first three formants of a grown person's vowels, in Hz (Peterson and Barney 1952)"""


def wide(random: Random, samples: int, rate: int, low: float, high: float) -> Floats:
    """Noise between `low` and `high` Hz, different in each ear, at unit power: float [samples, 2]."""
    return np.stack([noise_band(random, samples, rate, low, high) for _ in range(2)], axis=1)


def alone(track: Floats, samples: int) -> Floats:
    """Exactly `samples` long: cut, or followed by silence."""
    whole = np.zeros((samples, 2))
    put(whole, track, 0)
    return whole


def moments(
    random: Random, samples: int, rate: int, low: float, high: float, first: float = 0
) -> Iterator[int]:
    """Samples from `first` seconds on, each `low` to `high` seconds after the one before."""
    at = first
    while at * rate < samples:
        yield int(at * rate)
        at += random.uniform(low, high)


def hit(
    random: Random, seconds: float, rate: int, low: float, high: float, attack_s: float = 0.0005
) -> Floats:
    """A burst of noise between `low` and `high` Hz that falls by 60 dB in `seconds`; mono."""
    length = max(1, int(seconds * rate))
    return band(noise(random, length), rate, low, high, 1) * fall(length, rate, seconds, attack_s)


def swell(length: int, rise: float = 0.5, power: float = 1.0) -> Floats:
    """A smooth curve 0 → 1 → 0 over `length` samples, at its top after a share `rise` of them."""
    where = (np.arange(length) + 0.5) / max(length, 1)
    up = np.sin(np.pi / 2 * np.clip(where / rise, 0, 1))
    down = np.sin(np.pi / 2 * np.clip((1 - where) / (1 - rise), 0, 1))
    return np.asarray((up * down) ** power)


def saw(hertz: Floats, rate: int) -> Floats:
    """A sawtooth that follows a frequency curve in Hz."""
    return np.asarray(2 * np.modf(np.cumsum(hertz) / rate)[0] - 1)


def formed(sound: Floats, rate: int, formants: Sequence[tuple[float, float, float]]) -> Floats:
    """A sound through resonances: (frequency in Hz, gain, width in Hz) each, added up."""
    result = np.zeros(len(sound))
    for hertz, gain, width in formants:
        if hertz < rate * 0.45:
            numerator, denominator = lean_scipy.signal.iirpeak(hertz, hertz / width, fs=rate)
            result += gain * lean_scipy.signal.lfilter(numerator, denominator, sound)
    return result


def voiced(
    random: Random, hertz: Floats, rate: int, vowel: str, size: float = 1.0, breath: float = 0.1
) -> Floats:
    """A throat that sings a frequency curve on a vowel; `size` stretches its formants, a child's is 1.3."""
    first, second, third = (size * formant for formant in VOWELS[vowel])
    source = saw(hertz, rate) + breath * noise(random, len(hertz))
    return formed(source, rate, ((first, 1.0, 90), (second, 0.5, 120), (third, 0.25, 180)))


def motor(random: Random, hertz: Floats, rate: int, rough: float = 0.2, sharp: float = 9.0) -> Floats:
    """Explosions that follow a frequency curve in Hz, each with a force of its own; mono, about 1 high.

    Args:
        random: of their forces.
        hertz: explosions a second, float [samples].
        rate: samples a second.
        rough: how far forces differ, 0 to 1.
        sharp: how soon an explosion is over; large for a motor-cycle, small behind a silencer.
    """
    phase = np.cumsum(hertz) / rate
    number = phase.astype(np.int64)
    forces = random.uniform(1 - rough, 1, (number[-1] + 1) if len(number) else 1)
    part = phase - number
    pulse = forces[number] * np.exp(-sharp * part) * np.minimum(part * 12, 1.0)
    puff = 0.35 * pulse * noise(random, len(hertz))
    return np.asarray(band(pulse - pulse.mean() + puff if len(pulse) else pulse, rate, 25, 2600, 1))


def now_and_then(
    make: Callable[[Random, int, int], Floats], seconds: float, low: float, high: float, first: float = 1.0
) -> Callable[[Random, int, int], Floats]:
    """A sound of `seconds` that comes every `low` to `high` seconds, from some side, nearer and farther.

    Two takes of it come in turns.
    """

    def often(random: Random, samples: int, rate: int) -> Floats:
        track = np.zeros((samples, 2))
        takes: list[Floats] = []
        for number, at in enumerate(
            moments(random, samples, rate, low, high, random.uniform(0.3, 1.0) * first)
        ):
            if number < 2:
                takes.append(make(random, int(seconds * rate), rate))
            side = pan(np.ones(1), random.uniform(-0.7, 0.7))
            put(track, takes[number % len(takes)] * side, at, random.uniform(0.35, 1.0))
        return track

    return often


def drop(random: Random, rate: int, low: float = 500, high: float = 1700, seconds: float = 0.06) -> Floats:
    """A drop that falls into water: a bubble's note that rises (after van den Doel 2005); mono."""
    length = max(1, int(random.uniform(0.6, 1.4) * seconds * rate))
    hertz = random.uniform(low, high) * (1 + 0.6 * np.arange(length) / length)
    return sweep(hertz, rate) * fall(length, rate, length / rate, 0.002)


def bronze(rate: int, hertz: float, seconds: float) -> Floats:
    """A struck bell: hum, prime, minor third, fifth, octave and above, each beating a little; mono."""
    modes = []
    for part, amplitude, share in (
        (0.5, 0.6, 1.0),
        (1.0, 0.8, 0.7),
        (1.19, 0.6, 0.55),
        (1.5, 0.3, 0.4),
        (2.0, 0.8, 0.35),
        (2.66, 0.3, 0.2),
        (3.0, 0.3, 0.18),
        (4.1, 0.2, 0.1),
        (5.4, 0.12, 0.06),
    ):
        modes += [
            (hertz * part, amplitude, seconds * share),
            (hertz * part * 1.003, amplitude / 3, seconds * share),
        ]
    return ring(modes, int(seconds * 0.9 * rate), rate, 0.002)


def gusts(random: Random, samples: int, rate: int, hertz: float = 0.25, low: float = 0.15) -> Floats:
    """A curve between `low` and 1 as wind blows, float [samples, 1]."""
    return drift(random, samples, rate, hertz, low, 1.0)[:, None]
