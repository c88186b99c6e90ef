"""The roof of a house in a city: chimneys, a water tank, the skyline beyond."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import kit, terrain
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Group,
    Paint,
    Path,
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    rect,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A flat roof; a low wall, a tank on legs, aerials, and towers behind."""
    light, random = scenery.light, scenery.random
    for near, depth, low, high in ((0.06, 0.92, 60, 150), (0.16, 0.66, 40, 120), (0.3, 0.4, 20, 90)):
        layer = scenery.layer(near)
        x = -640.0
        while x < 640:
            wide, tall = random.uniform(30, 62), random.uniform(low, high)
            tone = random.choice(((112, 122, 142), (134, 128, 138), (98, 112, 128), (150, 130, 120)))
            layer.fill(
                rect(x, HORIZON + 26 - tall, wide, DEEP),
                vertical(
                    HORIZON + 26 - tall,
                    HORIZON + 60,
                    light.lit(tone, depth),
                    light.shade(tone, min(1.0, depth + 0.2)),
                ),
            )
            lamps = Path()
            for row in range(int(tall / 10) + 4):
                for column in range(int(wide / 8)):
                    if random.random() < 0.36:
                        lamps.rect(x + 3 + column * 8, HORIZON + 32 - tall + row * 10, 3.4, 4.6)
            layer.fill(
                lamps,
                mix(light.shade((60, 72, 92), depth), light.flame(), light.dark),
                0.5 + 0.45 * light.dark,
            )
            x += wide + random.uniform(-4, 8)
        terrain.horizon_haze(layer, light, 60)
    stage = scenery.layer(1.0)
    roof: Rgb = (116, 108, 106)
    stage.fill(
        rect(-WIDE, -26, WIDE * 2, DEEP), vertical(-26, 90, light.shade(roof, 0.12), light.shadow(roof))
    )
    for x in range(-960, 961, 120):
        stage.fill(
            poly((x * 0.8 - 0.6, -26), (x * 0.8 + 0.6, -26), (x * 2 + 2, 200), (x * 2 - 2, 200)),
            light.shadow((84, 78, 78)),
            0.7,
        )
    wall: Rgb = (150, 112, 96)
    stage.fill(rect(-WIDE, -62, WIDE * 2, 38), vertical(-62, -24, light.lit(wall, 0.05), light.shadow(wall)))
    stage.fill(rect(-WIDE, -68, WIDE * 2, 8), light.lit((196, 186, 174)))
    _nearer(scenery)


def _nearer(scenery: Scenery) -> None:
    """What is nearer to the eye."""
    light = scenery.light
    back = scenery.layer(0.9)
    iron = light.shadow((66, 64, 70))
    for x in (-276, -196):
        back.stroke(open_line((x, -26), (x + (-236 - x) * 0.16, -150)), iron, 5)
    back.stroke(open_line((-270, -60), (-204, -130)), iron, 2.6)
    back.stroke(open_line((-202, -60), (-268, -130)), iron, 2.6)
    back.fill(rect(-282, -226, 92, 78), kit.across(light, -282, 92, (138, 98, 68)))
    for y in (-212, -186, -160):
        back.stroke(open_line((-282, y), (-190, y)), iron, 2)
    back.fill(poly((-290, -224), (-236, -262), (-182, -224)), kit.across(light, -290, 108, (92, 84, 86)))
    for x, high in ((196, 92), (246, 116)):
        back.fill(rect(x - 17, -26 - high, 34, high), kit.across(light, x - 17, 34, (142, 92, 78)))
        back.fill(rect(x - 21, -32 - high, 42, 9), light.shade((120, 80, 70)))
        _smoke(scenery, back, x, -34 - high)
    back.stroke(
        Path()
        .move(136, -26)
        .line(136, -190)
        .move(112, -176)
        .line(160, -176)
        .move(118, -158)
        .line(154, -158)
        .move(124, -140)
        .line(148, -140),
        iron,
        2.4,
    )


def _smoke(scenery: Scenery, into: Group, x: float, y: float) -> None:
    """Three puffs that rise and fade."""
    air = scenery.light.grade(mix(scenery.light.haze, (255, 255, 255), 0.2))
    for index in range(3):
        puff = into.fill(ellipse(0, 0, 12), glow(0, 0, 12, air, 0.7))
        scenery.animate(_rising(puff, x, y, index / 3))


def _rising(puff: Paint, x: float, y: float, phase: float) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        share = (seconds * 0.12 + phase) % 1
        puff.place(x + math.sin(share * 5) * 8 + share * 24, y - share * 74, 0.6 + share * 1.8)
        puff.fade((1 - share) * min(1.0, share * 6))

    return move
