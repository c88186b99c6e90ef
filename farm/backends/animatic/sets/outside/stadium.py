"""A stadium: stands full of people, a pitch with its lines, masts with floodlights."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import terrain
from farm.backends.animatic.sets.kit import said
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

_CROWD: tuple[Rgb, ...] = ((206, 72, 62), (232, 226, 214), (62, 96, 150), (226, 180, 80), (96, 90, 100))


def build(scenery: Scenery) -> None:
    """A pitch for football; a track or an arena of sand where its words say so."""
    light = scenery.light
    sand = said(scenery, "arena|sand|gladiator|colosseum|bull|roman|dust")
    track = said(scenery, "track|race|runner|athlet|olympic")
    back = scenery.layer(0.3)
    _stands(scenery, back, (176, 152, 122) if sand else (120, 126, 138), roof=not sand)
    terrain.horizon_haze(back, light, 40)
    if not sand:
        _masts(scenery)
    pitch = scenery.layer(1.0)
    tone: Rgb = (206, 174, 124) if sand else (178, 92, 68) if track else (92, 144, 76)
    pitch.fill(
        rect(-WIDE, -52, WIDE * 2, DEEP), vertical(-52, 90, light.shade(tone, 0.25), light.shadow(tone))
    )
    if sand:
        return
    line = light.lit((244, 246, 240))
    if track:
        for lane in range(6):
            y = -46 + lane**1.7 * 7
            pitch.fill(rect(-WIDE, y, WIDE * 2, 1.2 + lane * 0.7), line, 0.85)
        return
    for stripe in range(-6, 6, 2):
        near = [(stripe * 80, -52), ((stripe + 1) * 80, -52), ((stripe + 1) * 210, 150), (stripe * 210, 150)]
        pitch.fill(Path().poly(near), light.lit((112, 166, 88)), 0.45)
    pitch.fill(rect(-WIDE, -46, WIDE * 2, 2.4), line, 0.9)
    pitch.stroke(ellipse(0, 14, 210, 30), line, 3, 0.85)
    pitch.fill(poly((-2, -44), (2, -44), (8, 150), (-8, 150)), line, 0.85)
    _goal(scenery)


def _stands(scenery: Scenery, into: Group, stone: Rgb, *, roof: bool) -> None:
    """Two tiers of people around the pitch, who rise and wave now and then, under a roof."""
    light, random = scenery.light, scenery.random
    for top, foot in ((HORIZON - 112, HORIZON - 50), (HORIZON - 44, HORIZON + 26)):
        into.fill(
            smooth(
                (-WIDE, top - 60),
                (-360, top - 18),
                (0, top),
                (360, top - 18),
                (WIDE, top - 60),
                (WIDE, foot + 8),
                (-WIDE, foot + 8),
                tension=0.5,
            ),
            vertical(top - 20, foot, light.shadow(stone, 0.3), light.shade(stone, 0.3)),
        )
        into.fill(rect(-WIDE, foot, WIDE * 2, 9), light.lit(stone, 0.3))
        for index, colour in enumerate(_CROWD):
            heads = Path()
            for row in range(6):
                y = top + 9 + row * (foot - top - 12) / 6
                for place in range(96):
                    x = -470 + place * 9.8 + row % 2 * 4.9 + random.uniform(-1.5, 1.5)
                    if (place * 7 + row * 3 + place * row) % len(_CROWD) == index:
                        lift = (x / 360) ** 2 * 16 * (1 - row / 6)
                        heads.ellipse(x, y - lift, 3.1, 3.6)
            people = into.group()
            people.fill(heads, light.shade(colour, 0.26))
            scenery.animate(_rising(people, index))
    boards = Path()
    for x in range(-900, 900, 60):
        boards.rect(x, HORIZON + 26, 57, 10)
    into.fill(boards, light.lit((226, 228, 230), 0.15))
    if roof:
        into.fill(
            smooth(
                (-WIDE, HORIZON - 200),
                (-360, HORIZON - 150),
                (0, HORIZON - 132),
                (360, HORIZON - 150),
                (WIDE, HORIZON - 200),
                (WIDE, HORIZON - 176),
                (360, HORIZON - 130),
                (0, HORIZON - 116),
                (-360, HORIZON - 130),
                (-WIDE, HORIZON - 176),
                tension=0.5,
            ),
            light.shadow(scale(stone, 0.7), 0.25),
        )


def _rising(people: Group, index: int) -> Callable[[float], None]:
    return lambda seconds: people.place(0, -max(0.0, math.sin(seconds * 3.1 + index * 1.3)) * 2.2)


def _masts(scenery: Scenery) -> None:
    """Floodlights at the corners, with their beams after dark."""
    light = scenery.light
    masts = scenery.layer(0.26)
    for x, sign in ((-268.0, 1), (268.0, -1)):
        masts.stroke(open_line((x, HORIZON - 100), (x, -266)), light.shade((92, 96, 106), 0.3), 5)
        masts.fill(rect(x - 30, -292, 60, 32), light.shade((66, 70, 80), 0.25))
        shine = mix(light.shade((206, 210, 212), 0.2), light.grade((255, 252, 236)), light.dark)
        lamps = Path()
        for row in range(2):
            for column in range(4):
                lamps.ellipse(x - 20 + column * 13.4, -284 + row * 16, 5, 5)
        if light.dark > 0.25:
            white = light.grade((255, 250, 226))
            masts.fill(ellipse(x, -276, 130), glow(x, -276, 130, white, 0.85 * light.dark))
            masts.fill(
                poly((x - 26, -262), (x + 26, -262), (x + sign * 330, 10), (x + sign * 80, 10)),
                Linear(x, -262, x + sign * 200, 10, ((0, white, 0.26 * light.dark), (1, white, 0.0))),
            )
        masts.fill(lamps, shine)


def _goal(scenery: Scenery) -> None:
    """A goal with its net, at the side of the picture."""
    light = scenery.light
    goal = scenery.layer(0.9)
    white = light.lit((246, 246, 242))
    net = Path()
    for step in range(8):
        net.move(-306 + step * 16, -108 + step * 1.5).line(-306 + step * 16, -22)
        net.move(-308, -108 + step * 12).line(-186, -96 + step * 10.6)
    goal.stroke(net, white, 0.8, 0.45)
    goal.stroke(open_line((-308, -12), (-308, -114), (-184, -98), (-184, -24)), white, 5)
