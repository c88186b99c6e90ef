"""Under water: blue depth, rays, weeds, fish, bubbles."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import HORIZON, Scenery, breathing
from farm.backends.animatic.sets import terrain
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Linear,
    Paint,
    ellipse,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """The floor of the sea; a wreck lies there by its words."""
    light, random = scenery.light, scenery.random
    deep = scenery.layer(0.0)
    deep.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        vertical(-310, 60, light.shade((116, 206, 214)), light.shade((22, 66, 106))),
    )
    rays = scenery.layer(0.1)
    key = light.grade(mix(light.key, (190, 255, 250), 0.6))
    for x in (-200, -90, 10, 120, 230):
        ray = rays.fill(
            poly((x, -360), (x + 34, -360), (x + 110, 60), (x - 20, 60)),
            Linear(0, -340, 0, 40, ((0, key, 0.34), (1, key, 0.0))),
        )
        scenery.animate(breathing(ray, x, 0.8, 0.35))
    for near, depth, colour in ((0.12, 0.8, (52, 110, 136)), (0.3, 0.5, (46, 92, 112))):
        layer = scenery.layer(near)
        terrain.hills(layer, scenery, HORIZON + 30 + near * 50, 44, colour, depth)
    shoal = scenery.layer(0.4)
    for index in range(9):
        fish = shoal.fill(
            smooth((-14, 0), (-4, -6), (8, -2), (15, -7), (15, 6), (8, 1), (-4, 5)),
            light.shade(random.choice(((240, 170, 80), (226, 110, 90), (190, 214, 220)))),
        )
        scenery.animate(
            _swimming(
                fish, random.uniform(-300, 300), random.uniform(-250, -110), random.uniform(8, 22), index
            )
        )
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -22, (178, 178, 136), (150, 150, 116))
    for x in (-292, -226, -176, 190, 252, 310):
        for blade in range(4):
            weed = stage.group()
            high = random.uniform(70, 170)
            at = x + blade * 10 - 15
            weed.fill(
                smooth(
                    (at - 3, -4),
                    (at - 9, -high * 0.4),
                    (at + 5, -high * 0.7),
                    (at, -high),
                    (at + 9, -high * 0.65),
                    (at - 1, -high * 0.35),
                    (at + 4, -4),
                ),
                light.shade(random.choice(((44, 122, 96), (70, 134, 84), (120, 84, 110)))),
            )
            phase = random.random() * 6
            scenery.animate(_weaving(weed, phase))
    bubbles = scenery.layer(1.02)
    for _ in range(16):
        bubble = bubbles.stroke(ellipse(0, 0, random.uniform(1.6, 5)), light.grade((220, 250, 250)), 0.9, 0.8)
        scenery.animate(_rising(bubble, random.uniform(-320, 320), random.random()))


def _swimming(fish: Paint, x: float, y: float, speed: float, index: int) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        at = (x - seconds * speed + 400) % 800 - 400
        fish.place(at, y + math.sin(seconds * 1.3 + index) * 5)

    return move


def _weaving(weed: Paint, phase: float) -> Callable[[float], None]:
    return lambda seconds: weed.matrix(1, math.sin(seconds * 0.9 + phase) * 0.12, 0, 0, 1, 0)


def _rising(bubble: Paint, x: float, phase: float) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        share = (seconds * 0.13 + phase) % 1
        bubble.place(x + math.sin(share * 17) * 5, 40 - share * 360)

    return move
