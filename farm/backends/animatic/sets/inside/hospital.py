"""A hospital room: a white bed, a monitor, a drip, a curtain."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit, olden
from farm.backends.animatic.sets.kit import STEEL
from farm.backends.animatic.understanding.epochs import MEDIEVAL
from farm.backends.animatic.vector import (
    Rgb,
    ellipse,
    open_line,
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """A hospital ward."""
    light = scenery.light
    back = kit.shell(
        scenery,
        (186, 172, 150) if scenery.epoch == MEDIEVAL else (190, 206, 202),
        low=None if scenery.epoch == MEDIEVAL else (146, 178, 172),
        ceiling=(116, 96, 78) if scenery.epoch == MEDIEVAL else (206, 210, 206),
    )
    kit.window(scenery, back, -30, -240, 130, 126, (236, 236, 230), 2)
    cloth: Rgb = (132, 176, 180)
    for fold in range(5):
        x = 170 + fold * 28
        back.fill(
            smooth(
                (x, -262),
                (x + 28, -262),
                (x + 25, -150),
                (x + 29, -26),
                (x - 1, -26),
                (x + 4, -150),
                tension=0.5,
            ),
            light.lit(cloth) if fold % 2 else light.shade(cloth),
        )
    back.stroke(open_line((150, -264), (330, -264)), light.lit(STEEL), 3)
    kit.tiles(scenery, (196, 204, 202), (164, 178, 176))
    bed = scenery.layer(0.95)
    for x in (-272, -62):
        bed.stroke(rect(x, -106 if x < -200 else -80, 8, 96 if x < -200 else 70), light.lit(STEEL), 4)
        bed.fill(ellipse(x + 4, -8, 6), light.shade((60, 64, 70)))
    bed.fill(rect(-268, -54, 212, 12), light.shade(STEEL))
    bed.fill(
        smooth((-264, -54), (-260, -78), (-214, -84), (-204, -54), tension=0.5), light.lit((246, 246, 242))
    )
    bed.fill(
        smooth(
            (-214, -54),
            (-208, -74),
            (-130, -80),
            (-62, -70),
            (-56, -54),
            (-56, -34),
            (-214, -34),
            tension=0.4,
        ),
        kit.across(light, -214, 158, (226, 232, 234)),
    )
    near = scenery.layer(0.94)
    if scenery.epoch == MEDIEVAL:
        olden.chest(near, light, 40, -8, 92)
        olden.candle(near, light, 40, -64)
        return
    near.stroke(open_line((-20, -8), (-20, -196)), light.lit(STEEL), 3)
    near.fill(
        smooth((-30, -192), (-10, -192), (-12, -160), (-20, -154), (-28, -160), tension=0.4),
        light.lit((206, 226, 232)),
        0.85,
    )
    near.stroke(smooth((-20, -154), (-34, -110), (-70, -78), closed=False), light.lit((220, 230, 232)), 1.2)
    kit.box(near, light, 60, -8, 54, 104, (190, 198, 200))
    kit.screen(scenery, near, 60, -136, 62, 42, (110, 230, 140))
