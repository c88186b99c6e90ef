"""A graveyard or ruins: stones, broken arches, bare trees, mist on the ground."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import kit, plants, terrain
from farm.backends.animatic.sets.kit import said
from farm.backends.animatic.sets.terrain import WIDE
from farm.backends.animatic.vector import (
    Paint,
    Path,
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    rect,
    smooth,
)


def build(scenery: Scenery) -> None:
    """Graves before a chapel; ruins have arches that lead nowhere, a battlefield posts and craters."""
    light, _random = scenery.light, scenery.random
    ruins = said(scenery, "ruin|temple|ancient|columns")
    far = scenery.layer(0.1)
    terrain.hills(far, scenery, HORIZON + 8, 40, (96, 110, 112), 0.85)
    back = scenery.layer(0.34)
    stone: Rgb = (146, 140, 130)
    terrain.hills(back, scenery, HORIZON + 28, 14, (98, 112, 82), 0.4)
    if ruins:
        for x, high in ((-190, 130), (-70, 150), (50, 96), (170, 140)):
            kit.column(back, light, x, HORIZON + 26, HORIZON + 26 - high, 24, stone)
        back.fill(
            poly((-208, HORIZON - 104), (-52, HORIZON - 124), (-52, HORIZON - 112), (-206, HORIZON - 90)),
            light.shade(stone, 0.3),
        )
    else:
        back.fill(rect(60, HORIZON - 60, 110, 86), light.shade(stone, 0.45))
        back.fill(
            poly((52, HORIZON - 60), (115, HORIZON - 112), (178, HORIZON - 60)),
            light.shade((92, 84, 90), 0.45),
        )
        back.fill(rect(152, HORIZON - 122, 38, 148), light.shade(stone, 0.4))
        back.fill(
            poly((146, HORIZON - 122), (171, HORIZON - 176), (196, HORIZON - 122)),
            light.shade((84, 76, 84), 0.4),
        )
    terrain.horizon_haze(scenery.layer(0.36), light, 60)
    middle = scenery.layer(0.6)
    for x in (-258, 252):
        trunk = light.shadow((70, 62, 64))
        middle.stroke(smooth((x, -16), (x - 6, -90), (x + 8, -170), closed=False), trunk, 13)
        for turn, reach in ((-2.5, 70), (-1.9, 92), (-1.1, 84), (-0.6, 64)):
            middle.stroke(
                smooth(
                    (x, -120),
                    (x + math.cos(turn) * reach * 0.5, -140 + math.sin(turn) * reach * 0.5),
                    (x + math.cos(turn) * reach, -150 + math.sin(turn) * reach),
                    closed=False,
                ),
                trunk,
                5,
            )
    _ground(scenery, stone, ruins=ruins)


def _ground(scenery: Scenery, stone: Rgb, *, ruins: bool) -> None:
    """The ground, and what stands on it."""
    light, random = scenery.light, scenery.random
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -24, (112, 122, 86), (92, 104, 72))
    for x, high, kind in (
        (-300, 70, 0),
        (-214, 56, 1),
        (-136, 62, 0),
        (146, 58, 2),
        (214, 74, 0),
        (296, 60, 1),
    ):
        base, lean = random.uniform(-14, -4), random.uniform(-4, 4)
        if ruins:
            stage.fill(
                poly(
                    (x - 26, base), (x - 22, base - high * 0.4), (x + 10, base - high * 0.5), (x + 28, base)
                ),
                kit.across(light, x - 26, 54, stone),
            )
        elif kind == 1:
            stage.stroke(
                Path()
                .move(x, base)
                .line(x + lean, base - high)
                .move(x - 17, base - high * 0.7)
                .line(x + 18 + lean, base - high * 0.7),
                light.shade(stone),
                9,
            )
        else:
            stage.fill(
                smooth(
                    (x - 20, base),
                    (x - 20 + lean, base - high * 0.7),
                    (x + lean, base - high),
                    (x + 20 + lean, base - high * 0.7),
                    (x + 20, base),
                    tension=0.4,
                ),
                kit.across(light, x - 20, 40, stone),
            )
            stage.stroke(
                open_line((x - 10 + lean, base - high * 0.56), (x + 10 + lean, base - high * 0.56)),
                light.shadow(stone),
                2,
            )
    plants.grass(scenery, stage, -WIDE, WIDE, -10, 20, (98, 112, 72), 140, 0.1)
    mist = scenery.before(1.1)
    air = light.grade(mix(light.haze, (255, 255, 255), 0.15))
    for index, x in enumerate((-260, 10, 280)):
        bank = mist.fill(ellipse(0, 0, 170), glow(0, 0, 170, air, 0.5))
        scenery.animate(_drifting(bank, x, index))


def _drifting(bank: Paint, x: float, index: int) -> Callable[[float], None]:
    return lambda seconds: bank.matrix(1.6, 0, x + math.sin(seconds * 0.12 + index * 2) * 40, 0, 0.2, 22)
