"""A church: columns, a tall coloured window, candles, benches."""

from __future__ import annotations

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import BRASS, WOOD
from farm.backends.animatic.vector import (
    Linear,
    Path,
    Rgb,
    ellipse,
    glow,
    poly,
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """The nave towards the window behind the altar."""
    light, random = scenery.light, scenery.random
    stone: Rgb = (168, 158, 142)
    back = kit.shell(scenery, stone)
    colours: tuple[Rgb, ...] = ((196, 64, 60), (66, 104, 176), (222, 178, 76), (84, 146, 104), (148, 90, 158))
    for x, wide, top in ((0, 84, -290), (-176, 44, -236), (176, 44, -236)):
        arch = smooth(
            (x - wide / 2, -106),
            (x - wide / 2, top + 50),
            (x, top - 6),
            (x + wide / 2, top + 50),
            (x + wide / 2, -106),
            tension=0.35,
        )
        back.fill(arch, light.shadow((60, 54, 60)))
        for row in range(int((-116 - top) / 17)):
            y = top + 24 + row * 17
            half = wide / 2 - 5 if y > top + 50 else (wide / 2 - 5) * (0.45 + 0.55 * (y - top) / 50)
            for column in range(3):
                tone = mix(light.shade(random.choice(colours)), (255, 255, 255), 0.26 * (1 - light.dark))
                back.fill(rect(x - half + column * half * 2 / 3 + 0.8, y, half * 2 / 3 - 1.6, 15), tone, 0.95)
    if light.dark < 0.8:
        for x, colour in ((-40, colours[0]), (20, colours[1]), (80, colours[2])):
            back.fill(
                poly((x - 20, -180), (x + 14, -180), (x + 130, 20), (x + 60, 20)),
                Linear(x, -180, x + 100, 20, ((0, light.grade(colour), 0.2), (1, light.grade(colour), 0.0))),
            )
    back.fill(rect(-84, -78, 168, 62), light.lit((206, 198, 182)))
    back.fill(rect(-92, -84, 184, 8), light.lit((222, 214, 198)))
    back.stroke(Path().move(0, -84).line(0, -126).move(-12, -112).line(12, -112), light.lit(BRASS), 4)
    halls = scenery.layer(0.86)
    for x in (-262, -116, 116, 262):
        kit.column(halls, light, x, -10, -310, 30, stone)
    kit.tiles(scenery, (160, 150, 136), (120, 112, 104))
    candles = scenery.layer(0.9)
    for x in (-64, -48, 48, 64):
        candles.fill(rect(x - 2.4, -106, 4.8, 22), light.lit((240, 232, 210)))
        flame = candles.fill(ellipse(x, -110, 18), glow(x, -110, 18, light.flame(), 0.9))
        scenery.animate(breathing(flame, x, 6.1, 0.7))
    front = scenery.before(1.35)
    for x in (-330, 330):
        front.fill(rect(x - 130, 20, 260, 12), light.lit(WOOD))
        front.fill(rect(x - 126, 32, 252, 70), light.shadow(WOOD))
