"""What people have built: houses, windows, lamps, boats, planks and towers."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import later, olden, twenties
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL, TWENTIES
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

WOOD: Rgb = (122, 92, 68)
STONE: Rgb = (142, 138, 132)


def house(
    into: Group,
    scenery: Scenery,
    x: float,
    base: float,
    wide: float,
    high: float,
    colour: Rgb,
    depth: float,
    *,
    roof: Rgb = (96, 62, 58),
) -> None:
    """A house with a pitched roof, a chimney and windows lit after dark, or as its epoch built it."""
    if scenery.epoch == MEDIEVAL:
        olden.house(into, scenery, x, base, wide, high, depth)
        return
    if scenery.epoch == FUTURE:
        later.pod(into, scenery, x, base, wide, high, depth)
        return
    light, random = scenery.light, scenery.random
    side = light.side
    into.fill(
        rect(x - wide / 2, base - high, wide, high + 4),
        Linear(
            x + side * wide / 2,
            0,
            x - side * wide / 2,
            0,
            (
                (0, light.lit(colour, depth), 1),
                (1, mix(light.shade(colour, depth), light.shadow(colour, depth), 0.8), 1),
            ),
        ),
    )
    peak = high * random.uniform(0.42, 0.6)
    chimney = x + wide * random.choice((-0.26, 0.24))
    into.fill(
        rect(chimney - wide * 0.05, base - high - peak * 0.95, wide * 0.1, peak * 0.8),
        light.shade(scale(roof, 0.8), depth),
    )
    into.fill(
        poly(
            (x - wide * 0.57, base - high + 1),
            (x - wide * 0.1, base - high - peak),
            (x + wide * 0.1, base - high - peak),
            (x + wide * 0.57, base - high + 1),
        ),
        Linear(
            x + side * wide,
            0,
            x - side * wide,
            0,
            ((0, light.lit(roof, depth), 1), (1, light.shadow(roof, depth), 1)),
        ),
    )
    for row in range(1, 3):
        y = base - high - peak * row / 3
        half = wide * (0.57 - 0.47 * row / 3)
        into.stroke(open_line((x - half, y), (x + half, y)), light.shadow(roof, depth), 0.7, 0.5)
    _windows(into, scenery, x, base, wide, high, depth)


def _windows(
    into: Group, scenery: Scenery, x: float, base: float, wide: float, high: float, depth: float
) -> None:
    """Rows of windows, some of them lit after dark."""
    light, random = scenery.light, scenery.random
    columns = max(1, int(wide / 26))
    rows = max(1, int(high / 44))
    for row in range(rows):
        for column in range(columns):
            at = x + (column - (columns - 1) / 2) * wide / (columns + 0.25)
            window(
                into,
                light,
                at,
                base - high + high * (0.24 + row * 0.9 / rows) * 0.9,
                9,
                13,
                depth,
                lit=random.random() < 0.6,
            )


def window(
    into: Group, light: Light, x: float, y: float, wide: float, high: float, depth: float, *, lit: bool
) -> None:
    """A window: dark glass by day, warm with a halo when somebody is at home."""
    frame = light.shade((226, 216, 200), depth)
    into.fill(rect(x - wide / 2 - 1.2, y - 1.2, wide + 2.4, high + 2.4), frame)
    glass = light.shade((52, 66, 84), depth)
    if lit and light.dark > 0.2:
        warm = light.flame()
        into.fill(
            ellipse(x, y + high / 2, high * 1.7), glow(x, y + high / 2, high * 1.7, warm, 0.38 * light.dark)
        )
        glass = mix(glass, warm, 0.35 + 0.6 * light.dark)
    into.fill(rect(x - wide / 2, y, wide, high), glass)
    into.stroke(open_line((x, y), (x, y + high)), frame, 0.9)
    into.stroke(open_line((x - wide / 2, y + high * 0.45), (x + wide / 2, y + high * 0.45)), frame, 0.9)


def lamp_post(scenery: Scenery, into: Group, x: float, base: float, high: float, depth: float = 0.1) -> None:
    """A street lamp with its pool of light after dark, as its epoch has it."""
    posts = {MEDIEVAL: olden.fire_basket, TWENTIES: twenties.globes, FUTURE: later.ring_lamp}
    if scenery.epoch in posts:
        posts[scenery.epoch](scenery, into, x, base, high, depth)
        return
    light = scenery.light
    metal = light.shade((52, 54, 62), depth)
    into.stroke(open_line((x, base), (x, base - high)), metal, 3.2)
    into.fill(rect(x - 4, base - 10, 8, 10), metal)
    warm = light.flame()
    if light.dark > 0.2:
        halo = into.fill(
            ellipse(x, base - high - 8, high * 0.75),
            glow(x, base - high - 8, high * 0.75, warm, 0.6 * light.dark),
        )
        into.fill(
            ellipse(x, base, high * 0.55, high * 0.09), glow(x, base, high * 0.55, warm, 0.35 * light.dark)
        )
        scenery.animate(lambda seconds: halo.fade(0.94 + 0.06 * math.sin(seconds * 9)))
    into.fill(
        poly(
            (x - 5, base - high), (x + 5, base - high), (x + 7, base - high - 15), (x - 7, base - high - 15)
        ),
        mix(light.shade((170, 176, 170), depth), warm, light.dark),
    )
    into.fill(poly((x - 8.5, base - high - 15), (x, base - high - 23), (x + 8.5, base - high - 15)), metal)


def boat(into: Group, light: Light, x: float, y: float, size: float, hull: Rgb, depth: float) -> Group:
    """A small fishing boat with a wheelhouse and a mast, riding at `y`."""
    craft = into.group()
    craft.place(x, y, size)
    craft.fill(
        smooth((-70, -22), (-40, -16), (20, -16), (78, -30), (60, 2), (-58, 4), closed=True, tension=0.5),
        vertical(-26, 4, light.lit(hull, depth), light.shadow(hull, depth)),
    )
    craft.stroke(
        open_line((-69, -21), (-40, -16), (20, -16), (77, -29)), light.shade((232, 222, 200), depth), 2.4
    )
    craft.fill(
        rect(-30, -50, 34, 34),
        Linear(
            -30,
            0,
            4,
            0,
            ((0, light.lit((226, 220, 206), depth), 1), (1, light.shadow((226, 220, 206), depth), 1)),
        ),
    )
    craft.fill(rect(-34, -54, 42, 5), light.shade((120, 60, 52), depth))
    for at in (-24, -9):
        craft.fill(
            rect(at, -45, 9, 10), mix(light.shade((60, 80, 96), depth), light.flame(), light.dark * 0.8)
        )
    craft.stroke(open_line((26, -20), (26, -96)), light.shade(WOOD, depth), 2.4)
    craft.stroke(open_line((26, -92), (74, -30)), light.shadow(WOOD, depth), 0.8)
    craft.stroke(open_line((26, -92), (-30, -54)), light.shadow(WOOD, depth), 0.8)
    return craft


def bobbing(
    craft: Group, x: float, y: float, size: float, phase: float, amount: float
) -> Callable[[float], None]:
    """A boat's motion on the water."""
    return lambda seconds: craft.place(
        x,
        y + math.sin(seconds * 1.1 + phase) * amount,
        size,
        turn=math.sin(seconds * 0.8 + phase) * 0.012 * amount,
    )


def planks(into: Group, light: Light, top: float, colour: Rgb = WOOD) -> None:
    """A deck of boards that run towards the eye."""
    into.fill(
        rect(-WIDE, top, WIDE * 2, DEEP - top),
        Linear(
            0,
            top,
            0,
            90,
            (
                (0, mix(light.lit(colour, 0.25), light.shade(colour, 0.3), 0.4), 1),
                (1, light.shadow(colour), 1),
            ),
        ),
    )
    dark = light.shadow(scale(colour, 0.6))
    for index in range(-22, 23):
        # A shape each: ThorVG rasterises one path of many long edges forty times slower.
        x = index * 34
        seam = poly(
            (x * 0.78 - 0.35, top), (x * 0.78 + 0.35, top), (x * 2.2 + 1.6, 260), (x * 2.2 - 1.6, 260)
        )
        into.fill(seam, dark, 0.6)
    into.stroke(open_line((-WIDE, top), (WIDE, top)), light.lit(colour, 0.2), 1.6, 0.7)


def tower(
    scenery: Scenery, into: Group, x: float, base: float, high: float, depth: float, *, beam: Group
) -> None:
    """A lighthouse; after dark its beam goes round, unless its lamp is out."""
    light = scenery.light
    lit = light.dark > 0.3 and scenery.lamp_lit
    white: Rgb = (236, 230, 218)
    foot, head = high * 0.13, high * 0.083
    across = Linear(
        x + light.side * foot,
        0,
        x - light.side * foot,
        0,
        (
            (0, light.lit(white, depth), 1),
            (0.5, light.shade(white, depth), 1),
            (1, light.shadow(white, depth), 1),
        ),
    )
    into.fill(
        poly(
            (x - foot, base), (x + foot, base), (x + head, base - high * 0.8), (x - head, base - high * 0.8)
        ),
        across,
    )
    red: Rgb = (176, 58, 50)
    for low, top in ((0.18, 0.34), (0.52, 0.68)):
        a, b = foot + (head - foot) * low / 0.8, foot + (head - foot) * top / 0.8
        into.fill(
            poly(
                (x - a, base - high * low),
                (x + a, base - high * low),
                (x + b, base - high * top),
                (x - b, base - high * top),
            ),
            Linear(
                x + light.side * a,
                0,
                x - light.side * a,
                0,
                ((0, light.lit(red, depth), 1), (1, light.shadow(red, depth), 1)),
            ),
        )
    y = base - high * 0.8
    _lamp_room(into, light, x, y, high, head, depth, lit=lit)
    for share in (0.12, 0.44, 0.72):
        window(
            into,
            light,
            x + foot * 0.1,
            base - high * share,
            high * 0.032,
            high * 0.05,
            depth,
            lit=share > 0.3,
        )
    if lit:
        _lamp(scenery, into, beam, x, y - high * 0.075, high)


def _lamp(scenery: Scenery, into: Group, beam: Group, x: float, y: float, high: float) -> None:
    """The beam of a tower's lamp, which goes round, and the glow around it."""
    warm = scenery.light.flame(0.8)
    turning_beam(scenery, beam, x, y, high * 4.2, high * 0.62, warm)
    halo = into.fill(ellipse(x, y, high * 0.5), glow(x, y, high * 0.5, warm, 0.85))
    scenery.animate(lambda seconds: halo.fade(0.65 + 0.35 * abs(math.cos(seconds * 0.9))))


def _lamp_room(
    into: Group, light: Light, x: float, y: float, high: float, head: float, depth: float, *, lit: bool
) -> None:
    """The gallery, the glass and the roof at the top of a tower."""
    iron = light.shade((46, 46, 54), depth)
    into.fill(rect(x - head * 1.5, y - high * 0.02, head * 3, high * 0.02), iron)
    warm = light.flame(0.8)
    into.fill(
        rect(x - head * 0.8, y - high * 0.13, head * 1.6, high * 0.11),
        mix(light.shade((120, 150, 164), depth), warm, light.dark if lit else 0.0),
    )
    into.stroke(open_line((x, y - high * 0.13), (x, y - high * 0.02)), iron, high * 0.006)
    into.fill(
        smooth((x - head, y - high * 0.13), (x, y - high * 0.21), (x + head, y - high * 0.13), tension=0.8),
        iron,
    )
    rail = Path()
    for step in range(7):
        at = x + head * 1.45 * (step / 3 - 1)
        rail.move(at, y - high * 0.02).line(at, y - high * 0.055)
    rail.move(x - head * 1.5, y - high * 0.055).line(x + head * 1.5, y - high * 0.055)
    into.stroke(rail, iron, high * 0.005)


def turning_beam(
    scenery: Scenery, into: Group, x: float, y: float, length: float, spread: float, warm: Rgb
) -> None:
    """Two opposite beams of a lamp that turns about an upright axis."""
    beams = []
    for sign in (-1, 1):
        beam = into.group()
        for share, alpha in ((1.0, 0.20), (0.55, 0.22), (0.22, 0.25)):
            reach, half = sign * length, spread * share
            beam.fill(
                poly((0, -2), (reach, -half * 0.7), (reach, half * 0.7), (0, 2)),
                Linear(0, 0, reach, 0, ((0, warm, alpha * 1.6), (0.4, warm, alpha * 0.6), (1, warm, 0.0))),
            )
        beams.append((sign, beam))

    def turn(seconds: float) -> None:
        angle = seconds * 0.9
        for sign, beam in beams:
            along = math.cos(angle)
            beam.matrix(max(0.02, abs(along)), 0, x, sign * along * 0.05, 1 + 0.6 * (1 - abs(along)), y)
            beam.fade(0.28 + 0.72 * abs(along) if along * sign > -2 else 0)

    scenery.animate(turn)
