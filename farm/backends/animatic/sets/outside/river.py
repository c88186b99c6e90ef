"""A river, or a lake by its words: banks, reeds, stones, a bridge of wood."""

from __future__ import annotations

import math

from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import kit, plants, terrain
from farm.backends.animatic.sets.kit import said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Rgb,
    open_line,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """Water between two banks; a small bridge over it, or a jetty on a lake."""
    light, random = scenery.light, scenery.random
    far = scenery.layer(0.1)
    terrain.hills(far, scenery, HORIZON + 8, 60, (104, 128, 128), 0.85)
    back = scenery.layer(0.24)
    terrain.hills(back, scenery, HORIZON + 14, 30, (98, 132, 92), 0.5)
    for x in terrain.scattered(random, 9, -380, 380, 46):
        plants.pine(back, light, x, HORIZON + 14, random.uniform(40, 70), 0.5)
    terrain.horizon_haze(scenery.layer(0.28), light)
    water = scenery.layer(0.45)
    terrain.water(scenery, water, HORIZON + 12, DEEP, (66, 118, 128))
    if not said(scenery, "lake|pond"):
        bank = scenery.layer(0.6)
        bank.fill(
            smooth(
                (-WIDE, HORIZON + 10),
                (-260, HORIZON + 14),
                (-150, HORIZON + 26),
                (-210, HORIZON + 44),
                (-300, -10),
                (-WIDE, 10),
                tension=0.5,
            ),
            light.shade((112, 138, 84), 0.2),
        )
        plants.tree(scenery, bank, -276, HORIZON + 30, 170, 0.2)
        bridge = scenery.layer(0.55)
        wood: Rgb = (140, 84, 62)
        bridge.stroke(
            smooth(
                (-176, HORIZON + 30),
                (-40, HORIZON - 6),
                (110, HORIZON - 6),
                (250, HORIZON + 30),
                closed=False,
            ),
            light.shade(wood, 0.25),
            7,
        )
        bridge.stroke(
            smooth(
                (-176, HORIZON + 6),
                (-40, HORIZON - 30),
                (110, HORIZON - 30),
                (250, HORIZON + 6),
                closed=False,
            ),
            light.lit(wood, 0.25),
            3,
        )
        for step in range(9):
            share = step / 8
            x = -176 + 426 * share
            y = HORIZON + 30 - 48 * math.sin(share * math.pi) ** 0.8
            bridge.stroke(open_line((x, y), (x, y - 25)), light.shade(wood, 0.25), 2.6)
    _ground(scenery)


def _ground(scenery: Scenery) -> None:
    """The ground, and what stands on it."""
    light = scenery.light
    stage = scenery.layer(1.0)
    bank_tone: Rgb = (122, 140, 84)
    stage.fill(
        smooth(
            (-WIDE, -20),
            (-240, -16),
            (-60, -10),
            (60, -13),
            (260, -20),
            (WIDE, -24),
            (WIDE, DEEP),
            (-WIDE, DEEP),
            tension=0.4,
        ),
        vertical(-20, 80, light.shade(bank_tone, 0.1), light.shadow(bank_tone)),
    )
    for x, size in ((-230, 24), (-196, 15), (210, 30), (252, 17)):
        stage.fill(
            smooth(
                (x - size, 4),
                (x - size * 0.7, -size * 0.7),
                (x + size * 0.2, -size * 0.85),
                (x + size, 4),
                tension=0.6,
            ),
            kit.across(light, x - size, size * 2, (138, 138, 134)),
        )
    plants.grass(scenery, stage, -WIDE, WIDE, -10, 20, (104, 132, 74), 130, 0.1)
    front = scenery.before(1.5)
    plants.grass(scenery, front, -460, -190, 84, 110, (84, 106, 60), 34)
    plants.grass(scenery, front, 210, 460, 84, 96, (84, 106, 60), 30)
