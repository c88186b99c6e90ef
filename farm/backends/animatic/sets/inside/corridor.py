"""A corridor: doors on both sides of the eye, a lamp, a window at its end."""

from __future__ import annotations

from itertools import pairwise

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import kit, olden
from farm.backends.animatic.sets.kit import BRASS, said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL
from farm.backends.animatic.vector import (
    Linear,
    Path,
    Rgb,
    ellipse,
    open_line,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A corridor in perspective; of a spaceship, with ribs and strips of light."""
    light = scenery.light
    if scenery.epoch == FUTURE or said(scenery, "space|ship|station|starship|sector|airlock|deck"):
        _ship(scenery)
        return
    if scenery.epoch == MEDIEVAL:
        _vault(scenery)
        return
    wall: Rgb = (176, 164, 138)
    back = scenery.layer(0.6)
    back.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2), light.shadow(wall))
    back.fill(rect(-64, -212, 128, 150), vertical(-212, -62, light.shade(wall), light.lit(wall)))
    kit.window(scenery, back, 0, -190, 56, 84, (220, 212, 196), 2)
    sides = scenery.layer(0.8)
    for sign in (-1, 1):
        sides.fill(
            poly((sign * 64, -212), (sign * 460, -400), (sign * 460, 60), (sign * 64, -62)),
            Linear(
                sign * 64,
                0,
                sign * 420,
                0,
                (
                    (0, light.shade(wall), 1),
                    (1, light.lit(wall) if sign * light.side > 0 else light.shadow(wall), 1),
                ),
            ),
        )
        sides.fill(
            poly((sign * 64, -100), (sign * 460, -60), (sign * 460, 60), (sign * 64, -62)),
            light.shade((112, 84, 64)),
            0.9,
        )
        for near, far in ((116, 158), (226, 300)):
            top_near, top_far = -212 + (near - 64) * 0.12, -212 + (far - 64) * 0.02 - 8
            sides.fill(
                poly(
                    (sign * near, top_near + 30),
                    (sign * far, top_far + 10),
                    (sign * far, -62 + (far - 64) * 0.3),
                    (sign * near, -62 + (near - 64) * 0.3),
                ),
                light.shade((126, 88, 62)),
            )
            sides.fill(ellipse(sign * (near + 8), -112 + (near - 64) * 0.12, 2.6), light.lit(BRASS))
    sides.fill(poly((-64, -212), (64, -212), (460, -400), (-460, -400)), light.shade((196, 188, 170)))
    floor = scenery.layer(1.0)
    floor.fill(
        poly((-70, -60), (70, -60), (560, 120), (560, DEEP), (-560, DEEP), (-560, 120)),
        vertical(-60, 90, light.shade((124, 92, 70)), light.shadow((124, 92, 70))),
    )
    floor.fill(poly((-26, -60), (26, -60), (170, 200), (-170, 200)), light.shade((132, 58, 56)), 0.9)
    kit.ceiling_lamp(scenery, 0, -236, (206, 196, 170), 30)


def _vault(scenery: Scenery) -> None:
    """A passage of stone under arches, with torches."""
    light = scenery.light
    stone: Rgb = (126, 120, 112)
    back = scenery.layer(0.6)
    back.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2), light.shadow(scale(stone, 0.5)))
    back.fill(
        smooth((-50, -62), (-50, -150), (0, -204), (50, -150), (50, -62), tension=0.5),
        light.shadow(scale(stone, 0.35)),
    )
    olden.leaded_window(scenery, back, 0, -180, 34, 70)
    sides = scenery.layer(0.8)
    for share in (3.4, 2.2, 1.35):
        tone = light.shade(scale(stone, 0.72 + 0.08 * share))
        for sign in (-1, 1):
            sides.fill(
                poly(
                    (sign * 52 * share, -150 * share + 20),
                    (sign * 460, -420),
                    (sign * 460, 80),
                    (sign * 52 * share, -62 + 26 * (share - 1)),
                ),
                tone,
            )
        sides.stroke(
            smooth(
                (-52 * share, -62 + 26 * (share - 1)),
                (-52 * share, -130 * share),
                (0, -196 * share),
                (52 * share, -130 * share),
                (52 * share, -62 + 26 * (share - 1)),
                closed=False,
                tension=0.5,
            ),
            light.shadow(scale(stone, 0.8)),
            7 * share,
        )
    floor = scenery.layer(1.0)
    floor.fill(
        poly((-60, -62), (60, -62), (560, 120), (560, DEEP), (-560, DEEP), (-560, 120)),
        vertical(-60, 90, light.shade(scale(stone, 0.8)), light.shadow(scale(stone, 0.7))),
    )
    for step in range(7):
        y = -60 + step**1.8 * 4.6
        floor.stroke(open_line((-560, y), (560, y)), light.shadow(scale(stone, 0.6)), 1 + step * 0.3)
    for x in (-168, 168):
        olden.fire_basket(scenery, sides, x, -96, 60, 0.0, always=True)


def _ship(scenery: Scenery) -> None:
    light = scenery.light
    hull: Rgb = (150, 160, 170)
    glowing = light.grade((150, 224, 246))
    back = scenery.layer(0.6)
    back.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2), light.shadow((70, 78, 90)))
    back.fill(
        poly((-44, -196), (44, -196), (60, -160), (60, -92), (44, -64), (-44, -64), (-60, -92), (-60, -160)),
        light.shade((96, 106, 120)),
    )
    back.stroke(open_line((0, -196), (0, -64)), light.shadow((50, 56, 66)), 2)
    back.fill(rect(-8, -138, 16, 10), light.grade((240, 110, 80)))
    sides = scenery.layer(0.8)
    sizes = (1.0, 1.55, 2.4, 3.7)
    for first, second in pairwise(sizes):
        for sign in (-1, 1):
            x1, x2 = sign * 62 * first, sign * 62 * second
            for low, high, tone in ((-0.55, 0.28, 1.0), (0.28, 0.8, 0.78), (-0.95, -0.55, 1.15)):
                near, far = 72 * first, 72 * second
                sides.fill(
                    poly(
                        (x1, low * near - 130),
                        (x2, low * far - 130),
                        (x2, high * far - 130),
                        (x1, high * near - 130),
                    ),
                    Linear(
                        x1,
                        0,
                        x2,
                        0,
                        (
                            (0, light.shade(scale(hull, tone * 0.72)), 1),
                            (1, light.shade(scale(hull, tone)), 1),
                        ),
                    ),
                )
            sides.stroke(
                open_line((x1 * 1.02, -130 - 0.5 * 72 * first), (x2 * 0.98, -130 - 0.5 * 72 * second)),
                mix(glowing, (255, 255, 255), 0.3),
                3.2 * first**0.5,
            )
            sides.stroke(
                Path().poly(
                    (
                        (x2 * 0.97, -130 - 72 * second),
                        (x2, -130 - 0.55 * 72 * second),
                        (x2, -130 + 0.28 * 72 * second),
                        (x2 * 0.94, -130 + 0.85 * 72 * second),
                    ),
                    closed=False,
                ),
                light.shadow(hull),
                6 * second**0.6,
            )
    sides.fill(poly((-58, -196), (58, -196), (260, -420), (-260, -420)), light.shadow(hull))
    _floor(scenery, glowing)


def _floor(scenery: Scenery, glowing: Rgb) -> None:
    """The floor, and what stands on it."""
    light = scenery.light
    floor = scenery.layer(1.0)
    floor.fill(
        poly((-52, -64), (52, -64), (420, 110), (420, DEEP), (-420, DEEP), (-420, 110)),
        vertical(-64, 90, light.shade((104, 112, 124)), light.shadow((90, 98, 110))),
    )
    for step in range(7):
        y = -62 + step**1.8 * 4.6
        half = 52 + (y + 64) * 2.1
        floor.stroke(open_line((-half, y), (half, y)), light.shadow((70, 76, 88)), 1 + step * 0.35)
    for sign in (-1, 1):
        strip = floor.fill(
            poly((sign * 40, -64), (sign * 43, -64), (sign * 330, 110), (sign * 304, 110)),
            mix(glowing, (255, 255, 255), 0.2),
            0.85,
        )
        scenery.animate(breathing(strip, sign + 1.0, 1.1, 0.8))
