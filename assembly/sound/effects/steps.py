"""Steps by the ground that they fall on, one foot after the other, and hooves.

Every function takes (random, samples, sample_rate) and returns float [samples, 2].
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.parts import drop, hit, moments, swell
from assembly.sound.effects.recipe import Recipe
from assembly.sound.signal.synthesis import (
    Random,
    band,
    convolve,
    drift,
    fall,
    noise,
    noise_band,
    pan,
    put,
    ring,
    room,
    scatter,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembly.sound.signal.wav import Floats

    Step = Callable[[Random, int], Floats]


def _walk(
    random: Random,
    samples: int,
    rate: int,
    *,
    step: Step,
    beat: tuple[float, float],
    hall: tuple[float, float],
) -> Floats:
    """One step after the other, left and right; `hall` rings for seconds, with a share."""
    track = np.zeros((samples, 2))
    foot = 1.0
    for at in moments(random, samples, rate, *beat):
        put(track, pan(step(random, rate), 0.14 * foot), at, random.uniform(0.75, 1.0))
        foot = -foot
    return room(track, rate, *hall)


def _both(heel: Floats, toe: Floats, later: int) -> Floats:
    """A heel and the ball of the foot that comes down after it."""
    whole = np.zeros(max(len(heel), later + len(toe)))
    put(whole, heel, 0)
    put(whole, toe, later)
    return whole


def _stone(random: Random, rate: int) -> Floats:
    tune = random.uniform(0.93, 1.07)
    length = int(0.2 * rate)
    heel = ring([(175 * tune, 0.8, 0.06), (430 * tune, 0.5, 0.05), (1240 * tune, 0.4, 0.03)], length, rate)
    heel += 0.7 * ring([(2600 * tune, 0.4, 0.018)], length, rate) + 0.5 * np.resize(
        hit(random, 0.2, rate, 1400, 7000) * fall(length, rate, 0.018, 0.0004), length
    )
    toe = 0.28 * hit(random, 0.07, rate, 1500, 7500, 0.006) + 0.0
    return _both(heel, toe, int(0.09 * rate))


def _grains(random: Random, rate: int, seconds: float, a_second: float, low: float, high: float) -> Floats:
    """Small stones or crystals that give way under a foot."""
    length = int(seconds * rate)
    grain = hit(random, 0.006, rate, low, high, 0.0002)
    return convolve(scatter(random, length, a_second * seconds, 3) * swell(length, 0.3, 1.3), grain)


def _gravel(random: Random, rate: int) -> Floats:
    heel = 1.5 * _grains(random, rate, 0.17, 900, 900, 6500)
    heel += 0.5 * ring([(92, 1.0, 0.08)], len(heel), rate, 0.004)
    return _both(heel, 1.1 * _grains(random, rate, 0.2, 700, 1200, 7500), int(0.13 * rate))


def _snow(random: Random, rate: int) -> Floats:
    """Crystals that break and squeak: a rough band that climbs as the snow packs."""
    length = int(0.32 * rate)
    rough = 0.35 + np.abs(np.sin(np.pi * np.cumsum(drift(random, length, rate, 12, 70, 150)) / rate)) ** 4
    pack = noise_band(random, length, rate, 450, 1500) + 0.5 * noise_band(random, length, rate, 1500, 4200)
    crunch = pack * rough * swell(length, 0.4, 1.2)
    return crunch + 4 * np.resize(_grains(random, rate, 0.32, 350, 700, 3800), length)


def _grass(random: Random, rate: int) -> Floats:
    length = int(0.26 * rate)
    brush = (
        noise_band(random, length, rate, 2200, 9000)
        * drift(random, length, rate, 30, 0.2, 1)
        * swell(length, 0.35, 1.6)
    )
    thud = ring([(68, 1.0, 0.1), (118, 0.4, 0.06)], length, rate, 0.006)
    return (
        0.5 * brush + 0.9 * thud + 0.25 * noise_band(random, length, rate, 250, 900) * swell(length, 0.25, 2)
    )


def _metal(random: Random, rate: int) -> Floats:
    tune, length = random.uniform(0.96, 1.04), int(0.6 * rate)
    plate = [
        (148, 0.9, 0.2),
        (311, 0.8, 0.35),
        (523, 0.55, 0.5),
        (871, 0.45, 0.4),
        (1467, 0.3, 0.3),
        (2313, 0.2, 0.2),
    ]
    heel = ring([(hertz * tune, amplitude, seconds) for hertz, amplitude, seconds in plate], length, rate)
    return (
        _both(heel, 0.3 * heel[: length // 2] * fall(length // 2, rate, 0.25, 0.001), int(0.1 * rate)) + 0.0
    )


def _water(random: Random, rate: int) -> Floats:
    length = int(0.42 * rate)
    sheet = noise_band(random, length, rate, 350, 1400) * swell(length, 0.12, 1.4)
    sheet += 0.6 * noise_band(random, length, rate, 1400, 6500) * swell(length, 0.3, 1.8)
    for _ in range(7):
        put(
            sheet,
            drop(random, rate, 500, 1900, 0.05),
            int(random.uniform(0.05, 0.3) * rate),
            random.uniform(0.2, 0.9),
        )
    return sheet


def _sand(random: Random, rate: int) -> Floats:
    length = int(0.3 * rate)
    give = noise_band(random, length, rate, 500, 2600) * swell(length, 0.25, 1.6)
    return give * drift(random, length, rate, 40, 0.5, 1) + 0.7 * ring([(62, 1.0, 0.09)], length, rate, 0.008)


def _carpet(random: Random, rate: int) -> Floats:
    length = int(0.22 * rate)
    thud = ring([(74, 1.0, 0.1), (121, 0.6, 0.07), (196, 0.25, 0.04)], length, rate, 0.005)
    return thud + 0.3 * noise_band(random, length, rate, 180, 800) * swell(length, 0.15, 2)


def _shoe(random: Random, rate: int) -> Floats:
    """A runner's sole on a hard road."""
    length = int(0.16 * rate)
    slap = ring([(96, 1.0, 0.07), (210, 0.5, 0.05)], length, rate, 0.001)
    return slap + 0.5 * band(noise(random, length), rate, 500, 4200) * fall(length, rate, 0.06, 0.001)


def _hoof(random: Random, rate: int) -> Floats:
    tune, length = random.uniform(0.9, 1.1), int(0.18 * rate)
    clop = ring(
        [(620 * tune, 1.0, 0.06), (930 * tune, 0.6, 0.045), (1480 * tune, 0.3, 0.03), (150, 0.6, 0.07)],
        length,
        rate,
    )
    return clop + 0.3 * band(noise(random, length), rate, 1500, 6000) * fall(length, rate, 0.02, 0.0005)


def hooves(random: Random, samples: int, rate: int) -> Floats:
    """A horse that trots on a hard road: diagonal pairs of feet, a beat every three tenths of a second."""
    return _hooves(random, samples, rate, (0.0, 0.02), 0.31)


def gallop(random: Random, samples: int, rate: int) -> Floats:
    """A horse at full speed: four beats in a row, and a moment in the air."""
    return _hooves(random, samples, rate, (0.0, 0.09, 0.17, 0.26), 0.48)


def _hooves(random: Random, samples: int, rate: int, feet: tuple[float, ...], stride: float) -> Floats:
    track = np.zeros((samples, 2))
    clops = [_hoof(random, rate) for _ in range(6)]
    for at in moments(random, samples, rate, stride * 0.97, stride * 1.03):
        for number, foot in enumerate(feet):
            later = at + int((foot + random.uniform(0, 0.008)) * rate)
            put(track, pan(clops[random.integers(6)], 0.1 * (-1) ** number), later, random.uniform(0.6, 1.0))
    return room(track, rate, 0.5, 0.12)


def _on(
    step: Step, lufs: float, beat: tuple[float, float] = (0.5, 0.56), hall: tuple[float, float] = (0.3, 0.08)
) -> Recipe:
    return Recipe(partial(_walk, step=step, beat=beat, hall=hall), lufs, continuous=True, struck=True)


RECIPES = {
    "gallop": Recipe(gallop, -25, continuous=True, struck=True),
    "hooves": Recipe(hooves, -27, continuous=True, struck=True),
    "running": _on(_shoe, -27, beat=(0.3, 0.34)),
    "steps-carpet": _on(_carpet, -34),
    "steps-grass": _on(_grass, -32),
    "steps-gravel": _on(_gravel, -29),
    "steps-metal": _on(_metal, -28, hall=(1.2, 0.2)),
    "steps-sand": _on(_sand, -32, beat=(0.56, 0.64)),
    "steps-snow": _on(_snow, -30, beat=(0.56, 0.64)),
    "steps-stone": _on(_stone, -29, hall=(1.0, 0.2)),
    "steps-water": _on(_water, -28, beat=(0.6, 0.7)),
}
"""the sounds of this module, by name"""
