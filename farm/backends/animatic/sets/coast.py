"""Places by the sea: harbour, open sea, lighthouse, shore."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import buildings, plants, terrain
from farm.backends.animatic.sets.buildings import WOOD
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Group,
    Path,
    Point,
    Rgb,
    Shape,
    ellipse,
    open_line,
    poly,
    rect,
    smooth,
    vertical,
)
from storyboard.schema.vocabulary import TimeOfDay, Weather


def gulls(scenery: Scenery, count: int) -> None:
    """Gulls that circle by day."""
    light, random = scenery.light, scenery.random
    if light.time is TimeOfDay.NIGHT or light.weather is Weather.STORM:
        return
    layer = scenery.layer(0.25)
    for _ in range(count):
        bird = layer.fill(Path(), light.grade(mix((250, 250, 250), light.haze, 0.25)))
        home = (random.uniform(-220, 220), random.uniform(-235, -150))
        phase, size, reach = random.random() * 6, random.uniform(4, 8), random.uniform(40, 90)
        scenery.animate(_flight(bird, home, phase, size, reach))


def _flight(bird: Shape, home: Point, phase: float, size: float, reach: float) -> Callable[[float], None]:
    def fly(seconds: float) -> None:
        x = home[0] + math.sin(seconds * 0.35 + phase) * reach
        y = home[1] + math.sin(seconds * 0.53 + phase) * reach * 0.25
        glide = 0.4 + 0.6 * abs(math.sin(seconds * 0.4 + phase))
        tips = y - math.sin(seconds * 6 + phase) * size * 0.5 * glide
        bird.reshape(
            smooth(
                (x - size, tips),
                (x - size * 0.4, y - size * 0.3),
                (x, y),
                (x + size * 0.4, y - size * 0.3),
                (x + size, tips),
                (x + size * 0.4, y - size * 0.12),
                (x, y + size * 0.2),
                (x - size * 0.4, y - size * 0.12),
            )
        )

    return fly


def harbour(scenery: Scenery) -> None:
    """A stone quay with sheds, moored boats and the sea."""
    light, random = scenery.light, scenery.random
    far = scenery.layer(0.12)
    terrain.shoreline(far, scenery, HORIZON + 2, 0.85)
    sea = scenery.layer(0.3)
    terrain.water(scenery, sea, HORIZON, DEEP)
    gulls(scenery, 5)
    town = scenery.layer(0.38)
    for index, x in enumerate((-330, -268, -214, -150)):
        buildings.house(
            town,
            scenery,
            x,
            HORIZON + 14,
            random.uniform(46, 58),
            random.uniform(46, 82),
            ((196, 118, 92), (214, 186, 138), (142, 160, 168), (188, 148, 150))[index],
            0.42,
        )
    town.fill(
        poly((-WIDE, HORIZON + 12), (-118, HORIZON + 12), (-108, HORIZON + 26), (-WIDE, HORIZON + 26)),
        light.shade(buildings.STONE, 0.4),
    )
    terrain.horizon_haze(town, light)
    moored = scenery.layer(0.62)
    for x, y, size, hull in (
        (92, -46, 0.8, (46, 84, 116)),
        (238, -40, 0.95, (150, 62, 52)),
        (-40, -56, 0.55, (70, 104, 84)),
    ):
        craft = buildings.boat(moored, light, x, y, size, hull, 0.22)
        moored.fill(ellipse(x, y + 3, 66 * size, 5 * size), light.shadow((40, 60, 74)), 0.5)
        scenery.animate(buildings.bobbing(craft, x, y, size, random.random() * 6, 1.6))
    deck = scenery.layer(1.0)
    buildings.planks(deck, light, -16)
    deck.fill(rect(-WIDE, 34, WIDE * 2, 3), light.shadow(WOOD), 0.4)
    for x in (-420, -262, 196, 330, 520):
        deck.fill(
            smooth((x - 8, 4), (x - 6, -24), (x - 9, -30), (x + 9, -30), (x + 6, -24), (x + 8, 4)),
            vertical(-30, 4, light.lit((70, 72, 80)), light.shadow((70, 72, 80))),
        )
    buildings.lamp_post(scenery, deck, -176, -8, 190)
    _crates(deck, scenery, 262, -2)
    front = scenery.before(1.5)
    for x in (-330, 318):
        front.fill(
            poly((x - 16, 150), (x - 13, -26), (x + 13, -26), (x + 16, 150)), light.shadow((52, 42, 38))
        )
        for ring in range(4):
            front.stroke(
                smooth((x - 15, -8 + ring * 6), (x, -3 + ring * 6), (x + 15, -8 + ring * 6), closed=False),
                light.shadow((170, 144, 104)),
                4.2,
            )
    front.stroke(smooth((-330, 2), (0, 74), (318, 2), closed=False), light.shadow((150, 128, 96)), 5)


def _crates(into: Group, scenery: Scenery, x: float, base: float) -> None:
    light = scenery.light
    for dx, dy, size, colour in (
        (0, 0, 40, (150, 110, 74)),
        (42, 0, 34, (128, 94, 66)),
        (16, -40, 32, (166, 126, 84)),
    ):
        left, top = x + dx - size / 2, base + dy - size
        into.fill(
            rect(left, top, size, size), vertical(top, top + size, light.lit(colour), light.shadow(colour))
        )
        for share in (0.05, 0.5, 0.95):
            into.stroke(
                open_line((left, top + size * share), (left + size, top + size * share)),
                light.shadow(colour),
                1.4,
            )
        into.stroke(
            open_line((left + 2, top + size - 2), (left + size - 2, top + 2)), light.shadow(colour), 1.8, 0.8
        )


def sea(scenery: Scenery) -> None:
    """The deck of a small boat on the open sea."""
    light = scenery.light
    rough = light.weather in (Weather.STORM, Weather.WIND)
    far = scenery.layer(0.08)
    terrain.water(scenery, far, HORIZON, DEEP)
    gulls(scenery, 3)
    terrain.horizon_haze(scenery.layer(0.1), light)
    size = 17.0 if rough else 6.0
    for index, (near, y) in enumerate(((0.25, HORIZON + 8), (0.45, HORIZON + 20), (0.7, HORIZON + 34))):
        terrain.swell(
            scenery,
            scenery.layer(near),
            y,
            size * (0.5 + index * 0.35),
            (52, 98, 118),
            0.4 - index * 0.16,
            16 + 8 * index,
        )
    hull = scenery.layer(1.0)
    red: Rgb = (146, 58, 50)
    boards: Rgb = (150, 116, 82)
    hull.fill(
        poly((-WIDE, -30), (-250, -38), (250, -38), (WIDE, -30), (WIDE, DEEP), (-WIDE, DEEP)),
        vertical(-50, 60, light.shade(red), light.shadow(red)),
    )
    hull.stroke(open_line((-WIDE, -30), (-250, -38), (250, -38), (WIDE, -30)), light.lit((226, 210, 180)), 6)
    hull.fill(
        rect(-WIDE, -16, WIDE * 2, DEEP), vertical(-16, 90, light.lit(boards, 0.1), light.shadow(boards))
    )
    for y in (-6, 8, 28, 56):
        hull.stroke(open_line((-WIDE, y), (WIDE, y)), light.shadow(boards), 1.3, 0.55)
    hull.fill(
        poly((-196, -16), (-190, -320), (-182, -320), (-176, -16)),
        vertical(-320, 0, light.lit(WOOD), light.shadow(WOOD)),
    )
    hull.stroke(open_line((-186, -300), (-420, -48)), light.shadow((90, 80, 70)), 1.6)
    hull.stroke(open_line((-186, -300), (150, -50)), light.shadow((90, 80, 70)), 1.6)
    cloth = light.lit((214, 196, 164))
    hull.fill(smooth((-186, -240), (-120, -226), (-70, -196), (-120, -206), (-186, -210)), cloth)
    front = scenery.before(1.4)
    front.fill(
        smooth((-WIDE, 66), (-200, 60), (0, 70), (200, 60), (WIDE, 66), (WIDE, DEEP), (-WIDE, DEEP)),
        light.shadow((60, 36, 34)),
    )


def lighthouse(scenery: Scenery) -> None:
    """A headland with a lighthouse above the sea."""
    light, random = scenery.light, scenery.random
    far = scenery.layer(0.1)
    terrain.water(scenery, far, HORIZON, DEEP)
    terrain.horizon_haze(scenery.layer(0.12), light)
    gulls(scenery, 6)
    cliff = scenery.layer(0.45)
    rock: Rgb = (118, 108, 104)
    turf: Rgb = (98, 124, 78)
    outline = (
        (WIDE, DEEP),
        (WIDE, -128),
        (240, -122),
        (120, -110),
        (52, -92),
        (28, -58),
        (0, -34),
        (-34, -12),
        (-60, 60),
        (-70, DEEP),
    )
    cliff.fill(poly(*outline), vertical(-120, 40, light.shade(rock, 0.28), light.shadow(rock, 0.2)))
    cliff.fill(
        smooth(
            (WIDE, -90),
            (WIDE, -132),
            (240, -126),
            (120, -114),
            (50, -95),
            (44, -88),
            (120, -98),
            (240, -104),
            tension=0.7,
        ),
        light.lit(turf, 0.28),
    )
    for _ in range(9):
        x = random.uniform(10, 300)
        cliff.stroke(
            open_line(
                (x, -80 + random.uniform(-8, 20)), (x - random.uniform(4, 16), -10 + random.uniform(0, 40))
            ),
            light.shadow(rock, 0.2),
            1.8,
            0.6,
        )
    beams = cliff.group()
    buildings.tower(scenery, cliff, 138, -106, 172, 0.2, beam=beams)
    buildings.house(cliff, scenery, 206, -112, 50, 30, (226, 220, 208), 0.24)
    _cliff_path(scenery)
    front = scenery.before(1.5)
    plants.grass(scenery, front, -420, -120, 74, 72, (60, 78, 52), 30)
    plants.grass(scenery, front, 150, 420, 74, 60, (60, 78, 52), 27)


def _cliff_path(scenery: Scenery) -> None:
    """A path along the edge, grass and a fence."""
    light = scenery.light
    path = scenery.layer(1.0)
    ground: Rgb = (104, 122, 74)
    terrain.ground(path, light, -18, (120, 134, 88), ground)
    path.fill(
        smooth((-60, -18), (10, -18), (60, 20), (180, 90), (360, DEEP), (-220, DEEP), (-60, 60)),
        light.shade((176, 158, 126), 0.08),
        0.75,
    )
    plants.grass(scenery, path, -WIDE, WIDE, -12, 22, ground, 150, 0.12)
    fence = light.shade((150, 132, 110), 0.1)
    for x in range(-420, 421, 84):
        path.stroke(open_line((x, -10), (x + 2, -52)), fence, 4)
    path.stroke(
        smooth(*((float(x), -44 + 5 * math.sin(x / 40)) for x in range(-420, 421, 42)), closed=False),
        fence,
        1.6,
    )


def shore(scenery: Scenery) -> None:
    """A beach with breaking waves and dunes."""
    light, random = scenery.light, scenery.random
    far = scenery.layer(0.1)
    terrain.shoreline(far, scenery, HORIZON + 2, 0.9)
    terrain.water(scenery, scenery.layer(0.2), HORIZON, DEEP, (64, 122, 138))
    terrain.horizon_haze(scenery.layer(0.2), light)
    gulls(scenery, 5)
    surf = scenery.layer(0.6)
    for index in range(3):
        terrain.swell(
            scenery, surf, HORIZON + 24 + index * 13, 2 + index * 1.2, (74, 132, 146), 0.3 - index * 0.08, 6
        )
    sand: Rgb = (214, 188, 144)
    beach = scenery.layer(1.0)
    wet = beach.group()
    wet.fill(
        smooth(
            (-WIDE, -22), (-300, -26), (0, -19), (300, -27), (WIDE, -20), (WIDE, 40), (-WIDE, 40), tension=0.8
        ),
        light.shade((150, 140, 124), 0.2),
        0.8,
    )
    foam = beach.group()
    foam.stroke(
        smooth(
            *((float(x), -23 + 4 * math.sin(x / 90) + 2 * math.sin(x / 31)) for x in range(-900, 901, 30)),
            closed=False,
        ),
        light.lit((244, 244, 240), 0.1),
        3.2,
        0.85,
    )
    scenery.animate(lambda seconds: foam.place(0, 5 * math.sin(seconds * 0.8)))
    beach.fill(
        smooth(
            (-WIDE, -8),
            (-300, -10),
            (0, -6),
            (300, -12),
            (WIDE, -6),
            (WIDE, DEEP),
            (-WIDE, DEEP),
            tension=0.6,
        ),
        vertical(-12, 80, light.lit(sand, 0.12), light.shadow(sand)),
    )
    for _ in range(40):
        x, y = random.uniform(-600, 600), random.uniform(2, 60)
        beach.fill(ellipse(x, y, random.uniform(1, 4), 1.2), light.shadow((150, 130, 110)), 0.6)
    beach.stroke(open_line((196, -4), (204, -70)), light.shade(WOOD), 7)
    beach.stroke(open_line((250, 2), (254, -46)), light.shade(WOOD), 7)
    front = scenery.before(1.5)
    front.fill(smooth((-520, 120), (-420, 46), (-300, 66), (-190, 130)), light.shadow(sand))
    plants.grass(scenery, front, -440, -240, 74, 62, (146, 142, 92), 36)
