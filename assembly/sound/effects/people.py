"""People heard without a word: crowds, applause, laughter, hearts and breath.

Every function takes (random, samples, sample_rate) and returns float [samples, 2].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.parts import VOWELS, hit, moments, swell, voiced, wide
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
)

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Floats

_SYLLABLES = 8
"""of each voice; they come in another order each time"""
_VOICES = 6
"""that there are in a crowd; several people have the same, and say other things with it"""


def _syllables(random: Random, rate: int, hertz: float, size: float) -> list[Floats]:
    """What one person says, in pieces: a vowel each, some behind a consonant."""
    made = []
    for _ in range(_SYLLABLES):
        length = int(random.uniform(0.1, 0.24) * rate)
        curve = hertz * np.linspace(random.uniform(0.92, 1.2), random.uniform(0.85, 1.05), length)
        vowel = random.choice([*VOWELS])
        syllable = voiced(random, curve, rate, vowel, size) * swell(length, random.uniform(0.15, 0.4), 0.8)
        if random.random() < 0.5:
            low = random.uniform(1200, 3500)
            put(syllable, hit(random, 0.05, rate, low, low * 2.2, 0.004), 0, random.uniform(0.02, 0.1))
        made.append(syllable / max(float(np.sqrt(np.mean(syllable**2))), 1e-9))
    return made


def _talk(
    random: Random, samples: int, rate: int, *, persons: int, rest: tuple[float, float], size: float = 1.0
) -> Floats:
    """So many people who talk at once, each in phrases with a rest between them."""
    track = np.zeros((samples, 2))
    voices = []
    for number in range(min(persons, _VOICES)):
        woman = number % 2
        hertz = random.uniform(175, 235) * size if woman else random.uniform(95, 140) * size
        voices.append(_syllables(random, rate, hertz, (1.14 if woman else 1.0) * size))
    for number in range(persons):
        spoken = voices[number % _VOICES]
        line = np.zeros(samples)
        at = random.uniform(0, rest[1]) if number else 0.0
        while at * rate < samples:
            for _ in range(random.integers(4, 15)):
                put(line, spoken[random.integers(_SYLLABLES)], int(at * rate), random.uniform(0.4, 1.0))
                at += random.uniform(0.14, 0.24)
            at += random.uniform(*rest)
        track += pan(line, random.uniform(-0.85, 0.85)) * random.uniform(0.4, 1.0)
    return track


def crowd(random: Random, samples: int, rate: int) -> Floats:
    """Many people in a large place: near voices out of a sea of them."""
    near = _talk(random, samples, rate, persons=14, rest=(0.2, 1.2))
    sea = wide(random, samples, rate, 180, 900) * drift(random, samples, rate, 1.5, 0.6, 1.0)[:, None]
    sea += 0.35 * wide(random, samples, rate, 900, 2600) * drift(random, samples, rate, 2, 0.5, 1.0)[:, None]
    return room(band(near, rate, 120, 3800, 1), rate, 1.6, 0.45, 4000) + 0.7 * sea


def murmur(random: Random, samples: int, rate: int) -> Floats:
    """A few people who talk low, at other tables."""
    voices = _talk(random, samples, rate, persons=6, rest=(0.5, 2.5))
    return room(band(voices, rate, 120, 1900, 1), rate, 0.9, 0.4, 3000)


def children(random: Random, samples: int, rate: int) -> Floats:
    """Children who play and call to each other, outside."""
    track = 0.6 * _talk(random, samples, rate, persons=5, rest=(0.6, 2.4), size=1.3)
    for at in moments(random, samples, rate, 0.9, 2.6, 0.3):
        length = int(random.uniform(0.3, 0.7) * rate)
        curve = random.uniform(480, 760) * (1 + 0.3 * swell(length, 0.35))
        call = voiced(random, curve, rate, random.choice(["a", "e", "i"]), 1.35, 0.2) * swell(length, 0.2)
        put(
            track,
            pan(call / max(float(np.abs(call).max()), 1e-9), random.uniform(-0.8, 0.8)),
            at,
            random.uniform(1.5, 4),
        )
    return room(band(track, rate, 250, 6000, 1), rate, 1.0, 0.3, 5000)


def _claps(random: Random, samples: int, rate: int, persons: int) -> Floats:
    """Hands of so many people, each with a time and a palm of their own."""
    track = np.zeros((samples, 2))
    for group in range(8):
        strokes = np.zeros(samples)
        for _ in range(persons // 8):
            beat, force = random.uniform(0.19, 0.3), random.uniform(0.25, 1.0) ** 2
            for at in moments(random, samples, rate, beat * 0.93, beat * 1.07, random.uniform(0, beat)):
                strokes[at] += force * random.uniform(0.7, 1.0)
        middle = random.uniform(750, 2100)
        palm = hit(random, 0.035, rate, middle * 0.6, middle * 1.7, 0.0005)
        put(palm, hit(random, 0.012, rate, 2500, 9000), 0, 0.4)
        track += pan(convolve(strokes, palm), -0.85 + 1.7 * group / 7)
    return track


def applause(random: Random, samples: int, rate: int) -> Floats:
    """A full house that claps."""
    return room(_claps(random, samples, rate, 96), rate, 1.5, 0.35, 7000)


def cheer(random: Random, samples: int, rate: int) -> Floats:
    """A crowd that shouts for joy, in waves, and claps."""
    track = np.zeros((samples, 2))
    waves = drift(random, samples, rate, 0.35, 0.45, 1.0)
    calls = []
    for _ in range(12):
        length = int(random.uniform(0.8, 1.8) * rate)
        rise = 1 + 0.18 * swell(length, 0.3) + drift(random, length, rate, 5, -0.02, 0.02)
        vowel = random.choice(["a", "o", "e"])
        calls.append(
            voiced(random, random.uniform(210, 420) * rise, rate, vowel, 1.1, 0.4) * swell(length, 0.3)
        )
    for at in moments(random, samples, rate, 0.08, 0.24, -0.9):
        put(track, pan(calls[random.integers(12)], random.uniform(-0.9, 0.9)), at, random.uniform(0.4, 1.0))
    roar = wide(random, samples, rate, 450, 2800) * waves[:, None]
    hands = _claps(random, samples, rate, 40)
    roar *= 1.2 * float(np.sqrt(np.mean(track**2))) + 1e-6
    return room(track + roar + 0.1 * hands, rate, 1.8, 0.4, 5000)


def laughter(random: Random, samples: int, rate: int) -> Floats:
    """An audience that laughs: each in a rhythm of their own, ha by ha, falling."""
    track = np.zeros((samples, 2))
    for number in range(8):
        woman = number % 2
        home = random.uniform(260, 380) if woman else random.uniform(150, 220)
        vowel = random.choice(["a", "a", "e", "er"])
        for at in moments(random, samples, rate, 2.0, 4.0, 0.0 if number < 3 else random.uniform(0.1, 1.5)):
            beat = random.uniform(0.16, 0.23)
            for ha in range(random.integers(4, 10)):
                length = int(beat * 0.75 * rate)
                curve = np.linspace(1.08, 0.9, length) * home * 0.97**ha
                puff = voiced(random, curve, rate, vowel, 1.1 if woman else 1.0, 0.5) * swell(length, 0.25)
                put(
                    track,
                    pan(puff, random.uniform(-0.1, 0.1) + 0.8 * np.sin(number)),
                    at + int(ha * beat * rate),
                    0.93**ha,
                )
    return room(band(track, rate, 150, 5000, 1), rate, 1.0, 0.2, 4500)


def heartbeat(random: Random, samples: int, rate: int) -> Floats:
    """A heart as its owner hears it: two beats, seventy times a minute."""
    track = np.zeros(samples)
    length = int(0.3 * rate)
    first = ring([(46, 1.0, 0.2), (69, 0.8, 0.16), (118, 0.6, 0.1), (177, 0.3, 0.07)], length, rate, 0.012)
    second = ring([(58, 0.9, 0.14), (88, 0.6, 0.11), (150, 0.5, 0.08), (226, 0.25, 0.05)], length, rate, 0.01)
    first *= 1 + random.uniform(0, 0.1) * np.linspace(0, 1, length)
    for at in moments(random, samples, rate, 0.83, 0.88, 0.02):
        put(track, first, at, random.uniform(0.9, 1.0))
        put(track, second, at + int(0.29 * rate), random.uniform(0.6, 0.7))
    return pan(track, 0.0)


def breathing(random: Random, samples: int, rate: int) -> Floats:
    """Somebody breathes hard, near: in, and out lower."""
    track = np.zeros(samples)
    for at in moments(random, samples, rate, 2.0, 2.3):
        for later, seconds, low, high, force in ((0.0, 0.7, 900, 3600, 0.7), (0.95, 0.95, 450, 2100, 1.0)):
            length = int(seconds * random.uniform(0.9, 1.1) * rate)
            air = noise_band(random, length, rate, low, high) + 0.4 * noise_band(
                random, length, rate, high, 2 * high
            )
            put(track, air * swell(length, 0.4, 1.6), at + int(later * rate), force)
    return pan(track, 0.0)


def baby(random: Random, samples: int, rate: int) -> Floats:
    """A baby that cries."""
    track = np.zeros((samples, 2))
    for at in moments(random, samples, rate, 1.25, 1.6):
        length = int(random.uniform(0.75, 1.05) * rate)
        where = np.arange(length) / length
        hertz = (
            random.uniform(430, 500)
            * (0.85 + 0.3 * np.sin(np.pi * where**0.7))
            * (1 + drift(random, length, rate, 20, -0.02, 0.02))
        )
        cry = voiced(random, hertz, rate, "a", 1.6, 0.25) + 0.5 * voiced(random, hertz, rate, "e", 1.5, 0.1)
        put(track, pan(cry * swell(length, 0.2, 0.6), 0.1), at, random.uniform(0.8, 1.0))
    return room(track, rate, 0.5, 0.15)


RECIPES = {
    "applause": Recipe(applause, -25, continuous=True),
    "baby": Recipe(baby, -27, continuous=True, struck=True),
    "breathing": Recipe(breathing, -33, continuous=True),
    "cheer": Recipe(cheer, -25, continuous=True),
    "children": Recipe(children, -32, continuous=True),
    "crowd": Recipe(crowd, -31, continuous=True),
    "heartbeat": Recipe(heartbeat, -27, continuous=True, struck=True),
    "laughter": Recipe(laughter, -27, continuous=True),
    "murmur": Recipe(murmur, -36, continuous=True),
}
"""the sounds of this module, by name"""
