"""An airport: a hall of glass, aeroplanes outside, a board of departures, rows of seats."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit, later
from farm.backends.animatic.sets.kit import STEEL
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE
from farm.backends.animatic.vector import (
    Group,
    Path,
    Rgb,
    Shape,
    ellipse,
    open_line,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """The hall before the gates."""
    light, random = scenery.light, scenery.random
    outside = scenery.layer(0.2)
    outside.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        vertical(-260, -84, *(light.grade(colour) for colour in light.sky)),
    )
    outside.fill(rect(-WIDE, -86, WIDE * 2, 90), light.shade((136, 140, 144), 0.35))
    outside.fill(poly((-20, -84), (20, -84), (120, 0), (-120, 0)), light.shade((96, 100, 108), 0.3))
    tail: Rgb = random.choice(((186, 60, 56), (52, 96, 156), (222, 156, 60)))
    if scenery.epoch == FUTURE:
        later.pod(scenery.layer(0.3), scenery, -120, -70, 240, 96, 0.2)
        later.flyers(scenery, scenery.layer(0.12), -190, 4)
    else:
        plane(scenery.layer(0.3), light, -120, -78, 1.0, tail)
        away = scenery.layer(0.12)
        flying = away.group()
        plane(flying, light, 0, 0, 0.3, tail)
        scenery.animate(lambda seconds: flying.place(120 + seconds * 9, -190 - seconds * 4))
    hall = scenery.layer(0.7)
    frame = light.shade((150, 156, 164))
    for x in range(-900, 901, 112):
        hall.stroke(open_line((x, -270), (x, -30)), frame, 5)
    for y in (-196, -104):
        hall.stroke(open_line((-WIDE, y), (WIDE, y)), frame, 3.4)
    hall.fill(rect(-WIDE, -36, WIDE * 2, 24), light.shade((176, 180, 184)))
    hall.fill(
        rect(-WIDE, -420, WIDE * 2, 156),
        vertical(-420, -264, light.shadow((196, 200, 202)), light.shade((214, 216, 216))),
    )
    for x in range(-900, 901, 150):
        hall.fill(rect(x, -280, 70, 5), light.flame(0.35) if light.dark > 0.2 else light.lit((250, 250, 246)))
    _board(scenery)
    kit.slab_floor(scenery, (178, 180, 180))
    _seats(scenery)


def plane(into: Group, light: Light, x: float, y: float, size: float, tail: Rgb) -> None:
    """An airliner from its side, `y` being the ground below it."""
    craft = into.group()
    craft.place(x, y, size)
    white: Rgb = (232, 234, 236)
    for at in (-96, 72):
        craft.stroke(open_line((at, -30), (at, -4)), light.shadow(STEEL), 5)
        craft.fill(ellipse(at, -4, 8), light.shadow((50, 50, 56)))
    craft.fill(poly((148, -62), (176, -122), (206, -122), (196, -58)), light.shade(tail))
    craft.fill(
        smooth(
            (-196, -46),
            (-168, -70),
            (-120, -78),
            (120, -76),
            (210, -62),
            (120, -34),
            (-140, -28),
            (-184, -34),
            tension=0.55,
        ),
        vertical(-78, -28, light.lit(white), light.shadow(white)),
    )
    craft.fill(rect(-150, -46, 300, 4), light.shade(tail))
    panes = Path()
    for window in range(22):
        panes.rect(-138 + window * 12, -62, 5, 7)
    panes.poly([(-186, -52), (-170, -64), (-160, -64), (-164, -54)])
    craft.fill(panes, mix(light.shade((58, 72, 92)), light.flame(), 0.8 * light.dark))
    craft.fill(poly((-40, -44), (28, -42), (124, -14), (94, -12)), light.shade((196, 200, 206)))
    craft.fill(
        smooth((-18, -22), (-14, -34), (30, -32), (34, -20), (-12, -16), tension=0.4),
        light.shade((150, 156, 164)),
    )


def _board(scenery: Scenery) -> None:
    """The board of departures: rows of lit letters, of which one row turns over now and then."""
    light, random = scenery.light, scenery.random
    board = scenery.layer(0.84)
    for x in (108, 292):
        board.stroke(open_line((x, -420), (x, -250)), light.shadow(STEEL), 4)
    board.fill(rect(92, -252, 216, 106), light.shade((40, 44, 54)))
    board.fill(rect(98, -246, 204, 13), light.grade((232, 196, 92)))
    for row in range(6):
        letters, late = Path(), row in (1, 4)
        for at, count in ((104, 4), (138, random.randint(6, 10)), (222, 3), (252, 6)):
            for letter in range(count):
                letters.rect(at + letter * 7.4, -226 + row * 13, 5.4, 8)
        tone: Rgb = (240, 120, 84) if late else (226, 226, 214)
        line = board.fill(letters, light.grade(tone), 0.92)
        if late:
            scenery.animate(_turning(line, row))


def _turning(line: Shape, row: int) -> Callable[[float], None]:
    return lambda seconds: line.fade(0.2 if math.floor(seconds * 2 + row) % 5 == 0 else 0.92)


def _seats(scenery: Scenery) -> None:
    """Two rows of seats and a suitcase."""
    light = scenery.light
    near = scenery.layer(0.94)
    for first in (-300.0, 128.0):
        near.fill(rect(first - 20, -34, 190, 5), light.shadow(STEEL))
        for seat in range(4):
            x = first + seat * 48
            near.fill(
                smooth((x - 20, -42), (x - 22, -88), (x + 22, -88), (x + 20, -42), tension=0.25),
                kit.across(light, x - 22, 44, (58, 66, 84)),
            )
            near.fill(rect(x - 22, -46, 44, 9), light.lit((70, 80, 100)))
        for x in (first - 10, first + 152):
            near.fill(rect(x, -34, 6, 28), light.shadow(STEEL))
    kit.box(near, light, -92, -8, 38, 56, (186, 92, 62))
    near.stroke(open_line((-102, -64), (-102, -88), (-82, -88), (-82, -64)), light.shadow(STEEL), 2.6)
