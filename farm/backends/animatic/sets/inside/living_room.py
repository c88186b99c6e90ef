"""A living room: a sofa, a lamp, a carpet, books; by its words a fireplace or a television."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit, later, olden
from farm.backends.animatic.sets.kit import BRASS, FLOOR
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL
from farm.backends.animatic.vector import (
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """A living room of today, or an old one with a fireplace."""
    light, random = scenery.light, scenery.random
    wall: Rgb = random.choice(((186, 178, 150), (150, 172, 168), (188, 160, 142)))
    back = kit.shell(scenery, wall, ceiling=(170, 160, 146))
    kit.window(scenery, back, -186, -244, 134, 134, (236, 228, 212), 3)
    kit.picture(scenery, back, 46, -206, 92, 60, (124, 140, 120))
    kit.shelves(scenery, back, 238, -14, 104, 214, 6)
    floor = scenery.layer(1.0)
    buildings.planks(floor, light, FLOOR, (146, 112, 82))
    floor.fill(ellipse(0, 20, 240, 26), light.shade((96, 112, 128)), 0.85)
    floor.stroke(ellipse(0, 20, 216, 21), light.lit((196, 190, 170)), 2, 0.7)
    if scenery.epoch == MEDIEVAL:
        olden.hearth(scenery, scenery.layer(0.9), 60, -12)
        near = scenery.layer(0.95)
        kit.table(near, light, -110, -8, 130, (124, 88, 60), 70)
        olden.candle(near, light, -120, -78)
        for x in (-150, -66):
            olden.stool(near, light, x, -6, 42)
        return
    sofa = scenery.layer(0.95)
    cloth: Rgb = random.choice(((148, 76, 66), (70, 104, 108), (120, 112, 72)))
    sofa.fill(
        smooth((-64, -40), (-66, -92), (-50, -102), (120, -102), (136, -92), (134, -40), tension=0.35),
        kit.across(light, -66, 200, cloth),
    )
    sofa.fill(smooth((-60, -26), (-58, -56), (34, -58), (34, -26), tension=0.3), light.lit(cloth))
    sofa.fill(smooth((36, -26), (36, -58), (128, -56), (130, -26), tension=0.3), light.shade(cloth))
    for x in (-72, 142):
        sofa.fill(
            smooth((x - 15, -8), (x - 17, -66), (x, -76), (x + 17, -66), (x + 15, -8), tension=0.5),
            kit.across(light, x - 16, 32, scale(cloth, 0.9)),
        )
    sofa.fill(rect(-66, -28, 202, 20), light.shadow(cloth))
    lamp = scenery.layer(0.94)
    if scenery.epoch == FUTURE:
        later.ring_lamp(scenery, lamp, -104, -10, 176, 0.0)
        return
    warm = light.flame()
    if light.dark > 0.2:
        lamp.fill(ellipse(-104, -158, 190), glow(-104, -158, 190, warm, 0.55 * light.dark))
    lamp.stroke(open_line((-104, -10), (-104, -150)), light.shade(BRASS), 3.4)
    lamp.fill(
        poly((-124, -146), (-84, -146), (-94, -182), (-114, -182)),
        mix(light.shade((226, 206, 164)), warm, 0.7 * light.dark),
    )
