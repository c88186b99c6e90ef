"""A market: stalls under striped awnings, crates of fruit, strings of lamps, houses behind."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import buildings, kit, terrain
from farm.backends.animatic.sets.kit import WOOD, said
from farm.backends.animatic.vector import (
    Group,
    Path,
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    rect,
    smooth,
)

_CLOTHS: tuple[Rgb, ...] = ((186, 62, 56), (58, 108, 112), (214, 150, 64), (92, 110, 66), (124, 74, 112))
_FRUIT: tuple[Rgb, ...] = ((206, 66, 54), (232, 158, 58), (132, 168, 74), (226, 206, 96), (128, 72, 110))


def build(scenery: Scenery) -> None:
    """Stalls on a square; a bazaar has arches and domes behind it."""
    light, random = scenery.light, scenery.random
    bazaar = said(scenery, "bazaar|souk|desert|arab|oriental|spice")
    far = scenery.layer(0.24)
    wall: Rgb = (206, 178, 140) if bazaar else (190, 172, 156)
    at = -420.0
    while at < 440:
        wide, high = random.uniform(70, 104), random.uniform(92, 140)
        if bazaar:
            _arched(far, scenery, at, wide, high, wall)
        else:
            tone = mix(wall, random.choice(((196, 150, 120), (150, 160, 168), (206, 190, 150))), 0.6)
            buildings.house(far, scenery, at, HORIZON + 34, wide, high * 0.72, tone, 0.42)
        at += wide + 6
    terrain.horizon_haze(far, light, 70)
    ground = scenery.layer(1.0)
    terrain.ground(ground, light, -42, (176, 160, 136), (150, 136, 118))
    stones = Path()
    for row in range(7):
        y = -38 + row**1.6 * 5.6
        for column in range(-16, 17):
            stones.move(column * 52 * (1 + row * 0.16) + row % 2 * 24, y).line(
                column * 52 * (1 + row * 0.16) + row % 2 * 24 + 26, y
            )
    ground.stroke(stones, light.shadow((120, 108, 96)), 1.6, 0.5)
    _people(scenery)
    colours = random.sample(_CLOTHS, 4)
    back = scenery.layer(0.76)
    for x, colour in ((-120.0, colours[0]), (112.0, colours[1])):
        _stall(scenery, back, x, -34, 0.8, colour)
    near = scenery.layer(0.94)
    for x, colour in ((-262.0, colours[2]), (266.0, colours[3])):
        _stall(scenery, near, x, -12, 1.06, colour)
    _lamps(scenery)


def _arched(into: Group, scenery: Scenery, x: float, wide: float, high: float, wall: Rgb) -> None:
    """A house of clay with an arch in it, and a dome on some."""
    light, random, base = scenery.light, scenery.random, HORIZON + 34
    if random.random() < 0.4:
        into.fill(ellipse(x, base - high, wide * 0.3, wide * 0.34), light.shade((112, 150, 156), 0.42))
    into.fill(rect(x - wide / 2, base - high, wide, high), kit.across(light, x - wide / 2, wide, wall, 0.42))
    into.fill(
        smooth(
            (x - wide * 0.2, base),
            (x - wide * 0.2, base - 40),
            (x, base - 62),
            (x + wide * 0.2, base - 40),
            (x + wide * 0.2, base),
            tension=0.5,
        ),
        mix(light.shadow(scale(wall, 0.5), 0.3), light.flame(), 0.5 * light.dark),
    )


def _people(scenery: Scenery) -> None:
    """Buyers in the distance, who shift from foot to foot."""
    light, random = scenery.light, scenery.random
    crowd = scenery.layer(0.62)
    for x in terrain.scattered(random, 11, -300, 300, 38):
        coat = random.choice(((92, 96, 118), (146, 84, 70), (84, 110, 92), (176, 150, 108), (112, 84, 104)))
        one = crowd.group()
        tall = random.uniform(0.86, 1.04)
        one.fill(
            smooth((-15, 0), (-17, -52), (-9, -74), (9, -74), (17, -52), (15, 0), tension=0.5),
            light.shade(coat, 0.28),
        )
        one.fill(
            ellipse(0, -84, 9, 10.5),
            light.shade(random.choice(((226, 184, 150), (150, 106, 78), (196, 146, 110))), 0.28),
        )
        one.fill(
            smooth((-10, -86), (-6, -96), (6, -96), (10, -86), tension=0.6),
            light.shade(random.choice(((58, 46, 42), (130, 96, 60), (96, 98, 104))), 0.28),
        )
        scenery.animate(_shifting(one, x, tall, random.uniform(0, 6)))


def _shifting(one: Group, x: float, tall: float, phase: float) -> Callable[[float], None]:
    return lambda seconds: one.place(
        x + math.sin(seconds * 0.7 + phase) * 3, -40, tall, turn=math.sin(seconds * 0.9 + phase) * 0.012
    )


def _stall(scenery: Scenery, into: Group, x: float, base: float, size: float, colour: Rgb) -> None:
    """A table of fruit under an awning of two colours."""
    light, random = scenery.light, scenery.random
    stall = into.group()
    stall.place(x, base, size)
    for post in (-78, 74):
        stall.fill(rect(post, -186, 5, 184), light.shadow(WOOD))
    stall.fill(rect(-82, -186, 164, 110), light.shadow(scale(colour, 0.5)), 0.75)
    stall.fill(rect(-88, -70, 176, 66), kit.across(light, -88, 176, WOOD))
    for plank in (-50, -28):
        stall.stroke(open_line((-88, plank), (88, plank)), light.shadow(scale(WOOD, 0.7)), 1.6)
    for crate in range(4):
        left, fruit = -82 + crate * 42, random.choice(_FRUIT)
        heap = Path()
        for row, count in ((0, 4), (1, 3), (2, 2)):
            for one in range(count):
                heap.ellipse(left + 6 + row * 4.4 + one * 8.8, -86 - row * 7, 5.2, 5.2)
        stall.fill(heap, kit.across(light, left, 40, fruit))
        stall.fill(rect(left - 1, -83, 38, 14), light.lit(scale(WOOD, 1.2)))
    for stripe in range(8):
        left = -96 + stripe * 24
        tone = colour if stripe % 2 else (238, 228, 206)
        top = -80 + stripe * 20
        stall.fill(poly((top, -206), (top + 20, -206), (left + 24, -172), (left, -172)), light.lit(tone))
        stall.fill(
            smooth(
                (left, -172),
                (left + 24, -172),
                (left + 21, -162),
                (left + 12, -158),
                (left + 3, -162),
                tension=0.6,
            ),
            light.shade(tone),
        )


def _lamps(scenery: Scenery) -> None:
    """A string of lamps over the square, lit after dark."""
    light = scenery.light
    string = scenery.layer(0.88)
    for left, right, y in ((-420.0, 20.0, -246.0), (20.0, 430.0, -250.0)):
        middle = ((left + right) / 2, y + 34)
        string.stroke(smooth((left, y), middle, (right, y), closed=False), light.shadow((70, 60, 56)), 1.6)
        for lamp in range(1, 9):
            share = lamp / 9
            x, low = left + (right - left) * share, y + 34 * (1 - (2 * share - 1) ** 2) + 7
            if light.dark > 0.2:
                string.fill(ellipse(x, low, 42), glow(x, low, 42, light.flame(), 0.75 * light.dark))
            tone = mix(light.lit(_CLOTHS[lamp % 3]), light.flame(), 0.7 * light.dark)
            string.fill(ellipse(x, low, 6, 7), tone)
