"""Set pieces that several places share: houses, trees, water, lamps, boats."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery, ridge, sun_place
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Paint,
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
from storyboard.film import TimeOfDay, Weather

WIDE = 1100.0  # half of what a layer must cover, so that the widest shot shows no end
DEEP = 480.0  # and how far down

WOOD: Rgb = (122, 92, 68)
STONE: Rgb = (142, 138, 132)


def hills(into: Group, scenery: Scenery, base: float, rise: float, colour: Rgb, depth: float) -> None:
    """A range of hills that fades into the air towards its foot."""
    light = scenery.light
    points = ridge(scenery.random, -WIDE, WIDE, base, rise)
    top = light.shade(colour, depth)
    foot = light.shade(colour, min(1.0, depth + 0.22))
    outline = Path().poly([(-WIDE, DEEP), *points, (WIDE, DEEP)])
    into.fill(outline, vertical(base - rise, base + 10, top, foot))
    if light.rim > 0.3:
        into.stroke(
            Path().poly(points, closed=False), mix(top, light.grade(light.key), 0.5), 1.4, 0.5 * light.rim
        )


def ground(into: Group, light: Light, top: float, far: Rgb, near: Rgb) -> None:
    """Flat ground from a line to the bottom."""
    into.fill(
        rect(-WIDE, top, WIDE * 2, DEEP - top),
        Linear(
            0,
            top,
            0,
            70,
            ((0, light.shade(far, 0.55), 1), (0.35, light.shade(near, 0.16), 1), (1, light.shadow(near), 1)),
        ),
    )


def water(scenery: Scenery, into: Group, top: float, bottom: float, colour: Rgb = (58, 104, 124)) -> None:
    """Water with the sky in it, a path of light under the sun or moon, and moving glints."""
    light, random = scenery.light, scenery.random
    sky = light.grade(light.sky[-1])
    into.fill(
        rect(-WIDE, top, WIDE * 2, bottom - top),
        Linear(
            0,
            top,
            0,
            min(bottom, 70),
            (
                (0, mix(light.shade(colour, 0.6), sky, 0.5), 1),
                (0.3, light.shade(colour, 0.3), 1),
                (1, light.shadow(colour), 1),
            ),
        ),
    )
    storm = light.weather in (Weather.STORM, Weather.WIND)
    bright = mix(sky, light.grade(light.key), 0.6)
    sun_x = (sun_place(light)[0] - 0.5) * 640
    sunny = light.weather in (Weather.CLEAR, Weather.WIND, Weather.CLOUDY) and light.time is not TimeOfDay.DAY
    for row in range(9):
        share = (row / 9) ** 1.5
        y = top + 2 + share * (min(bottom, 80) - top)
        band = into.group()
        path = Path()
        for _ in range(9 - row // 3):
            x = random.uniform(-700, 700)
            length = random.uniform(10, 40) * (0.4 + share * 1.6)
            thick = 0.5 + share * 1.8
            path.poly(((x - length, y), (x, y - thick), (x + length, y), (x, y + thick)))
        if sunny:
            for _ in range(5):
                x = sun_x + random.gauss(0, 9 + 40 * share)
                length = random.uniform(6, 18) * (0.5 + share)
                path.poly(
                    ((x - length, y), (x, y - 0.6 - share * 2), (x + length, y), (x, y + 0.6 + share * 2))
                )
        band.fill(path, bright, 0.34 if sunny else 0.22)
        scenery.animate(
            _lapping(
                band,
                random.random() * 6,
                (3 + 9 * share) * (2.0 if storm else 1.0),
                0.8 + random.random() * 0.6,
            )
        )


def _lapping(band: Group, phase: float, size: float, rate: float) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        band.place(
            math.sin(seconds * rate + phase) * size, math.sin(seconds * rate * 1.3 + phase) * size * 0.12
        )
        band.fade(0.62 + 0.38 * math.sin(seconds * rate * 1.7 + phase * 2))

    return move


def swell(
    scenery: Scenery, into: Group, y: float, size: float, colour: Rgb, depth: float, speed: float
) -> None:
    """A wave that travels."""
    light, random = scenery.light, scenery.random
    wave = into.group()
    length = 170.0
    # Whole waves in `length`, so that the wave can travel for ever without a jump.
    points = [
        (x, y + (math.sin(x / length * math.tau) + 0.28 * math.sin(x / length * 2 * math.tau + 1)) * size)
        for x in range(-1600, 1601, 20)
    ]
    crest = mix(light.shade(colour, depth), light.grade(light.sky[-1]), 0.3)
    crest = mix(crest, (255, 255, 255), 0.10)
    outline = Path().poly([(-1600.0, DEEP), *points, (1600.0, DEEP)])
    wave.fill(outline, vertical(y - size, y + 34, crest, light.shadow(colour)))
    wave.stroke(Path().poly(points, closed=False), mix(crest, (255, 255, 255), 0.4), 1.2, 0.45)
    phase = random.random() * 6

    def move(seconds: float) -> None:
        wave.place(
            math.sin(seconds * 0.5 + phase) * 14 + (seconds * speed) % length,
            math.sin(seconds * 0.9 + phase) * size * 0.4,
        )

    scenery.animate(move)


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
    """A house with a pitched roof, a chimney and windows that are lit after dark."""
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


def pine(
    into: Group, light: Light, x: float, base: float, high: float, depth: float, colour: Rgb = (46, 82, 70)
) -> None:
    """A conifer of three skirts."""
    into.fill(
        rect(x - high * 0.02, base - high * 0.2, high * 0.04, high * 0.2 + 2),
        light.shade((70, 52, 44), depth),
    )
    for step in range(4):
        top = base - high * (1 - step * 0.2)
        half = high * (0.10 + step * 0.052)
        foot = top + high * 0.36
        into.fill(
            poly(
                (x, top),
                (x + half, foot),
                (x + half * 0.3, foot - high * 0.03),
                (x, foot + high * 0.01),
                (x - half * 0.3, foot - high * 0.03),
                (x - half, foot),
            ),
            Linear(
                x + light.side * half,
                0,
                x - light.side * half,
                0,
                ((0, light.lit(colour, depth), 1), (1, light.shadow(colour, depth), 1)),
            ),
        )


def tree(
    scenery: Scenery,
    into: Group,
    x: float,
    base: float,
    high: float,
    depth: float,
    colour: Rgb = (84, 116, 70),
) -> None:
    """A broad-leaved tree whose crown sways."""
    light, random = scenery.light, scenery.random
    trunk = light.shade((92, 70, 56), depth)
    into.fill(
        smooth(
            (x - high * 0.045, base + 2),
            (x - high * 0.02, base - high * 0.3),
            (x - high * 0.05, base - high * 0.55),
            (x + high * 0.04, base - high * 0.55),
            (x + high * 0.022, base - high * 0.3),
            (x + high * 0.055, base + 2),
        ),
        trunk,
    )
    crown = into.group()
    for layer, tone in enumerate(
        (light.shadow(colour, depth), light.shade(colour, depth), light.lit(colour, depth))
    ):
        path = Path()
        for _ in range(5):
            angle = random.uniform(0, math.tau)
            reach = random.uniform(0.05, 0.22) * high * (1 - layer * 0.2)
            path.ellipse(
                x + math.cos(angle) * reach * 1.3 + light.side * layer * high * 0.045,
                base - high * (0.72 + layer * 0.05) + math.sin(angle) * reach * 0.7,
                high * random.uniform(0.15, 0.21) * (1 - layer * 0.22),
                high * random.uniform(0.12, 0.17) * (1 - layer * 0.22),
            )
        crown.fill(path, tone)
    phase, size = (
        random.random() * 6,
        (2.6 if light.weather in (Weather.WIND, Weather.STORM) else 0.8) * high / 160,
    )
    scenery.animate(
        lambda seconds: crown.place(
            math.sin(seconds * 1.5 + phase) * size, math.sin(seconds * 2.3 + phase) * size * 0.3
        )
    )


def grass(
    scenery: Scenery,
    into: Group,
    left: float,
    right: float,
    base: float,
    high: float,
    colour: Rgb,
    count: int,
    depth: float = 0.0,
) -> None:
    """Tufts of blades or reeds that lean in the wind."""
    light, random = scenery.light, scenery.random
    for _ in range(3):
        tuft = into.group()
        dark, bright = Path(), Path()
        for _ in range(count // 3):
            x = random.uniform(left, right)
            tall = high * random.uniform(0.5, 1.0)
            lean = random.uniform(-0.25, 0.35) * tall
            y = base + random.uniform(-3, 6)
            path = dark if random.random() < 0.55 else bright
            path.move(x - 1.3, y).curve(
                x - 1, y - tall * 0.5, x + lean * 0.4, y - tall * 0.8, x + lean, y - tall
            )
            path.curve(x + lean * 0.5, y - tall * 0.75, x + 1.2, y - tall * 0.4, x + 1.6, y).close()
        tuft.fill(dark, light.shadow(colour, depth))
        tuft.fill(bright, light.lit(colour, depth))
        phase, size = random.random() * 6, 0.045 if light.weather in (Weather.WIND, Weather.STORM) else 0.014
        scenery.animate(_leaning(tuft, base, phase, size))


def _leaning(tuft: Paint, base: float, phase: float, size: float) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        shear = (math.sin(seconds * 1.7 + phase) + 0.5 * math.sin(seconds * 2.9 + phase)) * size
        tuft.matrix(1, -shear, shear * base, 0, 1, 0)

    return move


def lamp_post(scenery: Scenery, into: Group, x: float, base: float, high: float, depth: float = 0.1) -> None:
    """A street lamp with its pool of light after dark."""
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
    iron = light.shade((46, 46, 54), depth)
    y = base - high * 0.8
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
        lamp_y = y - high * 0.075
        turning_beam(scenery, beam, x, lamp_y, high * 4.2, high * 0.62, warm)
        halo = into.fill(ellipse(x, lamp_y, high * 0.5), glow(x, lamp_y, high * 0.5, warm, 0.85))
        scenery.animate(lambda seconds: halo.fade(0.65 + 0.35 * abs(math.cos(seconds * 0.9))))


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


def shoreline(into: Group, scenery: Scenery, y: float, depth: float) -> None:
    """A low far coast with a few roofs."""
    light, random = scenery.light, scenery.random
    hills(into, scenery, y, 16, (70, 96, 92), depth)
    for _ in range(5):
        x = random.uniform(-300, 300)
        into.fill(rect(x, y - 12, 9, 8), light.shade((180, 170, 160), depth))
        into.fill(
            poly((x - 1, y - 12), (x + 4.5, y - 17), (x + 10, y - 12)), light.shade((110, 70, 66), depth)
        )
        if light.dark > 0.3:
            into.fill(ellipse(x + 4, y - 8, 9), glow(x + 4, y - 8, 9, light.flame(), 0.8 * light.dark))


def horizon_haze(into: Group, light: Light, reach: float = 46) -> None:
    """A soft band of air along the horizon."""
    air = light.grade(light.haze)
    strength = 0.75 if light.weather in (Weather.FOG, Weather.STORM, Weather.RAIN, Weather.SNOW) else 0.45
    into.fill(
        rect(-WIDE, HORIZON - reach, WIDE * 2, reach * 1.7),
        Linear(
            0, HORIZON - reach, 0, HORIZON + reach * 0.7, ((0, air, 0), (0.58, air, strength), (1, air, 0))
        ),
    )


def scattered(random: Random, count: int, left: float, right: float, gap: float) -> list[float]:
    """Places along a line that keep a distance."""
    places: list[float] = []
    for _ in range(count * 6):
        x = random.uniform(left, right)
        if all(abs(x - other) >= gap for other in places):
            places.append(x)
        if len(places) == count:
            break
    return places
