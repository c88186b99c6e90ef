"""An office: a desk under a lamp, filing cabinets, a window with blinds."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import FLOOR, PAPER, STEEL, WOOD, said
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL, TODAY
from farm.backends.animatic.vector import (
    Rgb,
    open_line,
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """A private office; a detective's has a coat stand and a bare bulb's gloom, a modern one a screen."""
    light = scenery.light
    modern = scenery.epoch in (TODAY, FUTURE) or said(scenery, "computer|startup|glass|open-plan")
    old = scenery.epoch == MEDIEVAL
    wall: Rgb = (178, 186, 188) if modern else (146, 134, 108)
    back = kit.shell(scenery, wall, low=None if modern else (96, 72, 56), ceiling=(120, 110, 98))
    kit.window(scenery, back, -170, -240, 150, 130, (206, 198, 180), 3)
    if not old:
        kit.blinds(scenery, back, -170, -240, 150, 130)
    kit.door(back, light, 232, (118, 82, 60))
    if not (modern or old):
        back.fill(rect(204, -196, 56, 66), light.lit((196, 206, 200)), 0.55)
    kit.picture(scenery, back, 62, -190, 62, 46, (120, 134, 112))
    stage = scenery.layer(0.92)
    if old:
        kit.shelves(scenery, stage, 136, -12, 92, 170, 4)
    else:
        kit.cabinet(scenery, stage, 128, -12, (124, 130, 136) if modern else (92, 100, 86))
    if not modern:
        stage.stroke(open_line((-286, -10), (-286, -178)), light.shade(WOOD), 4)
        for reach in (-14, 14):
            stage.stroke(open_line((-286, -172), (-286 + reach, -182)), light.shade(WOOD), 3)
        stage.fill(
            smooth((-300, -168), (-286, -176), (-272, -166), (-266, -84), (-304, -84), tension=0.7),
            light.shadow((120, 104, 82)),
        )
    kit.slab_floor(scenery, (128, 132, 136)) if modern else buildings.planks(
        scenery.layer(1.0), light, FLOOR, (112, 82, 60)
    )
    near = scenery.layer(0.96)
    top = kit.desk(near, light, -60, -6, 168, (150, 152, 156) if modern else (112, 76, 52))
    near.fill(rect(-110, top - 4, 36, 4), light.lit(PAPER))
    near.fill(rect(-106, top - 7, 34, 3), light.shade(PAPER))
    if modern:
        kit.screen(scenery, near, -34, top - 28, 58, 36)
        near.fill(rect(-38, top - 8, 8, 8), light.shadow(STEEL))
    else:
        kit.table_lamp(scenery, near, -2, top)
    if not (modern or old):
        near.fill(
            smooth((-74, top), (-72, top - 13), (-58, top - 17), (-44, top - 13), (-42, top), tension=0.5),
            light.shade((44, 42, 50)),
        )
        near.stroke(
            smooth((-76, top - 15), (-58, top - 22), (-40, top - 15), closed=False),
            light.shade((44, 42, 50)),
            5,
        )
    kit.ceiling_lamp(scenery, 70, -232, (70, 74, 78))
