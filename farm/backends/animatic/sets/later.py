"""Parts of the future: towers with bands of light, lamps without posts, pods, pictures that float."""

from __future__ import annotations

import math

from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.scenery import Scenery, breathing
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
)

_SHELL: Rgb = (206, 212, 220)
_GLOWS: tuple[Rgb, ...] = ((96, 226, 240), (255, 96, 190), (150, 130, 255), (130, 240, 180))


def _glow_of(light: Light, index: int) -> Rgb:
    return light.grade(_GLOWS[index % len(_GLOWS)])


def pod(into: Group, scenery: Scenery, x: float, base: float, wide: float, high: float, depth: float) -> None:
    """A dwelling of white shells, one on the other, each with a band of glass."""
    light, random = scenery.light, scenery.random
    floors = max(1, round(high / 52))
    tall = high / floors
    shine = mix(
        light.shade((70, 96, 116), depth), _glow_of(light, random.randrange(4)), 0.25 + 0.6 * light.dark
    )
    for floor in range(floors):
        half, foot = wide * (0.5 - 0.05 * floor), base - tall * floor
        left, right = (x - half, x + half) if light.side < 0 else (x + half, x - half)
        into.fill(
            smooth(
                (x - half * 0.86, foot),
                (x - half, foot - tall * 0.5),
                (x - half * 0.8, foot - tall * 0.98),
                (x + half * 0.8, foot - tall * 0.98),
                (x + half, foot - tall * 0.5),
                (x + half * 0.86, foot),
                tension=0.7,
            ),
            Linear(
                left, 0, right, 0, ((0, light.lit(_SHELL, depth), 1), (1, light.shadow(_SHELL, depth), 1))
            ),
        )
        into.fill(
            smooth(
                (x - half * 0.9, foot - tall * 0.44),
                (x - half * 0.84, foot - tall * 0.74),
                (x + half * 0.84, foot - tall * 0.74),
                (x + half * 0.9, foot - tall * 0.44),
                tension=0.3,
            ),
            shine,
            0.95,
        )
    into.fill(ellipse(x, base - high, wide * 0.3, high * 0.14), light.lit(_SHELL, depth))
    into.stroke(open_line((x, base - high * 1.1), (x, base - high * 1.3)), light.shade(_SHELL, depth), 1.2)


def tower(
    scenery: Scenery, into: Group, x: float, base: float, wide: float, high: float, depth: float
) -> None:
    """A tower that narrows to its top, with bands of windows and a line of light along its edge."""
    light, random = scenery.light, scenery.random
    body: Rgb = random.choice(((92, 104, 128), (110, 104, 132), (84, 112, 124)))
    lean = random.uniform(-0.16, 0.16) * wide
    half, top = wide / 2, base - high * random.uniform(1.05, 1.3)
    left, right = (x - half, x + half) if light.side < 0 else (x + half, x - half)
    outline = smooth(
        (x - half, base),
        (x - half * 0.94, base - high * 0.6),
        (x - half * 0.34 + lean, top),
        (x + half * 0.34 + lean, top + high * 0.09),
        (x + half * 0.94, base - high * 0.6),
        (x + half, base),
        tension=0.4,
    )
    into.fill(
        outline,
        Linear(left, 0, right, 0, ((0, light.lit(body, depth), 1), (1, light.shadow(body, depth), 1))),
    )
    inside = into.group()
    inside.clip(outline)
    dark, lit = Path(), Path()
    for row in range(int(high / 16)):
        y = base - 24 - row * 16
        for column in range(max(2, int(wide / 20))):
            at = x - half + 6 + column * 20
            (lit if random.random() < 0.25 + 0.5 * light.dark else dark).rect(at, y, 15, 5)
    inside.fill(dark, light.shade((56, 74, 96), depth))
    inside.fill(lit, mix(light.shade((120, 150, 170), depth), _glow_of(light, 0), 0.15 + 0.6 * light.dark))
    edge = smooth(
        (x + half * 0.86, base),
        (x + half * 0.8, base - high * 0.6),
        (x + half * 0.26 + lean, top + high * 0.12),
        closed=False,
        tension=0.4,
    )
    into.stroke(edge, _glow_of(light, random.randrange(4)), 2.2, 0.35 + 0.6 * light.dark)


def ring_lamp(scenery: Scenery, into: Group, x: float, base: float, high: float, depth: float) -> None:
    """A thin mast with a ring of light at its top."""
    light = scenery.light
    top, cold = base - high, _glow_of(light, 0)
    into.stroke(
        smooth((x, base), (x - 2, top + high * 0.4), (x + 10, top), closed=False),
        light.shade(_SHELL, depth),
        3.0,
    )
    if light.dark > 0.2:
        halo = into.fill(
            ellipse(x + 10, top, high * 0.66), glow(x + 10, top, high * 0.66, cold, 0.5 * light.dark)
        )
        into.fill(
            ellipse(x, base, high * 0.5, high * 0.08), glow(x, base, high * 0.5, cold, 0.35 * light.dark)
        )
        scenery.animate(breathing(halo, x, 1.7, 0.86))
    into.stroke(ellipse(x + 10, top, 17, 5), mix(light.shade((190, 214, 220), depth), cold, light.dark), 3.4)


def light_ring(scenery: Scenery, x: float, y: float, wide: float) -> None:
    """A ring of light that floats under the ceiling."""
    light = scenery.light
    ring = scenery.layer(0.95).group()
    cold = mix(_glow_of(light, 0), (255, 255, 255), 0.5)
    ring.fill(ellipse(0, 0, 200), glow(0, 0, 200, cold, 0.2 + 0.35 * light.dark))
    ring.stroke(ellipse(0, 0, wide * 1.3, wide * 0.3), cold, 5)
    scenery.animate(lambda seconds: ring.place(x, y + math.sin(seconds * 0.9 + x) * 2.5))


def light_bar(into: Group, light: Light, x: float, base: float) -> None:
    """A bar of light on a desk."""
    cold = mix(_glow_of(light, 0), (255, 255, 255), 0.45)
    into.fill(ellipse(x, base - 22, 90), glow(x, base - 22, 90, cold, 0.2 + 0.4 * light.dark))
    into.stroke(open_line((x, base - 2), (x, base - 34)), cold, 4)
    into.fill(ellipse(x, base - 2, 10, 3), light.lit(_SHELL))


def floating_picture(into: Group, light: Light, x: float, y: float, wide: float, high: float) -> None:
    """A pane of light with lines and a curve in it."""
    cold = _glow_of(light, 0)
    left, top = x - wide / 2, y - high / 2
    into.fill(ellipse(x, y, wide * 0.9), glow(x, y, wide * 0.9, cold, 0.25))
    into.fill(rect(left, top, wide, high), cold, 0.3)
    lines = Path()
    for row in range(3):
        lines.move(left + 5, top + high * (0.2 + 0.13 * row)).line(
            left + wide * (0.75 - 0.18 * row), top + high * (0.2 + 0.13 * row)
        )
    lines.smooth(
        [
            (left + wide * share, top + high * (0.76 - 0.1 * math.sin(share * 9)))
            for share in (0.1, 0.3, 0.5, 0.7, 0.9)
        ],
        closed=False,
    )
    into.stroke(lines, mix(cold, (255, 255, 255), 0.6), 1.4)
    into.stroke(rect(left, top, wide, high), cold, 1.4)


def sign(scenery: Scenery, into: Group, x: float, base: float, wide: float, index: int) -> None:
    """The foot of a tower: a lit entrance, and above it a sign of light that floats."""
    light, tone = scenery.light, _glow_of(scenery.light, index)
    into.fill(rect(x - wide / 2, base - 64, wide, 60), light.shadow((44, 50, 64)))
    into.fill(
        rect(x - wide * 0.42, base - 56, wide * 0.84, 48),
        mix(light.shade((96, 120, 140)), tone, 0.2 + 0.5 * light.dark),
        0.9,
    )
    into.stroke(open_line((x - wide / 2, base - 66), (x + wide / 2, base - 66)), tone, 3)
    board = into.group()
    board.fill(ellipse(0, 0, 70), glow(0, 0, 70, tone, 0.25 + 0.35 * light.dark))
    board.fill(poly((-34, -16), (34, -22), (34, 16), (-34, 20)), tone, 0.4)
    glyphs = Path()
    for column in range(4):
        glyphs.move(-26 + column * 15, -8).line(-18 + column * 15, -8).line(
            -18 + column * 15, 4 - column % 2 * 5
        )
    board.stroke(glyphs, mix(tone, (255, 255, 255), 0.7), 2.4)
    scenery.animate(lambda seconds: board.place(x, base - 108 + math.sin(seconds * 1.1 + x) * 2))


def flyers(scenery: Scenery, into: Group, y: float, count: int) -> None:
    """Lights of vehicles that pass between the towers, both ways."""
    light, random = scenery.light, scenery.random
    for one in range(count):
        craft = into.group()
        size, high = random.uniform(0.5, 1.0), y + random.uniform(-70, 40)
        craft.fill(
            smooth((-16, 0), (-8, -5), (6, -6), (16, 0), (6, 4), (-10, 4)),
            light.shade(scale(_SHELL, 0.8), 0.5),
        )
        craft.fill(ellipse(-15, 0, 9), glow(-15, 0, 9, _glow_of(light, one), 0.9))
        way = 1 if one % 2 else -1
        start, speed = random.uniform(0, 900), random.uniform(38, 80)

        def fly(
            seconds: float,
            craft: Group = craft,
            at: tuple[float, float, float, float, int] = (start, speed, high, size, way),
        ) -> None:
            begins, pace, level, large, side = at
            x = (begins + seconds * pace) % 900 - 450
            craft.place(side * x, level, large, flip=side < 0)

        scenery.animate(fly)
