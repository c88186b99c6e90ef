"""A prison cell: bars before the eye, a bunk, a small high window."""

from __future__ import annotations

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import STEEL
from farm.backends.animatic.sets.terrain import DEEP
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Rgb,
    ellipse,
    open_line,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A cell of stone, or the hold of a ship by its words."""
    light, random = scenery.light, scenery.random
    later = scenery.epoch == FUTURE
    stone: Rgb = (150, 158, 170) if later else (118, 116, 114)
    back = kit.shell(scenery, stone)
    for row in range(11):
        y = -300 + row * 28
        offset = (row % 2) * 34
        for column in range(-6, 7) if not later else ():
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
    if scenery.epoch == MEDIEVAL:
        _chains(bunk, scenery)
    if later:
        _field(scenery)
        return
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


def _chains(into: Group, scenery: Scenery) -> None:
    """Chains on the wall, and straw on the ground."""
    light = scenery.light
    for x in (96.0, 150.0):
        for link in range(6):
            into.stroke(ellipse(x, -196 + link * 11, 3.4, 6.4), light.shadow((70, 68, 70)), 2.4)
        into.stroke(ellipse(x, -122, 8, 9), light.shadow((62, 60, 64)), 4)
    straw = light.shade((196, 164, 92))
    for stalk in range(26):
        x = 60 + stalk * 7.4
        into.stroke(open_line((x, -14), (x + 22, -22 + (stalk % 5) * 5)), straw, 2.2)


def _field(scenery: Scenery) -> None:
    """Rods of light before the eye instead of bars."""
    cold = scenery.light.grade((104, 220, 246))
    front = scenery.before(1.35)
    for x in (-430, -360, -290, -220, 236, 306, 376):
        front.fill(
            rect(x - 16, -DEEP, 32, DEEP * 2),
            Linear(x - 16, 0, x + 16, 0, ((0, cold, 0.0), (0.5, cold, 0.55), (1, cold, 0.0))),
        )
        rod = front.fill(rect(x - 2, -DEEP, 4, DEEP * 2), mix(cold, (255, 255, 255), 0.5))
        scenery.animate(breathing(rod, x * 0.01, 2.2, 0.7))
