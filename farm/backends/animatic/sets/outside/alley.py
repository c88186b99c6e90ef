"""A narrow alley between tall walls: stairs of iron, bins, one lamp, wet stones."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery, breathing
from farm.backends.animatic.sets import kit, terrain
from farm.backends.animatic.sets.outside import city_street
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Linear,
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
    """A strip of sky between two walls; a lamp over a door at its side."""
    light, random = scenery.light, scenery.random
    far = scenery.layer(0.2)
    for x, high in ((-60, 190), (10, 240), (70, 200)):
        city_street.front(scenery, far, x, HORIZON + 16, 66, high, (116, 112, 120), 0.72)
    terrain.horizon_haze(far, light, 90)
    brick: Rgb = (124, 84, 74)
    walls = scenery.layer(0.7)
    for sign in (-1, 1):
        near, deep = sign * 520, sign * 86
        walls.fill(
            poly((deep, -400), (near, -560), (near, 120), (deep, -40)),
            Linear(
                deep,
                0,
                sign * 380,
                0,
                (
                    (0, light.shade(brick, 0.34), 1),
                    (1, light.lit(brick) if sign * light.side > 0 else light.shadow(brick), 1),
                ),
            ),
        )
        for row in range(15):
            y = -330 + row * 22
            walls.stroke(
                open_line((deep, y * 0.86 - 5), (near, y * 1.5 + 60)), light.shadow(scale(brick, 0.8)), 1, 0.4
            )
        for near_x, level in ((150, -210), (230, -250)):
            at = sign * near_x
            lit = random.random() < 0.6 and light.dark > 0.25
            glass = (
                mix(light.shade((54, 66, 84)), light.flame(), 0.8 * light.dark)
                if lit
                else light.shade((50, 60, 76))
            )
            walls.fill(
                poly(
                    (at, level), (at + sign * 34, level - 8), (at + sign * 34, level + 46), (at, level + 40)
                ),
                glass,
            )
            walls.stroke(
                poly(
                    (at, level), (at + sign * 34, level - 8), (at + sign * 34, level + 46), (at, level + 40)
                ),
                light.shade((150, 130, 116)),
                3,
            )
    iron = light.shadow((62, 62, 70))
    for level in (-196, -130):
        walls.stroke(open_line((-240, level), (-110, level + 10)), iron, 4)
        walls.stroke(open_line((-240, level - 26), (-110, level - 14)), iron, 2.2)
        for step in range(8):
            at = -238 + step * 18
            walls.stroke(open_line((at, level), (at, level - 26)), iron, 1.4)
    walls.stroke(open_line((-230, -130), (-128, -186)), iron, 4)
    _ground(scenery, iron)


def _ground(scenery: Scenery, iron: Rgb) -> None:
    """The ground, and what stands on it."""
    light = scenery.light
    ground = scenery.layer(1.0)
    ground.fill(
        rect(-WIDE, -40, WIDE * 2, DEEP),
        vertical(-40, 90, light.shade((104, 102, 106), 0.2), light.shadow((78, 76, 82))),
    )
    for row in range(8):
        y = -38 + row**1.6 * 4.8
        ground.stroke(open_line((-WIDE, y), (WIDE, y)), light.shadow((70, 68, 74)), 0.8 + row * 0.2, 0.5)
    for x, y, wide in ((-40, 6, 70), (90, 34, 110), (-190, 30, 90)):
        sky = light.grade(light.sky[-1])
        ground.fill(
            smooth(
                (x - wide, y), (x - wide * 0.3, y - 5), (x + wide * 0.7, y - 4), (x + wide, y + 1), (x, y + 6)
            ),
            sky,
            0.35,
        )
    near = scenery.layer(0.94)
    for x, colour in ((-236, (92, 106, 98)), (-196, (104, 98, 92))):
        near.fill(
            smooth((x - 17, -8), (x - 20, -62), (x + 20, -62), (x + 17, -8), tension=0.2),
            kit.across(light, x - 20, 40, colour),
        )
        near.fill(ellipse(x, -63, 22, 6), light.lit(colour))
    kit.box(near, light, 236, -8, 52, 44, (140, 104, 72))
    kit.box(near, light, 226, -52, 38, 30, (158, 120, 82))
    warm = light.flame()
    lamp = scenery.layer(0.9)
    if light.dark > 0.2:
        halo = lamp.fill(ellipse(176, -218, 170), glow(176, -218, 170, warm, 0.7 * light.dark))
        lamp.fill(
            poly((160, -210), (192, -210), (290, 20), (70, 20)),
            Linear(176, -210, 176, 20, ((0, warm, 0.3 * light.dark), (1, warm, 0.0))),
        )
        scenery.animate(breathing(halo, 0.0, 9.0, 0.86))
    lamp.stroke(smooth((214, -236), (190, -242), (176, -228), closed=False), iron, 3)
    lamp.fill(smooth((156, -212), (164, -226), (188, -226), (196, -212), tension=0.5), iron)
    lamp.fill(ellipse(176, -211, 9, 6), mix(light.shade((230, 224, 200)), warm, light.dark))
