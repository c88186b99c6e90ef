"""A plain of snow: drifts, bare trees, tracks."""

from __future__ import annotations

from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import plants, terrain
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Rgb,
    ellipse,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """White drifts to the horizon, a few firs and posts in the snow."""
    light, random = scenery.light, scenery.random
    snow: Rgb = (232, 238, 246)
    for near, depth, rise in ((0.08, 0.85, 50), (0.2, 0.55, 26)):
        layer = scenery.layer(near)
        terrain.hills(layer, scenery, HORIZON + 10, rise, (206, 216, 230), depth)
        for x in terrain.scattered(random, 8, -380, 380, 40):
            plants.pine(layer, light, x, HORIZON + 8, random.uniform(22, 44), depth, (76, 100, 100))
    terrain.horizon_haze(scenery.layer(0.24), light, 60)
    middle = scenery.layer(0.5)
    middle.fill(
        smooth(
            (-WIDE, HORIZON + 30),
            (-300, HORIZON + 18),
            (-40, HORIZON + 34),
            (260, HORIZON + 20),
            (WIDE, HORIZON + 34),
            (WIDE, DEEP),
            (-WIDE, DEEP),
            tension=0.6,
        ),
        vertical(HORIZON + 18, -20, light.shade(snow, 0.3), light.shade((206, 218, 236), 0.2)),
    )
    for x in (-250, 214):
        for lean, high in ((-18, 110), (6, 150), (26, 96)):
            middle.stroke(
                smooth(
                    (x, HORIZON + 40),
                    (x + lean * 0.3, HORIZON + 40 - high * 0.5),
                    (x + lean, HORIZON + 40 - high),
                    closed=False,
                ),
                light.shade((92, 84, 88), 0.2),
                4,
            )
    _ground(scenery, snow)


def _ground(scenery: Scenery, snow: Rgb) -> None:
    """The ground, and what stands on it."""
    light = scenery.light
    stage = scenery.layer(1.0)
    stage.fill(
        smooth(
            (-WIDE, -30),
            (-280, -20),
            (0, -24),
            (300, -18),
            (WIDE, -30),
            (WIDE, DEEP),
            (-WIDE, DEEP),
            tension=0.5,
        ),
        vertical(-28, 90, light.lit(snow, 0.1), light.shade((190, 206, 232))),
    )
    for step in range(9):
        y = -18 + step**1.5 * 5
        for side in (-1, 1):
            stage.fill(
                ellipse(
                    70 + side * (4 + step * 1.6) + step * 9,
                    y + side * 1.5,
                    2.6 + step * 0.8,
                    0.9 + step * 0.3,
                ),
                light.shade((160, 178, 210)),
                0.8,
            )
    front = scenery.before(1.5)
    front.fill(
        smooth((-520, 90), (-400, 30), (-260, 62), (-180, 130), (-520, 200), tension=0.7), light.lit(snow)
    )
    front.fill(smooth((200, 140), (300, 56), (440, 40), (560, 90), (560, 200), tension=0.7), light.lit(snow))
