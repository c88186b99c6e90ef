"""Inside an aeroplane: rows of seats, round windows over the clouds, lockers."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import STEEL
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import Group, Path, Rgb, ellipse, open_line, rect, smooth, vertical

_PERIOD = 640.0
_WINDOWS = (-288.0, -192.0, -96.0, 0.0, 96.0, 192.0, 288.0)


def build(scenery: Scenery) -> None:
    """A cabin over clouds that go by, with a wing outside."""
    light, random = scenery.light, scenery.random
    outside = scenery.layer(0.25)
    outside.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        vertical(-250, -120, *(light.grade(colour) for colour in light.sky)),
    )
    for speed, base, depth in ((14.0, -146.0, 0.7), (34.0, -130.0, 0.3)):
        band, clouds = outside.group(), Path()
        for cloud in range(6):
            x, wide = cloud * _PERIOD / 6 + random.uniform(-20, 20), random.uniform(50, 84)
            for turn in range(-3, 4):
                clouds.ellipse(x + turn * _PERIOD, base + math.sin(cloud * 2.1) * 8, wide, 22)
        band.fill(clouds, light.lit((238, 240, 244), depth))
        scenery.animate(_running(band, speed))
    outside.fill(
        smooth((-40, -138), (260, -156), (330, -162), (332, -156), (40, -120), tension=0.1),
        light.shade((196, 202, 210)),
    )
    outside.fill(
        smooth((320, -160), (336, -184), (342, -184), (334, -156), tension=0.1), light.shade((176, 60, 56))
    )
    _wall(scenery)
    _lockers(scenery)
    floor = kit.slab_floor(scenery, (84, 92, 110))
    for x in range(-900, 901, 90):
        floor.fill(ellipse(x, -10, 7, 2), light.grade((255, 220, 150)), 0.4 + 0.5 * light.dark)
    _seats(scenery, random.choice(((52, 82, 130), (124, 52, 58), (64, 104, 106))))


def _running(band: Group, speed: float) -> Callable[[float], None]:
    return lambda seconds: band.place(-(seconds * speed) % _PERIOD)


def _wall(scenery: Scenery) -> None:
    """The wall, with openings that are round at their corners."""
    light = scenery.light
    wall: Rgb = (222, 222, 216)
    panel = scenery.layer(0.8)
    panel.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP - 216), light.shade(wall))
    panel.fill(rect(-WIDE, -134, WIDE * 2, 130), vertical(-134, -10, light.lit(wall), light.shadow(wall)))
    edge = -WIDE
    for x in _WINDOWS:
        panel.fill(rect(edge, -217, x - 24 - edge, 84), light.lit(wall))
        corners = Path()
        for side in (-1, 1):
            for y, turn in ((-216, 1), (-134, -1)):
                corners.poly(
                    [
                        (x + side * 25, y),
                        (x + side * 25, y + turn * 26),
                        (x + side * 21, y + turn * 11),
                        (x + side * 12, y + turn * 3),
                        (x, y),
                    ]
                )
        panel.fill(corners, light.lit(wall))
        panel.stroke(
            smooth(
                (x - 25, -175),
                (x - 17, -214),
                (x + 17, -214),
                (x + 25, -175),
                (x + 17, -136),
                (x - 17, -136),
                tension=0.72,
            ),
            light.shadow(wall),
            4,
        )
        panel.fill(
            smooth((x - 20, -208), (x + 20, -208), (x + 22, -192), (x - 22, -192), tension=0.3),
            light.shade(wall),
            0.9,
        )
        edge = x + 24
    panel.fill(rect(edge, -217, WIDE - edge, 84), light.lit(wall))


def _lockers(scenery: Scenery) -> None:
    """Lockers over the windows, with strips of light and signs."""
    light = scenery.light
    top = scenery.layer(0.86)
    tone: Rgb = (206, 208, 206)
    top.fill(rect(-WIDE, -420, WIDE * 2, 162), vertical(-420, -258, light.shadow(tone), light.lit(tone)))
    top.fill(rect(-WIDE, -258, WIDE * 2, 8), light.shadow(tone))
    strip = mix(light.lit((250, 248, 240)), light.flame(0.3), 0.5 * light.dark)
    top.fill(rect(-WIDE, -250, WIDE * 2, 4), strip)
    for x in range(-960, 961, 128):
        top.stroke(open_line((x, -330), (x, -258)), light.shadow(tone), 2)
        top.fill(rect(x + 50, -270, 28, 5), light.shade(STEEL))
        for lamp, colour in ((30, (250, 196, 90)), (96, (110, 220, 150))):
            top.fill(rect(x + lamp, -254, 9, 4), light.grade(colour))


def _seats(scenery: Scenery, cloth: Rgb) -> None:
    """A row of seats, each with a cover on its head."""
    light = scenery.light
    seats = scenery.layer(0.94)
    for x in (-296.0, -176.0, -56.0, 64.0, 184.0, 304.0):
        seats.fill(
            smooth(
                (x - 30, -18),
                (x - 32, -58),
                (x + 16, -62),
                (x + 24, -142),
                (x + 40, -148),
                (x + 48, -128),
                (x + 40, -18),
                tension=0.35,
            ),
            kit.across(light, x - 32, 80, cloth),
        )
        seats.fill(
            smooth(
                (x + 21, -142), (x + 38, -150), (x + 50, -136), (x + 47, -112), (x + 22, -116), tension=0.4
            ),
            light.lit((236, 234, 226)),
        )
        seats.fill(rect(x - 28, -76, 50, 8), light.shade((92, 96, 104)))
        seats.fill(rect(x - 20, -20, 8, 14), light.shadow(STEEL))
        seats.fill(rect(x + 24, -20, 8, 14), light.shadow(STEEL))
