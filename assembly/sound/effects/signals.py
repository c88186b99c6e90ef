"""What calls and warns: telephones, bells, sirens, horns, beeps, the radio.

Every function takes (random, samples, sample_rate) and returns float [samples, 2].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.parts import alone, bronze, moments, saw, swell, wide
from assembly.sound.effects.recipe import Recipe
from assembly.sound.signal.synthesis import (
    Random,
    band,
    convolve,
    drift,
    fall,
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

_GONGS = (
    [(1128.0, 1.0, 0.9), (2920.0, 0.5, 0.6), (4870.0, 0.25, 0.35)],
    [(1347.0, 1.0, 0.9), (3380.0, 0.5, 0.6), (5530.0, 0.25, 0.35)],
)
"""modes of the two gongs of an old telephone"""


def _gated(samples: int, rate: int, on: float, off: float, edge_s: float = 0.01) -> Floats:
    """1 for `on` seconds, 0 for `off`, and so on, with edges that do not click."""
    time = np.arange(samples) / rate % (on + off)
    return np.clip(time / edge_s, 0, 1) * np.clip((on - time) / edge_s, 0, 1)


def telephone(random: Random, samples: int, rate: int) -> Floats:
    """A clapper between two gongs, two seconds of ringing and two of none."""
    track = np.zeros((samples, 2))
    for side, gong in enumerate(_GONGS):
        strokes = np.zeros(samples)
        for at in moments(random, samples, rate, 0.088, 0.092, 0.045 * side):
            if at / rate % 4 < 2:
                strokes[at] = random.uniform(0.8, 1.0)
        track += pan(convolve(strokes, ring(gong, rate // 2, rate, 0.0006)), 0.1 * (-1) ** side)
    return room(track, rate, 0.6, 0.15, 9000)


def phone(random: Random, samples: int, rate: int) -> Floats:
    """The tune of a mobile telephone: eight wooden notes, and a rest."""
    scale = [0, 4, 7, 9, 12, 16]
    tune = [scale[index] for index in random.integers(0, len(scale), 8)]
    track = np.zeros((samples, 2))
    for bar in moments(random, samples, rate, 2.4, 2.4):
        for beat, note in enumerate(tune):
            hertz = 784 * 2 ** (note / 12)
            bars = ring(
                [(hertz, 1.0, 0.35), (hertz * 3.93, 0.25, 0.12), (hertz * 9.2, 0.08, 0.04)],
                int(0.35 * rate),
                rate,
            )
            put(track, pan(bars, 0.0), bar + int(beat * 0.17 * rate), 1.0 if beat % 4 == 0 else 0.8)
    return room(track, rate, 0.3, 0.08)


def phone_buzz(random: Random, samples: int, rate: int) -> Floats:
    """A telephone that trembles on a table."""
    gate = _gated(samples, rate, 0.55, 0.45, 0.03)
    hertz = 158 + drift(random, samples, rate, 2, -3, 3)
    shake = np.tanh(3 * sweep(hertz, rate)) + 0.4 * saw(hertz * 2, rate)
    rattle = noise_band(random, samples, rate, 900, 3500) * np.abs(sweep(hertz, rate)) ** 8
    return pan(band(shake, rate, 120, 1800, 1) * gate + 0.5 * rattle * gate, 0.1)


def dial_tone(random: Random, samples: int, rate: int) -> Floats:
    """The steady tone in a telephone's receiver."""
    time = np.arange(samples) / rate
    tone = np.sin(2 * np.pi * 350 * time) + np.sin(2 * np.pi * 440 * time)
    return pan(tone + 0.06 * noise_band(random, samples, rate, 300, 3400), 0.0)


def siren(random: Random, samples: int, rate: int) -> Floats:
    """An ambulance in the streets: two notes, a fourth apart, from horns, with echoes from houses."""
    high = np.arange(samples) / rate % 1.5 > 0.75
    # The horns take some hundredths of a second from one note to the other.
    hertz = band(np.where(high, 145.0, 0.0), rate, 0, 12, 1) + 435
    horn = band(saw(hertz, rate) + 0.5 * saw(hertz * 1.004, rate), rate, 350, 3200)
    return room(pan(horn * drift(random, samples, rate, 0.4, 0.6, 1.0), 0.25), rate, 1.8, 0.4, 3500)


def police_siren(random: Random, samples: int, rate: int) -> Floats:
    """A wail that climbs and falls in four seconds."""
    turn = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(samples) / rate / 4.2)
    hertz = 640 + 860 * turn**0.8
    wail = band(saw(hertz, rate) + 0.3 * saw(hertz * 1.5, rate), rate, 500, 3800)
    return room(pan(wail * drift(random, samples, rate, 0.3, 0.6, 1.0), -0.2), rate, 1.8, 0.4, 4000)


def air_raid(random: Random, samples: int, rate: int) -> Floats:
    """Two rotors that speed up and slow down over a town."""
    turn = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(samples) / rate + 1.5) / 9)
    hertz = 210 + 260 * np.sqrt(turn) + drift(random, samples, rate, 0.5, -2, 2)
    wail = sum(saw(hertz * part, rate) * weight for part, weight in ((1.0, 1.0), (1.2, 0.8), (1.006, 0.5)))
    return room(
        pan(band(np.asarray(wail), rate, 200, 2400), 0.0) * (0.4 + 0.6 * turn[:, None]), rate, 3.0, 0.5, 2500
    )


def alarm(random: Random, samples: int, rate: int) -> Floats:
    """A klaxon that sounds every second."""
    gate = _gated(samples, rate, 0.62, 0.38, 0.02)
    hertz = (
        330
        + 90 * np.clip(np.arange(samples) / rate % 1.0 / 0.25, 0, 1)
        + drift(random, samples, rate, 3, -2, 2)
    )
    horn = band(saw(hertz, rate) + 0.7 * saw(hertz * 1.26, rate), rate, 280, 2800)
    return room(pan(horn * gate, 0.0), rate, 1.2, 0.25)


def alarm_clock(random: Random, samples: int, rate: int) -> Floats:
    """Four beeps and a rest, each second."""
    time = np.arange(samples) / rate % 1.0
    gate = _gated(samples, rate, 0.07, 0.055, 0.003) * (time < 0.5)
    beep = sweep(np.full(samples, 2048 + random.uniform(-40, 40)), rate)
    return pan((beep + 0.25 * beep**3) * gate, -0.1)


def school_bell(random: Random, samples: int, rate: int) -> Floats:
    """A hammer on a steel gong, fourteen times a second, for as long as it is heard."""
    strokes = np.zeros(samples)
    for at in moments(random, samples, rate, 0.068, 0.074):
        strokes[at] = random.uniform(0.7, 1.0)
    home = random.uniform(620, 700)
    modes = [(home, 0.7, 0.8), (home * 2.35, 1.0, 0.7), (home * 4.1, 0.6, 0.5), (home * 6.2, 0.3, 0.3)]
    return room(pan(convolve(strokes, ring(modes, rate // 2, rate, 0.0006)), 0.0), rate, 1.4, 0.3, 8000)


def church_bell(random: Random, samples: int, rate: int) -> Floats:
    """A great bell of a tower, swung: a stroke every two and a half seconds."""
    track = np.zeros((samples, 2))
    strike = pan(bronze(rate, random.uniform(205, 240), 7.0), 0.05)
    for at in moments(random, samples, rate, 2.4, 2.6):
        put(track, strike, at, random.uniform(0.75, 1.0))
    return room(track, rate, 2.5, 0.35, 4000)


def doorbell(random: Random, samples: int, rate: int) -> Floats:
    """Ding, dong."""
    track = np.zeros((int(3 * rate), 2))
    home = random.uniform(600, 680)
    for at, hertz in ((0.0, home * 1.26), (0.55, home)):
        modes = [
            (hertz, 1.0, 2.0),
            (hertz * 2.76, 0.3, 0.8),
            (hertz * 5.4, 0.12, 0.3),
            (hertz * 1.003, 0.4, 1.8),
        ]
        put(track, pan(ring(modes, int(2.2 * rate), rate, 0.001), 0.0), int(at * rate))
    return alone(room(track, rate, 0.6, 0.15), samples)


def bicycle_bell(random: Random, samples: int, rate: int) -> Floats:
    """Tring, twice."""
    track = np.zeros((int(2 * rate), 2))
    home = random.uniform(2500, 2900)
    stroke = ring([(home, 1.0, 0.8), (home * 1.008, 0.6, 0.7), (home * 2.3, 0.3, 0.3)], rate, rate, 0.0006)
    for first in (0.0, 0.42):
        for beat in range(6):
            put(track, pan(stroke, 0.1), int((first + beat * 0.032) * rate), 0.5 + 0.1 * beat)
    return alone(room(track, rate, 0.4, 0.1, 9000), samples)


def _blast(random: Random, rate: int, tones: list[float], seconds: float, low: float, high: float) -> Floats:
    """Air through horns: a chord of sawtooths that comes on and dies down."""
    length = int(seconds * rate)
    time = np.arange(length) / rate
    bend = 1 - 0.04 * np.exp(-time / 0.06) - 0.03 * np.clip((time - seconds + 0.2) / 0.2, 0, 1)
    chord = np.zeros(length)
    for hertz in tones:
        chord += saw(hertz * bend * (1 + drift(random, length, rate, 3, -0.001, 0.001)), rate)
    shape = np.clip(time / 0.07, 0, 1) * np.clip((seconds - time) / 0.2, 0, 1) ** 2
    return band(chord, rate, low, high, 1) * shape


def car_horn(random: Random, samples: int, rate: int) -> Floats:
    """A short and a long one."""
    track = np.zeros((int(2.6 * rate), 2))
    tones = [random.uniform(385, 415), random.uniform(485, 510)]
    for at, seconds in ((0.0, 0.22), (0.4, 0.85)):
        put(track, pan(_blast(random, rate, tones, seconds, 380, 3600), 0.0), int(at * rate))
    return alone(room(track, rate, 1.0, 0.2, 4500), samples)


def train_horn(random: Random, samples: int, rate: int) -> Floats:
    """A chord of five horns, long and longer, across the country."""
    track = np.zeros((int(6.5 * rate), 2))
    tones = [hertz * random.uniform(0.995, 1.005) for hertz in (311, 370, 415, 494, 622)]
    for at, seconds in ((0.0, 1.1), (1.5, 2.2)):
        put(track, pan(_blast(random, rate, tones, seconds, 280, 3000), -0.1), int(at * rate))
    return alone(room(track, rate, 2.4, 0.4, 3000), samples)


def train_whistle(random: Random, samples: int, rate: int) -> Floats:
    """Steam through three pipes, with its breath."""
    length = int(2.4 * rate)
    shape = swell(length, 0.12, 0.6)
    track = np.zeros((int(5 * rate), 2))
    pipes = np.zeros(length)
    for hertz in (520, 655, 785):
        curve = (
            hertz
            * (0.94 + 0.06 * np.clip(shape * 1.3, 0, 1))
            * (1 + drift(random, length, rate, 7, -0.004, 0.004))
        )
        pipes += sweep(curve, rate) + 0.35 * sweep(2 * curve, rate) + 0.12 * sweep(3 * curve, rate)
    pipes += 0.5 * noise_band(random, length, rate, 600, 5000)
    put(track, pan(pipes * shape, 0.1), 0)
    return alone(room(track, rate, 2.4, 0.4, 4500), samples)


def ship_horn(random: Random, samples: int, rate: int) -> Floats:
    """A liner's horn, near: one long deep note."""
    home = random.uniform(82, 94)
    track = np.zeros((int(8 * rate), 2))
    put(track, pan(_blast(random, rate, [home, home * 1.006, home * 1.5], 4.0, 70, 1100), 0.0), 0)
    return alone(room(track, rate, 3.5, 0.4, 1800), samples)


def whistle(random: Random, samples: int, rate: int) -> Floats:
    """A pea that rattles in a referee's whistle."""
    length = int(0.9 * rate)
    shape = swell(length, 0.08, 0.5)
    turn = np.sin(2 * np.pi * np.cumsum(drift(random, length, rate, 4, 34, 42)) / rate)
    tone = sweep(2750 + 90 * turn + 120 * shape, rate) + 0.5 * sweep(2990 + 70 * turn, rate)
    blown = (tone * (0.65 + 0.35 * turn) + 0.12 * noise_band(random, length, rate, 2000, 8000)) * shape
    track = np.zeros((2 * rate, 2))
    put(track, pan(blown, 0.0), 0)
    return alone(room(track, rate, 0.9, 0.2, 8000), samples)


def monitor(random: Random, samples: int, rate: int) -> Floats:
    """A beep for each beat of a heart, and the breath of the instrument."""
    beeps = np.zeros(samples)
    length = int(0.11 * rate)
    beep = sweep(np.full(length, 960.0), rate) * np.clip(swell(length, 0.5, 0.5) * 1.5, 0, 1)
    for at in moments(random, samples, rate, 0.84, 0.88, 0.02):
        put(beeps, beep, at)
    return room(pan(beeps, 0.2), rate, 0.5, 0.12) + 0.05 * wide(random, samples, rate, 200, 1200)


def radio_static(random: Random, samples: int, rate: int) -> Floats:
    """Between stations: a hiss that fades, crackles, and a whistle that wanders."""
    hiss = noise_band(random, samples, rate, 400, 3800) * drift(random, samples, rate, 1.5, 0.45, 1.0)
    hiss += 6 * band(scatter(random, samples, samples / rate * 14, 4), rate, 400, 5000, 1)
    note = sweep(drift(random, samples, rate, 0.5, 500, 2400), rate) * drift(
        random, samples, rate, 0.8, 0, 0.35
    )
    return pan(hiss + note * drift(random, samples, rate, 0.3, 0.0, 1.0), 0.0)


def morse(random: Random, samples: int, rate: int) -> Floats:
    """Dots and dashes of a telegraphist, out of a loudspeaker."""
    keyed = np.zeros(samples)
    at = 0.0
    while at * rate < samples:
        long = random.random() < 0.4
        seconds = 0.21 if long else 0.07
        keyed[int(at * rate) : int((at + seconds) * rate)] = 1
        at += seconds + (0.07 if random.random() < 0.7 else 0.22)
    keyed = np.clip(band(keyed, rate, 0, 80, 1), 0, None)
    return pan(sweep(np.full(samples, random.uniform(620, 740)), rate) * keyed, 0.0) + 0.04 * wide(
        random, samples, rate, 400, 3400
    )


def console(random: Random, samples: int, rate: int) -> Floats:
    """Instruments that answer with short notes."""
    track = np.zeros((samples, 2))
    for place in (-0.5, 0.1, 0.6):
        home = random.choice([660.0, 880.0, 1320.0, 1760.0])
        for at in moments(random, samples, rate, 0.7, 2.6, random.uniform(0.0, 0.7)):
            for number in range(random.integers(1, 4)):
                length = int(0.07 * rate)
                hertz = np.full(length, home * random.choice([1.0, 1.125, 1.5]))
                note = sweep(hertz, rate) * fall(length, rate, 0.12, 0.004) * swell(length, 0.1, 0.5)
                put(track, pan(note, place), at + int(number * 0.1 * rate), random.uniform(0.4, 1.0))
    return room(track, rate, 0.5, 0.2)


RECIPES = {
    "air-raid": Recipe(air_raid, -26, continuous=True),
    "alarm": Recipe(alarm, -24, continuous=True),
    "alarm-clock": Recipe(alarm_clock, -27, continuous=True, struck=True),
    "bicycle-bell": Recipe(bicycle_bell, -26),
    "car-horn": Recipe(car_horn, -22),
    "church-bell": Recipe(church_bell, -25, continuous=True, struck=True),
    "console": Recipe(console, -34, continuous=True, struck=True),
    "dial-tone": Recipe(dial_tone, -32, continuous=True),
    "doorbell": Recipe(doorbell, -24),
    "monitor": Recipe(monitor, -33, continuous=True, struck=True),
    "morse": Recipe(morse, -30, continuous=True, struck=True),
    "phone": Recipe(phone, -26, continuous=True, struck=True),
    "phone-buzz": Recipe(phone_buzz, -31, continuous=True, struck=True),
    "police-siren": Recipe(police_siren, -27, continuous=True),
    "radio-static": Recipe(radio_static, -31, continuous=True),
    "school-bell": Recipe(school_bell, -24, continuous=True, struck=True),
    "ship-horn": Recipe(ship_horn, -22),
    "siren": Recipe(siren, -27, continuous=True),
    "telephone": Recipe(telephone, -25, continuous=True, struck=True),
    "train-horn": Recipe(train_horn, -22),
    "train-whistle": Recipe(train_whistle, -23),
    "whistle": Recipe(whistle, -24),
}
"""the sounds of this module, by name"""
