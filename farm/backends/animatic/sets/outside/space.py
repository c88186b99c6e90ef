"""Open space: stars, a planet, the hull of a ship or station."""

from __future__ import annotations

import math

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import STEEL, said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
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
    """Stars at three depths, a planet lit from one side, and a ship that turns slowly before it."""
    _light, random = scenery.light, scenery.random
    deep = scenery.layer(0.0)
    deep.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2), vertical(-320, 60, (6, 8, 22), (22, 20, 52)))
    for x, y, broad, colour in (
        (-180, -210, 260, (96, 60, 140)),
        (210, -60, 240, (40, 84, 150)),
        (60, -280, 200, (150, 64, 96)),
    ):
        deep.fill(ellipse(x, y, broad), glow(x, y, broad, colour, 0.24))
    for near, count, most in ((0.02, 190, 1.1), (0.05, 70, 1.9)):
        layer = scenery.layer(near)
        for part in range(4):
            stars = Path()
            for _ in range(count // 4):
                size = 0.4 + random.random() ** 3 * most
                stars.ellipse(random.uniform(-460, 460), random.uniform(-320, 90), size, size)
            shown = layer.fill(stars, (234, 240, 255), 0.95)
            scenery.animate(breathing(shown, part * 1.7, 0.9, 0.55))
    _nearer(scenery)


def _nearer(scenery: Scenery) -> None:
    """What is nearer to the eye."""
    light = scenery.light
    if not said(scenery, "no planet|deep space|void|between the stars"):
        _planet(scenery, scenery.layer(0.08))
    station = said(scenery, "station")
    craft = scenery.layer(0.3).group()
    (_station if station else _ship)(scenery, craft)
    scenery.animate(
        lambda seconds: craft.place(
            -96 + math.sin(seconds * 0.11) * 10,
            -196 + math.sin(seconds * 0.23) * 4,
            0.9,
            turn=math.sin(seconds * 0.1) * 0.03,
        )
    )
    hull: Rgb = (132, 140, 150)
    stage = scenery.layer(1.0)
    stage.fill(
        smooth(
            (-WIDE, -6),
            (-300, -16),
            (0, -19),
            (300, -16),
            (WIDE, -6),
            (WIDE, DEEP),
            (-WIDE, DEEP),
            tension=0.4,
        ),
        vertical(-18, 110, light.lit(hull), scale(light.shadow(hull), 0.5)),
    )
    for x in range(-960, 961, 110):
        stage.fill(
            poly((x * 0.8 - 0.8, -15), (x * 0.8 + 0.8, -15), (x * 2 + 2, 200), (x * 2 - 2, 200)),
            light.shadow((66, 72, 84)),
            0.7,
        )
    for y in (2, 30):
        stage.stroke(
            smooth((-WIDE, y + 8), (0, y - 2), (WIDE, y + 8), closed=False),
            light.shadow((66, 72, 84)),
            1.6,
            0.7,
        )
    kit.knobs(scenery, stage, -280, -8, 5, 1, 14)
    stage.stroke(open_line((250, -14), (262, -96)), light.lit(STEEL), 3)
    stage.fill(
        smooth((232, -100), (262, -84), (292, -104), (262, -94), tension=0.8), light.lit((206, 212, 218))
    )


def _planet(scenery: Scenery, into: Group) -> None:
    """A planet with bands of cloud, in the colours of its words."""
    light = scenery.light
    words = (
        ((196, 118, 78), "mars|red|desert|rust"),
        ((150, 150, 156), "moon|grey|gray|dead"),
        ((206, 172, 120), "jupiter|saturn|gas"),
    )
    world: Rgb = next((colour for colour, pattern in words if said(scenery, pattern)), (72, 132, 184))
    tone = light.grade(world)
    x, y, size = 176.0, -128.0, 150.0
    into.fill(ellipse(x, y, size * 1.2), glow(x, y, size * 1.2, mix(tone, (255, 255, 255), 0.4), 0.5))
    into.fill(
        ellipse(x, y, size),
        Linear(
            x - size,
            y - size * 0.7,
            x + size * 0.8,
            y + size * 0.6,
            ((0, mix(tone, (255, 255, 255), 0.42), 1), (0.45, tone, 1), (1, scale(tone, 0.1), 1)),
        ),
    )
    bands = into.group()
    bands.clip(ellipse(x, y, size))
    for index in range(7):
        level = y - size + (index + 0.7) * size * 0.28
        reach = scenery.random.uniform(0.5, 1.0) * size
        at = x + scenery.random.uniform(-60, 30)
        bands.stroke(
            smooth(
                (at - reach, level + 6),
                (at - reach * 0.3, level - 4),
                (at + reach * 0.4, level + 3),
                (at + reach, level - 5),
                closed=False,
            ),
            mix(tone, (255, 255, 255), 0.6),
            scenery.random.uniform(3, 10),
            0.26,
        )
    bands.fill(
        ellipse(x + 46, y + 34, size * 1.02),
        Linear(
            x - size * 0.3, y - size * 0.3, x + size, y + size, ((0, (4, 6, 18), 0), (1, (4, 6, 18), 0.88))
        ),
    )


def _ship(scenery: Scenery, craft: Group) -> None:
    """A ship of three parts with engines that glow."""
    light = scenery.light
    steel: Rgb = (176, 184, 194)
    flame = light.grade((120, 200, 255))
    burn = craft.fill(ellipse(-104, 2, 74, 20), glow(-104, 2, 74, flame, 0.9))
    scenery.animate(breathing(burn, 0.0, 8.0, 0.7))
    craft.fill(
        smooth((-88, -16), (10, -22), (84, -9), (112, 3), (84, 12), (10, 18), (-88, 16), tension=0.6),
        vertical(-22, 18, light.lit(steel), scale(light.shadow(steel), 0.6)),
    )
    craft.fill(poly((-70, -14), (-96, -44), (-50, -44), (-10, -18)), light.shade((150, 74, 62)))
    craft.fill(poly((-70, 14), (-96, 36), (-50, 36), (-10, 16)), light.shadow((150, 74, 62)))
    craft.fill(smooth((40, -14), (60, -22), (84, -12), (64, -7), tension=0.7), light.grade((150, 226, 246)))
    kit.knobs(scenery, craft, -50, 0, 9, 1, 11)
    craft.fill(rect(-98, -12, 14, 24), light.shadow((84, 90, 100)))


def _station(scenery: Scenery, craft: Group) -> None:
    """A wheel with four spokes, a hub and wings of panels."""
    light = scenery.light
    steel: Rgb = (176, 184, 194)
    wheel = craft.group()
    wheel.stroke(ellipse(0, 0, 76), light.shadow(steel), 20)
    wheel.stroke(ellipse(0, 0, 76), light.lit(steel), 15)
    for spoke in range(4):
        turn = spoke * math.pi / 4
        wheel.stroke(
            open_line(
                (math.cos(turn) * 70, math.sin(turn) * 70), (-math.cos(turn) * 70, -math.sin(turn) * 70)
            ),
            light.shade(steel),
            6,
        )
    for lamp in range(16):
        turn = lamp * math.tau / 16
        wheel.fill(ellipse(math.cos(turn) * 76, math.sin(turn) * 76, 2.6), light.grade((255, 220, 150)))
    scenery.animate(
        lambda seconds: wheel.matrix(
            math.cos(seconds * 0.12),
            -math.sin(seconds * 0.12),
            0,
            math.sin(seconds * 0.12) * 0.62,
            math.cos(seconds * 0.12) * 0.62,
            0,
        )
    )
    craft.fill(ellipse(0, 0, 26, 20), vertical(-20, 20, light.lit(steel), light.shadow(steel)))
    for sign in (-1, 1):
        craft.stroke(open_line((0, 0), (sign * 120, 0)), light.shade(steel), 5)
        craft.fill(rect(sign * 132 - 30, -32, 60, 64), light.shade((46, 66, 124)))
        for row in range(4):
            craft.stroke(
                open_line((sign * 132 - 30, -32 + row * 21), (sign * 132 + 30, -32 + row * 21)),
                light.lit((120, 140, 190)),
                1.2,
            )
