"""A meeting room: a long table with chairs, a wall of glass, a board with a chart."""

from __future__ import annotations

from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import FLOOR, PAPER, STEEL, said
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL, TWENTIES
from farm.backends.animatic.vector import Group, Rgb, ellipse, open_line, poly, rect, smooth


def build(scenery: Scenery) -> None:
    """A room of glass over a city; an old one is panelled and has portraits."""
    light = scenery.light
    of_its_time = scenery.epoch in (MEDIEVAL, TWENTIES)
    old = of_its_time or said(
        scenery, "old|panel|wood|oak|board ?room|council|cabinet|war room|victorian|1920"
    )
    wall: Rgb = (112, 84, 64) if old else (188, 194, 196)
    back = kit.shell(scenery, wall, low=(92, 66, 50) if old else None, ceiling=(128, 122, 116))
    if old:
        for x, tone in ((-216, (108, 116, 96)), (-96, (120, 96, 84)), (206, (96, 104, 118))):
            kit.picture(scenery, back, x, -190, 58, 78, tone)
        kit.window(scenery, back, 72, -246, 112, 140, (120, 84, 58), 2)
    else:
        kit.window(scenery, back, -90, -256, 360, 176, (214, 218, 220), 4)
        if scenery.epoch == FUTURE:
            kit.board(scenery, back, 158, -232, 136, 100)
        else:
            _board(scenery, back, 226)
    if old:
        buildings.planks(scenery.layer(1.0), light, FLOOR, (112, 78, 56))
    else:
        kit.slab_floor(scenery, (116, 122, 132))
    _table(scenery, (104, 68, 48) if old else (170, 150, 126), (120, 52, 46) if old else (60, 66, 76))
    if old or scenery.epoch == FUTURE:
        kit.ceiling_lamp(scenery, 0, -232, (58, 86, 70), 46)
    else:
        lamps = scenery.layer(0.9)
        for x in (-170, 0, 170):
            lamps.stroke(open_line((x, -290), (x, -262)), light.shadow(STEEL), 2)
            lamps.fill(rect(x - 62, -264, 124, 9), light.shade((70, 74, 82)))
            lamps.fill(
                rect(x - 58, -256, 116, 3.5), light.flame(0.4) if light.dark > 0.2 else light.lit(PAPER)
            )


def _board(scenery: Scenery, into: Group, x: float) -> None:
    """A white board with a chart of columns and a line, another for each place."""
    light, random = scenery.light, scenery.random
    into.fill(rect(x - 68, -232, 136, 100), light.shade((120, 126, 132)))
    into.fill(rect(x - 64, -228, 128, 92), light.lit((244, 246, 244)))
    line = []
    for column in range(6):
        high = random.uniform(18, 62)
        at = x - 50 + column * 18
        tone: Rgb = ((66, 118, 150), (210, 120, 70), (98, 150, 96))[column % 3]
        into.fill(rect(at, -146 - high, 11, high), light.shade(tone))
        line.append((at + 5, -152 - high))
    into.stroke(smooth(*line, closed=False, tension=0.4), light.shade((176, 60, 54)), 2)
    into.stroke(open_line((x - 56, -145), (x + 56, -145)), light.shadow((90, 94, 100)), 2)


def _table(scenery: Scenery, wood: Rgb, cloth: Rgb) -> None:
    """The table seen from its end, chairs along it and papers on it."""
    light = scenery.light
    far = scenery.layer(0.88)
    for x in (-150.0, -76.0, 0.0, 76.0, 150.0):
        far.fill(
            smooth(
                (x - 23, -30),
                (x - 25, -98),
                (x - 14, -112),
                (x + 14, -112),
                (x + 25, -98),
                (x + 23, -30),
                tension=0.4,
            ),
            kit.across(light, x - 24, 48, cloth),
        )
    near = scenery.layer(0.94)
    near.fill(rect(-206, -62, 12, 52), light.shadow(wood))
    near.fill(rect(194, -62, 12, 52), light.shadow(wood))
    near.fill(poly((-214, -84), (214, -84), (258, -62), (-258, -62)), kit.across(light, -258, 516, wood))
    near.fill(rect(-258, -62, 516, 8), light.shadow(wood))
    for x in (-168.0, -58.0, 62.0, 170.0):
        near.fill(poly((x - 16, -76), (x + 12, -76), (x + 18, -67), (x - 14, -67)), light.lit(PAPER))
        near.fill(rect(x + 24, -84, 7, 12), light.lit((206, 222, 228)), 0.8)
    near.fill(ellipse(4, -74, 15, 4), light.shade((60, 62, 70)))
