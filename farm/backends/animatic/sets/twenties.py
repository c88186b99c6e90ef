"""Parts of the 1920s: fronts with cornices and pilasters, lamps with two globes, signs of bulbs."""

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

_BRASS: Rgb = (186, 150, 84)
_IRON: Rgb = (44, 52, 50)


def front(
    scenery: Scenery, into: Group, x: float, base: float, wide: float, high: float, colour: Rgb, depth: float
) -> None:
    """A front of brick and stone that steps back towards its top, between fluted pilasters."""
    light, random = scenery.light, scenery.random
    stone = mix(colour, (206, 190, 160), 0.5)
    for step, (share, top) in enumerate(((1.0, 0.8), (0.72, 0.93), (0.4, 1.04))):
        half = wide * share / 2
        near, far = (x - half, x + half) if light.side < 0 else (x + half, x - half)
        tone = colour if step == 0 else stone
        into.fill(
            rect(x - half, base - high * top, half * 2, high * top),
            Linear(near, 0, far, 0, ((0, light.lit(tone, depth), 1), (1, light.shadow(tone, depth), 1))),
        )
        into.fill(rect(x - half - 3, base - high * top - 4, half * 2 + 6, 7), light.lit(stone, depth))
    bands = max(2, int(wide / 34))
    dark, warm, flutes = Path(), Path(), Path()
    rows = max(2, int(high * 0.78 / 40))
    for column in range(bands):
        at = x - wide / 2 + wide * (column + 0.5) / bands
        for row in range(rows - 1):
            lit = light.dark > 0.25 and random.random() < 0.4
            (warm if lit else dark).rect(at - 6, base - high * 0.78 + 12 + row * 40, 12, 24)
    for column in range(bands + 1):
        at = x - wide / 2 + wide * column / bands
        flutes.move(at, base - high * 0.79).line(at, base - 66)
    into.stroke(flutes, light.lit(stone, depth), 4)
    into.fill(dark, light.shade((58, 62, 66), depth))
    into.fill(warm, mix(light.shade((58, 62, 66), depth), light.flame(), 0.3 + 0.6 * light.dark))
    fan = Path()
    for ray in (-0.2, -0.1, 0.0, 0.1, 0.2):
        fan.move(x, base - high * 0.8).line(x + wide * ray * 1.4, base - high * (0.93 - abs(ray) * 0.2))
    into.stroke(fan, light.shade(_BRASS, depth), 2.0, 0.9)


def globes(scenery: Scenery, into: Group, x: float, base: float, high: float, depth: float) -> None:
    """A lamp post of cast iron with two globes of milk glass."""
    light = scenery.light
    iron, warm = light.shade(_IRON, depth), light.flame()
    into.fill(
        poly((x - 6, base), (x + 6, base), (x + 2.4, base - high * 0.24), (x - 2.4, base - high * 0.24)), iron
    )
    into.stroke(open_line((x, base - high * 0.2), (x, base - high)), iron, 3.4)
    arm = smooth(
        (x - 17, base - high + 4),
        (x - 10, base - high + 13),
        (x, base - high + 6),
        (x + 10, base - high + 13),
        (x + 17, base - high + 4),
        closed=False,
    )
    into.stroke(arm, iron, 2.6)
    into.fill(ellipse(x, base - high - 2, 3, 5), iron)
    milk = mix(light.shade((232, 228, 214), depth), warm, light.dark)
    for side in (-17, 17):
        if light.dark > 0.2:
            halo = into.fill(
                ellipse(x + side, base - high - 5, high * 0.5),
                glow(x + side, base - high - 5, high * 0.5, warm, 0.5 * light.dark),
            )
            scenery.animate(breathing(halo, side, 2.1, 0.93))
        into.fill(ellipse(x + side, base - high - 5, 8.5), milk)
    if light.dark > 0.2:
        into.fill(
            ellipse(x, base, high * 0.55, high * 0.09), glow(x, base, high * 0.55, warm, 0.35 * light.dark)
        )


def glass_lamp(scenery: Scenery, x: float, y: float, wide: float) -> None:
    """A bowl of milk glass that hangs on brass chains."""
    light = scenery.light
    lamp = scenery.layer(0.95).group()
    warm, brass = light.flame(0.7), light.lit(_BRASS)
    for side in (-1, 1):
        lamp.stroke(open_line((side * wide * 0.8, 0), (0, -46)), brass, 1.4)
    lamp.stroke(open_line((0, -46), (0, -160)), brass, 1.8)
    if light.dark > 0.2:
        lamp.fill(ellipse(0, 8, 220), glow(0, 8, 220, warm, 0.45 * light.dark))
    bowl = smooth(
        (-wide * 0.86, 0), (-wide * 0.5, 17), (0, 24), (wide * 0.5, 17), (wide * 0.86, 0), tension=0.7
    )
    lamp.fill(bowl, mix(light.shade((226, 214, 186)), warm, 0.8 * light.dark))
    ribs = Path()
    for share in (-0.5, -0.17, 0.17, 0.5):
        ribs.move(wide * share * 1.3, 0).line(wide * share * 0.7, 20)
    lamp.stroke(ribs, light.shade(_BRASS), 1.2)
    lamp.stroke(open_line((-wide * 0.88, 0), (wide * 0.88, 0)), brass, 3)
    scenery.animate(lambda _: lamp.place(x, y))


def shop(scenery: Scenery, into: Group, x: float, base: float, wide: float, index: int) -> None:
    """A shop window framed in wood and brass under an awning; a marquee with bulbs that run."""
    light = scenery.light
    wood: Rgb = ((74, 44, 38), (40, 56, 50), (56, 46, 66), (80, 62, 40))[index % 4]
    warm = mix(light.shade((150, 150, 140), 0.2), light.flame(), 0.25 + 0.65 * light.dark)
    into.fill(rect(x - wide / 2, base - 66, wide, 62), light.shade(wood))
    for left, share in ((-0.44, 0.36), (0.1, 0.34)):
        into.fill(rect(x + wide * left, base - 52, wide * share, 38), warm, 0.95)
        into.stroke(rect(x + wide * left, base - 52, wide * share, 38), light.shade(_BRASS), 1.8)
    into.fill(rect(x - wide * 0.05, base - 52, wide * 0.12, 48), light.shadow(scale(wood, 0.7)))
    into.fill(rect(x - wide / 2 - 6, base - 84, wide + 12, 20), light.lit(scale(wood, 1.3)))
    bulbs = [(x - wide / 2 + wide * (one + 0.5) / 10, base - 66.0) for one in range(10)]
    bulbs += [(bx, base - 83.0) for bx, _ in bulbs]
    for half in (0, 1):
        row = Path()
        for bx, by in bulbs[half::2]:
            row.ellipse(bx, by, 2.1, 2.1)
        lamps = into.fill(row, mix(light.shade((220, 200, 150)), light.flame(), 0.4 + 0.6 * light.dark))
        scenery.animate(breathing(lamps, half * 3.14, 5.0, 0.35))
    letters = Path()
    for column in range(5):
        at = x - wide * 0.3 + column * wide * 0.14
        letters.move(at, base - 70).line(at + wide * 0.04, base - 79).line(at + wide * 0.08, base - 70)
    into.stroke(letters, light.lit((240, 214, 140)), 2.0)


def table_lamp(into: Group, light: Light, x: float, base: float) -> None:
    """A lamp with a shade of coloured glass and a fringe."""
    warm = light.flame()
    if light.dark > 0.2:
        into.fill(ellipse(x, base - 26, 95), glow(x, base - 26, 95, warm, 0.6 * light.dark))
    into.fill(ellipse(x, base - 2, 9, 3), light.lit(_BRASS))
    into.stroke(open_line((x, base - 2), (x, base - 26)), light.lit(_BRASS), 2.6)
    shade = smooth(
        (x - 19, base - 24), (x - 11, base - 41), (x + 11, base - 41), (x + 19, base - 24), tension=0.5
    )
    into.fill(shade, mix(light.shade((150, 60, 62)), warm, 0.35 * light.dark))
    fringe = Path()
    for thread in range(10):
        fringe.move(x - 18 + thread * 4, base - 24).line(x - 18 + thread * 4, base - 19)
    into.stroke(fringe, light.lit(_BRASS), 1.1)


def dial(into: Group, light: Light, x: float, y: float, radius: float) -> None:
    """A gauge of brass whose hand points at a number."""
    into.fill(ellipse(x, y, radius), light.lit(_BRASS))
    into.fill(ellipse(x, y, radius * 0.84), light.lit((236, 228, 206)))
    marks = Path()
    for step in range(7):
        turn = math.pi * (0.85 + step * 0.217)
        cos, sin = math.cos(turn), math.sin(turn)
        marks.move(x + cos * radius * 0.62, y + sin * radius * 0.62)
        marks.line(x + cos * radius * 0.76, y + sin * radius * 0.76)
    into.stroke(marks, light.shade((60, 50, 46)), 1.6)
    into.stroke(open_line((x, y), (x + radius * 0.34, y - radius * 0.46)), light.shade((160, 50, 44)), 2)


def letters_of_gilt(into: Group, light: Light, x: float, y: float) -> None:
    """A fan of gilt rays over a bar's name."""
    rays = Path()
    for step in range(7):
        turn = math.pi * (1.08 + step * 0.14)
        rays.move(x + math.cos(turn) * 10, y + math.sin(turn) * 10)
        rays.line(x + math.cos(turn) * 36, y + math.sin(turn) * 30)
    rays.move(x - 40, y + 6).line(x + 40, y + 6).move(x - 30, y + 14).line(x + 30, y + 14)
    into.stroke(rays, light.lit(_BRASS), 2.6)
