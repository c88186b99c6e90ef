"""A prison cell: bars before the eye, a bunk, a small high window."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import STEEL
from farm.backends.animatic.sets.terrain import DEEP
from farm.backends.animatic.vector import (
    Linear,
    Rgb,
    open_line,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A cell of stone, or the hold of a ship by its words."""
    light, random = scenery.light, scenery.random
    stone: Rgb = (118, 116, 114)
    back = kit.shell(scenery, stone)
    for row in range(11):
        y = -300 + row * 28
        offset = (row % 2) * 34
        for column in range(-6, 7):
            if random.random() < 0.75:
                tone = light.lit(stone) if random.random() < 0.3 else light.shadow(stone)
                back.stroke(rect(column * 68 + offset, y, 66, 26), tone, 1.1, 0.5)
    back.fill(
        rect(-46, -250, 76, 62), vertical(-250, -188, *(light.grade(colour) for colour in light.sky[-2:]))
    )
    back.stroke(rect(-46, -250, 76, 62), light.shadow(stone), 8)
    for x in (-27, -8, 11):
        back.stroke(open_line((x, -250), (x, -188)), light.shadow((60, 62, 68)), 5)
    key = light.grade(light.key)
    back.fill(
        poly((-46, -188), (30, -188), (190, 20), (40, 20)),
        Linear(-8, -188, 110, 20, ((0, key, 0.22), (1, key, 0.02))),
    )
    kit.slab_floor(scenery, (104, 102, 100))
    bunk = scenery.layer(0.94)
    bunk.fill(rect(-268, -58, 160, 10), light.lit((104, 92, 78)))
    bunk.fill(
        smooth((-266, -58), (-262, -72), (-150, -74), (-112, -58), tension=0.4), light.shade((126, 120, 100))
    )
    for x in (-262, -118):
        bunk.stroke(open_line((x, -50), (x, -10)), light.shadow(STEEL), 4)
    for x in (-264, -112):
        bunk.stroke(open_line((x, -56), (x - 6, -150)), light.shadow(STEEL), 1.6)
    front = scenery.before(1.35)
    for x in (-430, -360, -290, -220, 236, 306, 376):
        front.fill(
            rect(x - 6, -DEEP, 12, DEEP * 2),
            Linear(
                x - 6,
                0,
                x + 6,
                0,
                (
                    (0, light.shadow((60, 62, 68)), 1),
                    (0.5, light.lit((84, 86, 94)), 1),
                    (1, light.shadow((50, 52, 58)), 1),
                ),
            ),
        )
    front.fill(rect(-440, 30, 230, 11), light.shadow((60, 62, 68)))
    front.fill(rect(228, 30, 230, 11), light.shadow((60, 62, 68)))
