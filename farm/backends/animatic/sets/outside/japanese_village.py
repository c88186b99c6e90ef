"""A Japanese village: thatched roofs, a gate of wood, cherry trees, rice fields."""

from __future__ import annotations

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import HORIZON, Scenery, breathing
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
    """Steep thatched houses under a blue mountain; blossom in spring, lanterns after dark."""
    light, _random = scenery.light, scenery.random
    far = scenery.layer(0.05)
    peak = light.shade((116, 130, 158), 0.8)
    far.fill(
        smooth(
            (-330, HORIZON + 20),
            (-120, HORIZON - 40),
            (-24, HORIZON - 136),
            (24, HORIZON - 136),
            (130, HORIZON - 36),
            (360, HORIZON + 20),
            tension=0.35,
        ),
        vertical(HORIZON - 136, HORIZON + 10, peak, light.shade((116, 130, 158), 1.0)),
    )
    far.fill(
        poly(
            (-50, HORIZON - 108),
            (-24, HORIZON - 137),
            (24, HORIZON - 137),
            (52, HORIZON - 108),
            (26, HORIZON - 100),
            (10, HORIZON - 114),
            (-8, HORIZON - 98),
            (-28, HORIZON - 112),
        ),
        light.lit((244, 246, 250), 0.5),
    )
    for near, rise, depth in ((0.12, 50, 0.7), (0.22, 34, 0.5)):
        hills = scenery.layer(near)
        terrain.hills(hills, scenery, HORIZON + 14, rise, (96, 128, 96), depth)
    terrain.horizon_haze(scenery.layer(0.24), light)
    _nearer(scenery)


def _nearer(scenery: Scenery) -> None:
    """What is nearer to the eye."""
    light, random = scenery.light, scenery.random
    field = scenery.layer(0.45)
    for row in range(4):
        y = HORIZON + 20 + row * 9
        field.fill(
            rect(-WIDE, y, WIDE * 2, 8), light.shade((132, 160, 92) if row % 2 else (150, 176, 150), 0.3)
        )
    for x, size in ((-250, 1.0), (250, 1.1), (-110, 0.72)):
        thatched(
            scenery,
            field if size < 0.9 else scenery.layer(0.6),
            x,
            HORIZON + (34 if size < 0.9 else 46),
            108 * size,
            0.3 if size < 0.9 else 0.16,
        )
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -26, (150, 150, 96), (136, 128, 88))
    stage.fill(
        smooth((-30, -26), (40, -26), (110, 30), (330, DEEP), (-300, DEEP), (-90, 40)),
        light.shade((198, 178, 136), 0.05),
        0.85,
    )
    plants.grass(scenery, stage, -WIDE, WIDE, -16, 15, (112, 134, 76), 120, 0.12)
    _gate(scenery, scenery.layer(0.8), 52)
    blossom: Rgb = (236, 172, 190) if not said(scenery, "autumn|maple") else (206, 96, 52)
    tree = scenery.layer(0.9)
    plants.tree(scenery, tree, -286, -10, 250, 0.06, blossom)
    if said(scenery, "snow|winter"):
        stage.fill(rect(-WIDE, -26, WIDE * 2, 60), light.lit((244, 246, 250)), 0.7)
    for x in (-170, 214):
        _stone_lamp(scenery, stage, x)
    front = scenery.before(1.5)
    for x, y, turn in ((-420, -190, 0.2), (-360, -150, -0.1), (400, -200, 0.1)):
        for _ in range(9):
            front.fill(
                ellipse(x + random.uniform(-50, 50), y + random.uniform(-40, 40) + turn, 17, 13),
                light.shade(blossom),
                0.9,
            )


def thatched(scenery: Scenery, into: Group, x: float, base: float, wide: float, depth: float) -> None:
    """A farmhouse with a steep roof of straw and paper windows."""
    light = scenery.light
    wall, straw, timber = (206, 190, 156), (150, 124, 88), (88, 66, 52)
    high = wide * 0.36
    into.fill(
        rect(x - wide * 0.42, base - high, wide * 0.84, high),
        kit.across(light, x - wide * 0.42, wide * 0.84, wall, depth),
    )
    for post in (-0.42, -0.14, 0.14, 0.40):
        into.fill(rect(x + wide * post - 1, base - high, wide * 0.03, high), light.shade(timber, depth))
    warm = mix(light.shade((226, 216, 186), depth), light.flame(), 0.85 * light.dark)
    into.fill(rect(x - wide * 0.11, base - high * 0.9, wide * 0.24, high * 0.86), warm)
    for bar in range(1, 4):
        at = x - wide * 0.11 + wide * 0.24 * bar / 4
        into.stroke(open_line((at, base - high * 0.9), (at, base)), light.shade(timber, depth), 1)
    if light.dark > 0.3:
        into.fill(
            ellipse(x, base - high * 0.4, wide * 0.5),
            glow(x, base - high * 0.4, wide * 0.5, light.flame(), 0.35 * light.dark),
        )
    top = base - high - wide * 0.52
    into.fill(
        smooth(
            (x - wide * 0.62, base - high + 5),
            (x - wide * 0.42, base - high - wide * 0.22),
            (x - wide * 0.16, top),
            (x + wide * 0.16, top),
            (x + wide * 0.42, base - high - wide * 0.22),
            (x + wide * 0.62, base - high + 5),
            (x, base - high + 1),
            tension=0.3,
        ),
        kit.across(light, x - wide * 0.6, wide * 1.2, straw, depth),
    )
    into.fill(rect(x - wide * 0.19, top - 4, wide * 0.38, 8), light.shade(timber, depth))
    for row in range(1, 4):
        y = top + wide * 0.13 * row
        half = wide * (0.2 + 0.1 * row)
        into.stroke(
            smooth((x - half, y + 2), (x, y), (x + half, y + 2), closed=False),
            light.shadow(straw, depth),
            0.9,
            0.6,
        )


def _gate(scenery: Scenery, into: Group, x: float) -> None:
    """A red gate, as before a shrine."""
    light = scenery.light
    red: Rgb = (190, 62, 46)
    base = -34.0
    for at in (-44, 44):
        into.fill(
            poly(
                (x + at - 5, base),
                (x + at + 5, base),
                (x + at * 0.92 + 4, base - 112),
                (x + at * 0.92 - 4, base - 112),
            ),
            kit.across(light, x + at - 5, 10, red),
        )
    into.fill(rect(x - 50, base - 92, 100, 8), light.shade(red))
    into.fill(
        smooth(
            (x - 66, base - 120),
            (x, base - 113),
            (x + 66, base - 120),
            (x + 62, base - 108),
            (x, base - 104),
            (x - 62, base - 108),
            tension=0.6,
        ),
        light.lit(red),
    )
    into.fill(
        smooth(
            (x - 68, base - 126),
            (x, base - 118),
            (x + 68, base - 126),
            (x + 66, base - 119),
            (x, base - 112),
            (x - 66, base - 119),
            tension=0.6,
        ),
        light.shade((60, 52, 56)),
    )


def _stone_lamp(scenery: Scenery, into: Group, x: float) -> None:
    """A lamp of stone beside the path."""
    light = scenery.light
    stone: Rgb = (150, 150, 142)
    if light.dark > 0.2:
        halo = into.fill(ellipse(x, -50, 84), glow(x, -50, 84, light.flame(), 0.7 * light.dark))
        scenery.animate(breathing(halo, x, 5.0, 0.8))
    into.fill(rect(x - 13, -10, 26, 8), light.shade(stone))
    into.fill(rect(x - 6, -38, 12, 30), kit.across(light, x - 6, 12, stone))
    into.fill(rect(x - 13, -58, 26, 20), light.shade(stone))
    into.fill(rect(x - 6, -55, 12, 14), mix(light.shadow((70, 66, 62)), light.flame(), light.dark))
    into.fill(
        poly((x - 21, -57), (x - 7, -72), (x + 7, -72), (x + 21, -57)), kit.across(light, x - 20, 40, stone)
    )
