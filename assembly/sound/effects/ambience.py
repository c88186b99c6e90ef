"""Continuous sounds: weather, water, animals, machines. Each is stereo, of any length, from one generator.

Every function takes (random, samples, sample_rate) and returns float [samples, 2];
`assembly/sound/effects/built_in.py` sets levels, fades and loops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    sweep,
)

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats

_GULL = ((1, 0.5), (2, 1.0), (3, 0.6), (4, 0.3), (5, 0.12))
"""partials of a gull's call, by number and amplitude"""
_LAMP = ((55.0, 1.0), (110.3, 0.5), (164.6, 0.2))
"""what drones in a turning lamp, in Hz, and how loud"""
_BELL = (
    (0.5, 0.5, 6.5),
    (1.0, 0.9, 5.0),
    (1.19, 0.5, 4.2),
    (1.51, 0.35, 3.2),
    (2.0, 0.7, 3.0),
    (2.66, 0.3, 1.7),
    (3.01, 0.25, 1.5),
    (4.1, 0.15, 0.9),
    (5.4, 0.1, 0.6),
)
"""modes of a bronze bell: frequency and amplitude against its note, seconds to fall by 60 dB"""


def wind(random: Random, samples: int, rate: int) -> Floats:
    """Three bands of noise that gusts open one after the other, and a faint whistle."""
    gusts = drift(random, samples, rate, 0.25, 0.15, 1.0)
    sides = []
    for _ in range(2):
        side = 1.2 * noise_band(random, samples, rate, 90, 300) * (0.4 + gusts)
        side += 0.8 * noise_band(random, samples, rate, 300, 700) * gusts**1.5
        side += 0.3 * noise_band(random, samples, rate, 700, 1800) * gusts**3
        sides.append(side * drift(random, samples, rate, 0.5, 0.75, 1.0))
    whistle = sweep(520 + 260 * gusts + drift(random, samples, rate, 2, -25, 25), rate) * gusts**4
    breath = whistle * drift(random, samples, rate, 6, 0.0, 0.16)
    return np.stack(sides, axis=1) + pan(breath, 0.3)


def rain(random: Random, samples: int, rate: int) -> Floats:
    """A soft hiss and a crowd of drops, near ones louder than far ones."""
    sides = []
    for _ in range(2):
        side = (
            0.5 * noise_band(random, samples, rate, 900, 9000) * drift(random, samples, rate, 0.4, 0.85, 1.0)
        )
        side += 0.25 * noise_band(random, samples, rate, 250, 900)
        for hertz in random.uniform(1100, 6500, 18):
            drop = ring([(hertz, 1, 0.014), (hertz * 1.37, 0.6, 0.009)], rate // 20, rate, 0.0004)
            side += 5.0 * convolve(scatter(random, samples, samples / rate * 6, 4), drop)
        sides.append(side)
    return np.stack(sides, axis=1)


def storm(random: Random, samples: int, rate: int) -> Floats:
    """Wind, heavy rain and a rumble under both."""
    rumble = noise_band(random, samples, rate, 30, 110) * drift(random, samples, rate, 0.3, 0.2, 1.0)
    return 0.9 * wind(random, samples, rate) + 1.3 * rain(random, samples, rate) + pan(rumble, 0.0)


def sea(random: Random, samples: int, rate: int) -> Floats:
    """Waves every seven seconds or so that rise, break and draw back, over a low wash."""
    swell, foam = np.zeros(samples), np.zeros(samples)
    at = -int(random.uniform(1, 5) * rate)
    while at < samples:
        length = int(random.uniform(6.5, 9.0) * rate)
        where = np.arange(length) / length
        height = random.uniform(0.65, 1.0)
        put(swell, np.sin(np.pi * where) ** 2, at, height)
        put(foam, np.clip(where / 0.45, 0, 1) ** 3 * np.clip((1 - where) / 0.55, 0, 1) ** 2, at, height)
        at += int(length * random.uniform(0.62, 0.85))
    sides = []
    for shift in (0, int(0.18 * rate)):
        rise, crash = (np.pad(curve, (shift, 0), "edge")[:samples] for curve in (swell, foam))
        side = 0.9 * noise_band(random, samples, rate, 60, 350) * (0.25 + 0.75 * rise)
        side += 0.9 * noise_band(random, samples, rate, 350, 1600) * (0.1 + crash)
        side += 0.6 * noise_band(random, samples, rate, 1600, 7000) * (0.02 + crash**1.6)
        sides.append(side)
    return np.stack(sides, axis=1)


def fire(random: Random, samples: int, rate: int) -> Floats:
    """A low flame that breathes, and crackles of all sizes."""
    sides = []
    for _ in range(2):
        flame = noise_band(random, samples, rate, 40, 260) * drift(random, samples, rate, 3, 0.3, 1.0)
        flame += (
            0.25 * noise_band(random, samples, rate, 400, 2200) * drift(random, samples, rate, 5, 0.2, 1.0)
        )
        sides.append(flame)
    track = np.stack(sides, axis=1)
    for hertz, place in ((1800, -0.5), (2900, 0.4), (4300, 0.0), (1200, 0.15)):
        snap = noise(random, rate // 40) * fall(rate // 40, rate, 0.018, 0.0003)
        snap = band(snap, rate, hertz * 0.6, hertz * 1.8)
        crackles = scatter(random, samples, samples / rate * 7, 5)
        track += pan(convolve(crackles, snap * 16), place)
    return track


def birds(random: Random, samples: int, rate: int) -> Floats:
    """A handful of birds, each with a phrase of its own, in faint air."""
    track = np.zeros((samples, 2))
    for place in (-0.7, -0.2, 0.35, 0.8):
        home = random.uniform(2600, 4600)
        syllables = [
            tuple(
                random.uniform(low, high)
                for low, high in ((0.05, 0.14), (0.85, 1.2), (-0.25, 0.3), (0, 0.06))
            )
            for _ in range(random.integers(2, 6))
        ]
        near = random.uniform(0.4, 1.0)
        at = int(random.uniform(0.0, 2.2) * rate)
        while at < samples:
            cursor = at
            for seconds, height, slope, trill in syllables:
                length = int(seconds * rate)
                where = np.arange(length) / length
                hertz = (
                    home
                    * height
                    * (1 + slope * (where - 0.5) + trill * np.sin(2 * np.pi * 38 * where * seconds))
                )
                note = sweep(hertz, rate) + 0.15 * sweep(2 * hertz, rate)
                put(track, pan(note * np.sin(np.pi * where) ** 1.5, place), cursor, near)
                cursor += int((seconds + random.uniform(0.02, 0.07)) * rate)
            at = cursor + int(random.uniform(0.8, 3.5) * rate)
    air = pan(0.04 * noise_band(random, samples, rate, 200, 1500), 0.0)
    return room(track, rate, 1.1, 0.35) + air


def crickets(random: Random, samples: int, rate: int) -> Floats:
    """Several crickets that chirp in threes, never quite together."""
    track = np.zeros((samples, 2))
    pulse = np.sin(np.pi * np.arange(int(0.017 * rate)) / int(0.017 * rate)) ** 2
    for place, near in ((-0.8, 0.7), (-0.3, 0.35), (0.25, 1.0), (0.6, 0.5), (0.9, 0.3)):
        hertz = random.uniform(4100, 4900)
        chirps = np.zeros(samples)
        at, step = random.uniform(0, 0.5), random.uniform(0.42, 0.6)
        while at * rate < samples:
            for beat in range(3):
                put(chirps, pulse, int((at + beat * 0.032) * rate), 0.7 + 0.15 * beat)
            at += step * random.uniform(0.97, 1.03)
        tone = sweep(np.full(samples, hertz) + drift(random, samples, rate, 1, -20, 20), rate)
        track += pan(tone * chirps * near, place)
    night = np.stack([noise_band(random, samples, rate, 150, 700) for _ in range(2)], axis=1)
    return room(track, rate, 0.7, 0.25, 9000) + 0.03 * night


def gulls(random: Random, samples: int, rate: int) -> Floats:
    """Gulls that call in falling series, over a far wash."""
    track = np.zeros((samples, 2))
    at = int(0.15 * rate)
    while at < samples:
        place, near, home = random.uniform(-0.9, 0.9), random.uniform(0.35, 1.0), random.uniform(820, 1150)
        for call in range(random.integers(2, 6)):
            length = int(random.uniform(0.22, 0.42) * rate)
            where = np.arange(length) / length
            hertz = (
                home * (1 + 0.35 * np.sin(np.pi * np.minimum(where * 1.6, 1.0)) - 0.25 * where) * 0.985**call
            )
            throat = sum(weight * sweep(number * hertz, rate) for number, weight in _GULL)
            rasp = 1 + 0.35 * np.sin(2 * np.pi * 70 * np.arange(length) / rate)
            put(track, pan(throat * rasp * np.sin(np.pi * where) ** 0.8, place), at, near)
            at += length + int(random.uniform(0.03, 0.12) * rate)
        at += int(random.uniform(0.9, 3.2) * rate)
    return room(track, rate, 1.3, 0.4, 5000) + 0.12 * sea(random, samples, rate)


def hum(random: Random, samples: int, rate: int) -> Floats:
    """Mains harmonics that beat slowly, and the breath of a fan."""
    time = np.arange(samples) / rate
    sides = []
    for detune in (0.0, 0.13):
        tone = sum(
            weight * np.sin(2 * np.pi * (50 * number + detune) * time + number)
            for number, weight in ((1, 0.8), (2, 1.0), (3, 0.3), (4, 0.35), (6, 0.15), (8, 0.06))
        )
        sides.append(tone * 0.6 + 0.12 * noise_band(random, samples, rate, 200, 1200))
    return np.stack(sides, axis=1) * drift(random, samples, rate, 0.3, 0.9, 1.0)[:, None]


def engine(random: Random, samples: int, rate: int) -> Floats:
    """A small boat's single cylinder: some ten strokes a second, never quite even, and water behind it."""
    strokes, at = np.zeros(samples), 0.0
    speed = drift(random, samples, rate, 0.2, 9.6, 10.8)
    while int(at) < samples:
        strokes[int(at)] = random.uniform(0.75, 1.0)
        at += rate / speed[int(at)] * random.uniform(0.97, 1.03)
    length = rate // 5
    thump = ring([(68, 1.0, 0.12), (104, 0.6, 0.1), (172, 0.35, 0.07), (260, 0.2, 0.05)], length, rate, 0.003)
    cough = band(noise(random, length), rate, 300, 1700) * fall(length, rate, 0.05, 0.004)
    body = convolve(strokes, thump + 0.5 * cough)
    wash = np.stack([noise_band(random, samples, rate, 250, 2200) for _ in range(2)], axis=1)
    return room(pan(body, 0.0), rate, 0.3, 0.15) + 0.05 * wash


def lens(random: Random, samples: int, rate: int) -> Floats:
    """A great lamp that turns: a low drone passing from ear to ear, gears that tick, a faint whirr."""
    time = np.arange(samples) / rate
    turn = 0.5 + 0.5 * np.sin(2 * np.pi * 0.25 * time)
    drone = sum(weight * np.sin(2 * np.pi * hertz * time) for hertz, weight in _LAMP) * (0.75 + 0.25 * turn)
    whirr = 0.22 * noise_band(random, samples, rate, 380, 900) * (0.35 + 0.65 * turn)
    ticks = np.zeros(samples)
    ticks[:: rate // 2] = 1.0
    gear = ring([(640, 0.5, 0.05), (1480, 0.3, 0.03)], rate // 10, rate)
    return pan(drone + whirr, 0.6 * (turn - 0.5)) + room(pan(convolve(ticks, gear), 0.2), rate, 0.8, 0.4)


def clock(random: Random, samples: int, rate: int) -> Floats:
    """Tick and tock, a second for the two."""
    tick, tock = np.zeros(samples), np.zeros(samples)
    tick[::rate], tock[rate // 2 :: rate] = 1.0, 1.0
    length = rate // 8
    click = band(noise(random, length), rate, 2000, 7000) * fall(length, rate, 0.012, 0.0004)
    high = ring([(2450, 0.5, 0.05), (3900, 0.3, 0.03), (620, 0.3, 0.06)], length, rate) + click
    low = ring([(1900, 0.5, 0.06), (3100, 0.3, 0.03), (480, 0.35, 0.07)], length, rate) + 0.8 * click
    return room(pan(convolve(tick, high) + convolve(tock, low), -0.15), rate, 0.35, 0.2)


def bell(random: Random, samples: int, rate: int) -> Floats:
    """A bronze bell that a swell rings: now and then, harder and softer."""
    length = min(samples, 7 * rate)
    track, at, force = np.zeros((samples, 2)), int(0.02 * rate), 1.0
    home = random.uniform(390, 470)
    strike = ring([(home * part, amplitude, seconds) for part, amplitude, seconds in _BELL], length, rate)
    strike += 0.4 * ring([(home * 1.004, 0.8, 4.6), (home * 2.006, 0.5, 2.8)], length, rate)
    while at < samples:
        put(track, pan(strike, -0.1), at, force)
        at += int(random.choice([1.3, 2.4, 3.6, 4.4]) * random.uniform(0.9, 1.1) * rate)
        force = random.uniform(0.35, 0.9)
    return room(track, rate, 2.0, 0.3)


def foghorn(random: Random, samples: int, rate: int) -> Floats:
    """A two-and-a-half-second blast every eleven seconds, far over water."""
    track = np.zeros((samples, 2))
    length = int(2.6 * rate)
    time = np.arange(length) / rate
    home = random.uniform(100, 116)
    bend = 1 - 0.03 * np.exp(-time / 0.15) - 0.05 * np.clip((time - 2.3) / 0.3, 0, 1)
    blast = sum(sweep(home * number * bend, rate) / number**1.2 for number in range(1, 9))
    blast += 0.6 * sum(sweep(1.024 * home * number * bend, rate) / number**1.3 for number in range(1, 6))
    shape = np.clip(time / 0.18, 0, 1) ** 2 * np.clip((2.6 - time) / 0.35, 0, 1) ** 2
    blast = band(np.asarray(blast) * shape, rate, 60, 900, 1)
    for at in range(int(0.05 * rate), samples, 11 * rate):
        put(track, pan(blast, 0.2), at, random.uniform(0.9, 1.0))
    return room(track, rate, 3.5, 0.5, 1800)


RECIPES = {
    "bell": Recipe(bell, -26, continuous=True, struck=True),
    "birds": Recipe(birds, -33, continuous=True),
    "clock": Recipe(clock, -36, continuous=True, struck=True),
    "crickets": Recipe(crickets, -35, continuous=True),
    "engine": Recipe(engine, -29, continuous=True),
    "fire": Recipe(fire, -32, continuous=True),
    "foghorn": Recipe(foghorn, -25, continuous=True),
    "gulls": Recipe(gulls, -31, continuous=True),
    "hum": Recipe(hum, -36, continuous=True),
    "lens": Recipe(lens, -33, continuous=True),
    "rain": Recipe(rain, -32, continuous=True),
    "sea": Recipe(sea, -32, continuous=True),
    "storm": Recipe(storm, -28, continuous=True),
    "wind": Recipe(wind, -32, continuous=True),
}
"""the sounds of this module, by name"""
