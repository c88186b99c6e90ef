"""A cave or a mine: rock all round, a pool, crystals, light from its mouth."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery, breathing
from farm.backends.animatic.sets import terrain
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Linear,
    Path,
    Rgb,
    ellipse,
    glow,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """Inside the mountain: the mouth behind, teeth of stone above and below."""
    light, random = scenery.light, scenery.random
    rock: Rgb = (104, 96, 104)
    back = scenery.layer(0.2)
    back.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2), light.shadow(scale(rock, 0.55)))
    back.fill(
        smooth(
            (-70, HORIZON + 30),
            (-84, -160),
            (-20, -218),
            (52, -206),
            (88, -140),
            (80, HORIZON + 30),
            tension=0.7,
        ),
        vertical(-218, HORIZON + 30, *(light.grade(colour) for colour in light.sky)),
    )
    key = light.grade(light.key)
    back.fill(ellipse(0, -140, 240), glow(0, -140, 240, key, 0.45 * (1 - 0.6 * light.dark)))
    for near, depth, reach in ((0.4, 0.4, 96), (0.66, 0.15, 176)):
        layer = scenery.layer(near)
        for sign in (-1, 1):
            points = [
                (sign * (reach + random.uniform(-14, 30) + abs(step - 4) * 15), -330 + step * 40.0)
                for step in range(10)
            ]
            layer.fill(
                Path().smooth([(sign * WIDE, -DEEP), *points, (sign * WIDE, 60)], tension=0.5),
                Linear(
                    sign * reach,
                    0,
                    sign * (reach + 240),
                    0,
                    ((0, light.lit(rock, depth), 1), (1, light.shadow(scale(rock, 0.7)), 1)),
                ),
            )
        teeth = Path()
        for x in terrain.scattered(random, 12, -420, 420, 44):
            long = random.uniform(30, 100) * (0.6 + near)
            teeth.poly(
                ((x - 17, -360), (x + 17, -360), (x + 2, -300 + long * 0.7), (x - 2, -300 + long * 0.7))
            )
        layer.fill(teeth, light.shadow(rock))
    _ground(scenery, rock)


def _ground(scenery: Scenery, rock: Rgb) -> None:
    """The ground, and what stands on it."""
    light = scenery.light
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -26, rock, scale(rock, 0.8))
    sky = light.grade(light.sky[-1])
    stage.fill(smooth((-60, -14), (40, -18), (130, -10), (150, 4), (30, 10), (-90, 0)), sky, 0.4)
    for x in (-262, 246):
        tone = light.grade((120, 206, 226))
        halo = stage.fill(ellipse(x, -30, 84), glow(x, -30, 84, tone, 0.5))
        scenery.animate(breathing(halo, x, 1.1, 0.55))
        for lean, high in ((-15, 42), (2, 66), (18, 38)):
            stage.fill(
                poly(
                    (x + lean * 0.5 - 6, 0),
                    (x + lean - 4, -high * 0.8),
                    (x + lean, -high),
                    (x + lean + 5, -high * 0.76),
                    (x + lean * 0.5 + 6, 0),
                ),
                Linear(
                    x, -high, x, 0, ((0, mix(tone, (255, 255, 255), 0.5), 0.95), (1, scale(tone, 0.4), 0.95))
                ),
            )
    front = scenery.before(1.5)
    for x in (-380, 392):
        front.fill(
            poly((x - 90, 200), (x - 30, 10), (x, -70), (x + 34, 20), (x + 90, 200)),
            light.shadow(scale(rock, 0.5)),
        )
