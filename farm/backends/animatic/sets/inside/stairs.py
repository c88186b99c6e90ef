"""Stairs: a flight with its rail, a landing with a window, in a house or of concrete."""

from __future__ import annotations

from farm.backends.animatic.light import scale
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import FLOOR, STEEL, WOOD, said
from farm.backends.animatic.vector import Group, Path, Rgb, open_line, poly, rect, vertical

PAINTED: Rgb = (206, 192, 166)
_STEPS = 13
_RISE, _TREAD = 15.0, 24.0


def build(scenery: Scenery) -> None:
    """A flight that goes up to a landing, to the left or to the right."""
    light, random = scenery.light, scenery.random
    bare = said(scenery, "concrete|emergency|fire|stairwell|metal|iron|underground|car park")
    wall: Rgb = (160, 164, 162) if bare else (190, 172, 142)
    back = kit.shell(scenery, wall, low=(112, 124, 122) if bare else (110, 82, 62), ceiling=(140, 132, 122))
    up = random.choice((-1, 1))
    kit.window(scenery, back, up * 92, -268, 84, 92, (206, 204, 196) if bare else (226, 214, 190), 2)
    if bare:
        back.fill(rect(-up * 236 - 30, -214, 60, 60), light.lit((236, 232, 220)))
        back.fill(rect(-up * 236 - 8, -206, 16, 44), light.shade((66, 106, 92)))
    else:
        kit.picture(scenery, back, -up * 196, -204, 60, 76, (112, 118, 104))
        kit.picture(scenery, back, -up * 96, -186, 44, 56, (132, 104, 92))
    if bare:
        kit.slab_floor(scenery, (134, 138, 138))
    else:
        buildings.planks(scenery.layer(1.0), light, FLOOR, (124, 88, 62))
    _flight(scenery, scenery.layer(0.93), up, (150, 154, 154) if bare else (134, 94, 64), bare=bare)
    kit.ceiling_lamp(scenery, -up * 130, -236, (84, 88, 92) if bare else (196, 168, 120), 30)


def _flight(scenery: Scenery, into: Group, up: int, colour: Rgb, *, bare: bool) -> None:
    """The steps from the middle of the picture to its edge, their side and their rail."""
    light = scenery.light
    foot, start = -10.0, -up * 26.0
    side = [(start, foot)]
    for step in range(_STEPS):
        x, y = start + up * step * _TREAD, foot - (step + 1) * _RISE
        side += [(x, y), (x + up * _TREAD, y)]
    end = side[-1]
    side_tone = scale(colour, 0.86) if bare else PAINTED
    under = Path().poly([*side, (end[0] + up * 200, end[1]), (end[0] + up * 200, foot)])
    into.fill(under, vertical(foot - _STEPS * _RISE, foot, light.lit(side_tone), light.shade(side_tone)))
    panels = Path()
    for step in range(0, _STEPS, 2):
        x, y = start + up * (step + 0.5) * _TREAD, foot - (step + 1) * _RISE
        panels.move(x, y + 18).line(x, foot)
    into.stroke(panels, light.shadow(scale(side_tone, 0.7)), 1.4, 0.6)
    runner = light.shade((134, 50, 50))
    for step in range(_STEPS):
        x, y = start + up * step * _TREAD, foot - (step + 1) * _RISE
        left = min(x, x + up * _TREAD)
        into.fill(rect(left - 2, y, _TREAD + 4, 4), light.lit(colour))
        into.fill(rect(left, y + 4, _TREAD, 2), light.shadow(colour))
        if not bare:
            into.fill(rect(left + 3, y - 2, _TREAD - 6, 2.6), runner)
    into.fill(rect(min(end[0], end[0] + up * 200), end[1], 200, 7), light.lit(colour))
    metal = light.shade(STEEL if bare else scale(WOOD, 0.8))
    for step in range(_STEPS):
        x, y = start + up * (step + 0.5) * _TREAD, foot - (step + 1) * _RISE
        into.stroke(open_line((x, y), (x, y - 62)), metal, 2.6 if bare else 3.6)
    first = (start + up * 4, foot - _RISE)
    into.fill(rect(first[0] - 6, first[1] - 76, 12, 76 + _RISE), light.lit(scale(colour, 0.9)))
    into.fill(rect(first[0] - 8, first[1] - 82, 16, 8), light.lit(colour))
    top = (start + up * _STEPS * _TREAD, foot - _STEPS * _RISE - 64)
    into.stroke(open_line((first[0], first[1] - 62), top), light.lit(colour if not bare else STEEL), 7)
    into.fill(
        poly(
            (first[0], first[1] - 58), (top[0], top[1] + 5), (top[0], top[1] + 9), (first[0], first[1] - 54)
        ),
        light.shadow(colour),
        0.6,
    )
