"""A theatre: a stage with red curtains, lights at its foot."""

from __future__ import annotations

import math

from farm.backends.animatic.light import scale
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import buildings, kit, olden
from farm.backends.animatic.sets.kit import BRASS, FLOOR
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL
from farm.backends.animatic.vector import (
    Linear,
    Rgb,
    ellipse,
    glow,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """The stage, seen from the house: a painted backdrop between the curtains."""
    light, random = scenery.light, scenery.random
    back = kit.shell(scenery, (74, 56, 66))
    back.fill(
        rect(-230, -250, 460, 234),
        vertical(-250, -16, light.shade((74, 104, 140)), light.shade((214, 176, 130))),
    )
    back.fill(
        smooth(
            (-230, -70), (-120, -120), (0, -76), (110, -128), (230, -78), (230, -16), (-230, -16), tension=0.7
        ),
        light.shade((92, 116, 96)),
    )
    back.fill(ellipse(96, -190, 26), light.lit((250, 232, 180)))
    if scenery.epoch == MEDIEVAL:
        _booth(scenery)
        return
    later = scenery.epoch == FUTURE
    red: Rgb = (58, 104, 156) if later else (156, 40, 46)
    cloths = scenery.layer(0.88)
    for sign in (-1, 1):
        for fold in range(7):
            x = sign * (196 + fold * 27)
            sway = math.sin(fold * 1.7) * 5
            cloths.fill(
                smooth(
                    (x - 16, -300),
                    (x + 16, -300),
                    (x + 15 + sway, -150),
                    (x + 17, -12),
                    (x - 17, -12),
                    (x - 15 + sway, -150),
                    tension=0.5,
                ),
                kit.across(light, x - 16, 32, scale(red, 1.0 if fold % 2 else 0.82)),
            )
    for scallop in range(-6, 7):
        x = scallop * 54
        cloths.fill(
            smooth((x - 30, -DEEP), (x + 30, -DEEP), (x + 30, -262), (x, -236), (x - 30, -262), tension=0.5),
            kit.across(light, x - 30, 60, red),
        )
        cloths.stroke(smooth((x - 29, -262), (x, -238), (x + 29, -262), closed=False), light.lit(BRASS), 3)
    buildings.planks(scenery.layer(1.0), light, FLOOR, (150, 112, 78))
    warm = light.grade((120, 224, 246)) if later else light.flame()
    front = scenery.before(1.2)
    front.fill(rect(-WIDE, 60, WIDE * 2, 60), light.shadow((96, 60, 48)))
    for x in range(-480, 481, 80):
        front.fill(ellipse(x, 56, 46), glow(x, 56, 46, warm, 0.5))
        front.fill(
            smooth((x - 13, 62), (x - 10, 48), (x + 10, 48), (x + 13, 62), tension=0.6), light.lit(BRASS)
        )
    beam = scenery.layer(1.02)
    spot = beam.fill(
        poly((-30, -400), (10, -400), (150, 30), (-130, 30)),
        Linear(0, -400, 0, 30, ((0, warm, 0.05), (1, warm, 0.16))),
    )
    scenery.animate(breathing(spot, random.random() * 6, 0.6, 0.85))


def _booth(scenery: Scenery) -> None:
    """A stage of boards on trestles with striped cloths, and fires at its sides."""
    light = scenery.light
    frame = scenery.layer(0.88)
    wood: Rgb = (112, 82, 56)
    for sign in (-1, 1):
        frame.fill(rect(sign * 250 - 9, -300, 18, 290), kit.across(light, sign * 250 - 9, 18, wood))
        for fold in range(4):
            tone: Rgb = (156, 52, 46) if fold % 2 else (214, 190, 132)
            x = sign * (262 + fold * 26)
            frame.fill(rect(x - 13, -270, 26, 258), kit.across(light, x - 13, 26, tone))
    for stripe in range(-9, 10):
        tone = (156, 52, 46) if stripe % 2 else (214, 190, 132)
        at = stripe * 28.0
        frame.fill(
            poly((at - 14, -300), (at + 14, -300), (at + 14, -254), (at, -240), (at - 14, -254)),
            light.shade(tone),
        )
    buildings.planks(scenery.layer(1.0), light, FLOOR, wood)
    for x in (-206, 206):
        olden.fire_basket(scenery, scenery.layer(1.0), x, -8, 92, 0.0, always=True)
