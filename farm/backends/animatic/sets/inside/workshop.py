"""A workshop, a garage or a factory: a bench, tools on the wall, a great wheel."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import FLOOR, STEEL, said
from farm.backends.animatic.sets.terrain import DEEP
from farm.backends.animatic.understanding.epochs import MEDIEVAL
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
    ellipse,
    open_line,
    rect,
)


def build(scenery: Scenery) -> None:
    """A workshop with tools on its wall; a factory has wheels that turn and pipes, a garage a shutter."""
    light, random = scenery.light, scenery.random
    factory = said(scenery, "factory|mill|engine|boiler|machine|foundry|plant")
    back = kit.shell(scenery, (134, 120, 104) if not factory else (112, 112, 116), ceiling=(84, 76, 70))
    if factory:
        for x in (-220, -90) if scenery.epoch != MEDIEVAL else ():
            back.fill(
                rect(x - 13, -DEEP, 26, DEEP),
                Linear(
                    x - 13,
                    0,
                    x + 13,
                    0,
                    ((0, light.shadow(STEEL), 1), (0.4, light.lit(STEEL), 1), (1, light.shadow(STEEL), 1)),
                ),
            )
            for y in (-220, -130):
                back.fill(rect(x - 17, y, 34, 9), light.shade(STEEL))
        for x, y, size, rate in ((60, -178, 62, 0.5), (152, -132, 44, -0.7), (214, -206, 38, 0.8)):
            wheel = back.group()
            tone = light.shade((150, 118, 76))
            teeth = max(10, int(size / 3.6))
            wheel.fill(
                Path().poly(
                    [
                        (
                            math.cos(step * math.tau / (teeth * 2)) * size * (1.0 if step % 4 < 2 else 0.88),
                            math.sin(step * math.tau / (teeth * 2)) * size * (1.0 if step % 4 < 2 else 0.88),
                        )
                        for step in range(teeth * 2)
                    ]
                ),
                tone,
            )
            wheel.fill(ellipse(0, 0, size * 0.62), light.shadow((112, 112, 116)))
            for spoke in range(3):
                turn = spoke * math.pi / 3
                wheel.stroke(
                    open_line(
                        (math.cos(turn) * size * 0.66, math.sin(turn) * size * 0.66),
                        (-math.cos(turn) * size * 0.66, -math.sin(turn) * size * 0.66),
                    ),
                    tone,
                    size * 0.13,
                )
            scenery.animate(_turning(wheel, x, y, rate))
    else:
        back.fill(rect(-236, -232, 190, 108), light.shadow((96, 70, 50)))
        for x in range(-220, -56, 27):
            high = random.uniform(34, 66)
            back.stroke(open_line((x, -216), (x, -216 + high)), light.lit((196, 148, 98)), 5)
            back.fill(
                rect(x - 8, -222, 16, 14) if random.random() < 0.5 else ellipse(x, -216, 9, 7),
                light.lit(STEEL),
            )
        kit.shelves(scenery, back, 46, -104, 130, 110, 3, books=False)
        kit.window(scenery, back, 218, -232, 120, 100, (190, 180, 160), 3)
    _floor(scenery, factory=factory)


def _floor(scenery: Scenery, *, factory: bool) -> None:
    """The floor, and what stands on it."""
    light = scenery.light
    buildings.planks(scenery.layer(1.0), light, FLOOR, (112, 92, 74)) if not factory else kit.slab_floor(
        scenery, (104, 104, 106)
    )
    near = scenery.layer(0.95)
    top = kit.table(near, light, -120, -6, 230, (136, 98, 66), 84)
    near.fill(rect(-206, top - 15, 34, 15), light.shade((96, 108, 116)))
    near.stroke(open_line((-150, top - 4), (-110, top - 4)), light.lit(STEEL), 4)
    near.stroke(open_line((-92, top - 3), (-60, top - 10)), light.shade((150, 110, 74)), 4)
    kit.box(near, light, 236, -8, 66, 56, (150, 110, 74))
    kit.ceiling_lamp(scenery, -110, -226, (70, 82, 78), 34)


def _turning(wheel: Group, x: float, y: float, rate: float) -> Callable[[float], None]:
    return lambda seconds: wheel.place(x, y, turn=seconds * rate)
