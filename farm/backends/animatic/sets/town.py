"""Places in town: a street, a city."""

from __future__ import annotations

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import buildings, terrain
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import Linear, Path, Rgb, ellipse, open_line, poly, rect, smooth

_WALLS: tuple[Rgb, ...] = (
    (204, 142, 104),
    (222, 192, 142),
    (150, 168, 172),
    (196, 150, 148),
    (178, 176, 140),
    (168, 120, 104),
)


def street(scenery: Scenery) -> None:
    """Houses on both sides of a cobbled street that leads away."""
    light, random = scenery.light, scenery.random
    far = scenery.layer(0.08)
    terrain.hills(far, scenery, HORIZON + 6, 60, (110, 130, 136), 0.9)
    back = scenery.layer(0.25)
    for index in range(9):
        x = -240 + index * 60
        buildings.house(
            back,
            scenery,
            x,
            HORIZON + 12,
            random.uniform(44, 60),
            random.uniform(44, 76),
            _WALLS[index % 6],
            0.6,
        )
    terrain.horizon_haze(scenery.layer(0.3), light)
    rows = scenery.layer(0.6)
    for index, (x, high) in enumerate(
        ((-352, 158), (-268, 132), (-190, 108), (196, 112), (274, 138), (360, 162))
    ):
        buildings.house(rows, scenery, x, -28, 84, high, _WALLS[(index * 5 + 1) % 6], 0.24)
    stage = scenery.layer(1.0)
    stone: Rgb = (140, 132, 126)
    terrain.ground(stage, light, -34, (158, 150, 140), stone)
    for row in range(9):
        cobbles = Path()
        y = -32 + row**1.6 * 4.6
        step = 20 + row * 9
        offset = (row % 2) * step / 2
        for column in range(-int(420 / step) - row // 3, int(420 / step) + 1 + row // 3):
            cobbles.ellipse(column * step + offset, y, step * 0.42, 1.2 + row * 0.85)
        stage.fill(cobbles, light.shadow((120, 112, 110)), 0.38)
    if light.dark > 0.3:
        shine = light.flame()
        stage.fill(
            ellipse(-150, 10, 130, 16),
            Linear(-280, 0, -20, 0, ((0, shine, 0), (0.5, shine, 0.25), (1, shine, 0))),
        )
    buildings.lamp_post(scenery, stage, -168, -18, 196)
    buildings.lamp_post(scenery, scenery.layer(0.75), 170, -26, 170, 0.2)
    stage.fill(rect(226, -46, 90, 7), light.lit((128, 92, 66)))
    for x in (236, 302):
        stage.fill(rect(x, -40, 6, 36), light.shadow((90, 70, 56)))
    front = scenery.before(1.5)
    dark = light.shadow((46, 44, 52))
    front.fill(poly((-420, 200), (-420, -330), (-322, -330), (-318, 200)), dark)
    front.fill(poly((-322, -210), (-262, -202), (-262, -196), (-322, -200)), dark)


def city(scenery: Scenery) -> None:
    """Towers in rows and a parapet."""
    light, random = scenery.light, scenery.random
    for near, depth, low, high in ((0.06, 0.92, 90, 190), (0.14, 0.68, 70, 170), (0.28, 0.42, 60, 150)):
        layer = scenery.layer(near)
        x = -620.0
        glass = mix(light.shade((70, 84, 104), depth), light.flame(), light.dark)
        while x < 620:
            lamps = Path()
            wide = random.uniform(26, 56) * (0.7 + near * 2)
            tall = random.uniform(low, high)
            colour = random.choice(((112, 122, 142), (134, 128, 138), (98, 112, 128), (150, 130, 120)))
            top = HORIZON + 30 - tall
            layer.fill(
                rect(x, top, wide, DEEP - top),
                Linear(
                    0,
                    top,
                    0,
                    HORIZON + 30,
                    ((0, light.lit(colour, depth), 1), (1, light.shade(colour, min(1, depth + 0.25)), 1)),
                ),
            )
            if random.random() < 0.4:
                layer.stroke(
                    open_line((x + wide / 2, top), (x + wide / 2, top - 18)), light.shade(colour, depth), 1.4
                )
            for row in range(int(tall / 9)):
                for column in range(int(wide / 7)):
                    if random.random() < 0.42:
                        lamps.rect(x + 3 + column * 7, top + 5 + row * 9, 3, 4)
            layer.fill(lamps, glass, 0.45 + 0.5 * light.dark)
            x += wide + random.uniform(-4, 10)
        terrain.horizon_haze(layer, light, 60)
    stage = scenery.layer(1.0)
    stone: Rgb = (142, 138, 140)
    terrain.ground(stage, light, -20, (150, 146, 146), stone)
    stage.fill(
        rect(-WIDE, -64, WIDE * 2, 46),
        Linear(
            0, -64, 0, -18, ((0, light.lit((172, 162, 154), 0.1), 1), (1, light.shadow((150, 140, 136)), 1))
        ),
    )
    stage.fill(rect(-WIDE, -70, WIDE * 2, 8), light.lit((196, 186, 174), 0.1))
    for x in range(-960, 961, 96):
        stage.stroke(open_line((x, -62), (x, -18)), light.shadow((120, 112, 110)), 1.6, 0.6)
    buildings.lamp_post(scenery, stage, 214, -18, 196)
    front = scenery.before(1.5)
    front.fill(
        smooth((-460, 140), (-420, -40), (-330, -80), (-270, 10), (-240, 140)), light.shadow((52, 74, 56))
    )
