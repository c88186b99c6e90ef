"""A desert: dunes, a rock, the air that shimmers."""

from __future__ import annotations

import math

from farm.backends.animatic.light import scale
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import kit, terrain
from farm.backends.animatic.sets.kit import said
from farm.backends.animatic.sets.terrain import DEEP
from farm.backends.animatic.vector import (
    Group,
    Path,
    Rgb,
    smooth,
)


def build(scenery: Scenery) -> None:
    """Dunes with sharp crests, light on one side of each; a caravan's palms by its words."""
    light = scenery.light
    sand: Rgb = (222, 178, 116)
    for index, (near, base, rise, depth) in enumerate(
        ((0.06, HORIZON + 4, 34, 0.85), (0.16, HORIZON + 16, 46, 0.55), (0.34, HORIZON + 40, 52, 0.3))
    ):
        layer = scenery.layer(near)
        for x in range(-620, 700, 300):
            at = x + index * 96
            peak = base - rise * scenery.random.uniform(0.75, 1.2)
            layer.fill(
                smooth(
                    (at - 260, base + 12),
                    (at - 90, base - rise * 0.3),
                    (at, peak),
                    (at + 120, base - rise * 0.25),
                    (at + 280, base + 12),
                    (at + 280, DEEP),
                    (at - 260, DEEP),
                    tension=0.5,
                ),
                light.lit(sand, depth) if light.side < 0 else light.shade(scale(sand, 0.82), depth),
            )
            layer.fill(
                smooth(
                    (at, peak),
                    (at + 120, base - rise * 0.25),
                    (at + 280, base + 12),
                    (at + 60, base + 14),
                    (at + 24, base - rise * 0.3),
                    tension=0.5,
                ),
                light.shade(scale(sand, 0.74), depth) if light.side < 0 else light.lit(sand, depth),
            )
        terrain.horizon_haze(layer, light, 30)
    _nearer(scenery, sand)


def _nearer(scenery: Scenery, sand: Rgb) -> None:
    """What is nearer to the eye."""
    light = scenery.light
    if said(scenery, "oasis|palm"):
        grove = scenery.layer(0.6)
        for x in (-216, -180, 238):
            _palm(scenery, grove, x, HORIZON + 44, 130)
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -24, sand, sand)
    for row in range(9):
        y = -16 + row**1.5 * 5
        stage.stroke(
            Path().smooth(
                [(x, y + math.sin(x * 0.03 + row * 1.7) * (2 + row * 0.8)) for x in range(-720, 721, 40)],
                closed=False,
            ),
            light.shadow(sand),
            1.0 + row * 0.3,
            0.45,
        )
    for x, size in ((-282, 40), (296, 56)):
        stage.fill(
            smooth(
                (x - size, 4),
                (x - size * 0.75, -size * 0.8),
                (x, -size),
                (x + size * 0.7, -size * 0.5),
                (x + size, 4),
                tension=0.4,
            ),
            kit.across(light, x - size, size * 2, (176, 122, 84)),
        )


def _palm(scenery: Scenery, into: Group, x: float, base: float, high: float) -> None:
    light = scenery.light
    into.stroke(
        smooth((x, base), (x + 6, base - high * 0.5), (x + 16, base - high), closed=False),
        light.shade((118, 92, 66), 0.2),
        7,
    )
    for turn in (-2.7, -2.2, -1.6, -1.0, -0.4, 0.1, -3.1):
        tip = (x + 16 + math.cos(turn) * 52, base - high + math.sin(turn) * 30 + 16)
        into.fill(
            smooth(
                (x + 16, base - high),
                (x + 16 + math.cos(turn) * 30, base - high + math.sin(turn) * 30 - 5),
                tip,
                (x + 16 + math.cos(turn) * 26, base - high + math.sin(turn) * 22 + 6),
            ),
            light.shade((76, 122, 72), 0.2),
        )
