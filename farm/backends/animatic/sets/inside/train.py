"""Inside a train or a bus: seats, windows past which the country runs."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import BRASS, PAPER, STEEL, said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, TODAY
from farm.backends.animatic.vector import (
    Group,
    Path,
    Rgb,
    open_line,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A compartment; the land outside goes by."""
    light, _random = scenery.light, scenery.random
    outside = scenery.layer(0.3)
    outside.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        vertical(-250, -90, *(light.grade(colour) for colour in light.sky)),
    )
    for speed, base, colour, depth in ((22, -152, (120, 140, 140), 0.7), (70, -132, (104, 132, 84), 0.4)):
        band = outside.group()
        points = [
            (x * 40.0, base + math.sin(x * 1.1) * 9 + math.sin(x * 0.55 + 1) * 7) for x in range(-46, 47)
        ]
        # 40 cm a step and waves of whole periods in 457 cm: the band can run for ever.
        band.fill(Path().poly([(-1840.0, 0.0), *points, (1840.0, 0.0)]), light.shade(colour, depth))
        scenery.animate(_running(band, speed))
    poles = outside.group()
    for pole in range(-4, 5):
        poles.stroke(open_line((pole * 457.0, -250), (pole * 457.0, -80)), light.shadow((70, 58, 50)), 6)
    scenery.animate(_running(poles, 320))
    later = scenery.epoch == FUTURE
    modern = scenery.epoch == TODAY or said(scenery, "modern|high-speed|subway|underground|bus|metro")
    wall: Rgb = (214, 220, 228) if later else (176, 182, 186) if modern else (104, 66, 54)
    trim = light.grade((104, 226, 240)) if later else light.lit(STEEL if modern else BRASS)
    panel = scenery.layer(0.8)
    holes = ((-252, 150), (-75, 150), (102, 150), (279, 150))
    panel.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP - 236), light.shadow(wall))
    panel.fill(rect(-WIDE, -112, WIDE * 2, 130), vertical(-112, -10, light.shade(wall), light.shadow(wall)))
    edge = -WIDE
    for x, wide in holes:
        panel.fill(
            rect(edge, -238, x - wide / 2 - edge, 128), kit.across(light, edge, x - wide / 2 - edge, wall)
        )
        panel.stroke(rect(x - wide / 2, -236, wide, 124), trim, 4)
        panel.stroke(open_line((x - wide / 2, -206), (x + wide / 2, -206)), trim, 3)
        edge = x + wide / 2
    panel.fill(rect(edge, -238, WIDE - edge, 128), light.shade(wall))
    panel.fill(rect(-WIDE, -262, WIDE * 2, 6), trim)
    _floor(scenery)


def _floor(scenery: Scenery) -> None:
    """The floor, and what stands on it."""
    light, random = scenery.light, scenery.random
    kit.slab_floor(scenery, (96, 84, 76))
    seats = scenery.layer(0.95)
    cloth: Rgb = random.choice(((62, 92, 84), (120, 54, 50), (66, 82, 116)))
    for x, sign in ((-246, 1), (-60, -1), (112, 1), (290, -1)):
        seats.fill(
            smooth(
                (x - sign * 34, -10),
                (x - sign * 38, -124),
                (x - sign * 26, -134),
                (x - sign * 12, -126),
                (x - sign * 10, -58),
                (x + sign * 34, -56),
                (x + sign * 38, -10),
                tension=0.35,
            ),
            kit.across(light, x - 38, 76, cloth),
        )
        seats.fill(
            smooth(
                (x - sign * 34, -118),
                (x - sign * 25, -130),
                (x - sign * 15, -120),
                (x - sign * 16, -96),
                (x - sign * 33, -96),
                tension=0.5,
            ),
            light.lit(PAPER),
            0.8,
        )


def _running(band: Group, speed: float) -> Callable[[float], None]:
    return lambda seconds: band.place(-(seconds * speed) % 457.0)
