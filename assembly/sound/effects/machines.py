"""Machines and the things that hands do: keys, locks, tools, lifts, lasers.

Every function takes (random, samples, sample_rate) and returns float [samples, 2].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.parts import alone, drop, formed, gusts, hit, moments, motor, saw, swell, wide
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


def _click(random: Random, rate: int, hertz: float, seconds: float = 0.03, wood: float = 0.4) -> Floats:
    """A small hard thing that strikes another; mono."""
    length = int(0.09 * rate)
    click = ring(
        [(hertz, 0.6, seconds), (hertz * 1.71, 0.4, seconds * 0.7), (hertz * 0.31, wood, seconds * 1.6)],
        length,
        rate,
        0.0003,
    )
    put(click, hit(random, 0.012, rate, hertz * 0.8, hertz * 4, 0.0002), 0, 0.9)
    return click


def typing(random: Random, samples: int, rate: int) -> Floats:
    """Fingers on the keys of a computer, in bursts."""
    track = np.zeros((samples, 2))
    keys = [_click(random, rate, hertz, 0.018, 0.7) for hertz in random.uniform(1500, 2600, 8)]
    for first in moments(random, samples, rate, 1.4, 2.8):
        at = 0.0
        for _ in range(random.integers(5, 14)):
            put(
                track,
                pan(keys[random.integers(8)], random.uniform(-0.25, 0.25)),
                first + int(at * rate),
                random.uniform(0.5, 1.0),
            )
            at += random.uniform(0.07, 0.17)
    return room(track, rate, 0.3, 0.1)


def typewriter(random: Random, samples: int, rate: int) -> Floats:
    """Types on paper over a roller; at the line's end a bell, and the carriage goes back."""
    track = np.zeros((samples, 2))
    bell = ring([(2480, 1.0, 0.7), (5150, 0.3, 0.3)], int(0.7 * rate), rate, 0.0006)
    for first in moments(random, samples, rate, 5.4, 6.2):
        at = 0.0
        while at < 3.9:
            stroke = _click(random, rate, random.uniform(950, 1250), 0.05, 1.0)
            put(stroke, hit(random, 0.03, rate, 1500, 7000), 0, 0.8)
            put(
                track,
                pan(stroke, random.uniform(-0.2, 0.2)),
                first + int(at * rate),
                random.uniform(0.6, 1.0),
            )
            at += random.choice([0.12, 0.15, 0.2, 0.34])
        put(track, pan(bell, 0.3), first + int(4.05 * rate), 0.45)
        teeth = np.zeros(int(0.5 * rate))
        teeth[:: int(0.012 * rate)] = 1.0
        back = convolve(teeth, _click(random, rate, 1700, 0.012)) * swell(len(teeth), 0.7)
        put(track, pan(back, np.linspace(0.4, -0.4, len(back))), first + int(4.35 * rate), 0.5)
        put(track, pan(_click(random, rate, 420, 0.1, 1.2), -0.3), first + int(4.87 * rate), 1.0)
    return room(track, rate, 0.35, 0.12)


def writing(random: Random, samples: int, rate: int) -> Floats:
    """A pen on paper."""
    strokes = drift(random, samples, rate, 7, -0.6, 1.0).clip(0, 1) ** 0.7
    words = (drift(random, samples, rate, 0.8, -0.5, 1.5) > 0).astype(float)
    words = np.clip(band(words, rate, 0, 8, 1), 0, 1)
    scratch = noise_band(random, samples, rate, 1800, 6500) + 0.4 * noise_band(
        random, samples, rate, 500, 1500
    )
    return pan(scratch * strokes * words, 0.1) + 0.01 * wide(random, samples, rate, 300, 3000)


def camera(random: Random, samples: int, rate: int) -> Floats:
    """A shutter, and the film wound on."""
    track = np.zeros((rate, 2))
    for at, hertz, force in ((0.0, 1900, 0.7), (0.055, 1400, 1.0), (0.1, 2300, 0.5)):
        put(track, pan(_click(random, rate, hertz, 0.025), 0.0), int(at * rate), force)
    length = int(0.32 * rate)
    whirr = saw(np.linspace(300, 420, length), rate) + noise_band(random, length, rate, 1500, 5000)
    put(track, pan(band(whirr, rate, 500, 5000, 1) * swell(length, 0.2, 0.6), 0.0), int(0.17 * rate), 0.12)
    return alone(room(track, rate, 0.3, 0.08), samples)


def keys(random: Random, samples: int, rate: int) -> Floats:
    """A bunch of keys, shaken."""
    track = np.zeros((int(1.3 * rate), 2))
    for _ in range(16):
        hertz = random.uniform(2600, 6200)
        key = ring(
            [(hertz, 0.7, 0.12), (hertz * 1.43, 0.5, 0.1), (hertz * 1.96, 0.3, 0.06)],
            int(0.15 * rate),
            rate,
            0.0003,
        )
        put(
            track,
            pan(key, random.uniform(-0.2, 0.2)),
            int(random.beta(1.3, 2.4) * 1.0 * rate),
            random.uniform(0.2, 1.0),
        )
    return alone(room(track, rate, 0.3, 0.08, 10000), samples)


def lock(random: Random, samples: int, rate: int) -> Floats:
    """A key put in and turned, and the bolt."""
    track = np.zeros((int(1.8 * rate), 2))
    for number in range(5):
        put(
            track,
            pan(_click(random, rate, random.uniform(2600, 3800), 0.015), 0.05),
            int((number * 0.045 + random.uniform(0, 0.01)) * rate),
            0.3,
        )
    put(track, pan(_click(random, rate, 1500, 0.04), 0.05), int(0.55 * rate), 0.5)
    bolt = ring([(240, 0.8, 0.08), (610, 0.6, 0.07), (1340, 0.5, 0.06)], int(0.2 * rate), rate, 0.0008)
    put(bolt, hit(random, 0.03, rate, 500, 4500), 0, 0.8)
    put(track, pan(bolt, 0.05), int(0.72 * rate), 1.0)
    return alone(room(track, rate, 0.4, 0.12), samples)


def coins(random: Random, samples: int, rate: int) -> Floats:
    """Coins that are thrown on a table and spin down."""
    track = np.zeros((int(1.8 * rate), 2))
    for _ in range(4):
        hertz, place, at, gap = (
            random.uniform(4200, 6800),
            random.uniform(-0.4, 0.4),
            random.uniform(0, 0.25),
            0.16,
        )
        coin = ring(
            [(hertz, 0.6, 0.16), (hertz * 1.47, 0.5, 0.12), (hertz * 0.52, 0.2, 0.05)],
            int(0.2 * rate),
            rate,
            0.0003,
        )
        force = 1.0
        while gap > 0.008 and at < 1.5:
            put(track, pan(coin, place), int(at * rate), force)
            at, gap, force = at + gap, gap * 0.82, force * 0.85
    return alone(room(track, rate, 0.3, 0.08, 10000), samples)


def dishes(random: Random, samples: int, rate: int) -> Floats:
    """Plates, cups and spoons."""
    track = np.zeros((samples, 2))
    for first in moments(random, samples, rate, 0.5, 2.2, 0.05):
        for _ in range(random.integers(1, 4)):
            hertz = random.uniform(1500, 4600)
            china = ring(
                [(hertz, 0.8, 0.14), (hertz * 1.58, 0.5, 0.1), (hertz * 2.64, 0.3, 0.05)],
                int(0.2 * rate),
                rate,
                0.0004,
            )
            later = first + int(random.uniform(0, 0.3) * rate)
            put(track, pan(china, random.uniform(-0.7, 0.7)), later, random.uniform(0.1, 1.0))
    return room(track, rate, 0.6, 0.18, 9000)


def clink(random: Random, samples: int, rate: int) -> Floats:
    """Two glasses that meet."""
    home = random.uniform(2300, 2900)
    modes = [(home, 1.0, 1.1), (home * 1.06, 0.8, 0.9), (home * 2.29, 0.4, 0.5), (home * 3.7, 0.2, 0.25)]
    track = np.zeros((2 * rate, 2))
    put(track, pan(ring(modes, int(1.2 * rate), rate, 0.0004), 0.0), 0)
    return alone(room(track, rate, 0.5, 0.12, 9000), samples)


def pour(random: Random, samples: int, rate: int) -> Floats:
    """A glass that is filled: the note of the air in it climbs."""
    length = int(3.2 * rate)
    where = np.arange(length) / length
    flow = swell(length, 0.06, 0.5)
    note = formed(noise_band(random, length, rate, 250, 6000), rate, ((700, 0.2, 250), (1700, 0.15, 500)))
    climb = noise_band(random, length, rate, 20, 60) * sweep(420 + 900 * where**1.6, rate)
    track = pan((note + 0.25 * climb + 0.08 * noise_band(random, length, rate, 2500, 8000)) * flow, 0.0)
    for at in moments(random, length, rate, 0.02, 0.09, 0.05):
        low = 450 + 900 * at / length
        put(
            track,
            pan(drop(random, rate, low, low * 1.6, 0.04), random.uniform(-0.2, 0.2)),
            at,
            random.uniform(0.1, 0.5) * flow[at],
        )
    return alone(room(track, rate, 0.3, 0.08), samples)


def match(random: Random, samples: int, rate: int) -> Floats:
    """A match struck, its flare, and the flame."""
    length = int(2.2 * rate)
    time = np.arange(length) / rate
    scrape = (
        noise_band(random, length, rate, 2200, 8000)
        * np.clip(time / 0.02, 0, 1)
        * np.clip((0.22 - time) / 0.03, 0, 1)
    )
    flare = (
        noise_band(random, length, rate, 500, 5500)
        * np.clip((time - 0.2) / 0.05, 0, 1)
        * np.exp(-np.clip(time - 0.25, 0, None) / 0.28)
    )
    flame = (
        0.06
        * noise_band(random, length, rate, 120, 900)
        * np.clip((time - 0.3) / 0.3, 0, 1)
        * np.clip((2.1 - time) / 0.8, 0, 1)
    )
    spit = convolve(scatter(random, length, 26, 3), hit(random, 0.012, rate, 1500, 8000)) * np.exp(
        -time / 0.5
    )
    return alone(pan(0.6 * scrape + flare + flame + spit, 0.0), samples)


def cloth(random: Random, samples: int, rate: int) -> Floats:
    """A coat put on."""
    track = np.zeros((int(1.6 * rate), 2))
    for at, seconds, force in ((0.0, 0.4, 0.8), (0.45, 0.5, 1.0), (1.0, 0.35, 0.6)):
        length = int(seconds * rate)
        rub = (
            noise_band(random, length, rate, 450, 3200)
            * drift(random, length, rate, 18, 0.2, 1.0)
            * swell(length, 0.4, 1.5)
        )
        put(track, pan(rub, np.linspace(-0.2, 0.2, length)), int(at * rate), force)
    return alone(track, samples)


def door_sliding(random: Random, samples: int, rate: int) -> Floats:
    """Doors that slide open by themselves: air, a motor, a soft stop."""
    length = int(1.1 * rate)
    shape = swell(length, 0.15, 0.6)
    air = noise_band(random, length, rate, 900, 6500) * swell(length, 0.1, 1.5)
    run = saw(np.linspace(90, 180, length), rate) + 0.5 * noise_band(random, length, rate, 200, 900)
    track = np.zeros((2 * rate, 2))
    put(track, pan((0.5 * air + 0.3 * band(run, rate, 90, 1200, 1)) * shape, 0.0), 0)
    stop = ring([(82, 1.0, 0.15), (164, 0.5, 0.1), (530, 0.2, 0.06)], int(0.3 * rate), rate, 0.003)
    put(track, pan(stop, 0.0), int(1.0 * rate), 0.9)
    return alone(room(track, rate, 0.8, 0.18), samples)


def airlock(random: Random, samples: int, rate: int) -> Floats:
    """Valves open, air rushes, and a heavy lock falls in."""
    track = np.zeros((5 * rate, 2))
    length = int(2.6 * rate)
    rush = wide(random, length, rate, 1200, 9000) + 0.6 * wide(random, length, rate, 250, 1200)
    put(track, rush * swell(length, 0.06, 1.4)[:, None], int(0.12 * rate), 0.5)
    slab = ring(
        [(52, 1.0, 0.7), (93, 0.9, 0.6), (171, 0.6, 0.5), (334, 0.4, 0.4), (777, 0.25, 0.3)],
        int(1.2 * rate),
        rate,
        0.002,
    )
    put(slab, hit(random, 0.08, rate, 300, 3500), 0, 0.7)
    put(track, pan(slab, 0.0), 0, 0.6)
    put(track, pan(slab, 0.0), int(2.6 * rate), 1.2)
    return alone(room(track, rate, 1.6, 0.25), samples)


def lift(random: Random, samples: int, rate: int) -> Floats:
    """A lift arrives: a bell, and its doors."""
    track = np.zeros((int(3.4 * rate), 2))
    note = random.uniform(1250, 1390)
    modes = [(note, 1.0, 1.4), (note * 2, 0.25, 0.7), (note * 2.81, 0.1, 0.3)]
    bell = ring(modes, int(1.4 * rate), rate, 0.002)
    put(track, pan(bell, 0.0), 0, 0.5)
    length = int(1.3 * rate)
    roll = noise_band(random, length, rate, 90, 700) * drift(random, length, rate, 14, 0.5, 1.0)
    roll += 0.3 * saw(np.linspace(110, 145, length), rate)
    put(track, pan(roll * swell(length, 0.2, 0.6), 0.0), int(0.75 * rate), 0.5)
    put(
        track,
        pan(ring([(74, 1.0, 0.15), (183, 0.6, 0.12), (610, 0.2, 0.08)], int(0.3 * rate), rate, 0.003), 0.0),
        int(2.0 * rate),
        0.9,
    )
    return alone(room(track, rate, 0.7, 0.18), samples)


def machine(random: Random, samples: int, rate: int) -> Floats:
    """A press in a factory: it strikes, lets steam go, and its belts run on."""
    track = np.zeros((samples, 2))
    press = ring(
        [(61, 1.0, 0.25), (118, 0.9, 0.2), (287, 0.6, 0.18), (703, 0.4, 0.15), (1490, 0.3, 0.1)],
        int(0.4 * rate),
        rate,
        0.002,
    )
    put(press, hit(random, 0.1, rate, 300, 4500), 0, 0.8)
    steam = hit(random, 0.5, rate, 2200, 9000, 0.03)
    beat = int(random.uniform(0.95, 1.1) * rate)
    for at in range(0, samples, beat):
        put(track, pan(press, -0.15), at)
        put(track, pan(press, 0.3), at + beat // 2, 0.45)
        put(track, pan(steam, -0.2), at + beat // 4, 0.35)
    belts = noise_band(random, samples, rate, 120, 900) * drift(random, samples, rate, 6, 0.7, 1.0)
    whine = saw(np.full(samples, 97.0), rate)
    return room(track, rate, 1.4, 0.25, 5000) + pan(0.1 * belts + 0.03 * band(whine, rate, 90, 900, 1), 0.1)


def steam(random: Random, samples: int, rate: int) -> Floats:
    """A pipe that lets steam go, and stops, and goes on."""
    jets = np.clip(drift(random, samples, rate, 0.6, -0.3, 1.0), 0.03, 1)[:, None]
    return (wide(random, samples, rate, 1800, 9500) + 0.25 * wide(random, samples, rate, 300, 1800)) * jets


def fan(random: Random, samples: int, rate: int) -> Floats:
    """A fan on a ceiling: blades that go round, and a bearing that ticks."""
    turn = np.cumsum(drift(random, samples, rate, 0.2, 3.2, 3.4)) / rate
    blades = 0.45 + 0.55 * np.abs(np.sin(np.pi * turn)) ** 1.5
    air = wide(random, samples, rate, 120, 900) * blades[:, None]
    ticks = np.diff(np.floor(turn / 2), prepend=0.0)
    return (
        air
        + pan(0.5 * convolve(ticks, _click(random, rate, 900, 0.03)), 0.1)
        + pan(0.2 * sweep(np.full(samples, 100.0), rate), 0)
    )


def drill(random: Random, samples: int, rate: int) -> Floats:
    """An electric drill that bites into a wall."""
    load = drift(random, samples, rate, 0.8, 0.0, 1.0)
    hertz = 235 - 75 * load
    whine = saw(hertz, rate) + 0.6 * saw(hertz * 3.1, rate) + 0.4 * saw(hertz * 7.3, rate)
    grind = noise_band(random, samples, rate, 700, 5000) * (0.3 + load) * (0.6 + 0.4 * sweep(hertz / 4, rate))
    return room(pan(band(0.5 * whine, rate, 200, 5500, 1) + 0.6 * grind, 0.0), rate, 0.4, 0.12)


def saw_cut(random: Random, samples: int, rate: int) -> Floats:
    """A hand saw through a board, to and fro."""
    track = np.zeros(samples)
    for number, at in enumerate(moments(random, samples, rate, 0.38, 0.44)):
        length = int(0.36 * rate)
        low = 900 if number % 2 else 650
        teeth = 0.4 + np.abs(np.sin(np.pi * np.cumsum(170 * swell(length, 0.5, 0.5)) / rate)) ** 2
        stroke = noise_band(random, length, rate, low, low * 4.5) * teeth * swell(length, 0.5, 0.8)
        put(track, stroke, at, 0.6 if number % 2 else 1.0)
    return room(pan(track, 0.0), rate, 0.4, 0.12)


def hammer(random: Random, samples: int, rate: int) -> Floats:
    """A nail driven into wood, blow by blow."""
    return _hammer(
        random, samples, rate, [(210, 1.0, 0.09), (415, 0.6, 0.07), (1330, 0.4, 0.05), (3100, 0.3, 0.06)], 0.5
    )


def anvil(random: Random, samples: int, rate: int) -> Floats:
    """A smith at the anvil."""
    return _hammer(
        random,
        samples,
        rate,
        [(1480, 0.7, 1.2), (2650, 1.0, 1.5), (4210, 0.6, 1.0), (6370, 0.3, 0.5), (390, 0.5, 0.1)],
        0.75,
    )


def _hammer(
    random: Random, samples: int, rate: int, modes: list[tuple[float, float, float]], beat: float
) -> Floats:
    track = np.zeros((samples, 2))
    longest = max(seconds for _, _, seconds in modes)
    for at in moments(random, samples, rate, beat * 0.94, beat * 1.06):
        tune = random.uniform(0.99, 1.02)
        blow = ring(
            [(hertz * tune, amplitude, seconds) for hertz, amplitude, seconds in modes],
            int((longest + 0.02) * rate),
            rate,
            0.0004,
        )
        put(blow, hit(random, 0.03, rate, 800, 7000, 0.0003), 0, 0.9)
        put(track, pan(blow, 0.0), at, random.uniform(0.7, 1.0))
    return room(track, rate, 0.7, 0.15, 8000)


def printer(random: Random, samples: int, rate: int) -> Floats:
    """A printer: the head runs to and fro, and the paper is drawn on."""
    time = np.arange(samples) / rate
    run = 0.5 + 0.5 * np.sign(np.sin(2 * np.pi * time / 1.1))
    hertz = band(280 + 90 * run, rate, 0, 25, 1)
    head = saw(hertz, rate) * 0.5 + noise_band(random, samples, rate, 900, 4200) * 0.5
    gate = np.clip(np.abs(np.sin(2 * np.pi * time / 1.1)) * 4, 0, 1)
    feed = convolve(np.diff(np.floor(time / 0.55), prepend=0.0), _click(random, rate, 1100, 0.05))
    return pan(band(head, rate, 250, 4500, 1) * gate * 0.6 + feed, -0.05) + 0.05 * wide(
        random, samples, rate, 150, 900
    )


def computer(random: Random, samples: int, rate: int) -> Floats:
    """A computer's fan, and its disk that seeks."""
    air = wide(random, samples, rate, 180, 1600) + 0.25 * wide(random, samples, rate, 1600, 5000)
    tone = sweep(np.full(samples, 236.0) + drift(random, samples, rate, 0.3, -1, 1), rate)
    track = air + pan(0.25 * tone, 0.0)
    for first in moments(random, samples, rate, 0.8, 2.6, 0.2):
        for number in range(random.integers(2, 9)):
            put(
                track,
                pan(_click(random, rate, 720, 0.02), 0.15),
                first + int(number * 0.045 * rate),
                random.uniform(0.3, 1.6),
            )
    return track


def generator(random: Random, samples: int, rate: int) -> Floats:
    """A diesel generator behind a wall."""
    hertz = drift(random, samples, rate, 0.2, 24.6, 25.4)
    body = formed(
        motor(random, hertz, rate, 0.15, 6),
        rate,
        ((50, 1.2, 30), (100, 1.2, 40), (200, 0.7, 90), (400, 0.3, 200)),
    )
    return pan(body, 0.0) + 0.03 * wide(random, samples, rate, 200, 1200)


def geiger(random: Random, samples: int, rate: int) -> Floats:
    """A counter that ticks faster and slower as its owner searches."""
    near = drift(random, samples, rate, 0.4, 0.05, 1.0) ** 2
    hits = (random.uniform(0, 1, samples) < near * 45 / rate).astype(float)
    return pan(convolve(hits, _click(random, rate, 2600, 0.006, 0.1)), 0.0) + 0.004 * wide(
        random, samples, rate, 300, 3000
    )


def laser(random: Random, samples: int, rate: int) -> Floats:
    """A ray, as films of space have it."""
    length = int(0.45 * rate)
    time = np.arange(length) / rate
    hertz = 260 + random.uniform(2600, 3200) * np.exp(-time / 0.07)
    ray = (sweep(hertz, rate) + 0.5 * sweep(1.01 * hertz, rate) + 0.25 * saw(hertz / 2, rate)) * fall(
        length, rate, 0.5, 0.001
    )
    track = np.zeros((int(1.4 * rate), 2))
    put(track, pan(np.tanh(1.5 * ray), np.linspace(-0.2, 0.5, length)), 0)
    return alone(room(track, rate, 1.0, 0.2), samples)


def teleport(random: Random, samples: int, rate: int) -> Floats:
    """Someone is taken apart, and is somewhere else."""
    length = 3 * rate
    shape = swell(length, 0.55, 1.4)
    track = np.zeros((length, 2))
    for number in range(14):
        hertz = random.uniform(500, 3600) * (1 + 0.5 * np.arange(length) / length)
        glitter = (
            sweep(hertz, rate) * np.abs(np.sin(np.pi * random.uniform(3, 9) * np.arange(length) / rate)) ** 6
        )
        track += pan(glitter * shape, -0.9 + 1.8 * number / 13)
    deep = sweep(np.linspace(60, 240, length), rate) * shape
    return alone(room(track + pan(1.5 * deep, 0.0), rate, 1.8, 0.35, 8000), samples)


def robot(random: Random, samples: int, rate: int) -> Floats:
    """A robot that thinks aloud: chirps and glides."""
    track = np.zeros((samples, 2))
    for first in moments(random, samples, rate, 1.2, 2.4):
        at = first
        for _ in range(random.integers(3, 7)):
            length = int(random.uniform(0.06, 0.22) * rate)
            low, high = random.uniform(420, 2400, 2)
            hertz = np.geomspace(float(low), float(high), length) * (
                1 + 0.04 * np.sin(2 * np.pi * random.uniform(0, 40) * np.arange(length) / rate)
            )
            put(
                track,
                pan((sweep(hertz, rate) + 0.2 * sweep(2 * hertz, rate)) * swell(length, 0.2, 0.6), 0.1),
                at,
                random.uniform(0.6, 1.0),
            )
            at += length + int(random.uniform(0.01, 0.06) * rate)
    return room(track, rate, 0.4, 0.12)


def servo(random: Random, samples: int, rate: int) -> Floats:
    """A limb of steel that moves: a motor's whine up and down, and it stops."""
    track = np.zeros((samples, 2))
    for at in moments(random, samples, rate, 0.9, 1.7):
        length = int(random.uniform(0.35, 0.7) * rate)
        speed = swell(length, 0.25, 0.5)
        whine = saw(110 + 260 * speed, rate) + 0.6 * saw((110 + 260 * speed) * 4.7, rate)
        put(track, pan(band(whine, rate, 180, 4500, 1) * speed, -0.1), at, 0.6)
        put(track, pan(_click(random, rate, 700, 0.05), -0.1), at + length, 0.8)
    return room(track, rate, 0.4, 0.12)


def force_field(random: Random, samples: int, rate: int) -> Floats:
    """Electricity that stands in the air, and sparks."""
    buzz = saw(np.full(samples, 100.0), rate) + 0.6 * saw(np.full(samples, 200.7), rate)
    sparks = _sparks(random, samples, rate)
    return pan(0.3 * band(buzz, rate, 180, 3500, 1) * drift(random, samples, rate, 3, 0.4, 1.0), 0.0) + sparks


def _sparks(random: Random, samples: int, rate: int) -> Floats:
    crackle = convolve(
        scatter(random, samples, samples / rate * 40, 5), hit(random, 0.01, rate, 1500, 9000, 0.0002)
    )
    return pan(
        2.0 * crackle * drift(random, samples, rate, 2, 0.0, 1.0) ** 2,
        drift(random, samples, rate, 1, -0.5, 0.5),
    )


def drone(random: Random, samples: int, rate: int) -> Floats:
    """A low unrest, for what nobody can name."""
    track = 0.5 * wide(random, samples, rate, 35, 130) * gusts(random, samples, rate, 0.2, 0.4)
    for place, hertz in ((-0.6, 49.0), (0.0, 73.6), (0.6, 78.2), (0.2, 147.5)):
        curve = hertz * (1 + drift(random, samples, rate, 0.15, -0.008, 0.008))
        tone = sweep(curve, rate) + 0.4 * sweep(2.003 * curve, rate) + 0.15 * sweep(3.01 * curve, rate)
        track += pan(tone * drift(random, samples, rate, 0.25, 0.15, 1.0) * (98 / (hertz + 49)), place)
    return room(track, rate, 2.5, 0.3, 1500)


RECIPES = {
    "airlock": Recipe(airlock, -23),
    "anvil": Recipe(anvil, -26, continuous=True, struck=True),
    "camera": Recipe(camera, -27),
    "clink": Recipe(clink, -28),
    "cloth": Recipe(cloth, -33),
    "coins": Recipe(coins, -29),
    "computer": Recipe(computer, -38, continuous=True),
    "dishes": Recipe(dishes, -32, continuous=True, struck=True),
    "door-sliding": Recipe(door_sliding, -26),
    "drill": Recipe(drill, -27, continuous=True),
    "drone": Recipe(drone, -33, continuous=True),
    "fan": Recipe(fan, -37, continuous=True),
    "force-field": Recipe(force_field, -32, continuous=True),
    "geiger": Recipe(geiger, -32, continuous=True),
    "generator": Recipe(generator, -34, continuous=True),
    "hammer": Recipe(hammer, -28, continuous=True, struck=True),
    "keys": Recipe(keys, -30),
    "laser": Recipe(laser, -24),
    "lift": Recipe(lift, -28),
    "lock": Recipe(lock, -27),
    "machine": Recipe(machine, -28, continuous=True, struck=True),
    "match": Recipe(match, -28),
    "pour": Recipe(pour, -29),
    "printer": Recipe(printer, -32, continuous=True),
    "robot": Recipe(robot, -29, continuous=True, struck=True),
    "saw": Recipe(saw_cut, -28, continuous=True),
    "servo": Recipe(servo, -30, continuous=True, struck=True),
    "steam": Recipe(steam, -32, continuous=True),
    "teleport": Recipe(teleport, -26),
    "typewriter": Recipe(typewriter, -29, continuous=True, struck=True),
    "typing": Recipe(typing, -33, continuous=True, struck=True),
    "writing": Recipe(writing, -37, continuous=True),
}
"""the sounds of this module, by name"""
