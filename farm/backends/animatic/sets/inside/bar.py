"""A bar, or a café by its words: a counter, bottles, stools, warm lamps."""

from __future__ import annotations

from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit, olden, twenties
from farm.backends.animatic.sets.kit import BRASS, FLOOR, PAPER, STEEL, said
from farm.backends.animatic.understanding.epochs import MEDIEVAL, TWENTIES
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A long counter before shelves of bottles; a café has cups, a cake stand and a lighter wall."""
    light, random = scenery.light, scenery.random
    cafe = said(scenery, "caf|coffee|tea ?(?:room|house)|diner|restaurant|canteen")
    old = scenery.epoch == MEDIEVAL
    back = kit.shell(
        scenery,
        (198, 178, 142) if cafe else (92, 62, 58),
        low=(118, 86, 62) if cafe else (64, 42, 38),
        ceiling=(70, 54, 48),
    )
    if cafe:
        kit.window(scenery, back, -206, -240, 150, 136, (226, 214, 190), 3)
        for row in range(4 if kit.board(scenery, back, 110, -236, 150, 84) else 0):
            back.stroke(
                open_line((124, -218 + row * 17), (124 + random.uniform(60, 116), -218 + row * 17)),
                light.lit(PAPER),
                2.2,
                0.8,
            )
    elif old:
        kit.picture(scenery, back, -226, -196, 46, 66, (132, 52, 48))
        olden.casks(back, light, -112, -118, 4, 34)
        olden.casks(back, light, -76, -190, 3, 34)
    else:
        back.fill(rect(-150, -246, 320, 150), light.shade((50, 34, 34)))
        mirror = light.shade((96, 104, 112))
        back.fill(
            rect(-140, -238, 300, 134),
            Linear(
                -140, -238, 160, -104, ((0, mirror, 0.9), (0.5, scale(mirror, 1.3), 0.9), (1, mirror, 0.9))
            ),
        )
        if scenery.epoch == TWENTIES:
            twenties.letters_of_gilt(back, light, -232, -196)
        else:
            _neon(back, light)
    wood: Rgb = (132, 92, 60) if cafe else (98, 60, 44)
    for level in (-186, -136):
        if old:
            break
        kit.bottles(scenery, back, 20, level, 270) if not cafe else None
        if not cafe:
            back.fill(rect(-126, level, 290, 4), light.lit(wood))
    _floor(scenery, wood, cafe=cafe)


def _neon(back: Group, light: Light) -> None:
    """A sign of neon: a zigzag."""
    sign = light.grade((255, 92, 120))
    if light.dark > 0.2:
        back.fill(ellipse(-232, -206, 90), glow(-232, -206, 90, sign, 0.6))
    back.stroke(
        smooth((-268, -196), (-252, -226), (-236, -196), (-218, -226), (-200, -196), closed=False),
        mix(sign, (255, 255, 255), 0.35),
        4,
    )


def _floor(scenery: Scenery, wood: Rgb, *, cafe: bool) -> None:
    """The floor, and what stands on it."""
    light = scenery.light
    floor = scenery.layer(1.0)
    buildings.planks(floor, light, FLOOR, (104, 74, 56))
    bar = scenery.layer(0.93)
    bar.fill(rect(-120, -104, 460, 10), light.lit(wood))
    bar.fill(rect(-112, -94, 452, 82), vertical(-94, -12, light.shade(wood), light.shadow(wood)))
    for x in range(-90, 340, 70):
        bar.stroke(rect(x, -84, 54, 60), light.shadow(scale(wood, 0.8)), 1.6)
    bar.stroke(open_line((-112, -22), (340, -22)), light.lit(BRASS), 3)
    if cafe:
        for x in (-60, -40, -22):
            bar.fill(
                smooth((x - 7, -114), (x + 7, -114), (x + 5, -104), (x - 5, -104), tension=0.3),
                light.lit((236, 232, 222)),
            )
        bar.fill(ellipse(60, -112, 26, 5), light.lit((214, 220, 222)))
        bar.fill(
            smooth((42, -114), (48, -128), (60, -134), (72, -128), (78, -114), tension=0.6),
            light.shade((176, 110, 70)),
        )
    else:
        for x in (-66, 34, 120):
            bar.fill(
                poly((x - 6, -118), (x + 6, -118), (x + 5, -104), (x - 5, -104)),
                light.shade((206, 160, 84)),
                0.8,
            )
    for x in (-70, 20, 110):
        stool = scenery.layer(0.98)
        if scenery.epoch == MEDIEVAL:
            olden.stool(stool, light, x, -6, 58)
            continue
        stool.fill(ellipse(x, -66, 17, 5), light.lit((150, 60, 52)))
        stool.stroke(open_line((x, -62), (x, -8)), light.lit(STEEL), 4)
        stool.fill(ellipse(x, -7, 14, 3.4), light.shade(STEEL))
    for x in (-210, -30, 170):
        kit.ceiling_lamp(scenery, x, -228, (176, 96, 52) if not cafe else (206, 190, 150), 26)
