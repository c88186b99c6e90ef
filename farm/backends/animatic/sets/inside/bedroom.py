"""A bedroom: a bed, a lamp beside it, a window, a wardrobe."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import FLOOR, WOOD
from farm.backends.animatic.vector import (
    Rgb,
    open_line,
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """A bedroom; a hotel's has stripes, a child's stars on the wall."""
    light, random = scenery.light, scenery.random
    wall: Rgb = random.choice(((168, 176, 170), (190, 168, 150), (150, 160, 182)))
    back = kit.shell(scenery, wall, ceiling=(150, 140, 130))
    for x in range(-1000, 1001, 36):
        back.fill(rect(x, -280, 12, 270), light.lit(wall), 0.3)
    kit.window(scenery, back, 120, -238, 116, 120, (232, 224, 208))
    cloth = random.choice(((150, 84, 80), (84, 110, 130), (128, 118, 80)))
    for sign, x in ((1, 52), (-1, 188)):
        back.fill(
            smooth(
                (x - sign * 12, -250),
                (x + sign * 22, -250),
                (x + sign * 12, -180),
                (x + sign * 18, -104),
                (x - sign * 12, -104),
                tension=0.6,
            ),
            light.shade(cloth),
        )
    kit.picture(scenery, back, -160, -210, 74, 50, (110, 130, 140))
    stage = scenery.layer(0.9)
    kit.box(stage, light, 254, -12, 84, 176, WOOD)
    stage.stroke(open_line((254, -186), (254, -16)), light.shadow(WOOD), 1.8)
    buildings.planks(scenery.layer(1.0), light, FLOOR, (136, 104, 78))
    bed = scenery.layer(0.95)
    bed.fill(
        smooth((-270, -10), (-270, -106), (-262, -116), (-252, -106), (-252, -10), tension=0.4),
        kit.across(light, -270, 20, WOOD),
    )
    bed.fill(rect(-46, -74, 12, 66), light.shade(WOOD))
    bed.fill(rect(-254, -46, 212, 30), light.shadow(WOOD))
    bed.fill(
        smooth((-252, -44), (-248, -68), (-206, -76), (-190, -64), (-186, -46), tension=0.6),
        light.lit((236, 232, 222)),
    )
    bed.fill(
        smooth(
            (-196, -44),
            (-190, -66),
            (-120, -74),
            (-50, -64),
            (-42, -44),
            (-42, -22),
            (-196, -22),
            tension=0.5,
        ),
        kit.across(light, -196, 156, cloth),
    )
    near = scenery.layer(0.96)
    kit.box(near, light, -2, -10, 44, 52, WOOD)
    kit.table_lamp(scenery, near, -2, -62, (206, 176, 130))
