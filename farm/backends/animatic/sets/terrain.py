"""Land and water: what a place stands on, in layers that the camera moves between."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.scenery import HORIZON, Scenery, ridge, sun_place
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
    Rgb,
    ellipse,
    glow,
    poly,
    rect,
    vertical,
)
from storyboard.schema.vocabulary import TimeOfDay, Weather

WIDE = 1100.0  # half of what a layer must cover, so that the widest shot shows no end
DEEP = 480.0  # and how far down


def hills(into: Group, scenery: Scenery, base: float, rise: float, colour: Rgb, depth: float) -> None:
    """A range of hills that fades into the air towards its foot."""
    light = scenery.light
    points = ridge(scenery.random, -WIDE, WIDE, base, rise)
    top = light.shade(colour, depth)
    foot = light.shade(colour, min(1.0, depth + 0.22))
    outline = Path().poly([(-WIDE, DEEP), *points, (WIDE, DEEP)])
    into.fill(outline, vertical(base - rise, base + 10, top, foot))
    if light.rim > 0.3:
        into.stroke(
            Path().poly(points, closed=False), mix(top, light.grade(light.key), 0.5), 1.4, 0.5 * light.rim
        )


def ground(into: Group, light: Light, top: float, far: Rgb, near: Rgb) -> None:
    """Flat ground from a line to the bottom."""
    into.fill(
        rect(-WIDE, top, WIDE * 2, DEEP - top),
        Linear(
            0,
            top,
            0,
            70,
            ((0, light.shade(far, 0.55), 1), (0.35, light.shade(near, 0.16), 1), (1, light.shadow(near), 1)),
        ),
    )


def water(scenery: Scenery, into: Group, top: float, bottom: float, colour: Rgb = (58, 104, 124)) -> None:
    """Water with the sky in it, a path of light under the sun or moon, and moving glints."""
    light, random = scenery.light, scenery.random
    sky = light.grade(light.sky[-1])
    into.fill(
        rect(-WIDE, top, WIDE * 2, bottom - top),
        Linear(
            0,
            top,
            0,
            min(bottom, 70),
            (
                (0, mix(light.shade(colour, 0.6), sky, 0.5), 1),
                (0.3, light.shade(colour, 0.3), 1),
                (1, light.shadow(colour), 1),
            ),
        ),
    )
    storm = light.weather in (Weather.STORM, Weather.WIND)
    bright = mix(sky, light.grade(light.key), 0.6)
    sun_x = (sun_place(light)[0] - 0.5) * 640
    sunny = light.weather in (Weather.CLEAR, Weather.WIND, Weather.CLOUDY) and light.time is not TimeOfDay.DAY
    for row in range(9):
        share = (row / 9) ** 1.5
        y = top + 2 + share * (min(bottom, 80) - top)
        band = into.group()
        path = Path()
        for _ in range(9 - row // 3):
            x = random.uniform(-700, 700)
            length = random.uniform(10, 40) * (0.4 + share * 1.6)
            thick = 0.5 + share * 1.8
            path.poly(((x - length, y), (x, y - thick), (x + length, y), (x, y + thick)))
        if sunny:
            for _ in range(5):
                x = sun_x + random.gauss(0, 9 + 40 * share)
                length = random.uniform(6, 18) * (0.5 + share)
                path.poly(
                    ((x - length, y), (x, y - 0.6 - share * 2), (x + length, y), (x, y + 0.6 + share * 2))
                )
        band.fill(path, bright, 0.34 if sunny else 0.22)
        scenery.animate(
            _lapping(
                band,
                random.random() * 6,
                (3 + 9 * share) * (2.0 if storm else 1.0),
                0.8 + random.random() * 0.6,
            )
        )


def _lapping(band: Group, phase: float, size: float, rate: float) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        band.place(
            math.sin(seconds * rate + phase) * size, math.sin(seconds * rate * 1.3 + phase) * size * 0.12
        )
        band.fade(0.62 + 0.38 * math.sin(seconds * rate * 1.7 + phase * 2))

    return move


def swell(
    scenery: Scenery, into: Group, y: float, size: float, colour: Rgb, depth: float, speed: float
) -> None:
    """A wave that travels."""
    light, random = scenery.light, scenery.random
    wave = into.group()
    length = 170.0
    # Whole waves in `length`, so that the wave can travel for ever without a jump.
    points = [
        (x, y + (math.sin(x / length * math.tau) + 0.28 * math.sin(x / length * 2 * math.tau + 1)) * size)
        for x in range(-1600, 1601, 20)
    ]
    crest = mix(light.shade(colour, depth), light.grade(light.sky[-1]), 0.3)
    crest = mix(crest, (255, 255, 255), 0.10)
    outline = Path().poly([(-1600.0, DEEP), *points, (1600.0, DEEP)])
    wave.fill(outline, vertical(y - size, y + 34, crest, light.shadow(colour)))
    wave.stroke(Path().poly(points, closed=False), mix(crest, (255, 255, 255), 0.4), 1.2, 0.45)
    phase = random.random() * 6

    def move(seconds: float) -> None:
        wave.place(
            math.sin(seconds * 0.5 + phase) * 14 + (seconds * speed) % length,
            math.sin(seconds * 0.9 + phase) * size * 0.4,
        )

    scenery.animate(move)


def shoreline(into: Group, scenery: Scenery, y: float, depth: float) -> None:
    """A low far coast with a few roofs."""
    light, random = scenery.light, scenery.random
    hills(into, scenery, y, 16, (70, 96, 92), depth)
    for _ in range(5):
        x = random.uniform(-300, 300)
        into.fill(rect(x, y - 12, 9, 8), light.shade((180, 170, 160), depth))
        into.fill(
            poly((x - 1, y - 12), (x + 4.5, y - 17), (x + 10, y - 12)), light.shade((110, 70, 66), depth)
        )
        if light.dark > 0.3:
            into.fill(ellipse(x + 4, y - 8, 9), glow(x + 4, y - 8, 9, light.flame(), 0.8 * light.dark))


def horizon_haze(into: Group, light: Light, reach: float = 46) -> None:
    """A soft band of air along the horizon."""
    air = light.grade(light.haze)
    strength = 0.75 if light.weather in (Weather.FOG, Weather.STORM, Weather.RAIN, Weather.SNOW) else 0.45
    into.fill(
        rect(-WIDE, HORIZON - reach, WIDE * 2, reach * 1.7),
        Linear(
            0, HORIZON - reach, 0, HORIZON + reach * 0.7, ((0, air, 0), (0.58, air, strength), (1, air, 0))
        ),
    )


def scattered(random: Random, count: int, left: float, right: float, gap: float) -> list[float]:
    """Places along a line that keep a distance."""
    places: list[float] = []
    for _ in range(count * 6):
        x = random.uniform(left, right)
        if all(abs(x - other) >= gap for other in places):
            places.append(x)
        if len(places) == count:
            break
    return places
