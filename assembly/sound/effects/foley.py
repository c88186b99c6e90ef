"""Sounds with a beginning and an end: doors, knocks, steps, things that fall, thunder.

Every function takes (random, samples, sample_rate) and returns float [samples, 2]: what does not fit is cut
off (`assembly/sound/effects/built_in.py` fades the end), and after a single sound there is silence. Steps
and old wood go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.parts import alone
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


def door(random: Random, samples: int, rate: int) -> Floats:
    """A latch, a hinge, and half a second later the door falls shut."""
    track = np.zeros((samples, 2))
    for at, force in ((0.0, 0.5), (0.09, 0.3), (1.16, 0.5)):
        put(track, pan(_latch(random, rate), 0.1), int(at * rate), force)
    put(track, pan(_groan(random, int(0.5 * rate), rate, 26, 48), 0.05), int(0.22 * rate), 0.14)
    length = int(0.7 * rate)
    modes = [(62.0, 1.0, 0.4), (94.0, 0.8, 0.3), (151.0, 0.6, 0.22), (233.0, 0.4, 0.16), (420.0, 0.2, 0.1)]
    slam = ring(modes, length, rate, 0.002)
    slam += 0.5 * band(noise(random, length), rate, 120, 2500) * fall(length, rate, 0.12, 0.001)
    put(track, pan(slam, 0.0), int(1.1 * rate), 1.0)
    return room(track, rate, 0.7, 0.18)


def knock(random: Random, samples: int, rate: int) -> Floats:
    """Three knuckles on a door."""
    track = np.zeros((samples, 2))
    length = int(0.25 * rate)
    for at, force in ((0.0, 0.85), (0.27, 0.9), (0.55, 1.0)):
        tune = random.uniform(0.97, 1.03)
        wood = ring(
            [(178 * tune, 1.0, 0.12), (312 * tune, 0.7, 0.09), (540, 0.4, 0.06), (910, 0.2, 0.04)],
            length,
            rate,
        )
        wood += 0.4 * band(noise(random, length), rate, 500, 3500) * fall(length, rate, 0.025, 0.0005)
        put(track, pan(wood, -0.05), int((at + random.uniform(0, 0.012)) * rate), force)
    return room(track, rate, 0.5, 0.2)


def footsteps(random: Random, samples: int, rate: int) -> Floats:
    """Heel and toe on boards, a step every half second, one foot after the other."""
    track = np.zeros((samples, 2))
    length = int(0.3 * rate)
    at, foot = 0.0, 1.0
    while at * rate < samples:
        tune, force = random.uniform(0.92, 1.08), random.uniform(0.75, 1.0)
        heel = ring(
            [(88 * tune, 1.0, 0.13), (147 * tune, 0.7, 0.1), (290 * tune, 0.3, 0.06)], length, rate, 0.002
        )
        heel += 0.35 * band(noise(random, length), rate, 350, 2600) * fall(length, rate, 0.03, 0.001)
        toe = 0.3 * ring([(190 * tune, 0.6, 0.06)], length, rate, 0.002)
        toe += 0.25 * band(noise(random, length), rate, 600, 3600) * fall(length, rate, 0.04, 0.003)
        put(track, pan(heel, 0.14 * foot), int(at * rate), force)
        put(track, pan(toe, 0.14 * foot), int((at + 0.085) * rate), force)
        at, foot = at + random.uniform(0.5, 0.56), -foot
    return room(track, rate, 0.45, 0.15)


def creak(random: Random, samples: int, rate: int) -> Floats:
    """Old boards that give under weight, then again some seconds later."""
    track = np.zeros((samples, 2))
    at = 0
    while at < samples:
        length = int(random.uniform(0.9, 1.6) * rate)
        low = random.uniform(18, 30)
        groan = _groan(random, length, rate, low, low * random.uniform(1.6, 2.6))
        put(track, pan(groan, random.uniform(-0.3, 0.3)), at, random.uniform(0.7, 1.0))
        at += length + int(random.uniform(1.8, 4.5) * rate)
    return room(track, rate, 0.6, 0.2)


def paper(random: Random, samples: int, rate: int) -> Floats:
    """A sheet unfolded in three moves."""
    track = np.zeros((samples, 2))
    for at, seconds, force in ((0.0, 0.35, 0.8), (0.5, 0.45, 1.0), (1.15, 0.3, 0.6)):
        length = int(seconds * rate)
        rustle = noise_band(random, length, rate, 1800, 9000) * drift(random, length, rate, 24, 0.0, 0.22)
        crack = band(noise(random, rate // 100), rate, 1500, 11000) * fall(rate // 100, rate, 0.008, 0.0002)
        rustle += convolve(scatter(random, length, seconds * 130, 3), crack) * 1.4
        rustle *= np.sin(np.pi * (np.arange(length) + 0.5) / length) ** 0.7
        put(track, pan(rustle, np.linspace(-0.15, 0.2, length)), int(at * rate), force)
    return room(track, rate, 0.3, 0.1, 9000)


def splash(random: Random, samples: int, rate: int) -> Floats:
    """An impact, a curtain of water, and drops that fall back."""
    length = int(2.6 * rate)
    time = np.arange(length) / rate
    body = 1.1 * ring([(58, 1.0, 0.3), (96, 0.6, 0.2)], length, rate, 0.004)
    for low, high, gain, seconds, attack in (
        (250, 900, 0.8, 0.7, 0.004),
        (900, 3000, 0.7, 1.1, 0.03),
        (3000, 9000, 0.45, 1.5, 0.06),
    ):
        body += gain * noise_band(random, length, rate, low, high) * fall(length, rate, seconds, attack)
    track = pan(body, 0.0)
    for _ in range(34):
        at = 0.25 + random.exponential(0.55)
        bubble = int(random.uniform(0.03, 0.09) * rate)
        hertz = random.uniform(500, 1700) * (1 + 0.5 * np.arange(bubble) / bubble)
        drop = sweep(hertz, rate) * fall(bubble, rate, bubble / rate, 0.003)
        put(
            track,
            pan(drop, random.uniform(-0.6, 0.6)),
            int(at * rate),
            random.uniform(0.05, 0.3) * np.exp(-at),
        )
    track *= np.clip((time[-1] - time) / 0.4, 0, 1)[:, None]
    return alone(room(track, rate, 0.9, 0.2), samples)


def switch(random: Random, samples: int, rate: int) -> Floats:
    """A heavy lever: it clicks out, falls over, and its housing rings."""
    track = np.zeros((samples, 2))
    length = int(0.5 * rate)
    clunk = ring([(118, 1.0, 0.16), (205, 0.7, 0.12), (760, 0.35, 0.18), (1310, 0.25, 0.22)], length, rate)
    clunk += 0.5 * band(noise(random, length), rate, 400, 5000) * fall(length, rate, 0.03, 0.0004)
    put(track, pan(_latch(random, rate), 0.0), 0, 0.45)
    put(track, pan(clunk, 0.0), int(0.11 * rate), 1.0)
    return room(track, rate, 0.8, 0.18)


def thunder(random: Random, samples: int, rate: int) -> Floats:
    """A crack, then rumbles that roll away for nine seconds."""
    length = 10 * rate
    time = np.arange(length) / rate
    roll = np.zeros(length)
    for _ in range(9):
        peak, wide = random.uniform(0.1, 5.5), random.uniform(0.3, 1.1)
        roll += random.uniform(0.3, 1.0) * np.exp(-(((time - peak) / wide) ** 2)) * np.exp(-peak / 3.2)
    roll = (roll + 0.5 * np.exp(-time / 2.4)) * np.clip(time / 0.05, 0, 1) * np.clip((9.8 - time) / 3, 0, 1)
    deep = np.stack([noise_band(random, length, rate, 28, 120) for _ in range(2)], axis=1)
    open_sky = np.stack([noise_band(random, length, rate, 120, 420) for _ in range(2)], axis=1)
    track = (deep + 0.4 * open_sky) * roll[:, None]
    for at in (0.0, 0.07, 0.19, 0.32):
        crack = band(noise(random, int(0.5 * rate)), rate, 180, 4200) * fall(
            int(0.5 * rate), rate, 0.35, 0.004
        )
        put(track, pan(crack, random.uniform(-0.5, 0.5)), int(at * rate), random.uniform(0.4, 1.1))
    return alone(room(track, rate, 2.5, 0.3, 2500), samples)


def whoosh(random: Random, samples: int, rate: int) -> Floats:
    """Something large passes from left to right, within the sound's length or three seconds."""
    length = min(samples, 3 * rate)
    where = np.arange(length) / max(length, 1)
    near = np.exp(-(((where - 0.5) / 0.17) ** 2))
    track = np.zeros((length, 2))
    for low, high, power in ((90, 320, 0.8), (320, 900, 1.3), (900, 2400, 2.2), (2400, 6500, 3.5)):
        track += pan(noise_band(random, length, rate, low, high) * near**power, 1.6 * (where - 0.5))
    return alone(track, samples)


def _latch(random: Random, rate: int) -> Floats:
    length = int(0.12 * rate)
    click = band(noise(random, length), rate, 1200, 7000) * fall(length, rate, 0.012, 0.0004)
    return click + ring([(880, 0.4, 0.05), (1730, 0.35, 0.06), (2640, 0.2, 0.04)], length, rate)


def _groan(random: Random, length: int, rate: int, low: float, high: float) -> Floats:
    """Stick and slip: pulses that quicken from `low` to `high` a second through the modes of a board."""
    where = np.arange(length) / max(length, 1)
    speed = (low + (high - low) * where**1.4) * drift(random, length, rate, 9, 0.85, 1.15)
    pulses = np.diff(np.floor(np.cumsum(speed) / rate), prepend=0.0) * random.uniform(0.5, 1.0, length)
    body = ring([(410, 0.5, 0.05), (655, 1.0, 0.06), (1120, 0.7, 0.04), (1890, 0.3, 0.03)], rate // 12, rate)
    shape = np.clip(where / 0.15, 0, 1) * np.clip((1 - where) / 0.25, 0, 1)
    return convolve(pulses * shape, body)


RECIPES = {
    "creak": Recipe(creak, -28),
    "door": Recipe(door, -22),
    "footsteps": Recipe(footsteps, -27),
    "knock": Recipe(knock, -22),
    "paper": Recipe(paper, -28),
    "splash": Recipe(splash, -22),
    "switch": Recipe(switch, -23),
    "thunder": Recipe(thunder, -19),
    "whoosh": Recipe(whoosh, -23),
}
"""the sounds of this module, by name"""
