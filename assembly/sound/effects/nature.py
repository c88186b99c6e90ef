"""Weather and water beyond those of `ambience.py`: on roofs and panes, in streams and caves, under trees.

Every function takes (random, samples, sample_rate) and returns float [samples, 2].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.ambience import wind
from assembly.sound.effects.parts import alone, drop, gusts, hit, moments, swell, wide
from assembly.sound.effects.recipe import Recipe
from assembly.sound.signal.synthesis import (
    Random,
    band,
    convolve,
    drift,
    noise_band,
    pan,
    put,
    ring,
    room,
    scatter,
)

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats


def _patter(
    random: Random, samples: int, rate: int, bursts: list[Floats], a_second: float, power: float = 4
) -> Floats:
    """Many small strokes all around, of each kind so many a second."""
    track = np.zeros((samples, 2))
    for number, burst in enumerate(bursts):
        strokes = scatter(random, samples, samples / rate * a_second, power)
        track += pan(convolve(strokes, burst), -0.8 + 1.6 * number / max(len(bursts) - 1, 1))
    return track


def drizzle(random: Random, samples: int, rate: int) -> Floats:
    """Fine rain, and drops from the eaves."""
    hiss = 0.2 * wide(random, samples, rate, 2500, 9000) * gusts(random, samples, rate, 0.3, 0.7)
    drops = [
        ring([(hertz, 1, 0.02), (hertz * 1.5, 0.5, 0.012)], rate // 20, rate, 0.0004)
        for hertz in random.uniform(1200, 4800, 8)
    ]
    track = hiss + 2.0 * _patter(random, samples, rate, drops, 3)
    for at in moments(random, samples, rate, 0.5, 1.6, 0.2):
        put(
            track,
            pan(drop(random, rate, 700, 1300, 0.05), random.uniform(-0.6, 0.6)),
            at,
            random.uniform(0.3, 0.9),
        )
    return track


def rain_on_roof(random: Random, samples: int, rate: int) -> Floats:
    """Rain on sheet iron, heard from below."""
    drops = []
    for hertz in random.uniform(340, 1500, 9):
        modes = [(hertz, 1.0, 0.07), (hertz * 1.62, 0.6, 0.05), (hertz * 2.51, 0.4, 0.03)]
        burst = ring(modes, rate // 12, rate, 0.0006)
        put(burst, hit(random, 0.012, rate, 1500, 6000), 0, 0.5)
        drops.append(burst)
    drum = _patter(random, samples, rate, drops, 42, 3)
    return drum + 0.35 * wide(random, samples, rate, 250, 1800) * gusts(random, samples, rate, 0.4, 0.75)


def rain_on_window(random: Random, samples: int, rate: int) -> Floats:
    """Rain against glass, thrown by a wind, and the rain outside behind it."""
    taps = []
    for hertz in random.uniform(2100, 5200, 8):
        tap = ring([(hertz, 0.7, 0.012), (hertz * 0.41, 0.6, 0.02)], rate // 30, rate, 0.0003)
        taps.append(tap)
    thrown = gusts(random, samples, rate, 0.5, 0.1)
    behind = wide(random, samples, rate, 180, 900) * (0.5 + 0.5 * thrown)
    return 2.2 * _patter(random, samples, rate, taps, 26, 3) * thrown**1.2 + 0.3 * behind


def hail(random: Random, samples: int, rate: int) -> Floats:
    """Stones of ice on stone and wood."""
    stones = []
    for hertz in random.uniform(900, 3600, 9):
        stone = ring([(hertz, 0.8, 0.02), (hertz * 2.3, 0.4, 0.01)], rate // 25, rate, 0.0002)
        put(stone, hit(random, 0.015, rate, 2000, 9000, 0.0002), 0, 1.0)
        stones.append(stone)
    return _patter(random, samples, rate, stones, 38, 2.5) + 0.08 * wide(random, samples, rate, 800, 8000)


def blizzard(random: Random, samples: int, rate: int) -> Floats:
    """Wind that howls, and snow that it drives."""
    howl = wind(random, samples, rate)
    driven = wide(random, samples, rate, 1800, 7500) * gusts(random, samples, rate, 0.5, 0.1) ** 2
    low = wide(random, samples, rate, 45, 160) * gusts(random, samples, rate, 0.4, 0.3)
    return howl + 0.45 * driven + 0.7 * low


def leaves(random: Random, samples: int, rate: int) -> Floats:
    """A breeze in the leaves of trees."""
    breeze = gusts(random, samples, rate, 0.3, 0.12)
    touches = [hit(random, 0.035, rate, low, low * 2.6, 0.006) for low in (700, 1100, 1600, 2300, 3200)]
    rustle = 1.6 * _patter(random, samples, rate, touches, 160, 2)
    crowns = 0.3 * wide(random, samples, rate, 700, 3600) + 0.25 * wide(random, samples, rate, 150, 700)
    return rustle * breeze**2 + crowns * breeze


def stream(random: Random, samples: int, rate: int) -> Floats:
    """A brook over stones: bubbles of all sizes, and the water that carries them."""
    bubbles = [drop(random, rate, low, low * 1.7, 0.04) for low in (380, 520, 700, 900, 1200, 1600)]
    talk = _patter(random, samples, rate, bubbles, 20, 3)
    flow = wide(random, samples, rate, 350, 2200) * drift(random, samples, rate, 3, 0.6, 1.0)[:, None]
    return 1.3 * talk + 0.16 * flow + 0.07 * wide(random, samples, rate, 2200, 8000)


def waterfall(random: Random, samples: int, rate: int) -> Floats:
    """Water that falls from high."""
    deep = wide(random, samples, rate, 50, 300) * gusts(random, samples, rate, 1.5, 0.75)
    white = wide(random, samples, rate, 300, 2800) * gusts(random, samples, rate, 2.5, 0.8)
    return deep + white + 0.5 * wide(random, samples, rate, 2800, 10000)


def lapping(random: Random, samples: int, rate: int) -> Floats:
    """Small waves against a hull or a bank."""
    track = 0.04 * wide(random, samples, rate, 150, 900)
    for at in moments(random, samples, rate, 0.5, 1.7, 0.05):
        length = int(random.uniform(0.4, 0.9) * rate)
        low = random.uniform(180, 320)
        slap = noise_band(random, length, rate, low, low * 3.5) * swell(length, 0.25, 1.6)
        for _ in range(5):
            put(
                slap,
                drop(random, rate, 300, 900, 0.07),
                int(random.uniform(0.1, 0.7) * length),
                random.uniform(0.2, 0.8),
            )
        put(track, pan(slap, random.uniform(-0.7, 0.7)), at, random.uniform(0.3, 1.0))
    return room(track, rate, 0.5, 0.12)


def drip(random: Random, samples: int, rate: int) -> Floats:
    """Drops that fall into a pool, in a place that echoes."""
    track = np.zeros((samples, 2))
    for place, low in ((-0.5, 620), (0.2, 900), (0.6, 1250)):
        for at in moments(random, samples, rate, 1.1, 3.2, random.uniform(0.02, 0.9) if place > 0 else 0.02):
            put(track, pan(drop(random, rate, low, low * 1.15, 0.09), place), at, random.uniform(0.5, 1.0))
            put(track, pan(hit(random, 0.01, rate, 2000, 7000), place), at, 0.25)
    return room(track, rate, 2.2, 0.4, 5000)


def bubbles(random: Random, samples: int, rate: int) -> Floats:
    """Air that rises under water."""
    track = 0.35 * wide(random, samples, rate, 40, 240)
    for at in moments(random, samples, rate, 0.25, 1.5, 0.05):
        for number in range(random.integers(3, 10)):
            bubble = drop(random, rate, 170, 620, 0.12)
            later = at + int((number * 0.06 + random.uniform(0, 0.04)) * rate)
            put(track, pan(bubble, random.uniform(-0.6, 0.6)), later, random.uniform(0.5, 2.0))
    return band(track, rate, 0, 1400)


def avalanche(random: Random, samples: int, rate: int) -> Floats:
    """Rocks and earth that come down a slope."""
    length = 7 * rate
    shape = swell(length, 0.35, 1.2)[:, None]
    deep = wide(random, length, rate, 28, 160) * drift(random, length, rate, 5, 0.4, 1.0)[:, None]
    stones = [hit(random, 0.16, rate, low, low * 6, 0.001) for low in (70, 110, 180, 300, 480)]
    rolling = _patter(random, length, rate, stones, 22, 3)
    return alone(
        room(
            (deep + 1.6 * rolling + 0.25 * wide(random, length, rate, 500, 3500)) * shape,
            rate,
            1.8,
            0.2,
            3000,
        ),
        samples,
    )


def earthquake(random: Random, samples: int, rate: int) -> Floats:
    """The ground shakes, and everything that stands on it."""
    shake = gusts(random, samples, rate, 2, 0.4)
    deep = wide(random, samples, rate, 24, 90) * shake
    rattle = (
        wide(random, samples, rate, 500, 3500)
        * np.clip(noise_band(random, samples, rate, 6, 18), 0, 3)[:, None] ** 2
    )
    dishes = ring([(2310, 0.6, 0.1), (3870, 0.5, 0.08), (5230, 0.3, 0.06)], rate // 8, rate)
    return 1.4 * deep + 0.12 * rattle + 0.4 * _patter(random, samples, rate, [dishes], 14, 3)


RECIPES = {
    "avalanche": Recipe(avalanche, -21),
    "blizzard": Recipe(blizzard, -29, continuous=True),
    "bubbles": Recipe(bubbles, -33, continuous=True),
    "drip": Recipe(drip, -34, continuous=True, struck=True),
    "drizzle": Recipe(drizzle, -37, continuous=True),
    "earthquake": Recipe(earthquake, -25, continuous=True),
    "hail": Recipe(hail, -31, continuous=True),
    "lapping": Recipe(lapping, -34, continuous=True),
    "leaves": Recipe(leaves, -36, continuous=True),
    "rain-on-roof": Recipe(rain_on_roof, -32, continuous=True),
    "rain-on-window": Recipe(rain_on_window, -34, continuous=True),
    "stream": Recipe(stream, -34, continuous=True),
    "waterfall": Recipe(waterfall, -30, continuous=True),
}
"""the sounds of this module, by name"""
