"""A shop: a counter with scales, shelves of goods, a window to the street."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import BRASS, FLOOR, WOOD
from farm.backends.animatic.vector import (
    Rgb,
    open_line,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A shop full of jars and boxes."""
    light, random = scenery.light, scenery.random
    back = kit.shell(scenery, (196, 178, 140), ceiling=(150, 126, 96))
    kit.shelves(scenery, back, -190, -14, 210, 230, 6, books=False)
    kit.shelves(scenery, back, 50, -100, 200, 146, 4, books=False)
    kit.window(scenery, back, 244, -236, 120, 160, (226, 214, 188), 2)
    buildings.planks(scenery.layer(1.0), light, FLOOR, (140, 108, 78))
    bar = scenery.layer(0.94)
    wood: Rgb = (132, 92, 60)
    bar.fill(rect(-300, -96, 380, 9), light.lit(wood))
    bar.fill(rect(-294, -87, 368, 76), vertical(-87, -12, light.shade(wood), light.shadow(wood)))
    for x in range(-280, 60, 62):
        bar.stroke(rect(x, -78, 48, 54), light.shadow(wood), 1.5)
    bar.stroke(open_line((-30, -96), (-30, -130)), light.lit(BRASS), 3)
    bar.stroke(open_line((-56, -126), (-4, -126)), light.lit(BRASS), 2.4)
    for x in (-56, -4):
        bar.fill(smooth((x - 14, -112), (x + 14, -112), (x, -104), tension=0.8), light.lit(BRASS))
    for x in (-250, -226, -202):
        bar.fill(
            rect(x - 9, -122, 18, 26),
            light.shade(random.choice(((196, 206, 204), (206, 150, 90), (150, 66, 56)))),
        )
        bar.fill(rect(x - 10, -126, 20, 5), light.shade(WOOD))
    kit.ceiling_lamp(scenery, -60, -232, (206, 190, 150), 30)
