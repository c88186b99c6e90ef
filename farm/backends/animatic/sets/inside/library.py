"""A library: shelves to the ceiling, a ladder, a reading table under green lamps."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import FLOOR, PAPER, WOOD
from farm.backends.animatic.understanding.epochs import MEDIEVAL
from farm.backends.animatic.vector import (
    ellipse,
    open_line,
    rect,
)


def build(scenery: Scenery) -> None:
    """Tall shelves in two depths and a reading table."""
    light = scenery.light
    kit.shell(scenery, (104, 80, 62), ceiling=(80, 62, 50))
    far = scenery.layer(0.8)
    for x in (-272, -142, 142, 272):
        kit.shelves(scenery, far, x, -14, 124, 256, 7, colour=(116, 80, 56))
    kit.window(scenery, far, 0, -256, 92, 150, (206, 190, 160))
    if scenery.epoch != MEDIEVAL:
        far.fill(ellipse(0, -256, 46, 30), light.shade((206, 190, 160)))
    ladder = scenery.layer(0.88)
    for x in (-196, -172):
        ladder.stroke(open_line((x, -12), (x + 26, -262)), light.lit(WOOD), 4)
    for rung in range(9):
        y = -34 - rung * 26
        ladder.stroke(
            open_line((-196 + (-12 - y) * 0.104, y), (-172 + (-12 - y) * 0.104, y)), light.shade(WOOD), 3
        )
    buildings.planks(scenery.layer(1.0), light, FLOOR, (112, 82, 60))
    near = scenery.layer(0.95)
    top = kit.table(near, light, 60, -6, 250, (122, 82, 56))
    kit.table_lamp(scenery, near, -10, top)
    kit.table_lamp(scenery, near, 130, top)
    for x, colour in ((44, (146, 62, 54)), (52, (70, 96, 104)), (84, PAPER)):
        near.fill(rect(x - 16, top - 5, 32, 5), light.shade(colour))
    front = kit.front_edge(scenery, (120, 82, 56), -420, -170, 46)
    front.fill(rect(-330, 32, 70, 14), light.shade((70, 96, 104)))
    front.fill(rect(-322, 20, 62, 12), light.shade((146, 62, 54)))
