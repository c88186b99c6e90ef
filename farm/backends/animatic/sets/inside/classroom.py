"""A classroom: a blackboard, a map, desks in a row."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import FLOOR, PAPER, WOOD
from farm.backends.animatic.vector import (
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """A classroom from the side of the pupils."""
    light, random = scenery.light, scenery.random
    back = kit.shell(scenery, (196, 188, 152), low=(134, 148, 122), ceiling=(186, 180, 160))
    for row in range(4 if kit.board(scenery, back, -146, -234, 232, 114) else 0):
        at = -130.0
        while at < 50:
            long = random.uniform(10, 34)
            back.stroke(
                smooth(
                    (at, -214 + row * 24),
                    (at + long / 2, -218 + row * 24),
                    (at + long, -214 + row * 24),
                    closed=False,
                ),
                light.lit((236, 236, 226)),
                2.2,
                0.8,
            )
            at += long + 9
    back.fill(rect(-150, -118, 240, 5), light.lit(WOOD))
    kit.window(scenery, back, -252, -238, 120, 130, (228, 220, 200), 3)
    back.fill(rect(140, -236, 130, 90), light.lit((206, 214, 190)))
    back.fill(
        smooth((156, -206), (180, -226), (206, -214), (200, -186), (176, -172), tension=0.8),
        light.shade((126, 148, 92)),
    )
    back.fill(
        smooth((214, -200), (240, -216), (258, -196), (246, -164), (222, -170), tension=0.8),
        light.shade((196, 150, 90)),
    )
    buildings.planks(scenery.layer(1.0), light, FLOOR, (150, 116, 82))
    near = scenery.layer(0.95)
    for x in (-210, -70, 90, 230):
        top = kit.table(near, light, x, -8, 92, (166, 122, 80), 62)
        near.fill(rect(x - 26, top - 4, 28, 4), light.lit(PAPER))
