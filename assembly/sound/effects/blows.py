"""What strikes, breaks and bursts: shots, glass, blades, falls, doors of iron.

Every function takes (random, samples, sample_rate) and returns float [samples, 2].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.parts import alone, hit, moments, swell
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


def _shot(random: Random, rate: int, body_hz: float) -> Floats:
    """The crack of a shot, the push of its gas, and the weight behind it; mono."""
    length = int(0.5 * rate)
    crack = band(noise(random, length), rate, 900, 9000, 1) * fall(length, rate, 0.05, 0.0002)
    gas = band(noise(random, length), rate, 200, 2400, 1) * fall(length, rate, 0.22, 0.0006)
    push = sweep(body_hz * (0.6 + 0.8 * np.exp(-np.arange(length) / rate / 0.03)), rate) * fall(
        length, rate, 0.28, 0.001
    )
    return np.tanh(1.6 * (1.3 * crack + 1.2 * gas + 0.9 * push))


def gunshot(random: Random, samples: int, rate: int) -> Floats:
    """A pistol in a street: the shot, and houses that throw it back."""
    track = np.zeros((3 * rate, 2))
    shot = _shot(random, rate, 95)
    put(track, pan(shot, 0.0), 0)
    for at, place, force in ((0.11, -0.6, 0.16), (0.19, 0.7, 0.12), (0.34, -0.3, 0.07)):
        put(track, pan(band(shot, rate, 120, 1800, 1), place), int(at * rate), force)
    return alone(room(track, rate, 1.8, 0.22, 3500), samples)


def machine_gun(random: Random, samples: int, rate: int) -> Floats:
    """Bursts of six to ten shots."""
    track = np.zeros((samples, 2))
    shots = [
        pan(_shot(random, rate, 80)[: rate // 4] * fall(rate // 4, rate, 0.3, 0.0002), 0.1) for _ in range(3)
    ]
    for first in moments(random, samples, rate, 1.4, 2.4):
        for number in range(random.integers(6, 11)):
            put(
                track,
                shots[random.integers(3)],
                first + int(number * 0.088 * rate),
                random.uniform(0.85, 1.0),
            )
    return room(track, rate, 1.6, 0.2, 3500)


def gun_cocked(random: Random, samples: int, rate: int) -> Floats:
    """A slide drawn back and let go."""
    track = np.zeros((int(1.2 * rate), 2))
    scrape = noise_band(random, int(0.1 * rate), rate, 1800, 7000) * swell(int(0.1 * rate), 0.6)
    put(track, pan(scrape, 0.0), int(0.03 * rate), 0.12)
    for at, tune, force in ((0.0, 1.0, 0.6), (0.14, 0.85, 0.8), (0.36, 1.15, 1.0)):
        modes = [
            (1480 * tune, 0.6, 0.06),
            (2390 * tune, 0.6, 0.05),
            (4120 * tune, 0.4, 0.04),
            (610 * tune, 0.4, 0.05),
        ]
        click = ring(modes, int(0.12 * rate), rate, 0.0004)
        put(click, hit(random, 0.03, rate, 1500, 9000, 0.0002), 0, 1.2)
        put(track, pan(click, 0.05), int(at * rate), force)
    return alone(room(track, rate, 0.4, 0.12), samples)


def explosion(random: Random, samples: int, rate: int) -> Floats:
    """A blast, its fire that rolls away, and what falls down after it."""
    length = 6 * rate
    time = np.arange(length) / rate
    boom = sweep(28 + 70 * np.exp(-time / 0.09), rate) * fall(length, rate, 1.6, 0.002)
    crack = band(noise(random, length), rate, 300, 6000, 1) * fall(length, rate, 0.25, 0.0005)
    fire = (
        noise_band(random, length, rate, 45, 420)
        * fall(length, rate, 3.4, 0.02)
        * drift(random, length, rate, 6, 0.5, 1)
    )
    air = noise_band(random, length, rate, 420, 2000) * fall(length, rate, 1.6, 0.01)
    rubble = convolve(scatter(random, length, 130, 3), hit(random, 0.05, rate, 400, 4000))
    rubble *= np.clip((time - 0.6) / 0.5, 0, 1) * np.exp(-np.clip(time - 0.8, 0, None) / 0.9)
    blast = np.tanh(1.5 * (1.4 * boom + crack + 0.7 * fire + 0.3 * air)) + 0.3 * rubble
    track = pan(blast * np.clip((5.8 - time) / 2, 0, 1), 0.0)
    return alone(room(track, rate, 2.2, 0.25, 2500), samples)


def cannon(random: Random, samples: int, rate: int) -> Floats:
    """A great gun, some way off."""
    length = 5 * rate
    time = np.arange(length) / rate
    boom = sweep(34 + 60 * np.exp(-time / 0.06), rate) * fall(length, rate, 1.0, 0.003)
    smoke = noise_band(random, length, rate, 60, 700) * fall(length, rate, 1.1, 0.004)
    shape = np.clip((4.8 - time) / 1.5, 0, 1)
    return alone(room(pan((np.tanh(2 * boom) + 0.6 * smoke) * shape, -0.1), rate, 3.0, 0.4, 1500), samples)


def ricochet(random: Random, samples: int, rate: int) -> Floats:
    """A bullet off a stone, singing away."""
    length = int(1.1 * rate)
    where = np.arange(length) / length
    hertz = random.uniform(2300, 2900) * (1 - 0.62 * where**0.7)
    song = sweep(hertz * (1 + 0.01 * np.sin(2 * np.pi * 31 * where)), rate) + 0.4 * sweep(1.51 * hertz, rate)
    song = song * (1 - where) ** 1.6 * (0.7 + 0.3 * np.sin(2 * np.pi * 34 * where))
    track = np.zeros((2 * rate, 2))
    put(track, pan(song, np.linspace(-0.2, 0.9, length)), int(0.01 * rate), 0.5)
    put(track, pan(hit(random, 0.07, rate, 700, 8000, 0.0002), -0.2), 0, 1.4)
    return alone(room(track, rate, 1.2, 0.25), samples)


def sword(random: Random, samples: int, rate: int) -> Floats:
    """Blades that meet three times."""
    track = np.zeros((3 * rate, 2))
    for at in (0.0, 0.52, 0.95):
        tune = random.uniform(0.9, 1.15)
        parts = [
            (1870, 0.6, 0.7),
            (2740, 0.7, 0.8),
            (3910, 0.6, 0.6),
            (5530, 0.5, 0.5),
            (7120, 0.35, 0.35),
            (830, 0.3, 0.2),
        ]
        clash = ring(
            [(hertz * tune, amplitude, seconds) for hertz, amplitude, seconds in parts], rate, rate, 0.0004
        )
        put(clash, hit(random, 0.12, rate, 2500, 10000, 0.001), 0, 1.5)
        slide = noise_band(random, int(0.2 * rate), rate, 3500, 9000) * swell(int(0.2 * rate), 0.3)
        put(clash, slide, int(0.03 * rate), 0.3)
        put(
            track,
            pan(clash, random.uniform(-0.3, 0.3)),
            int((at + random.uniform(0, 0.05)) * rate),
            random.uniform(0.7, 1),
        )
    return alone(room(track, rate, 0.9, 0.18, 9000), samples)


def arrow(random: Random, samples: int, rate: int) -> Floats:
    """A string let go, the flight, and the board that it strikes."""
    track = np.zeros((2 * rate, 2))
    string = ring([(142, 1.0, 0.18), (287, 0.5, 0.12), (431, 0.3, 0.08)], int(0.25 * rate), rate, 0.001)
    flight = noise_band(random, int(0.4 * rate), rate, 1800, 6500) * swell(int(0.4 * rate), 0.75, 1.5)
    struck = ring([(215, 1.0, 0.12), (402, 0.6, 0.09), (960, 0.3, 0.05)], int(0.3 * rate), rate)
    struck *= 1 + 0.4 * np.sin(2 * np.pi * 38 * np.arange(len(struck)) / rate)
    put(struck, hit(random, 0.03, rate, 800, 6000), 0, 0.6)
    put(track, pan(string, -0.6), 0, 0.6)
    put(track, pan(flight, np.linspace(-0.6, 0.6, len(flight))), int(0.02 * rate), 0.2)
    put(track, pan(struck, 0.6), int(0.42 * rate), 1.0)
    return alone(room(track, rate, 0.5, 0.12), samples)


def punch(random: Random, samples: int, rate: int) -> Floats:
    """A fist, as films have it."""
    length = int(0.3 * rate)
    time = np.arange(length) / rate
    thud = sweep(62 + 90 * np.exp(-time / 0.02), rate) * fall(length, rate, 0.16, 0.001)
    smack = band(noise(random, length), rate, 500, 4500, 1) * fall(length, rate, 0.05, 0.0006)
    track = np.zeros((rate, 2))
    put(track, pan(np.tanh(2 * thud) + 0.9 * smack, 0.0), 0)
    return alone(room(track, rate, 0.4, 0.1), samples)


def thud(random: Random, samples: int, rate: int) -> Floats:
    """A body or a heavy bag falls on boards."""
    track = np.zeros((int(1.6 * rate), 2))
    for at, force in ((0.0, 1.0), (0.17, 0.35)):
        length = int(0.5 * rate)
        fallen = ring(
            [(48, 1.0, 0.25), (83, 0.8, 0.2), (137, 0.5, 0.14), (241, 0.25, 0.1)], length, rate, 0.004
        )
        put(fallen, hit(random, 0.12, rate, 150, 1400, 0.003), 0, 0.6)
        put(track, pan(fallen, 0.0), int((at + random.uniform(0, 0.03)) * rate), force)
    return alone(room(track, rate, 0.5, 0.15), samples)


def _shards(random: Random, rate: int, seconds: float, count: int, low: float) -> Floats:
    """Pieces of glass that fall and ring, fewer and fewer."""
    track = np.zeros((int(seconds * rate), 2))
    for _ in range(count):
        hertz = random.uniform(low, 3.2 * low)
        modes = [
            (hertz, 1.0, random.uniform(0.05, 0.25)),
            (hertz * 1.62, 0.7, 0.1),
            (hertz * 2.44, 0.5, 0.07),
        ]
        at = min(0.02 + random.exponential(seconds / 5), seconds * 0.85)
        piece = ring(modes, int(0.2 * rate), rate, 0.0003)
        put(
            track,
            pan(piece, random.uniform(-0.7, 0.7)),
            int(at * rate),
            random.uniform(0.05, 0.5) * np.exp(-at / seconds),
        )
    return track


def glass(random: Random, samples: int, rate: int) -> Floats:
    """A pane that breaks, and its pieces on the floor."""
    track = np.zeros((int(2.6 * rate), 2))
    put(track, _shards(random, rate, 2.2, 70, 2400), 0)
    put(track, pan(hit(random, 0.2, rate, 1500, 10000, 0.0005), 0.0), 0, 1.0)
    put(track, pan(ring([(310, 0.5, 0.08), (1240, 0.5, 0.1)], int(0.2 * rate), rate), 0.0), 0, 0.6)
    return alone(room(track, rate, 0.7, 0.15, 10000), samples)


def crash(random: Random, samples: int, rate: int) -> Floats:
    """Metal and glass: two cars, or all that stood on a shelf."""
    track = np.zeros((4 * rate, 2))
    length = int(1.2 * rate)
    bend = noise_band(random, length, rate, 90, 900) * fall(length, rate, 0.7, 0.002)
    bend += 0.7 * noise_band(random, length, rate, 900, 5000) * fall(length, rate, 0.4, 0.001)
    bend += 1.2 * ring([(54, 1.0, 0.4), (89, 0.8, 0.3)], length, rate, 0.002)
    put(track, pan(np.tanh(1.5 * bend), 0.0), 0)
    for _ in range(14):
        at, hertz = random.exponential(0.35), random.uniform(260, 1500)
        plate = ring(
            [(hertz, 1.0, 0.35), (hertz * 1.53, 0.7, 0.3), (hertz * 2.71, 0.5, 0.2)], rate // 2, rate, 0.0006
        )
        put(
            track,
            pan(plate, random.uniform(-0.6, 0.6)),
            int(min(at, 2.5) * rate),
            random.uniform(0.1, 0.4) * np.exp(-at),
        )
    put(track, _shards(random, rate, 2.5, 40, 2200), int(0.1 * rate), 0.8)
    return alone(room(track, rate, 1.1, 0.2), samples)


def door_slam(random: Random, samples: int, rate: int) -> Floats:
    """A door thrown shut."""
    track = np.zeros((2 * rate, 2))
    modes = [(57.0, 1.0, 0.4), (91.0, 0.9, 0.3), (146.0, 0.7, 0.22), (240.0, 0.4, 0.15), (470.0, 0.2, 0.1)]
    slam = ring(
        [(hertz * random.uniform(0.97, 1.03), amplitude, seconds) for hertz, amplitude, seconds in modes],
        rate,
        rate,
        0.001,
    )
    put(slam, hit(random, 0.16, rate, 150, 3500), 0, 1.0)
    put(slam, ring([(1730, 0.4, 0.06), (2640, 0.3, 0.05)], int(0.1 * rate), rate), int(0.012 * rate), 0.4)
    put(track, pan(np.tanh(1.4 * slam), 0.0), 0)
    return alone(room(track, rate, 0.8, 0.2), samples)


def door_metal(random: Random, samples: int, rate: int) -> Floats:
    """An iron door that falls into its frame: a cell, a bulkhead."""
    track = np.zeros((4 * rate, 2))
    modes = [
        (87, 0.9, 0.9),
        (141, 0.8, 1.1),
        (233, 0.8, 1.0),
        (377, 0.6, 0.9),
        (612, 0.5, 0.7),
        (1090, 0.35, 0.5),
        (1813, 0.2, 0.3),
    ]
    slab = ring(
        [(hertz * random.uniform(0.98, 1.02), amplitude, seconds) for hertz, amplitude, seconds in modes],
        2 * rate,
        rate,
    )
    put(slab, hit(random, 0.1, rate, 300, 5000), 0, 1.0)
    put(track, pan(slab, 0.0), int(0.02 * rate))
    bolt = ring([(890, 0.7, 0.15), (1570, 0.6, 0.12), (2830, 0.4, 0.08)], rate // 3, rate, 0.0005)
    put(track, pan(bolt, 0.15), int(0.62 * rate), 0.5)
    put(track, pan(bolt, 0.15), int(0.8 * rate), 0.7)
    return alone(room(track, rate, 2.2, 0.3, 5000), samples)


def gate(random: Random, samples: int, rate: int) -> Floats:
    """An iron gate: hinges that cry, and the latch."""
    length = int(1.3 * rate)
    where = np.arange(length) / length
    cry = np.zeros(length)
    for part, weight in ((1.0, 1.0), (2.01, 0.6), (3.03, 0.4), (4.2, 0.2)):
        cry += weight * sweep(
            part
            * (540 + 210 * np.sin(np.pi * where**1.3))
            * (1 + drift(random, length, rate, 8, -0.03, 0.03)),
            rate,
        )
    cry *= swell(length, 0.4, 0.8) * drift(random, length, rate, 17, 0.1, 1.0)
    track = np.zeros((3 * rate, 2))
    put(track, pan(cry, np.linspace(-0.3, 0.1, length)), 0, 0.22)
    clang = ring([(331, 0.8, 0.5), (689, 0.7, 0.6), (1153, 0.6, 0.5), (1979, 0.4, 0.35)], rate, rate, 0.0006)
    put(clang, hit(random, 0.04, rate, 800, 6000), 0, 0.8)
    put(track, pan(clang, 0.1), int(1.3 * rate), 0.8)
    return alone(room(track, rate, 0.7, 0.15), samples)


RECIPES = {
    "arrow": Recipe(arrow, -25),
    "cannon": Recipe(cannon, -20),
    "crash": Recipe(crash, -20),
    "door-metal": Recipe(door_metal, -22),
    "door-slam": Recipe(door_slam, -21),
    "explosion": Recipe(explosion, -18),
    "gate": Recipe(gate, -26),
    "glass": Recipe(glass, -22),
    "gun-cocked": Recipe(gun_cocked, -27),
    "gunshot": Recipe(gunshot, -19),
    "machine-gun": Recipe(machine_gun, -21),
    "punch": Recipe(punch, -23),
    "ricochet": Recipe(ricochet, -25),
    "sword": Recipe(sword, -24),
    "thud": Recipe(thud, -23),
}
"""the sounds of this module, by name"""
