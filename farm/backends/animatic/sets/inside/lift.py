"""A lift: a small cabin, a mirror, a rail, buttons, the floors that go by over the door."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import BRASS, STEEL, said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, TWENTIES
from farm.backends.animatic.vector import Group, Linear, Rgb, Shape, ellipse, open_line, poly, rect, vertical

_LEFT, _RIGHT, _TOP, _FOOT = -128.0, 128.0, -262.0, -22.0
_FLOORS = 9
_FLOOR_S = 2.0
"""seconds from floor to floor"""


def build(scenery: Scenery) -> None:
    """A cabin of steel; an old one is of wood and brass, with a grille."""
    light = scenery.light
    old = scenery.epoch == TWENTIES or said(scenery, "old|cage|hotel|brass|wood|grille|19[0-4]0")
    later = scenery.epoch == FUTURE
    wall: Rgb = (128, 84, 56) if old else (206, 214, 224) if later else (158, 164, 172)
    room = scenery.layer(0.86)
    room.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2), light.shadow(scale(wall, 0.7)))
    for sign, edge in ((-1, _LEFT), (1, _RIGHT)):
        lit = sign * light.side < 0
        room.fill(
            poly((edge, _TOP), (sign * 420, -430), (sign * 420, 130), (edge, _FOOT)),
            Linear(
                edge,
                0,
                sign * 400,
                0,
                ((0, light.shade(wall), 1), (1, light.lit(wall) if lit else light.shadow(wall), 1)),
            ),
        )
        for share in (0.3, 0.72):
            x = edge + (sign * 420 - edge) * share
            room.stroke(
                open_line((x, _TOP - 168 * share), (x, _FOOT + 152 * share)),
                light.shadow(scale(wall, 0.8)),
                1.6,
            )
    room.fill(poly((_LEFT, _TOP), (_RIGHT, _TOP), (420, -430), (-420, -430)), light.shade(scale(wall, 0.9)))
    room.fill(rect(_LEFT, _TOP, _RIGHT - _LEFT, _FOOT - _TOP), kit.across(light, _LEFT, _RIGHT - _LEFT, wall))
    if later:
        _shaft_of_light(room, scenery)
    elif old:
        _grille(room, scenery)
    else:
        _mirror(room, scenery)
    metal = BRASS if old else STEEL
    room.fill(rect(_LEFT, -112, _RIGHT - _LEFT, 7), light.lit(metal))
    room.fill(rect(_LEFT, -105, _RIGHT - _LEFT, 3), light.shadow(metal))
    floor = scenery.layer(1.0)
    tone: Rgb = (124, 46, 46) if old else (84, 88, 98)
    floor.fill(
        poly((_LEFT, _FOOT), (_RIGHT, _FOOT), (560, 190), (560, DEEP), (-560, DEEP), (-560, 190)),
        vertical(_FOOT, 90, light.shade(tone), light.shadow(tone)),
    )
    _panel(scenery, metal)
    _lamp(scenery)


def _mirror(room: Group, scenery: Scenery) -> None:
    light = scenery.light
    pale = mix(light.shade((190, 202, 210)), light.lit((226, 234, 238)), 0.5)
    room.fill(rect(_LEFT + 20, -226, _RIGHT - _LEFT - 40, 104), vertical(-226, -122, pale, scale(pale, 0.82)))
    for x in (-70.0, -30.0, 48.0):
        room.fill(
            poly((x, -226), (x + 22, -226), (x - 40, -122), (x - 62, -122)), light.lit((250, 252, 252)), 0.16
        )
    room.stroke(rect(_LEFT + 20, -226, _RIGHT - _LEFT - 40, 104), light.lit(STEEL), 3)
    for x in (_LEFT / 3, _RIGHT / 3):
        room.stroke(open_line((x, -100), (x, _FOOT)), light.shadow(STEEL), 1.6)


def _shaft_of_light(room: Group, scenery: Scenery) -> None:
    """A pane of glass, behind which rings of light go by."""
    light = scenery.light
    cold = light.grade((110, 224, 240))
    pane = room.group()
    pane.clip(rect(_LEFT + 16, -236, _RIGHT - _LEFT - 32, 214))
    pane.fill(rect(_LEFT, -260, _RIGHT - _LEFT, 250), light.shadow((46, 58, 88)))
    moving = pane.group()
    for level in range(-2, 5):
        moving.fill(rect(_LEFT, level * 80.0, _RIGHT - _LEFT, 7), cold, 0.8)
    scenery.animate(lambda seconds: moving.place(0, seconds * 160 / _FLOOR_S % 80 - 240))
    room.stroke(rect(_LEFT + 16, -236, _RIGHT - _LEFT - 32, 214), cold, 3)


def _grille(room: Group, scenery: Scenery) -> None:
    """A folding grille, behind which walls and floors of the house go by."""
    light = scenery.light
    shaft = room.group()
    shaft.clip(rect(_LEFT + 16, -230, _RIGHT - _LEFT - 32, 208))
    shaft.fill(rect(_LEFT, -260, _RIGHT - _LEFT, 250), light.shadow((92, 84, 78)))
    moving = shaft.group()
    for level in range(-1, 3):
        y = level * 240.0
        moving.fill(rect(_LEFT, y - 30, _RIGHT - _LEFT, 30), light.shade((150, 140, 126)))
        moving.fill(rect(-58, y - 206, 116, 176), light.flame(0.5), 0.34)
    scenery.animate(lambda seconds: moving.place(0, seconds * 240 / _FLOOR_S % 240 - 240))
    for step in range(-8, 9):
        x = step * 14.0
        room.stroke(open_line((x - 6, -230), (x + 6, -134), (x - 6, _FOOT)), light.shade(BRASS), 2.2)
        room.stroke(open_line((x + 6, -230), (x - 6, -134), (x + 6, _FOOT)), light.shade(BRASS), 2.2)


def _panel(scenery: Scenery, metal: Rgb) -> None:
    """The buttons at the side, and the row of floors above, of which one is lit."""
    light = scenery.light
    near = scenery.layer(0.92)
    near.fill(poly((176, -214), (206, -222), (206, -84), (176, -88)), light.lit(metal))
    for row in range(6):
        for column in range(2):
            lit = (row, column) == (2, 1)
            tone = light.grade((255, 196, 96)) if lit else light.shadow((226, 226, 220))
            near.fill(ellipse(184 + column * 13, -206 + row * 18 - column * 2, 4), tone)
    near.fill(rect(-62, -252, 124, 18), light.shade((36, 36, 42)))
    for floor in range(_FLOORS):
        x = -52 + floor * 13.0
        near.fill(ellipse(x, -243, 3.4), light.shadow((120, 96, 70)))
        lamp = near.fill(ellipse(x, -243, 3.4), light.grade((255, 190, 90)))
        scenery.animate(_passing(lamp, floor))


def _passing(lamp: Shape, floor: int) -> Callable[[float], None]:
    return lambda seconds: lamp.fade(1.0 if math.floor(seconds / _FLOOR_S) % _FLOORS == floor else 0.0)


def _lamp(scenery: Scenery) -> None:
    """A bright field in the ceiling, and its light; a lift has no day."""
    light = scenery.light
    top = scenery.layer(0.9)
    pale = light.grade((255, 246, 226))
    top.fill(poly((-74, -276), (74, -276), (116, -306), (-116, -306)), pale)
    top.fill(
        poly((-74, -276), (74, -276), (190, 30), (-190, 30)),
        Linear(0, -276, 0, 30, ((0, pale, 0.2), (1, pale, 0.0))),
    )
