"""Room tones: what is heard in a place when nobody does anything in it. Each is a bed and layers over it.

A place is an entry in `RECIPES`. Every function takes (random, samples, sample_rate) and returns
float [samples, 2].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from assembly.sound.effects import (
    ambience,
    animals,
    blows,
    foley,
    machines,
    nature,
    people,
    signals,
    steps,
    vehicles,
)
from assembly.sound.effects.parts import gusts, moments, now_and_then, wide
from assembly.sound.effects.recipe import Recipe
from assembly.sound.signal.loudness import loudest, ratio
from assembly.sound.signal.synthesis import Random, band, drift, noise_band, pan, put, ring, room, sweep

if TYPE_CHECKING:
    from assembly.sound.effects.recipe import Make
    from assembly.sound.signal.wav import Floats

MAXIMUM_GAIN_DB = 60.0
"""a layer of which next to nothing falls into a short fragment is not brought up further than this"""


@dataclass(frozen=True, slots=True)
class Layer:
    """One sound of a place.

    Attributes:
        make: what makes it.
        db: how loud its loudest moment is against the place's bed, in LU.
        far_hz: what it has lost above on its way through air and walls; 0 where it is near.
    """

    make: Make
    db: float = 0.0
    far_hz: float = 0.0


def _layered(
    random: Random, samples: int, rate: int, *, layers: tuple[Layer, ...], hall: tuple[float, float]
) -> Floats:
    """The layers, each at its level, in a hall that rings for seconds, with a share."""
    track = np.zeros((samples, 2))
    for layer in layers:
        sound = layer.make(random, samples, rate)
        if layer.far_hz:
            sound = room(band(sound, rate, 0, layer.far_hz, 1), rate, 1.0, 0.4, layer.far_hz)
        track += sound * ratio(min(MAXIMUM_GAIN_DB, layer.db - loudest(sound, rate)) - MAXIMUM_GAIN_DB)
    return room(track, rate, *hall)


def _air(random: Random, samples: int, rate: int, *, low: float, high: float) -> Floats:
    """Still air that is heard only where nothing else is."""
    return wide(random, samples, rate, low, high) * gusts(random, samples, rate, 0.2, 0.75)


def _traffic(random: Random, samples: int, rate: int) -> Floats:
    """A city's roads from some streets away: a rumble that comes and goes, tyres over it."""
    rumble = wide(random, samples, rate, 45, 220) * gusts(random, samples, rate, 0.3, 0.5)
    tyres = wide(random, samples, rate, 220, 900) * gusts(random, samples, rate, 0.25, 0.25)
    return (
        rumble
        + 0.5 * tyres
        + 0.12 * wide(random, samples, rate, 900, 2600) * gusts(random, samples, rate, 0.2, 0.2)
    )


def _sand(random: Random, samples: int, rate: int) -> Floats:
    """Grains that a wind drives over dunes."""
    return wide(random, samples, rate, 3000, 9500) * gusts(random, samples, rate, 0.35, 0.05) ** 2


def _thin_wind(random: Random, samples: int, rate: int) -> Floats:
    """Wind in a height, with nothing to catch it but an edge of rock that sings."""
    breath = gusts(random, samples, rate, 0.2, 0.2)
    edge = sweep(drift(random, samples, rate, 0.4, 560, 760), rate) * noise_band(random, samples, rate, 6, 25)
    body = wide(random, samples, rate, 180, 700) * breath
    return body + 0.4 * wide(random, samples, rate, 700, 2200) * breath**2 + 0.15 * pan(edge, 0.2) * breath**3


def _strange_wind(random: Random, samples: int, rate: int) -> Floats:
    """The wind of another world: notes that bend in it."""
    track = 0.7 * wide(random, samples, rate, 60, 350) * gusts(random, samples, rate, 0.2, 0.3)
    for place, low, high in ((-0.6, 180, 260), (0.1, 270, 390), (0.6, 420, 590)):
        note = sweep(drift(random, samples, rate, 0.25, low, high), rate) * (
            1 + 0.5 * noise_band(random, samples, rate, 4, 20)
        )
        track += pan(0.3 * note * drift(random, samples, rate, 0.3, 0.0, 1.0) ** 2, place)
    return room(track, rate, 2.5, 0.4, 2500)


def _cabin(random: Random, samples: int, rate: int, *, low: float, high: float, drone: float) -> Floats:
    """The inside of something that travels: its walls tremble, the air goes by."""
    walls = wide(random, samples, rate, low, high) * gusts(random, samples, rate, 0.3, 0.8)
    tone = sweep(drone * (1 + drift(random, samples, rate, 0.2, -0.01, 0.01)), rate)
    return walls + pan(0.35 * tone, 0.0) + 0.1 * wide(random, samples, rate, high, 4 * high)


def _wheels(random: Random, samples: int, rate: int) -> Floats:
    """The gaps of the rails, through the floor of a compartment."""
    return band(vehicles.train(random, samples, rate), rate, 40, 700, 1)


def _chimes(random: Random, samples: int, rate: int) -> Floats:
    """A wind chime of glass."""
    track = np.zeros((samples, 2))
    for first in moments(random, samples, rate, 2.5, 5.0, 0.4):
        for _ in range(random.integers(2, 6)):
            hertz = random.choice([2093.0, 2349.0, 2637.0, 3136.0, 3520.0])
            tube = ring([(hertz, 1.0, 1.2), (hertz * 2.76, 0.3, 0.5)], rate, rate, 0.001)
            put(
                track,
                pan(tube, random.uniform(-0.4, 0.4)),
                first + int(random.uniform(0, 0.9) * rate),
                random.uniform(0.2, 1.0),
            )
    return track


def _swings(random: Random, samples: int, rate: int) -> Floats:
    """A crowd in a stadium whose joy comes and goes."""
    return people.cheer(random, samples, rate) * gusts(random, samples, rate, 0.2, 0.1) ** 2


_ROOM = Layer(partial(_air, low=70, high=600))
_HALL = Layer(partial(_air, low=60, high=350))
_OPEN = Layer(partial(_air, low=120, high=1800))
_TRAFFIC = Layer(_traffic)
_FAR_TRAFFIC = Layer(_traffic, -4, 500)
_STEPS = now_and_then(steps.RECIPES["steps-stone"].make, 3.2, 4, 8)
_SHOT_OF_CANNON = now_and_then(blows.cannon, 4, 2.5, 6)


def _place(lufs: float, *layers: Layer, hall: tuple[float, float] = (0.4, 0.1)) -> Recipe:
    return Recipe(partial(_layered, layers=layers, hall=hall), lufs, continuous=True)


RECIPES = {
    "aeroplane-inside": _place(
        -34, Layer(partial(_cabin, low=90, high=900, drone=118)), Layer(people.murmur, -16, 900)
    ),
    "airport": _place(
        -35,
        Layer(people.crowd, 0, 1800),
        Layer(now_and_then(signals.doorbell, 2.5, 7, 11), -3, 2500),
        Layer(now_and_then(vehicles.aeroplane, 9, 12, 20, 4), -8, 400),
        hall=(2.4, 0.45),
    ),
    "alley": _place(
        -38,
        _FAR_TRAFFIC,
        Layer(nature.drip, -8),
        Layer(machines.fan, -6, 900),
        Layer(now_and_then(animals.cat, 1.2, 8, 14), -8, 2500),
        hall=(1.0, 0.25),
    ),
    "attic": _place(
        -38,
        Layer(ambience.wind, 0, 500),
        Layer(now_and_then(foley.creak, 1.6, 4, 8), -2),
        Layer(animals.flies, -10),
    ),
    "bar": _place(
        -34,
        Layer(people.murmur),
        Layer(now_and_then(machines.clink, 1.5, 2, 5), -6),
        Layer(machines.dishes, -8),
        Layer(now_and_then(people.laughter, 2, 7, 12), -7, 2500),
        hall=(0.6, 0.2),
    ),
    "bathroom": _place(-40, Layer(nature.drip, -2), Layer(machines.fan, 0, 1200), hall=(1.0, 0.35)),
    "battlefield": _place(
        -31,
        Layer(ambience.wind),
        Layer(_SHOT_OF_CANNON, 4, 700),
        Layer(people.cheer, -8, 900),
        Layer(ambience.fire, -6),
        Layer(now_and_then(blows.gunshot, 2, 1.5, 4), -5, 1500),
    ),
    "bedroom": _place(-42, _ROOM, Layer(ambience.clock, -4), Layer(_traffic, -6, 250)),
    "cafe": _place(
        -34,
        Layer(people.murmur),
        Layer(machines.dishes, -4),
        Layer(now_and_then(machines.steam, 3, 6, 10), -8, 5000),
        hall=(0.7, 0.2),
    ),
    "car-inside": _place(
        -34, Layer(partial(_cabin, low=45, high=320, drone=74)), Layer(vehicles.car, -8, 500)
    ),
    "castle": _place(
        -38,
        Layer(ambience.wind, -2, 400),
        Layer(ambience.fire),
        Layer(now_and_then(steps.RECIPES["steps-stone"].make, 3, 7, 12), -6, 1500),
        hall=(2.6, 0.4),
    ),
    "cave": _place(-38, Layer(nature.drip), Layer(partial(_air, low=40, high=200), 0), hall=(3.0, 0.45)),
    "cell": _place(
        -39,
        _HALL,
        Layer(nature.drip, -4),
        Layer(now_and_then(blows.door_metal, 3, 7, 12), 2, 900),
        Layer(_STEPS, -5, 1500),
        hall=(1.8, 0.35),
    ),
    "cellar": _place(
        -39,
        Layer(ambience.hum, -2, 500),
        Layer(nature.drip, -2),
        Layer(now_and_then(foley.creak, 1.4, 6, 11), -5, 1200),
        hall=(0.8, 0.25),
    ),
    "church": _place(
        -40,
        _HALL,
        Layer(now_and_then(foley.creak, 1.2, 5, 9), -4),
        Layer(people.murmur, -8, 900),
        Layer(ambience.birds, -12, 2500),
        hall=(4.0, 0.5),
    ),
    "city": _place(
        -35,
        _TRAFFIC,
        Layer(now_and_then(signals.car_horn, 1.8, 4, 8), -5, 1500),
        Layer(now_and_then(signals.police_siren, 7, 14, 20, 5), -9, 1200),
    ),
    "classroom": _place(
        -38,
        _ROOM,
        Layer(people.children, -4, 900),
        Layer(machines.writing, -5),
        Layer(ambience.clock, -8),
        hall=(0.9, 0.25),
    ),
    "corridor": _place(
        -40,
        Layer(partial(_air, low=90, high=900)),
        Layer(_STEPS, -3, 2200),
        Layer(now_and_then(foley.door, 2.2, 8, 14), 0, 900),
        hall=(1.5, 0.35),
    ),
    "court": _place(
        -38,
        _ROOM,
        Layer(people.murmur, 0, 1200),
        Layer(now_and_then(foley.paper, 1.5, 4, 8), -6),
        Layer(now_and_then(foley.creak, 1.2, 7, 12), -8),
        hall=(1.4, 0.3),
    ),
    "desert": _place(-38, Layer(_thin_wind), Layer(_sand, -6)),
    "factory": _place(
        -30,
        Layer(machines.machine),
        Layer(machines.steam, -8),
        Layer(ambience.hum, -4),
        Layer(now_and_then(machines.hammer, 3, 5, 9), -6, 3000),
        hall=(1.8, 0.3),
    ),
    "farm": _place(
        -36,
        _OPEN,
        Layer(ambience.birds),
        Layer(now_and_then(animals.cow, 2.4, 7, 12), 0, 2500),
        Layer(now_and_then(animals.rooster, 2.5, 9, 15, 4), -4, 3000),
        Layer(animals.flies, -8),
    ),
    "forest": _place(
        -36,
        Layer(nature.leaves),
        Layer(ambience.birds, 2),
        Layer(now_and_then(foley.creak, 1.5, 8, 14), -10, 1200),
    ),
    "forest-night": _place(
        -38, Layer(nature.leaves, -3), Layer(ambience.crickets), Layer(animals.owl, -2, 2000)
    ),
    "graveyard": _place(
        -36,
        Layer(ambience.wind),
        Layer(animals.crows, -2, 2500),
        Layer(nature.leaves, -6),
        Layer(now_and_then(signals.church_bell, 6, 9, 14), -4, 900),
    ),
    "harbour": _place(
        -34,
        Layer(nature.lapping),
        Layer(ambience.gulls),
        Layer(now_and_then(foley.creak, 1.5, 4, 8), -6),
        Layer(ambience.bell, -12, 1800),
    ),
    "headland": _place(
        -33, Layer(ambience.wind), Layer(ambience.sea, 0, 900), Layer(ambience.gulls, -5, 3000)
    ),
    "hospital": _place(
        -38,
        Layer(partial(_air, low=120, high=1200)),
        Layer(signals.monitor, -2),
        Layer(_STEPS, -6, 2500),
        Layer(people.murmur, -10, 900),
        hall=(0.8, 0.2),
    ),
    "japanese-house": _place(
        -38,
        Layer(ambience.fire),
        Layer(machines.steam, -10, 3000),
        Layer(ambience.birds, -8, 2500),
        Layer(now_and_then(foley.knock, 0.25, 8, 11), -2, 1500),
    ),
    "japanese-village": _place(
        -36, Layer(nature.stream), Layer(ambience.birds), Layer(_chimes, -6), Layer(nature.leaves, -4)
    ),
    "jungle": _place(
        -33,
        Layer(animals.cicadas),
        Layer(ambience.birds, 2),
        Layer(animals.frogs, -3),
        Layer(nature.leaves, -4),
        Layer(nature.drizzle, -9),
    ),
    "kitchen": _place(
        -39,
        Layer(ambience.hum),
        Layer(machines.dishes, -3),
        Layer(nature.drip, -9),
        Layer(ambience.clock, -8),
        hall=(0.5, 0.15),
    ),
    "laboratory": _place(
        -38,
        Layer(machines.computer),
        Layer(ambience.hum, -4),
        Layer(nature.bubbles, -4),
        Layer(signals.console, -10),
    ),
    "lake": _place(
        -37,
        Layer(nature.lapping),
        Layer(ambience.birds, -2),
        Layer(animals.frogs, -7, 2500),
        Layer(nature.leaves, -6),
    ),
    "library": _place(
        -43,
        _ROOM,
        Layer(now_and_then(foley.paper, 1.5, 3, 7), -2),
        Layer(steps.RECIPES["steps-carpet"].make, -9, 900),
        Layer(ambience.clock, -6),
        hall=(1.1, 0.25),
    ),
    "living-room": _place(
        -41, _ROOM, Layer(ambience.clock, -3), Layer(now_and_then(vehicles.car_passing, 5, 7, 12), -3, 500)
    ),
    "market": _place(
        -32,
        Layer(people.crowd),
        Layer(people.children, -6),
        Layer(now_and_then(machines.coins, 1.5, 3, 7), -8),
        Layer(now_and_then(animals.dog, 1.2, 8, 14), -8, 2500),
        Layer(now_and_then(signals.bicycle_bell, 1.2, 7, 12), -8),
    ),
    "marsh": _place(
        -36,
        Layer(animals.frogs),
        Layer(nature.leaves),
        Layer(ambience.crickets, -6),
        Layer(animals.flies, -8),
    ),
    "meadow": _place(
        -37,
        Layer(nature.leaves, -2),
        Layer(ambience.birds),
        Layer(animals.bees, -6),
        Layer(ambience.crickets, -9),
    ),
    "motorway": _place(
        -31,
        Layer(_traffic),
        Layer(now_and_then(vehicles.car_passing, 5, 1.2, 2.8), 2),
        Layer(now_and_then(vehicles.lorry, 4, 7, 11), -4, 1500),
    ),
    "mountain": _place(
        -36,
        Layer(_thin_wind),
        Layer(ambience.wind, -4),
        Layer(now_and_then(animals.crows, 1.6, 8, 14), -6, 2000),
    ),
    "office": _place(
        -37,
        Layer(machines.computer),
        Layer(machines.typing),
        Layer(people.murmur, -6, 1200),
        Layer(now_and_then(signals.telephone, 2.2, 10, 16), -6, 1500),
        hall=(0.6, 0.15),
    ),
    "park": _place(
        -36,
        Layer(ambience.birds),
        Layer(nature.leaves, -2),
        Layer(people.children, -4, 1800),
        Layer(_traffic, -6, 400),
        Layer(now_and_then(animals.dog, 1.2, 9, 15), -6, 2000),
    ),
    "planet": _place(-36, Layer(_strange_wind), Layer(_sand, -12), Layer(machines.drone, -4)),
    "playground": _place(
        -33,
        Layer(people.children),
        Layer(ambience.birds, -8),
        Layer(now_and_then(blows.gate, 1.3, 4, 8), -10),
    ),
    "police-station": _place(
        -35,
        Layer(people.murmur),
        Layer(machines.typewriter, -3),
        Layer(now_and_then(signals.telephone, 2.2, 7, 12), -3, 2500),
        Layer(now_and_then(signals.radio_static, 1.2, 5, 10), -10),
        Layer(now_and_then(foley.door, 2.2, 9, 14), -4, 1500),
        hall=(0.8, 0.2),
    ),
    "river": _place(-34, Layer(nature.stream), Layer(ambience.birds, -5), Layer(nature.leaves, -5)),
    "road": _place(
        -37,
        Layer(ambience.wind),
        Layer(now_and_then(vehicles.car_passing, 5, 6, 11), 3),
        Layer(ambience.crickets, -7),
    ),
    "rooftop": _place(
        -35,
        Layer(ambience.wind),
        Layer(_traffic, 0, 500),
        Layer(now_and_then(animals.wings, 2.2, 7, 12), -4),
        Layer(now_and_then(signals.siren, 6, 14, 20, 4), -10, 1000),
    ),
    "room": _place(-43, _ROOM, Layer(_traffic, -8, 200), Layer(now_and_then(foley.creak, 1.2, 8, 14), -8)),
    "ship-deck": _place(
        -33,
        Layer(ambience.wind),
        Layer(ambience.sea, 2),
        Layer(foley.creak, -3),
        Layer(now_and_then(blows.gate, 1.2, 5, 9), -14),
    ),
    "ship-inside": _place(
        -37, Layer(vehicles.lorry, 0, 250), Layer(nature.lapping, -3, 900), Layer(foley.creak, -2, 2000)
    ),
    "shop": _place(
        -38,
        _ROOM,
        Layer(people.murmur, -2),
        Layer(now_and_then(machines.coins, 1.5, 5, 9), -5),
        Layer(now_and_then(signals.bicycle_bell, 1.2, 9, 14), -6),
        hall=(0.5, 0.15),
    ),
    "snowfield": _place(-39, Layer(_thin_wind, -2), Layer(nature.blizzard, -3, 2500)),
    "space": _place(-40, Layer(machines.drone), Layer(partial(_air, low=30, high=120))),
    "stadium": _place(
        -29,
        Layer(people.crowd),
        Layer(_swings, 3),
        Layer(people.applause, -8),
        Layer(now_and_then(signals.whistle, 1.2, 8, 14), -4, 3000),
        hall=(2.0, 0.3),
    ),
    "starship": _place(
        -36,
        Layer(vehicles.spaceship),
        Layer(partial(_air, low=150, high=1500), -2),
        Layer(signals.console, -4),
        Layer(now_and_then(machines.door_sliding, 1.6, 9, 15), -6, 2500),
        hall=(0.7, 0.2),
    ),
    "station": _place(
        -33,
        Layer(people.crowd, 0, 2000),
        Layer(now_and_then(vehicles.train, 7, 9, 14), 1, 1200),
        Layer(now_and_then(signals.whistle, 1.2, 8, 14), -6, 3000),
        Layer(now_and_then(signals.doorbell, 2.5, 9, 15), -6, 2500),
        hall=(2.4, 0.4),
    ),
    "street": _place(
        -33,
        _TRAFFIC,
        Layer(now_and_then(vehicles.car_passing, 5, 2.5, 5), 2),
        Layer(_STEPS, -6),
        Layer(people.murmur, -9),
        Layer(now_and_then(signals.car_horn, 1.8, 9, 15), -5, 2000),
    ),
    "street-night": _place(
        -38,
        _FAR_TRAFFIC,
        Layer(ambience.hum, -8),
        Layer(now_and_then(animals.dog, 1.2, 8, 14), -4, 1500),
        Layer(now_and_then(vehicles.car_passing, 5, 8, 14), 0, 1800),
        hall=(1.2, 0.25),
    ),
    "theatre": _place(
        -38,
        _HALL,
        Layer(people.murmur, 1, 1800),
        Layer(now_and_then(machines.cloth, 1.5, 4, 8), -8),
        Layer(now_and_then(foley.creak, 1.2, 7, 12), -9),
        hall=(1.6, 0.35),
    ),
    "train-inside": _place(
        -32,
        Layer(_wheels),
        Layer(partial(_cabin, low=60, high=500, drone=96), -3),
        Layer(now_and_then(foley.creak, 1.2, 4, 8), -8),
    ),
    "underwater": _place(
        -36, Layer(nature.bubbles), Layer(partial(_air, low=35, high=180), 2), hall=(1.8, 0.35)
    ),
    "village": _place(
        -36,
        _OPEN,
        Layer(ambience.birds, 2),
        Layer(now_and_then(animals.dog, 1.2, 7, 12), -3, 1800),
        Layer(now_and_then(signals.church_bell, 6, 11, 16), -3, 1200),
        Layer(now_and_then(steps.hooves, 4, 9, 15), -5, 2000),
        Layer(_STEPS, -6),
    ),
    "workshop": _place(
        -36,
        Layer(ambience.hum),
        Layer(now_and_then(machines.saw_cut, 3, 6, 10), 2, 4000),
        Layer(now_and_then(machines.hammer, 2, 5, 9), 2, 4000),
        Layer(ambience.clock, -12),
        hall=(0.7, 0.2),
    ),
}
"""the room tones, by name"""
