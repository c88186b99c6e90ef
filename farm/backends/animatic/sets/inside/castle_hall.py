"""The hall of a castle: stone, banners, torches, a long table and a throne."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.seats import throne
from farm.backends.animatic.sets import kit, olden
from farm.backends.animatic.sets.kit import BRASS, FLOOR, WOOD
from farm.backends.animatic.vector import (
    Group,
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
    """A great hall; a throne room by its words."""
    light, random = scenery.light, scenery.random
    stone: Rgb = (132, 124, 118)
    back = kit.shell(scenery, stone)
    for row in range(10):
        for column in range(-8, 9):
            if random.random() < 0.4:
                back.stroke(
                    rect(column * 58 + (row % 2) * 29, -300 + row * 30, 56, 28), light.shadow(stone), 1.1, 0.6
                )
    for x in (-150, 150):
        back.fill(
            smooth((x - 26, -130), (x - 26, -220), (x, -256), (x + 26, -220), (x + 26, -130), tension=0.35),
            vertical(-256, -130, *(light.grade(colour) for colour in light.sky)),
        )
        back.stroke(open_line((x, -250), (x, -130)), light.shadow(stone), 4)
    for x, colour in ((-240, (150, 46, 46)), (240, (50, 70, 126)), (-62, (50, 70, 126)), (62, (150, 46, 46))):
        banner = back.group()
        banner.fill(
            poly((x - 22, -276), (x + 22, -276), (x + 22, -166), (x, -146), (x - 22, -166)),
            kit.across(light, x - 22, 44, colour),
        )
        banner.fill(ellipse(x, -222, 11), light.lit(BRASS))
        scenery.animate(_swaying(banner, x))
    if not scenery.throne_is_taken:
        empty = back.group()
        empty.place(0, -16)
        throne(empty, light)
    for x in (-196, 196):
        back.stroke(open_line((x, -132), (x, -168)), light.shadow(WOOD), 5)
        flame = back.fill(ellipse(x, -178, 64), glow(x, -178, 64, light.flame(), 0.9))
        back.fill(smooth((x - 7, -168), (x, -194), (x + 7, -168), tension=0.8), light.grade((255, 190, 90)))
        scenery.animate(breathing(flame, x, 7.3, 0.72))
    if kit.said(scenery, "ball|candle|chandelier|banquet|feast"):
        for x in (-150, 150):
            olden.hanging_candles(scenery, x, -232, 62)
    kit.tiles(scenery, (120, 112, 108), (92, 86, 86), 90)
    floor = scenery.layer(1.0)
    floor.fill(poly((-34, FLOOR), (34, FLOOR), (120, 200), (-120, 200)), light.shade((142, 44, 46)), 0.9)


def _swaying(banner: Group, x: float) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        shear = math.sin(seconds * 0.9 + x) * 0.02
        banner.matrix(1, shear, shear * 276, 0, 1, 0)

    return move
