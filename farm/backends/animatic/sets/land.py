"""Places on land: hills (the fallback), forest, marsh."""

from __future__ import annotations

from farm.backends.animatic.scenery import HORIZON, Scenery, breathing
from farm.backends.animatic.sets import buildings, plants, terrain
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import Group, Linear, Path, Rgb, ellipse, open_line, rect, smooth
from storyboard.schema.vocabulary import Weather


def hill(scenery: Scenery) -> None:
    """Rolling hills with a tree and a path."""
    light, random = scenery.light, scenery.random
    for near, rise, depth, colour in (
        (0.06, 92, 0.95, (104, 128, 150)),
        (0.14, 66, 0.75, (94, 130, 120)),
        (0.26, 44, 0.5, (102, 140, 92)),
    ):
        layer = scenery.layer(near)
        terrain.hills(layer, scenery, HORIZON + 14, rise, colour, depth)
        if depth < 0.9:
            for x in terrain.scattered(random, 9, -380, 380, 20):
                plants.pine(
                    layer, light, x, HORIZON + 8 - random.uniform(0, 12), random.uniform(14, 24), depth
                )
    terrain.horizon_haze(scenery.layer(0.3), light)
    field = scenery.layer(0.6)
    terrain.hills(field, scenery, HORIZON + 46, 26, (122, 148, 84), 0.24)
    buildings.house(field, scenery, -150, HORIZON + 40, 54, 32, (222, 206, 178), 0.28)
    plants.tree(scenery, field, 196, HORIZON + 44, 150, 0.2)
    stage = scenery.layer(1.0)
    green: Rgb = (104, 136, 70)
    terrain.ground(stage, light, -20, (126, 150, 86), green)
    stage.fill(
        smooth((-20, -20), (24, -20), (80, 30), (240, DEEP), (-260, DEEP), (-70, 40)),
        light.shade((186, 162, 120), 0.1),
        0.7,
    )
    plants.grass(scenery, stage, -WIDE, WIDE, -14, 16, green, 140, 0.15)
    front = scenery.before(1.5)
    plants.grass(scenery, front, -440, -150, 76, 64, (70, 94, 54), 30)
    plants.grass(scenery, front, 190, 440, 76, 54, (70, 94, 54), 27)


def forest(scenery: Scenery) -> None:
    """Tall trunks in depth, light between them."""
    light = scenery.light
    air = light.grade(light.haze)
    back = scenery.layer(0.05)
    back.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        Linear(0, -300, 0, HORIZON + 20, ((0, light.shade((60, 92, 80), 0.5), 0.9), (1, air, 0.75))),
    )
    for near, depth, count, width, colour in (
        (0.12, 0.85, 22, 7, (86, 104, 96)),
        (0.28, 0.6, 15, 12, (78, 88, 78)),
        (0.5, 0.34, 9, 20, (76, 74, 66)),
    ):
        _trees(scenery, near, depth, count, width, colour)
    _rays(scenery)
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -22, (96, 112, 66), (88, 92, 56))
    plants.grass(scenery, stage, -WIDE, WIDE, -14, 24, (86, 116, 66), 150, 0.12)
    for x in (-330, 290):
        stage.fill(
            smooth(
                (x - 46, 20),
                (x - 24, -80),
                (x - 22, -420),
                (x + 24, -420),
                (x + 26, -80),
                (x + 50, 20),
                tension=0.7,
            ),
            Linear(
                x + light.side * 30,
                0,
                x - light.side * 30,
                0,
                ((0, light.lit((82, 66, 54)), 1), (1, light.shadow((82, 66, 54)), 1)),
            ),
        )
    front = scenery.before(1.5)
    plants.grass(scenery, front, -440, -180, 80, 84, (44, 66, 44), 30)
    plants.grass(scenery, front, 180, 440, 80, 70, (44, 66, 44), 30)


def _trees(scenery: Scenery, near: float, depth: float, count: int, width: float, colour: Rgb) -> None:
    """One row of trunks with the leaves above them and the ground below."""
    light, random = scenery.light, scenery.random
    layer = scenery.layer(near)
    for x in terrain.scattered(random, count, -640, 640, width * 2.6):
        wide = width * random.uniform(0.7, 1.2)
        lean = random.uniform(-10, 10)
        layer.fill(
            smooth(
                (x - wide * 0.8, 40),
                (x - wide * 0.5, -60),
                (x - wide * 0.42 + lean, -380),
                (x + wide * 0.42 + lean, -380),
                (x + wide * 0.5, -60),
                (x + wide * 0.8, 40),
                tension=0.7,
            ),
            Linear(
                x + light.side * wide,
                0,
                x - light.side * wide,
                0,
                ((0, light.lit(colour, depth), 1), (1, light.shadow(colour, depth), 1)),
            ),
        )
    leaves = Path()
    for _ in range(22):
        leaves.ellipse(
            random.uniform(-640, 640),
            -300 + random.uniform(-30, 44) * (0.4 + near),
            random.uniform(40, 84),
            random.uniform(22, 40),
        )
    layer.fill(leaves, light.shade((66, 104, 66), depth), 0.95)
    layer.fill(
        smooth(
            (-WIDE, HORIZON + 40 * near + 18),
            (-300, HORIZON + 8 + 60 * near),
            (0, HORIZON + 16 + 50 * near),
            (320, HORIZON + 6 + 60 * near),
            (WIDE, HORIZON + 18),
            (WIDE, DEEP),
            (-WIDE, DEEP),
        ),
        light.shade((84, 108, 66), depth),
    )


def _rays(scenery: Scenery) -> None:
    """Light that falls between the trunks."""
    light, random = scenery.light, scenery.random
    rays = scenery.layer(0.4)
    key = light.grade(light.key)
    for x in (-170, -40, 120, 230):
        ray = rays.fill(
            Path().poly(
                ((x, -340), (x + 46, -340), (x - light.side * 190 + 90, 20), (x - light.side * 190, 20))
            ),
            Linear(0, -340, 0, 10, ((0, key, 0.22 * light.rim + 0.05), (1, key, 0.0))),
        )
        phase = random.random() * 6
        scenery.animate(breathing(ray, phase, 0.7, 0.4))


def marsh(scenery: Scenery) -> None:
    """A salt marsh: pools that hold the sky, reeds, a boardwalk, a far lighthouse."""
    light = scenery.light
    far = scenery.layer(0.08)
    terrain.hills(far, scenery, HORIZON + 4, 20, (96, 112, 116), 0.9)
    beams = far.group()
    buildings.tower(scenery, far, 132, HORIZON + 2, 74, 0.5, beam=beams)
    flat = scenery.layer(0.3)
    reed: Rgb = (150, 136, 84)
    flat.fill(
        rect(-WIDE, HORIZON, WIDE * 2, DEEP),
        Linear(
            0,
            HORIZON,
            0,
            30,
            (
                (0, light.shade(reed, 0.8), 1),
                (0.5, light.shade((128, 124, 76), 0.4), 1),
                (1, light.shadow((100, 104, 66)), 1),
            ),
        ),
    )
    _pools(scenery, flat)
    terrain.horizon_haze(scenery.layer(0.3), light)
    middle = scenery.layer(0.6)
    plants.grass(scenery, middle, -700, 700, HORIZON + 42, 30, reed, 190, 0.35)
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -22, (132, 126, 80), (96, 94, 60))
    plants.grass(scenery, stage, -WIDE, WIDE, -18, 42, reed, 220, 0.14)
    wood: Rgb = (150, 128, 102)
    stage.fill(
        smooth((-WIDE, -8), (WIDE, -8), (WIDE, 26), (-WIDE, 26), tension=0.1),
        Linear(0, -8, 0, 26, ((0, light.lit(wood, 0.1), 1), (1, light.shadow(wood), 1))),
    )
    seams = Path()
    for x in range(-1080, 1081, 24):
        seams.move(x, -8).line(x * 1.04, 26)
    stage.stroke(seams, light.shadow(wood), 1.4, 0.7)
    stage.fill(rect(-WIDE, 26, WIDE * 2, 7), light.shadow((70, 58, 48)))
    for x in range(-900, 901, 180):
        stage.fill(rect(x - 4, 24, 9, 60), light.shadow((66, 54, 46)))
    front = scenery.before(1.5)
    plants.grass(scenery, front, -460, -130, 84, 118, (96, 88, 56), 36)
    plants.grass(scenery, front, 170, 460, 84, 98, (96, 88, 56), 33)
    if light.weather is not Weather.STORM:
        for x in (-300, -270, 330):
            front.stroke(open_line((x, 84), (x + 6, -50)), light.shadow((88, 74, 48)), 2)
            front.fill(ellipse(x + 6, -50, 4, 14), light.shadow((84, 54, 40)))


def _pools(scenery: Scenery, flat: Group) -> None:
    """Pools that hold the sky."""
    light, random = scenery.light, scenery.random
    sky = light.grade(light.sky[-1])
    for row in range(10):
        y = HORIZON + 4 + row**1.5 * 2.4
        x = random.uniform(-330, 330)
        wide = 40 + row * 17
        pool = smooth(
            (x - wide, y),
            (x - wide * 0.3, y - 1.2 - row * 0.4),
            (x + wide * 0.6, y - 0.8 - row * 0.3),
            (x + wide, y + 0.6),
            (x + wide * 0.2, y + 1.6 + row * 0.45),
            (x - wide * 0.6, y + 1 + row * 0.3),
        )
        flat.fill(pool, Linear(0, y - 3, 0, y + 4, ((0, sky, 0.95), (1, light.grade(light.sky[-2]), 0.9))))
        glint = flat.stroke(open_line((x - wide * 0.4, y), (x + wide * 0.3, y)), (255, 255, 255), 0.7, 0.5)
        phase = random.random() * 6
        scenery.animate(breathing(glint, phase, 1.3, 0.0))
