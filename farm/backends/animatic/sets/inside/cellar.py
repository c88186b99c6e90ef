"""A cellar or an attic: beams, crates, barrels, one lamp."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import FLOOR, STEEL, said
from farm.backends.animatic.vector import (
    Rgb,
    open_line,
    poly,
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """A cellar of brick; an attic has a sloping roof and a skylight."""
    light, random = scenery.light, scenery.random
    attic = said(scenery, "attic|loft|garret")
    wall: Rgb = (124, 92, 78) if not attic else (150, 120, 88)
    back = kit.shell(scenery, wall)
    if attic:
        for sign in (-1, 1):
            back.fill(
                poly((sign * 60, -330), (sign * 700, -330), (sign * 700, 0), (sign * 330, -30)),
                light.shade((116, 88, 64)),
            )
            for beam in range(3):
                x = sign * (110 + beam * 80)
                back.stroke(
                    open_line((x, -300 + beam * 76), (x + sign * 300, -190 + beam * 76)),
                    light.shadow((84, 62, 48)),
                    10,
                )
        kit.window(scenery, back, 0, -246, 86, 90, (206, 190, 160))
    else:
        for row in range(12):
            for column in range(-12, 13):
                if random.random() < 0.35:
                    back.fill(
                        rect(column * 40 + (row % 2) * 20, -300 + row * 24, 37, 21), light.shadow(wall), 0.5
                    )
        for step in range(6):
            back.fill(
                rect(130 + step * 30, -30 - step * 28, 300, 28),
                light.lit((140, 128, 118)) if step % 2 else light.shade((140, 128, 118)),
            )
    buildings.planks(scenery.layer(1.0), light, FLOOR, (104, 82, 66)) if attic else kit.slab_floor(
        scenery, (96, 88, 84)
    )
    near = scenery.layer(0.94)
    for x, size in ((-250, 62), (-196, 48), (-226, 40), (236, 56)):
        base = -10 if size > 45 else -72
        kit.box(near, light, x, base, size, size, (150, 112, 76))
        near.stroke(
            open_line((x - size / 2, base), (x + size / 2, base - size)), light.shadow((120, 88, 60)), 3
        )
    for x in (-110, -62):
        near.fill(
            smooth(
                (x - 18, -8),
                (x - 23, -36),
                (x - 18, -66),
                (x + 18, -66),
                (x + 23, -36),
                (x + 18, -8),
                tension=0.6,
            ),
            kit.across(light, x - 22, 44, (128, 88, 58)),
        )
        for y in (-18, -54):
            near.stroke(open_line((x - 20, y), (x + 20, y)), light.shade(STEEL), 3)
    kit.ceiling_lamp(scenery, 30, -216, (90, 84, 74), 22)
