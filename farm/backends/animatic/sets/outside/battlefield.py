"""A battlefield: torn ground, smoke that drifts, fires; trenches and wire, or pikes and banners."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery, breathing
from farm.backends.animatic.sets import terrain
from farm.backends.animatic.sets.kit import STEEL, WOOD, said
from farm.backends.animatic.vector import (
    Group,
    Paint,
    Path,
    Rgb,
    Shape,
    ellipse,
    glow,
    open_line,
    poly,
    smooth,
)

_EARTH: Rgb = (116, 98, 78)


def build(scenery: Scenery) -> None:
    """Of knights where the words are of their time, else of trenches."""
    light, random = scenery.light, scenery.random
    old = said(scenery, "medieval|knight|castle|king|sword|banner|samurai|viking|roman|ancient|spear|pike")
    far = scenery.layer(0.12)
    terrain.hills(far, scenery, HORIZON + 8, 34, (104, 100, 92), 0.8)
    _smoke(scenery, scenery.layer(0.16))
    middle = scenery.layer(0.4)
    terrain.hills(middle, scenery, HORIZON + 30, 18, (112, 98, 78), 0.45)
    if old:
        for x in terrain.scattered(random, 9, -330, 330, 46):
            _banner(scenery, middle, x, HORIZON + 24, 0.5, 0.4)
    else:
        for x in terrain.scattered(random, 5, -320, 320, 80):
            _stump(scenery, middle, x, HORIZON + 26, random.uniform(46, 84), 0.4)
    terrain.horizon_haze(middle, light, 60)
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -30, (126, 110, 88), _EARTH)
    for x, y, wide in ((-210, -6, 92), (176, 4, 116), (20, -20, 54), (330, -16, 60)):
        stage.fill(ellipse(x, y, wide, wide * 0.15), light.shadow(scale(_EARTH, 0.6)))
        stage.fill(
            ellipse(x + 4, y + wide * 0.05, wide * 0.7, wide * 0.075), light.shade((96, 104, 108)), 0.7
        )
        stage.stroke(
            smooth((x - wide, y), (x, y - wide * 0.17), (x + wide, y), closed=False), light.lit(_EARTH), 3
        )
    for x, y in ((-120, -14), (262, -20)):
        _fire(scenery, x, y)
    near = scenery.layer(0.94)
    if old:
        _weapons(scenery, near)
        for x, size in ((-284.0, 1.0), (292.0, 0.9)):
            _banner(scenery, near, x, -8, size, 0.0)
    else:
        _stump(scenery, near, 290, -10, 120, 0.0)
        _wire(scenery, near)


def _smoke(scenery: Scenery, into: Group) -> None:
    """Columns of smoke that lean with the wind, and the glow below them."""
    light, random = scenery.light, scenery.random
    dark = light.shade((74, 68, 68), 0.35)
    for x in terrain.scattered(random, 3, -260, 260, 150):
        ember = light.grade((255, 132, 62))
        into.fill(ellipse(x, HORIZON + 2, 74), glow(x, HORIZON + 2, 74, ember, 0.35 + 0.5 * light.dark))
        for puff in range(6):
            wide = 40 + puff * 13
            cloud = into.fill(ellipse(0, 0, wide, wide * 0.8), glow(0, 0, wide, dark, 1.0 - puff * 0.12))
            scenery.animate(_drifting(cloud, x, puff))


def _drifting(cloud: Paint, x: float, puff: int) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        sway = math.sin(seconds * 0.4 + puff) * 5
        cloud.matrix(
            1, 0, x + puff * 17 + sway, 0, 1, HORIZON - 12 - puff * 27 + math.sin(seconds * 0.6 + puff) * 3
        )

    return move


def _stump(scenery: Scenery, into: Group, x: float, base: float, high: float, depth: float) -> None:
    """A tree that was shot to pieces."""
    light, lean = scenery.light, scenery.random.uniform(-8, 8)
    trunk = light.shadow((72, 62, 56), depth)
    wide = high * 0.1
    into.fill(
        poly(
            (x - wide, base),
            (x - wide * 0.5 + lean, base - high),
            (x + lean, base - high * 0.86),
            (x + wide * 0.5 + lean, base - high * 1.06),
            (x + wide, base),
        ),
        trunk,
    )
    into.stroke(
        open_line((x + lean * 0.5, base - high * 0.6), (x + lean + high * 0.28, base - high * 0.84)),
        trunk,
        wide * 0.5,
    )


def _banner(scenery: Scenery, into: Group, x: float, base: float, size: float, depth: float) -> None:
    """A banner on a pole, torn and moving in the wind."""
    light, random = scenery.light, scenery.random
    lean = random.uniform(-0.14, 0.14)
    pole = into.group()
    pole.place(x, base, size, turn=lean)
    pole.stroke(open_line((0, 0), (0, -196)), light.shade(WOOD, depth), 5)
    pole.fill(poly((-5, -194), (0, -214), (5, -194)), light.lit(STEEL, depth))
    colour: Rgb = random.choice(((158, 48, 46), (54, 82, 120), (196, 156, 70)))
    cloth = pole.fill(Path(), light.shade(colour, depth))
    phase = random.uniform(0, 6)

    def wave(seconds: float) -> None:
        top = [(at * 13.0, -188 + math.sin(seconds * 4 - at * 0.9 + phase) * at * 0.9) for at in range(8)]
        foot = [(px - (6 if at % 2 else 0), py + 64 - at * 3.4) for at, (px, py) in enumerate(top)]
        cloth.reshape(Path().poly([*top, (78, top[-1][1] + 22), *reversed(foot)]))

    scenery.animate(wave)


def _weapons(scenery: Scenery, into: Group) -> None:
    """Spears and swords in the ground, shields beside them."""
    light = scenery.light
    for x, turn, high in ((-206, 0.22, 120), (-168, -0.3, 92), (152, 0.16, 130), (214, -0.24, 104)):
        shaft = into.group()
        shaft.place(x, -8, turn=turn)
        shaft.stroke(open_line((0, 0), (0, -high)), light.shade(WOOD), 4)
        shaft.fill(poly((-6, -high), (0, -high - 24), (6, -high)), light.lit(STEEL))
    for x, colour in ((-232, (150, 52, 48)), (178, (60, 86, 118))):
        into.fill(ellipse(x, -26, 27, 25), light.shadow(scale(colour, 0.7)))
        into.fill(ellipse(x - 2, -28, 24, 23), light.shade(colour))
        into.fill(ellipse(x - 2, -28, 7), light.lit(STEEL))


def _wire(scenery: Scenery, into: Group) -> None:
    """Posts in the shape of crosses, with barbed wire between them; sandbags."""
    light = scenery.light
    wood, metal = light.shadow((86, 70, 58)), light.shade((92, 90, 92))
    for x in (-296.0, -176.0, 130.0, 232.0):
        into.stroke(open_line((x - 20, -4), (x + 16, -64)), wood, 6)
        into.stroke(open_line((x + 20, -4), (x - 16, -64)), wood, 6)
    for left, right in ((-296.0, -176.0), (130.0, 232.0)):
        for y in (-30.0, -52.0):
            loops = []
            for step in range(17):
                share = step / 16
                loops.append((left + (right - left) * share, y + math.sin(share * math.pi * 8) * 8))
            into.stroke(smooth(*loops, closed=False), metal, 1.6)
    for row, count in ((0, 4), (1, 3)):
        for bag in range(count):
            x, y = -80 - 34 * count + bag * 40 + row * 4, -14.0 - row * 19
            into.fill(
                smooth((x - 20, y), (x - 17, y - 17), (x + 17, y - 17), (x + 20, y), (x, y + 4), tension=0.6),
                light.lit((170, 150, 112)) if (bag + row) % 2 else light.shade((170, 150, 112)),
            )


def _fire(scenery: Scenery, x: float, y: float) -> None:
    """A small fire that burns on."""
    light = scenery.light
    fire = scenery.layer(0.97)
    warm = light.grade((255, 150, 70))
    halo = fire.fill(ellipse(x, y - 12, 90), glow(x, y - 12, 90, warm, 0.3 + 0.5 * light.dark))
    scenery.animate(breathing(halo, x, 7.0, 0.8))
    for wide, high, tone in ((15.0, 44.0, (236, 92, 46)), (9.0, 28.0, (255, 196, 86))):
        flame = fire.fill(Path(), light.grade(mix(tone, (255, 255, 255), 0.05)))
        scenery.animate(_burning(flame, x, y, wide, high))


def _burning(flame: Shape, x: float, y: float, wide: float, high: float) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        lick = math.sin(seconds * 9 + x) * wide * 0.3
        rise = high * (0.86 + 0.14 * math.sin(seconds * 13 + wide))
        flame.reshape(
            smooth(
                (x - wide, y),
                (x - wide * 0.7 + lick * 0.4, y - rise * 0.5),
                (x + lick, y - rise),
                (x + wide * 0.7, y - rise * 0.45),
                (x + wide, y),
                tension=0.7,
            )
        )

    return move
