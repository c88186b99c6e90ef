"""A road through the country: a line in its middle, posts, wires, a far car."""

from __future__ import annotations

from itertools import pairwise

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import kit, plants, terrain
from farm.backends.animatic.sets.kit import said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
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
    """A straight road to the horizon; a petrol station beside it by its words."""
    light = scenery.light
    far = scenery.layer(0.08)
    terrain.hills(far, scenery, HORIZON + 6, 54, (122, 132, 138), 0.85)
    terrain.horizon_haze(far, light)
    land = scenery.layer(0.5)
    field: Rgb = (164, 158, 96)
    land.fill(
        rect(-WIDE, HORIZON + 6, WIDE * 2, DEEP),
        vertical(HORIZON + 6, 40, light.shade(field, 0.6), light.shade(field, 0.1)),
    )
    land.fill(
        poly((-5, HORIZON + 6), (5, HORIZON + 6), (430, 160), (-430, 160)),
        vertical(HORIZON, 100, light.shade((110, 110, 116), 0.6), light.shade((92, 92, 98))),
    )
    for step in range(7):
        y, end = HORIZON + 8 + step**2.1 * 2.6, HORIZON + 8 + (step + 0.55) ** 2.1 * 2.6
        a, b = 0.3 + (y - HORIZON) * 0.03, 0.3 + (end - HORIZON) * 0.03
        land.fill(poly((-a, y), (a, y), (b, end), (-b, end)), light.lit((236, 220, 150)))
    for sign in (-1, 1):
        tops = []
        for step in range(6):
            share = 0.22 * 1.62**step
            x, base, high = sign * (36 + share * 150), HORIZON + 8 + share * 42, 24 + share * 92
            land.stroke(
                open_line((x, base), (x, base - high)),
                light.shade((92, 74, 60), 0.5 - step * 0.08),
                1 + share * 2.6,
            )
            land.stroke(
                open_line((x - share * 16, base - high * 0.9), (x + share * 16, base - high * 0.9)),
                light.shade((92, 74, 60), 0.5 - step * 0.08),
                0.8 + share * 1.6,
            )
            tops.append((x, base - high * 0.9))
        for first, second in pairwise(tops):
            land.stroke(
                smooth(
                    first, ((first[0] + second[0]) / 2, max(first[1], second[1]) - 2), second, closed=False
                ),
                light.shadow((70, 66, 70)),
                0.9,
                0.8,
            )
    if said(scenery, "petrol|gas station|filling"):
        _petrol(scenery, scenery.layer(0.7))
    stage = scenery.layer(1.0)
    stage.fill(
        poly((-WIDE, -20), (WIDE, -20), (WIDE, DEEP), (-WIDE, DEEP)),
        vertical(-20, 80, light.shade((150, 146, 104), 0.1), light.shadow((126, 120, 84))),
    )
    plants.grass(scenery, stage, -WIDE, WIDE, -12, 18, (150, 142, 84), 130, 0.1)
    stage.fill(rect(-250, -74, 9, 70), light.lit((236, 232, 222)))
    stage.fill(rect(-250, -62, 9, 10), light.shade((190, 50, 44)))
    stage.fill(rect(236, -124, 7, 120), light.shadow((70, 64, 60)))
    stage.fill(
        poly((196, -150), (276, -150), (292, -136), (276, -122), (196, -122)), light.lit((206, 196, 168))
    )


def _petrol(scenery: Scenery, into: Group) -> None:
    """Two pumps under a roof, lit after dark."""
    light = scenery.light
    warm = light.flame()
    if light.dark > 0.2:
        into.fill(ellipse(-190, -120, 210), glow(-190, -120, 210, warm, 0.6 * light.dark))
    into.fill(rect(-320, -176, 250, 20), light.lit((196, 60, 50)))
    for x in (-300, -96):
        into.fill(rect(x, -158, 8, 140), light.shade((220, 216, 206)))
    for x in (-236, -168):
        kit.box(into, light, x, -18, 30, 76, (222, 214, 196))
        into.fill(rect(x - 10, -86, 20, 18), mix(light.shade((70, 80, 90)), warm, 0.6 * light.dark))
