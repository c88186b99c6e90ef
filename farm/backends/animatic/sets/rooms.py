"""Places indoors: a room, a lighthouse's lamp room."""

from __future__ import annotations

import math

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import buildings, kit, olden, terrain
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL, TWENTIES
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
    Point,
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    rect,
    smooth,
    vertical,
)


def room(scenery: Scenery) -> None:
    """A warm room: window, stove, shelves, a table and a hanging lamp."""
    light = scenery.light
    wall: Rgb = (196, 172, 138)
    back = scenery.layer(0.8)
    opening = ((-196.0, -232.0), (-92.0, -232.0), (-92.0, -120.0), (-196.0, -120.0))
    plaster = Path().rect(-WIDE, -DEEP, WIDE - 196, DEEP * 2).rect(-92, -DEEP, WIDE + 92, DEEP * 2)
    plaster.rect(-197, -DEEP, 106, DEEP - 232).rect(-197, -120, 106, DEEP)
    back.fill(
        plaster,
        Linear(
            -320,
            -150,
            330,
            -60,
            (
                (0, light.shade(scale(wall, 0.86)), 1),
                (0.45, light.lit(wall), 1),
                (1, light.shadow(scale(wall, 0.9)), 1),
            ),
        ),
    )
    back.fill(
        rect(-WIDE, -82, WIDE * 2, 66),
        vertical(-82, -16, light.shade((116, 92, 76)), light.shadow((108, 84, 70))),
    )
    boards = Path()
    for x in range(-900, 901, 26):
        boards.move(x, -80).line(x, -18)
    back.stroke(boards, light.shadow((80, 62, 52)), 1.2, 0.6)
    back.stroke(open_line((-WIDE, -82), (WIDE, -82)), light.lit((150, 120, 96)), 3)
    if scenery.epoch == MEDIEVAL:
        back.fill(rect(-200, -236, 112, 120), light.shade(wall))
        kit.window(scenery, back, -144, -232, 104, 112, wall)
    else:
        _window(scenery, back, opening)
    _shelves(scenery, back)
    if scenery.epoch != MEDIEVAL:
        _clock(scenery, back, 62, -214)
    if scenery.epoch == MEDIEVAL:
        olden.hearth(scenery, scenery.layer(0.85), 244, -14)
    else:
        _stove(scenery, 250)
    floor = scenery.layer(1.0)
    buildings.planks(floor, light, -17, (132, 98, 72))
    floor.fill(ellipse(0, 22, 230, 26), light.shade((136, 62, 58)), 0.75)
    floor.stroke(ellipse(0, 22, 206, 21), light.lit((206, 170, 116)), 2.2, 0.6)
    lamp = scenery.layer(0.9)
    if scenery.epoch in (MEDIEVAL, TWENTIES, FUTURE):
        kit.ceiling_lamp(scenery, -30, -214)
    else:
        _hanging_lamp(scenery, 24)
    lamp.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP - 268), light.shadow((70, 52, 44)))
    for x in range(-840, 841, 140):
        lamp.fill(
            rect(x, -286, 26, 34),
            vertical(-286, -252, light.shadow((92, 68, 52)), light.shade((110, 82, 62))),
        )
    _table(scenery)


def _table(scenery: Scenery) -> None:
    """The corner of a table, near the eye, with a cup on it."""
    light = scenery.light
    front = scenery.before(1.35)
    top: Rgb = (146, 104, 72)
    front.fill(
        poly((-380, 34), (-150, 34), (-128, 52), (-410, 52)),
        vertical(34, 52, light.lit(top), light.shade(top)),
    )
    front.fill(rect(-410, 52, 282, 8), light.shadow(top))
    front.fill(poly((-252, 36), (-234, 36), (-236, 12), (-250, 12)), light.lit((196, 208, 210)))
    front.fill(ellipse(-243, 12, 7, 2), light.shadow((90, 70, 60)))


def _shelves(scenery: Scenery, back: Group) -> None:
    """Two shelves of books."""
    light, random = scenery.light, scenery.random
    for level in (-206, -166):
        back.fill(rect(126, level, 150, 5), light.lit((134, 98, 70)))
        at = 134.0
        while at < 266:
            wide = random.uniform(5, 12)
            tall = random.uniform(14, 30)
            colour = random.choice(
                ((142, 66, 56), (66, 98, 104), (196, 156, 90), (96, 116, 80), (206, 196, 176))
            )
            back.fill(rect(at, level - tall, wide, tall), light.shade(colour))
            at += wide + random.choice((1, 2, 9))


def _clock(scenery: Scenery, back: Group, x: float, y: float) -> None:
    """A round clock on the wall, whose hand of seconds goes."""
    light = scenery.light
    back.fill(ellipse(x, y, 19), light.shadow((120, 84, 60)))
    back.fill(ellipse(x, y, 15.5), light.lit((240, 232, 212)))
    ink = light.shade((56, 46, 50))
    back.stroke(Path().move(x, y).line(x - 5, y - 7).move(x, y).line(x + 3, y - 11), ink, 1.8)
    hand = back.group()
    hand.stroke(open_line((0, 2), (0, -12)), light.shade((176, 60, 50)), 0.9)
    scenery.animate(lambda seconds: hand.place(x, y, turn=math.floor(seconds) * math.tau / 60))


def _window(scenery: Scenery, back: Group, opening: tuple[Point, ...]) -> None:
    """The window, its curtains, and the light that it lets in."""
    light = scenery.light
    frame = light.lit((226, 214, 190))
    back.stroke(poly(*opening), frame, 7)
    back.stroke(open_line((-144, -232), (-144, -120)), frame, 4)
    back.stroke(open_line((-196, -178), (-92, -178)), frame, 4)
    cloth = light.shade((168, 76, 66))
    for sign, x in ((1, -214), (-1, -74)):
        back.fill(
            smooth(
                (x, -246),
                (x + sign * 34, -244),
                (x + sign * 22, -186),
                (x + sign * 6, -140),
                (x - sign * 6, -112),
                (x - sign * 8, -180),
            ),
            Linear(x, 0, x + sign * 30, 0, ((0, light.shadow((168, 76, 66)), 1), (1, cloth, 1))),
        )
    if light.dark < 0.6:
        pale = light.grade(light.sky[-1])
        back.fill(
            poly((-190, -120), (-98, -120), (60, 20), (-90, 20)),
            Linear(-150, -120, 0, 20, ((0, pale, 0.28), (1, pale, 0.0))),
        )


def _stove(scenery: Scenery, x: float) -> None:
    light = scenery.light
    layer = scenery.layer(0.85)
    iron: Rgb = (66, 64, 70)
    layer.fill(
        rect(x - 10, -DEEP, 20, DEEP - 96),
        Linear(x - 10, 0, x + 10, 0, ((0, light.lit(iron), 1), (1, light.shadow(iron), 1))),
    )
    layer.fill(
        smooth((x - 46, -14), (x - 48, -92), (x, -102), (x + 48, -92), (x + 46, -14), tension=0.5),
        Linear(x - 46, 0, x + 46, 0, ((0, light.lit(iron), 1), (1, light.shadow(iron), 1))),
    )
    fire = light.grade((255, 150, 62))
    halo = layer.fill(ellipse(x, -50, 130), glow(x, -50, 130, fire, 0.45))
    layer.fill(rect(x - 24, -68, 48, 32), light.shadow((40, 30, 30)))
    flame = layer.fill(Path(), vertical(-66, -38, (255, 226, 140), fire))
    for bar in range(5):
        layer.stroke(open_line((x - 20 + bar * 10, -68), (x - 20 + bar * 10, -36)), light.shade(iron), 2)

    def burn(seconds: float) -> None:
        points = [(x - 20.0, -37.0)]
        for index in range(9):
            lick = abs(math.sin(seconds * (3.1 + index * 0.37) + index * 2.1))
            points.append((x - 16 + index * 4, -40 - (lick * 18 if index % 2 else 4)))
        points.append((x + 20.0, -37.0))
        flame.reshape(smooth(*points, tension=0.8))
        halo.fade(0.82 + 0.12 * math.sin(seconds * 7.3) + 0.06 * math.sin(seconds * 13.1))

    scenery.animate(burn)


def _hanging_lamp(scenery: Scenery, x: float) -> None:
    light = scenery.light
    swing = scenery.layer(0.95).group()
    warm = light.flame(0.7)
    swing.stroke(open_line((0, -60), (0, 0)), light.shadow((60, 50, 46)), 1.6)
    if light.dark > 0.2:
        swing.fill(ellipse(0, 20, 230), glow(0, 20, 230, warm, 0.5 * light.dark))
        swing.fill(
            poly((-26, 18), (26, 18), (150, 270), (-150, 270)),
            Linear(0, 18, 0, 260, ((0, warm, 0.24 * light.dark), (1, warm, 0.0))),
        )
    swing.fill(ellipse(0, 16, 9, 11), mix(light.shade((240, 236, 220)), warm, light.dark))
    swing.fill(
        smooth((-32, 18), (-20, 2), (0, -5), (20, 2), (32, 18), (0, 13), tension=0.8),
        light.shade((72, 104, 96)),
    )
    scenery.animate(lambda seconds: swing.place(x, -236, turn=math.sin(seconds * 0.9) * 0.02))


def lamp_room(scenery: Scenery) -> None:
    """The top of a lighthouse: panes all round, the sea below, the great lens in the middle."""
    light = scenery.light
    sea = scenery.layer(0.06)
    terrain.water(scenery, sea, HORIZON + 4, DEEP)
    terrain.horizon_haze(sea, light)
    iron: Rgb = (74, 72, 78)
    panes = scenery.layer(0.7)
    for left in range(-720, 721, 120):
        panes.fill(
            poly((left + 4, -286), (left + 40, -286), (left + 4, -190)),
            Linear(left, -286, left + 40, -200, ((0, (255, 255, 255), 0.12), (1, (255, 255, 255), 0.0))),
        )
        panes.fill(
            rect(left - 5, -DEEP, 10, DEEP * 2),
            Linear(left - 5, 0, left + 5, 0, ((0, light.lit(iron), 1), (1, light.shadow(iron), 1))),
        )
    panes.fill(rect(-WIDE, -176, WIDE * 2, 6), light.shade(iron))
    panes.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP - 286),
        vertical(-330, -286, light.shadow((60, 54, 54)), light.shade((96, 80, 68))),
    )
    panes.fill(
        rect(-WIDE, -66, WIDE * 2, DEEP),
        vertical(-66, -12, light.lit((112, 96, 84)), light.shadow((90, 76, 70))),
    )
    rivets = Path()
    for x in range(-900, 901, 30):
        rivets.ellipse(x, -58, 1.8, 1.8)
    panes.fill(rivets, light.shadow(iron), 0.9)
    _lens(scenery, 96)
    floor = scenery.layer(1.0)
    buildings.planks(floor, light, -16, (120, 94, 76))
    front = scenery.before(1.4)
    rail = light.shadow((110, 84, 44))
    front.stroke(open_line((-WIDE, 58), (WIDE, 58)), rail, 9)
    for x in range(-480, 481, 160):
        front.stroke(open_line((x, 58), (x, 200)), rail, 6)


def _lens(scenery: Scenery, x: float) -> None:
    """A Fresnel lens on its brass table; after dark it burns and turns."""
    light = scenery.light
    layer = scenery.layer(0.85)
    brass: Rgb = (198, 152, 72)
    warm = light.flame(0.8)
    lit = light.dark > 0.3 and scenery.lamp_lit
    centre = -168.0
    if lit:
        halo = layer.fill(ellipse(x, centre, 300), glow(x, centre, 300, warm, 0.8))
        scenery.animate(lambda seconds: halo.fade(0.8 + 0.2 * math.cos(seconds * 1.8)))
        buildings.turning_beam(scenery, layer.group(), x, centre, 700, 90, warm)
    across = Linear(
        x - 50,
        0,
        x + 50,
        0,
        ((0, light.shadow(brass), 1), (0.4, light.lit(brass), 1), (1, light.shadow(brass), 1)),
    )
    layer.fill(poly((x - 30, -14), (x - 18, -84), (x + 18, -84), (x + 30, -14)), across)
    layer.fill(rect(x - 56, -94, 112, 12), across)
    glass = mix(light.shade((150, 186, 190)), warm, 0.5 if lit else 0.1)
    body = smooth(
        (x - 40, -96),
        (x - 56, centre),
        (x - 34, -244),
        (x + 34, -244),
        (x + 56, centre),
        (x + 40, -96),
        tension=0.6,
    )
    layer.fill(
        body,
        Linear(
            x - 56,
            0,
            x + 56,
            0,
            (
                (0, scale(glass, 0.6), 0.95),
                (0.35, mix(glass, (255, 255, 255), 0.4), 0.95),
                (1, scale(glass, 0.55), 0.95),
            ),
        ),
    )
    if lit:
        layer.fill(ellipse(x, centre, 34, 46), glow(x, centre, 46, (255, 250, 226), 1.0))
    for radius in (16, 28, 40, 52):
        layer.stroke(ellipse(x, centre, radius * 0.72, radius), mix(glass, (255, 255, 255), 0.55), 1.8, 0.8)
    for step in range(6):
        y = -232 + step * 26
        half = 38 + 15 * math.sin((step + 0.6) / 6 * math.pi)
        layer.stroke(
            smooth((x - half, y), (x, y + 5), (x + half, y), closed=False), light.lit(brass), 1.6, 0.7
        )
    prism = layer.group()
    for step in range(5):
        prism.fill(rect(-3, -232, 5, 130), (255, 255, 255), 0.12).place(-36.0 + step * 18)
    scenery.animate(lambda seconds: prism.place(x + (seconds * 9) % 18 - 9))
    layer.fill(smooth((x - 40, -242), (x, -266), (x + 40, -242), tension=0.7), across)
