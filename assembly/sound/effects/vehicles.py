"""What people travel in: cars, trains, aircraft, ships of the air and of space.

Every function takes (random, samples, sample_rate) and returns float [samples, 2].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects.parts import alone, formed, hit, moments, motor, saw, swell, wide
from assembly.sound.effects.recipe import Recipe
from assembly.sound.effects.steps import hooves
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
    sweep,
)

if TYPE_CHECKING:
    from assembly.sound.signal.wav import Array, Floats

_PIPE = ((85, 1.0, 60), (190, 0.8, 90), (420, 0.5, 200), (900, 0.25, 500))
"""resonances of a car's exhaust and body"""


def car(random: Random, samples: int, rate: int) -> Floats:
    """Four cylinders that idle at the kerb."""
    return pan(_idle(random, samples, rate), 0.0) + 0.05 * wide(random, samples, rate, 300, 2500)


def _idle(random: Random, samples: int, rate: int) -> Floats:
    hertz = drift(random, samples, rate, 0.7, 26, 28.5)
    return formed(motor(random, hertz, rate, 0.35, 7), rate, _PIPE) + 0.05 * saw(hertz * 4, rate)


def car_start(random: Random, samples: int, rate: int) -> Floats:
    """A starter that labours, the motor that catches, a touch of the throttle, and it idles."""
    time = np.arange(samples) / rate
    cranking = np.clip(time / 0.03, 0, 1) * np.clip((0.95 - time) / 0.05, 0, 1)
    labour = 1 + 0.12 * np.sin(2 * np.pi * 5.5 * time)
    whirr = saw(190 * labour, rate) * 0.4 + saw(570 * labour, rate) * 0.25
    whirr += 0.3 * noise_band(random, samples, rate, 400, 3000) * (0.6 + 0.4 * np.sin(2 * np.pi * 5.5 * time))
    running = np.clip((time - 0.85) / 0.12, 0, 1)
    revs = 27 + 55 * np.exp(-(((time - 1.35) / 0.32) ** 2)) + drift(random, samples, rate, 1, -0.8, 0.8)
    force = 0.6 + 1.2 * np.exp(-(((time - 1.3) / 0.35) ** 2))
    catch = formed(motor(random, revs, rate, 0.35, 8), rate, _PIPE)
    return room(
        pan(0.35 * band(whirr, rate, 150, 3500) * cranking + catch * running * force, 0.0), rate, 0.5, 0.1
    )


def _pass(sound: Array, rate: int, seconds: float, nearest: float, width: float) -> Floats:
    """A mono sound of `seconds` that comes from the left, is nearest at its middle, and goes to the right."""
    time = np.arange(len(sound)) / rate - seconds * 0.5
    distance = np.sqrt(nearest**2 + (width * time) ** 2)
    side = np.clip(width * time / distance, -1, 1)
    ends = np.clip((seconds / 2 - np.abs(time)) / 0.5, 0, 1)
    return pan(sound * (nearest / distance) ** 1.3 * ends, 0.9 * side)


def _doppler(length: int, rate: int, seconds: float, nearest: float, speed: float) -> Floats:
    """By what the pitch of something is multiplied that passes at `nearest` metres with `speed` m/s."""
    time = np.arange(length) / rate - seconds * 0.5
    towards = -speed * speed * time / np.sqrt(nearest**2 + (speed * time) ** 2)
    return 1 / (1 - towards / 343)


def car_passing(random: Random, samples: int, rate: int) -> Floats:
    """A car goes by from left to right: tyres and motor, lower as it leaves."""
    seconds = 5.0
    length = int(seconds * rate)
    pitch = _doppler(length, rate, seconds, 6.0, 17.0)
    tyres = (
        noise_band(random, length, rate, 350, 1600)
        + 0.5 * noise_band(random, length, rate, 1600, 5500) * pitch**6
    )
    engine = formed(motor(random, 78 * pitch, rate, 0.2, 6), rate, _PIPE)
    return alone(_pass(0.8 * tyres + 0.9 * engine, rate, seconds, 6.0, 17.0), samples)


def lorry(random: Random, samples: int, rate: int) -> Floats:
    """A heavy diesel at work: slow hard strokes, a turbine over them."""
    hertz = drift(random, samples, rate, 0.25, 31, 36)
    strokes = motor(random, hertz, rate, 0.25, 11)
    knocks = band(strokes, rate, 600, 2600, 1)
    body = formed(strokes, rate, ((62, 1.4, 40), (125, 1.0, 70), (260, 0.6, 150), (520, 0.3, 300)))
    turbine = 0.02 * sweep(hertz * 62, rate)
    return pan(body + 0.25 * knocks + turbine, 0.0) + 0.04 * wide(random, samples, rate, 200, 1800)


def motorcycle(random: Random, samples: int, rate: int) -> Floats:
    """Two cylinders, accelerating and letting go by turns."""
    hertz = drift(random, samples, rate, 0.22, 42, 95)
    strokes = motor(random, hertz, rate, 0.45, 13)
    body = formed(strokes, rate, ((120, 1.0, 80), (310, 0.9, 160), (780, 0.6, 350), (1700, 0.3, 700)))
    return pan(body, 0.0)


def brakes(random: Random, samples: int, rate: int) -> Floats:
    """Tyres that scream on a road and let go."""
    length = int(1.9 * rate)
    where = np.arange(length) / length
    curve = (1020 - 240 * where**2) * (1 + drift(random, length, rate, 14, -0.015, 0.015))
    rough = 1 + 0.5 * noise_band(random, length, rate, 30, 110)
    scream = (
        saw(curve, rate) + 0.7 * saw(curve * 1.31, rate) + 0.6 * noise_band(random, length, rate, 700, 3500)
    )
    shape = np.clip(where / 0.06, 0, 1) * np.clip((1 - where) / 0.2, 0, 1)
    track = np.zeros((3 * rate, 2))
    put(track, pan(band(scream, rate, 700, 4500) * rough * shape, np.linspace(-0.4, 0.2, length)), 0)
    return alone(room(track, rate, 1.0, 0.25), samples)


def _rails(random: Random, samples: int, rate: int, gap: float, low: float, high: float) -> Floats:
    """Wheels that strike the gaps of the rails: da-dum, da-dum; mono."""
    strokes = np.zeros(samples)
    for at in moments(random, samples, rate, gap * 0.985, gap * 1.015):
        for later, force in ((0.0, 0.8), (0.13, 1.0), (0.36, 0.55), (0.49, 0.7)):
            where = at + int(later * gap * rate)
            if where < samples:
                strokes[where] += force * random.uniform(0.8, 1.0)
    length = rate // 4
    thud = ring([(58, 1.0, 0.14), (97, 0.9, 0.12), (163, 0.5, 0.09), (330, 0.3, 0.07)], length, rate, 0.003)
    clank = hit(random, 0.08, rate, low, high) + 0.3 * ring(
        [(1260, 0.6, 0.06), (2180, 0.4, 0.05)], int(0.08 * rate), rate
    )
    put(thud, clank, 0, 0.5)
    return convolve(strokes, thud)


def train(random: Random, samples: int, rate: int) -> Floats:
    """A train rolls by, near: wheels over the gaps of the rails, a rumble, steel that sings."""
    beat = _rails(random, samples, rate, 0.95, 500, 5000)
    rumble = 0.7 * noise_band(random, samples, rate, 35, 180) * drift(random, samples, rate, 2, 0.6, 1.0)
    roar = wide(random, samples, rate, 250, 2600) * drift(random, samples, rate, 1, 0.6, 1.0)[:, None]
    steel = noise_band(random, samples, rate, 2600, 3400) * drift(random, samples, rate, 0.8, 0.0, 1.0) ** 3
    return room(pan(4.5 * beat + rumble + 0.25 * steel, 0.0) + 0.4 * roar, rate, 0.8, 0.15)


def steam_train(random: Random, samples: int, rate: int) -> Floats:
    """A locomotive that pulls: four blows of steam a turn, one of them harder, and the iron under it."""
    puffs = np.zeros(samples)
    rods = np.zeros(samples)
    blow = np.zeros(int(0.3 * rate))
    put(blow, hit(random, 0.28, rate, 180, 1400, 0.02), 0)
    put(blow, hit(random, 0.2, rate, 1400, 6000, 0.03), 0, 0.4)
    for number, at in enumerate(moments(random, samples, rate, 0.24, 0.25)):
        puffs[at] = (1.0, 0.6, 0.75, 0.6)[number % 4] * random.uniform(0.85, 1.0)
        rods[at] = 0.5 * (number % 2 == 0)
    clank = ring([(410, 0.6, 0.1), (933, 0.5, 0.12), (1710, 0.3, 0.08)], rate // 6, rate)
    hiss = 0.012 * wide(random, samples, rate, 2500, 9000)
    rumble = 0.03 * noise_band(random, samples, rate, 40, 160)
    return (
        room(pan(convolve(puffs, blow) + 0.2 * convolve(rods, clank) + rumble, 0.0), rate, 1.4, 0.25) + hiss
    )


def tram(random: Random, samples: int, rate: int) -> Floats:
    """A tram: motors that whine, wheels that roll, and its bell now and then."""
    hertz = drift(random, samples, rate, 0.15, 240, 420)
    whine = sum(weight * sweep(hertz * part, rate) for part, weight in ((1, 1.0), (2, 0.5), (3.02, 0.25)))
    rolling = noise_band(random, samples, rate, 60, 700) * drift(random, samples, rate, 2, 0.6, 1.0)
    track = pan(
        0.18 * np.asarray(whine) + 0.7 * rolling + 2.5 * _rails(random, samples, rate, 1.4, 600, 4000), 0.0
    )
    gong = ring([(880, 1.0, 0.8), (2390, 0.4, 0.5), (4410, 0.2, 0.2)], rate, rate)
    for at in moments(random, samples, rate, 6, 9, 0.6):
        for beat in range(2):
            put(track, pan(gong, 0.2), at + int(beat * 0.24 * rate), 0.6)
    return room(track, rate, 0.9, 0.15)


def helicopter(random: Random, samples: int, rate: int) -> Floats:
    """Blades that slap eleven times a second, the tail rotor, and a turbine."""
    hertz = drift(random, samples, rate, 0.3, 10.8, 11.4)
    slap = motor(random, hertz, rate, 0.12, 6)
    chop = formed(slap, rate, ((70, 1.6, 50), (140, 1.0, 90), (420, 0.4, 300)))
    phase = np.modf(np.cumsum(hertz) / rate)[0]
    wash = noise_band(random, samples, rate, 150, 2400) * (0.25 + np.exp(-5 * phase))
    tail = 0.08 * saw(hertz * 5.1, rate)
    turbine = 0.03 * noise_band(random, samples, rate, 3600, 4300)
    return room(pan(chop + 0.35 * wash + band(tail, rate, 60, 600, 1) + turbine, 0.1), rate, 0.8, 0.15)


def aeroplane(random: Random, samples: int, rate: int) -> Floats:
    """A jet passes over: a whine that falls, and the roar that comes after it."""
    seconds = 9.0
    length = int(seconds * rate)
    pitch = _doppler(length, rate, seconds, 90.0, 85.0)
    time = np.arange(length) / rate - seconds / 2
    whine = noise_band(random, length, rate, 2200, 3000) * pitch**3 * np.clip(1.2 - time, 0.05, 1)
    whine += 0.4 * sweep(2500 * pitch, rate) * np.clip(1 - time, 0, 1) ** 2
    roar = noise_band(random, length, rate, 45, 260) * np.clip((time + 3) / 3.5, 0.2, 1)
    roar += 0.7 * noise_band(random, length, rate, 260, 1200) * np.clip((time + 2.5) / 3, 0.15, 1)
    return alone(_pass(roar + 0.25 * whine, rate, seconds, 90.0, 85.0), samples)


def propeller(random: Random, samples: int, rate: int) -> Floats:
    """Two engines of an old aeroplane that beat against each other."""
    track = np.zeros((samples, 2))
    for place, home in ((-0.4, 78.0), (0.4, 79.1)):
        hertz = home + drift(random, samples, rate, 0.3, -0.5, 0.5)
        drone = formed(
            motor(random, hertz, rate, 0.15, 5), rate, ((85, 1.2, 50), (160, 1.0, 80), (330, 0.5, 200))
        )
        track += pan(drone, place)
    return track + 0.06 * wide(random, samples, rate, 150, 1500)


def carriage(random: Random, samples: int, rate: int) -> Floats:
    """A horse, and iron tyres on cobbles behind it."""
    jolts = convolve(scatter(random, samples, samples / rate * 32, 2), hit(random, 0.05, rate, 150, 1600))
    rolling = noise_band(random, samples, rate, 70, 420) * drift(random, samples, rate, 9, 0.3, 1.0)
    harness = convolve(
        scatter(random, samples, samples / rate * 3, 2),
        ring([(3350, 0.6, 0.12), (5120, 0.4, 0.1)], rate // 8, rate),
    )
    wheels = room(pan(0.4 * jolts + 0.14 * rolling + 0.03 * harness, 0.1), rate, 0.5, 0.12)
    return hooves(random, samples, rate) + wheels


def rocket(random: Random, samples: int, rate: int) -> Floats:
    """A launch: fire that roars and crackles for as long as it is heard."""
    deep = wide(random, samples, rate, 28, 140) * drift(random, samples, rate, 3, 0.7, 1.0)[:, None]
    roar = wide(random, samples, rate, 140, 1200) * drift(random, samples, rate, 5, 0.6, 1.0)[:, None]
    tear = (
        noise_band(random, samples, rate, 1200, 5000)
        * np.clip(noise_band(random, samples, rate, 18, 60), 0, 3) ** 2
    )
    return deep * 1.4 + roar + pan(0.3 * tear, 0.0)


def spaceship(random: Random, samples: int, rate: int) -> Floats:
    """An engine that no one has built yet: a deep chord that breathes, and plasma over it."""
    track = np.zeros((samples, 2))
    for place, hertz in ((-0.5, 55.0), (0.0, 82.6), (0.5, 110.4)):
        curve = hertz * (1 + drift(random, samples, rate, 0.2, -0.006, 0.006))
        tone = band(saw(curve, rate) + saw(curve * 1.007, rate), rate, 40, 700, 1)
        track += pan(tone * drift(random, samples, rate, 0.4, 0.6, 1.0), place)
    plasma = noise_band(random, samples, rate, 500, 2200) * drift(random, samples, rate, 0.5, 0.3, 1.0)
    return track + pan(0.15 * plasma, 0.0) + 0.3 * wide(random, samples, rate, 35, 110)


def spaceship_passing(random: Random, samples: int, rate: int) -> Floats:
    """Something very large goes by, near enough to feel."""
    length = int(6 * rate)
    near = swell(length, 0.5, 3)
    pitch = 1.25 - 0.5 * np.arange(length) / length
    engine = band(saw(48 * pitch, rate) + saw(72.4 * pitch, rate) + saw(145 * pitch, rate), rate, 40, 900, 1)
    wash = (
        noise_band(random, length, rate, 90, 800) + 0.5 * noise_band(random, length, rate, 800, 4500) * near
    )
    return alone(pan((0.8 * engine + wash) * near, np.linspace(-0.9, 0.9, length)), samples)


RECIPES = {
    "aeroplane": Recipe(aeroplane, -23),
    "brakes": Recipe(brakes, -23),
    "car": Recipe(car, -31, continuous=True),
    "car-passing": Recipe(car_passing, -25),
    "car-start": Recipe(car_start, -24),
    "carriage": Recipe(carriage, -28, continuous=True, struck=True),
    "helicopter": Recipe(helicopter, -27, continuous=True),
    "lorry": Recipe(lorry, -29, continuous=True),
    "motorcycle": Recipe(motorcycle, -27, continuous=True),
    "propeller": Recipe(propeller, -29, continuous=True),
    "rocket": Recipe(rocket, -23, continuous=True),
    "spaceship": Recipe(spaceship, -30, continuous=True),
    "spaceship-passing": Recipe(spaceship_passing, -21),
    "steam-train": Recipe(steam_train, -27, continuous=True, struck=True),
    "train": Recipe(train, -26, continuous=True),
    "tram": Recipe(tram, -29, continuous=True),
}
"""the sounds of this module, by name"""
