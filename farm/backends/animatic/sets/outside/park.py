"""A park or a garden: a lawn, trees, a bench, a lamp, flowers, a pond."""

from __future__ import annotations

from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import buildings, plants, terrain
from farm.backends.animatic.sets.terrain import DEEP
from farm.backends.animatic.vector import (
    ellipse,
    open_line,
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """Lawn and trees; a fountain, a playground or beds of flowers by its words."""
    light, random = scenery.light, scenery.random
    far = scenery.layer(0.1)
    for x, high in ((-300.0, 90), (-210.0, 70), (150.0, 84), (260.0, 110)):
        far.fill(rect(x, HORIZON + 10 - high, 56, high), light.shade((136, 140, 152), 0.85))
    terrain.horizon_haze(far, light)
    for nearness, depth, count in ((0.22, 0.55, 9), (0.4, 0.35, 6)):
        layer = scenery.layer(nearness)
        terrain.hills(layer, scenery, HORIZON + 22 + nearness * 40, 14, (112, 146, 84), depth)
        for x in terrain.scattered(random, count, -420, 420, 74):
            plants.tree(
                scenery,
                layer,
                x,
                HORIZON + 24 + nearness * 40,
                random.uniform(80, 120) * (0.7 + nearness),
                depth,
                random.choice(((84, 124, 72), (104, 136, 70), (76, 112, 84))),
            )
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -26, (132, 160, 92), (108, 142, 76))
    stage.fill(
        smooth((-60, -26), (10, -26), (60, 20), (300, DEEP), (-220, DEEP), (-120, 30)),
        light.shade((206, 186, 146), 0.05),
        0.9,
    )
    near = scenery.layer(0.94)
    for y in (-46.0, -84.0, -68.0):
        near.fill(rect(126, y, 120, 8), light.lit((150, 106, 70)))
    for x in (134.0, 232.0):
        near.fill(rect(x, -82, 6, 74), light.shadow((66, 66, 70)))
    buildings.lamp_post(scenery, stage, 86, -14, 176)
    for _ in range(60):
        x, y = random.uniform(-330, -120), random.uniform(-16, 6)
        tone = random.choice(((226, 92, 96), (244, 196, 90), (240, 236, 226), (170, 110, 190)))
        stage.stroke(open_line((x, y), (x, y - 13)), light.shade((84, 122, 66)), 1.2)
        stage.fill(ellipse(x, y - 14, 3.4), light.lit(tone))
    front = scenery.before(1.5)
    plants.grass(scenery, front, -460, -210, 84, 64, (76, 104, 58), 32)
    for _ in range(12):
        front.fill(
            ellipse(random.uniform(-450, -230), random.uniform(22, 70), 9),
            light.shade(random.choice(((226, 92, 96), (244, 196, 90)))),
            0.95,
        )
