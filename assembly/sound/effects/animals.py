"""Animals by their voices.

Every function takes (random, samples, sample_rate) and returns float [samples, 2].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.parts import formed, moments, saw, swell, voiced, wide
from assembly.sound.effects.recipe import Recipe
from assembly.sound.signal.synthesis import Random, drift, fall, noise, noise_band, pan, put, room, sweep

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats


def dog(random: Random, samples: int, rate: int) -> Floats:
    """A dog that barks, twice or three times in a row."""
    track = np.zeros((samples, 2))
    home = random.uniform(330, 460)
    for first in moments(random, samples, rate, 1.6, 3.0):
        for number in range(random.integers(2, 4)):
            length = int(random.uniform(0.15, 0.2) * rate)
            where = np.arange(length) / length
            hertz = (
                home
                * (0.75 + 0.55 * np.sin(np.pi * where**0.6))
                * (1 + drift(random, length, rate, 60, -0.06, 0.06))
            )
            throat = saw(hertz, rate) + 0.6 * saw(hertz * 0.5, rate) + 0.5 * noise(random, length)
            bark = formed(
                throat, rate, ((620, 1.0, 180), (1250, 0.9, 260), (2500, 0.4, 500), (3600, 0.2, 800))
            )
            bark *= np.clip(where / 0.08, 0, 1) * (1 - where) ** 0.9
            later = first + int((number * 0.36 + random.uniform(0, 0.03)) * rate)
            put(track, pan(bark, 0.15), later, random.uniform(0.75, 1.0))
    return room(track, rate, 0.7, 0.18)


def cat(random: Random, samples: int, rate: int) -> Floats:
    """A cat that wants something."""
    track = np.zeros((samples, 2))
    for at in moments(random, samples, rate, 2.2, 3.6):
        length = int(random.uniform(0.7, 1.0) * rate)
        where = np.arange(length) / length
        hertz = random.uniform(520, 640) * (1 + 0.35 * np.sin(np.pi * where**0.7) - 0.12 * where)
        opened = np.sin(np.pi * np.clip(where * 1.1, 0, 1)) ** 1.5
        narrow = voiced(random, hertz, rate, "i", 1.25, 0.08)
        open_mouth = voiced(random, hertz, rate, "a", 1.45, 0.08)
        meow = (narrow * (1 - opened) + open_mouth * opened) * swell(length, 0.2, 0.8)
        put(track, pan(meow, -0.1), at, random.uniform(0.7, 1.0))
    return room(track, rate, 0.5, 0.12)


def cow(random: Random, samples: int, rate: int) -> Floats:
    """A cow lows over a field."""
    track = np.zeros((samples, 2))
    for at in moments(random, samples, rate, 3.6, 6.0):
        length = int(random.uniform(1.5, 2.1) * rate)
        where = np.arange(length) / length
        hertz = random.uniform(98, 122) * (0.85 + 0.3 * np.sin(np.pi * where**0.8)) + drift(
            random, length, rate, 9, -2, 2
        )
        closed = voiced(random, hertz, rate, "u", 0.7, 0.05)
        opened = voiced(random, hertz, rate, "o", 0.85, 0.12)
        mouth = np.clip((where - 0.12) / 0.3, 0, 1)
        put(track, pan((closed * (1 - mouth) + opened * mouth) * swell(length, 0.3, 0.7), 0.2), at)
    return room(track, rate, 1.2, 0.25, 3500)


def horse(random: Random, samples: int, rate: int) -> Floats:
    """A horse that whinnies: high first, falling in a tremor, and a snort."""
    track = np.zeros((samples, 2))
    for at in moments(random, samples, rate, 3.8, 6.0):
        length = int(1.5 * rate)
        where = np.arange(length) / length
        shake = np.sin(2 * np.pi * np.cumsum(11 - 3 * where) / rate)
        hertz = (
            (1050 - 560 * where**0.8)
            * np.clip(0.6 + where * 6, 0, 1)
            * (1 + 0.06 * shake * np.clip(where * 3, 0, 1))
        )
        neigh = voiced(random, hertz, rate, "e", 1.1, 0.25) + 0.5 * voiced(random, hertz, rate, "a", 1.5, 0.1)
        neigh *= swell(length, 0.12, 0.6) * (0.7 + 0.3 * shake)
        put(track, pan(neigh, -0.1), at)
        snort = int(0.5 * rate)
        flutter = 0.4 + 0.6 * np.abs(np.sin(np.pi * 22 * np.arange(snort) / rate))
        puff = (noise_band(random, snort, rate, 250, 1800) * flutter) * swell(snort, 0.2, 1.2)
        put(track, pan(puff, -0.1), at + int(1.75 * rate), 0.4 * float(np.abs(neigh).max()))
    return room(track, rate, 0.9, 0.2, 5000)


def rooster(random: Random, samples: int, rate: int) -> Floats:
    """A cock that crows: four notes, the third long."""
    track = np.zeros((samples, 2))
    for at in moments(random, samples, rate, 4.0, 7.0):
        cursor = at
        home = random.uniform(760, 860)
        for seconds, first, last in (
            (0.16, 0.85, 0.95),
            (0.2, 1.0, 1.1),
            (0.26, 1.0, 1.05),
            (0.95, 1.2, 0.72),
        ):
            length = int(seconds * rate)
            hertz = home * np.linspace(first, last, length) * (1 + 0.1 * swell(length, 0.25))
            note = voiced(random, hertz, rate, "er", 1.6, 0.25) + 0.5 * voiced(
                random, hertz, rate, "a", 1.7, 0.1
            )
            put(track, pan(note * swell(length, 0.2, 0.6), 0.3), cursor, 0.7 if seconds < 0.2 else 1.0)
            cursor += length + int(0.05 * rate)
    return room(track, rate, 1.2, 0.25, 6000)


def owl(random: Random, samples: int, rate: int) -> Floats:
    """A tawny owl in the night: a long note, a pause, and one that trembles."""
    track = np.zeros((samples, 2))
    home = random.uniform(700, 780)
    for at in moments(random, samples, rate, 5.0, 8.0, 0.1):
        for later, seconds, tremble in ((0.0, 0.65, 0.0), (1.5, 0.15, 0.0), (1.75, 1.2, 0.5)):
            length = int(seconds * rate)
            where = np.arange(length) / length
            hertz = home * (1 + 0.05 * np.sin(np.pi * where) - 0.05 * where)
            note = (
                sweep(hertz, rate)
                + 0.12 * sweep(2 * hertz, rate)
                + 0.03 * noise_band(random, length, rate, 500, 1200)
            )
            note *= 1 - tremble * (0.5 + 0.5 * np.sin(2 * np.pi * 14 * where * seconds))
            put(track, pan(note * swell(length, 0.25, 0.8), -0.35), at + int(later * rate))
    return room(track, rate, 2.2, 0.4, 3000) + 0.01 * wide(random, samples, rate, 150, 900)


def crows(random: Random, samples: int, rate: int) -> Floats:
    """Crows in bare trees."""
    track = np.zeros((samples, 2))
    for place, near in ((-0.6, 1.0), (0.5, 0.55), (0.1, 0.3)):
        home = random.uniform(480, 600)
        for first in moments(random, samples, rate, 2.2, 4.4, random.uniform(0, 1.0) if near < 1 else 0):
            for number in range(random.integers(2, 5)):
                length = int(random.uniform(0.24, 0.32) * rate)
                where = np.arange(length) / length
                hertz = (
                    home
                    * (1 + 0.18 * np.sin(np.pi * where) - 0.15 * where)
                    * (1 + drift(random, length, rate, 120, -0.12, 0.12))
                )
                throat = saw(hertz, rate) + 0.7 * noise(random, length)
                caw = formed(throat, rate, ((1050, 1.0, 300), (1650, 0.9, 350), (2700, 0.4, 600)))
                later = first + int(number * 0.48 * rate)
                put(track, pan(caw * swell(length, 0.2, 0.8), place), later, near)
    return room(track, rate, 1.3, 0.3, 4500)


def frogs(random: Random, samples: int, rate: int) -> Floats:
    """A pond at night: frogs that croak in turns, each at a pitch of its own."""
    track = np.zeros((samples, 2))
    for place in (-0.8, -0.4, 0.0, 0.35, 0.7):
        low, pulses, near = random.uniform(420, 1100), random.uniform(26, 60), random.uniform(0.3, 1.0)
        length = int(random.uniform(0.25, 0.55) * rate)
        part = np.modf(np.arange(length) / rate * pulses)[0]
        croak = (sweep(np.full(length, low), rate) + 0.6 * sweep(np.full(length, low * 2.02), rate)) * np.exp(
            -4 * part
        )
        croak *= np.minimum(part * 12, 1) * swell(length, 0.4, 0.8)
        for at in moments(random, samples, rate, 0.8, 1.9, random.uniform(0, 0.9)):
            put(track, pan(croak, place), at, near * random.uniform(0.7, 1.0))
    return room(track, rate, 0.8, 0.25) + 0.02 * wide(random, samples, rate, 200, 1500)


def wolf(random: Random, samples: int, rate: int) -> Floats:
    """Wolves that howl to each other, far off."""
    track = np.zeros((samples, 2))
    for place, near, first in ((-0.4, 1.0, 0.1), (0.5, 0.5, 2.2)):
        home = random.uniform(390, 470)
        for at in moments(random, samples, rate, 5.5, 8.0, first):
            length = int(random.uniform(3.0, 3.8) * rate)
            where = np.arange(length) / length
            hertz = home * (
                0.72
                + 0.34 * np.clip(where / 0.16, 0, 1) ** 0.7
                - 0.24 * np.clip((where - 0.6) / 0.4, 0, 1) ** 2
            )
            hertz = hertz * (1 + 0.008 * np.sin(2 * np.pi * 4.5 * where * 3.4))
            howl = sweep(hertz, rate) + 0.4 * sweep(2 * hertz, rate) + 0.15 * sweep(3 * hertz, rate)
            put(track, pan(howl * swell(length, 0.25, 1.0), place), at, near)
    return room(track, rate, 3.0, 0.5, 2500) + 0.01 * wide(random, samples, rate, 120, 700)


def bees(random: Random, samples: int, rate: int) -> Floats:
    """A hive, and single bees that pass the ear."""
    track = np.zeros((samples, 2))
    for place in (-0.7, -0.2, 0.3, 0.8):
        hertz = random.uniform(205, 250) + drift(random, samples, rate, 3, -14, 14)
        loud = drift(random, samples, rate, 0.7, 0.0, 1.0) ** 2 + 0.15
        wings = formed(
            saw(hertz, rate), rate, ((230, 0.6, 80), (480, 1.0, 120), (950, 0.6, 300), (2100, 0.3, 900))
        )
        track += pan(wings * loud, np.clip(place + drift(random, samples, rate, 0.5, -0.4, 0.4), -1, 1))
    return track


def cicadas(random: Random, samples: int, rate: int) -> Floats:
    """The heat of a southern afternoon."""
    track = np.zeros((samples, 2))
    for place in (-0.8, -0.1, 0.7):
        home = random.uniform(4300, 5600)
        beats = np.abs(np.sin(np.pi * np.cumsum(drift(random, samples, rate, 0.3, 38, 46)) / rate)) ** 2
        rasp = noise_band(random, samples, rate, home * 0.85, home * 1.15)
        track += pan(rasp * beats * drift(random, samples, rate, 0.25, 0.15, 1.0), place)
    return track


def flies(random: Random, samples: int, rate: int) -> Floats:
    """A fly that circles, and lands, and goes on."""
    hertz = 178 + drift(random, samples, rate, 2, -16, 22)
    near = drift(random, samples, rate, 0.9, 0.0, 1.0) ** 3 + 0.01
    wings = formed(saw(hertz, rate), rate, ((360, 1.0, 120), (720, 0.7, 200), (1500, 0.4, 600)))
    return pan(wings * near, drift(random, samples, rate, 0.8, -0.95, 0.95))


def wings(random: Random, samples: int, rate: int) -> Floats:
    """Pigeons that take off."""
    track = np.zeros((int(2.4 * rate), 2))
    for place in (-0.4, 0.0, 0.5):
        at, beat = random.uniform(0.0, 0.15), random.uniform(0.085, 0.11)
        for number in range(17):
            length = int(0.075 * rate)
            flap = noise_band(random, length, rate, 350, 2600) * fall(length, rate, 0.1, 0.012)
            side = np.clip(place + number * 0.04 * np.sign(place + 0.01), -1, 1)
            put(track, pan(flap, float(side)), int(at * rate), (1 - number / 18) ** 1.3)
            at += beat * random.uniform(0.92, 1.08)
    whole = np.zeros((samples, 2))
    put(whole, room(track, rate, 0.6, 0.15), 0)
    return whole


RECIPES = {
    "bees": Recipe(bees, -33, continuous=True),
    "cat": Recipe(cat, -27, continuous=True, struck=True),
    "cicadas": Recipe(cicadas, -36, continuous=True),
    "cow": Recipe(cow, -27, continuous=True, struck=True),
    "crows": Recipe(crows, -30, continuous=True, struck=True),
    "dog": Recipe(dog, -25, continuous=True, struck=True),
    "flies": Recipe(flies, -38, continuous=True),
    "frogs": Recipe(frogs, -33, continuous=True, struck=True),
    "horse": Recipe(horse, -25, continuous=True, struck=True),
    "owl": Recipe(owl, -30, continuous=True, struck=True),
    "rooster": Recipe(rooster, -27, continuous=True, struck=True),
    "wings": Recipe(wings, -27),
    "wolf": Recipe(wolf, -29, continuous=True, struck=True),
}
"""the sounds of this module, by name"""
