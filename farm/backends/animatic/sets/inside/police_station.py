"""A police station: desks, a board with pictures and strings, a barred door."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import PAPER, STEEL
from farm.backends.animatic.understanding.epochs import MEDIEVAL
from farm.backends.animatic.vector import (
    Group,
    Path,
    ellipse,
    open_line,
    poly,
    rect,
)


def build(scenery: Scenery) -> None:
    """The room of the inspectors: a board of the case, a clock, desks in two rows."""
    light = scenery.light
    back = kit.shell(scenery, (150, 164, 158), low=(74, 96, 92), ceiling=(150, 150, 140))
    old = scenery.epoch == MEDIEVAL
    if old:
        kit.picture(scenery, back, -150, -178, 60, 84, (132, 52, 48))
        for x in (-214, -86):
            back.stroke(
                Path().move(x, -228).line(x, -112).move(x - 12, -140).line(x + 12, -140), light.lit(STEEL), 5
            )
    else:
        _case(scenery, back)
    back.fill(rect(140, -206, 118, 190), light.shadow((54, 60, 66)))
    for bar in range(9):
        back.stroke(open_line((146 + bar * 13.4, -204), (146 + bar * 13.4, -16)), light.lit(STEEL), 4)
    back.stroke(open_line((140, -110), (258, -110)), light.shade(STEEL), 6)
    floor = scenery.layer(0.92)
    kit.cabinet(scenery, floor, 88, -12, (84, 96, 98))
    kit.tiles(scenery, (150, 150, 144), (110, 114, 112))
    near = scenery.layer(0.96)
    top = kit.desk(near, light, -150, -6, 150)
    kit.table_lamp(scenery, near, -200, top)
    near.fill(rect(-160, top - 7, 44, 7), light.lit(PAPER))
    if not old:
        near.fill(rect(-112, top - 20, 26, 20), light.shade((66, 70, 78)))
    kit.ceiling_lamp(scenery, -60, -236, (196, 200, 196), 46)
    kit.ceiling_lamp(scenery, 190, -236, (196, 200, 196), 46)


def _case(scenery: Scenery, back: Group) -> None:
    """The board of the case, with pictures and strings, and a clock."""
    light, random = scenery.light, scenery.random
    back.fill(rect(-250, -236, 190, 124), light.shade((120, 90, 66)))
    back.fill(rect(-244, -230, 178, 112), light.lit((188, 152, 108)))
    pins = []
    for row in range(2):
        for column in range(4):
            x, y = -222 + column * 45 + random.uniform(-7, 7), -206 + row * 52 + random.uniform(-7, 7)
            back.fill(
                poly((x - 12, y - 14), (x + 11, y - 15), (x + 12, y + 14), (x - 11, y + 15)),
                light.lit(random.choice((PAPER, (206, 214, 218), (240, 226, 150)))),
            )
            back.fill(ellipse(x, y - 3, 5, 6), light.shade((126, 110, 100)), 0.8)
            pins.append((x, y - 11))
    for first, second in zip(pins, pins[3:], strict=False):
        back.stroke(open_line(first, second), light.shade((190, 44, 40)), 1.2)
    back.fill(ellipse(30, -228, 22), light.shade((60, 62, 70)))
    back.fill(ellipse(30, -228, 18), light.lit((240, 236, 222)))
    back.stroke(
        Path().move(30, -228).line(30, -241).move(30, -228).line(40, -224), light.shade((40, 38, 44)), 2
    )
