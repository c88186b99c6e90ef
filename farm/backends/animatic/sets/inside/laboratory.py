"""A laboratory: benches, glass, a board of signs, machines with lamps."""

from __future__ import annotations

from collections.abc import Callable

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit, olden
from farm.backends.animatic.sets.kit import STEEL
from farm.backends.animatic.understanding.epochs import MEDIEVAL
from farm.backends.animatic.vector import (
    Paint,
    ellipse,
    glow,
    open_line,
    poly,
)


def build(scenery: Scenery) -> None:
    """A laboratory; what bubbles in its glass is lit."""
    light, random = scenery.light, scenery.random
    back = kit.shell(
        scenery,
        (148, 132, 112) if scenery.epoch == MEDIEVAL else (178, 192, 194),
        low=(112, 84, 62) if scenery.epoch == MEDIEVAL else (142, 160, 164),
        ceiling=(96, 78, 64) if scenery.epoch == MEDIEVAL else (186, 192, 192),
    )
    old = scenery.epoch == MEDIEVAL
    for row in range(5 if kit.board(scenery, back, -246, -240, 176, 100) else 0):
        at = -234.0
        while at < -90:
            long = random.uniform(8, 26)
            back.stroke(
                open_line((at, -224 + row * 18), (at + long, -224 + row * 18 + random.uniform(-3, 3))),
                light.lit((226, 232, 226)),
                2,
                0.8,
            )
            at += long + random.uniform(5, 12)
    kit.shelves(scenery, back, 60, -118, 150, 120, 3, books=False, colour=(160, 168, 172))
    if old:
        olden.hearth(scenery, back, 242, -12)
    else:
        kit.box(back, light, 242, -12, 104, 210, (120, 132, 142))
        kit.screen(scenery, back, 242, -176, 74, 46, (110, 220, 160))
        kit.knobs(scenery, back, 206, -134, 9, 5, 9)
    kit.tiles(scenery, (176, 186, 188), (136, 148, 152))
    near = scenery.layer(0.95)
    top = kit.table(near, light, -60, -6, 330, (132, 94, 64) if old else (196, 202, 204), 82)
    for x, colour in (
        (-180, (112, 222, 160)),
        (-130, (240, 150, 90)),
        (-66, (120, 180, 240)),
        (30, (220, 120, 190)),
    ):
        tone = light.grade(colour)
        near.fill(ellipse(x, top - 14, 40), glow(x, top - 14, 40, tone, 0.35))
        near.fill(
            poly(
                (x - 4, top - 40),
                (x + 4, top - 40),
                (x + 4, top - 26),
                (x + 15, top),
                (x - 15, top),
                (x - 4, top - 26),
            ),
            light.shade((206, 222, 226)),
            0.55,
        )
        near.fill(poly((x - 9, top - 14), (x + 9, top - 14), (x + 14, top - 1), (x - 14, top - 1)), tone, 0.9)
        bubble = near.fill(ellipse(x, top - 8, 1.8), mix(tone, (255, 255, 255), 0.7), 0.9)
        phase = random.random()
        scenery.animate(_rising(bubble, phase))
    if old:
        olden.candle(near, light, 84, top)
    else:
        kit.box(near, light, 84, top, 30, 34, STEEL)
        near.stroke(open_line((84, top - 34), (76, top - 52)), light.shade((60, 66, 74)), 7)
    kit.ceiling_lamp(scenery, -110, -240, (196, 204, 206), 48)
    kit.ceiling_lamp(scenery, 110, -240, (196, 204, 206), 48)


def _rising(bubble: Paint, phase: float) -> Callable[[float], None]:
    return lambda seconds: bubble.place(0, -((seconds * 0.5 + phase) % 1) * 22)
