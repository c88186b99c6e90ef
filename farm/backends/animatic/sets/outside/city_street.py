"""A street of a great city: tall fronts, shop windows, a crossing, lamps, signs."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery, breathing
from farm.backends.animatic.sets import buildings, kit, later, olden, terrain, twenties
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL, TWENTIES
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
    Rgb,
    ellipse,
    glow,
    poly,
    rect,
    smooth,
    vertical,
)
from storyboard.schema.vocabulary import Weather

_FRONTS: tuple[Rgb, ...] = ((134, 96, 84), (112, 116, 128), (150, 128, 108), (96, 104, 112), (128, 88, 80))


def build(scenery: Scenery) -> None:
    """Fronts of its epoch on both sides of a street that leads away."""
    light, random = scenery.light, scenery.random
    if scenery.epoch == MEDIEVAL:
        _medieval(scenery)
        return
    far = scenery.layer(0.12)
    for index in range(12):
        x = -330 + index * 60
        tall = random.uniform(120, 230)
        far.fill(
            rect(x, HORIZON + 14 - tall, random.uniform(40, 62), tall), light.shade((108, 118, 134), 0.86)
        )
    terrain.horizon_haze(far, light, 80)
    if scenery.epoch == FUTURE:
        later.flyers(scenery, far, HORIZON - 90, 7)
    middle = scenery.layer(0.32)
    for x, high in ((-210, 210), (-130, 170), (96, 180), (184, 226)):
        front(scenery, middle, x, HORIZON + 20, 82, high, random.choice(_FRONTS), 0.5)
    rows = scenery.layer(0.62)
    for index, (x, wide, high) in enumerate(
        ((-360, 150, 330), (-238, 104, 262), (236, 108, 280), (362, 150, 340))
    ):
        front(scenery, rows, x, -30, wide, high, _FRONTS[index], 0.2)
        shop_window(scenery, rows, x, -30, wide * 0.78, index)
    stage = scenery.layer(1.0)
    stage.fill(
        rect(-WIDE, -34, WIDE * 2, DEEP),
        vertical(-34, 90, light.shade((92, 94, 100), 0.2), light.shadow((70, 72, 80))),
    )
    for sign in (-1, 1):
        stage.fill(
            poly((sign * 130, -34), (sign * WIDE, -34), (sign * WIDE, 60), (sign * 300, 60)),
            light.shade((146, 140, 134), 0.1),
        )
        stage.fill(
            poly((sign * 126, -34), (sign * 130, -34), (sign * 300, 60), (sign * 288, 60)),
            light.lit((176, 170, 160)),
        )
    _on_the_street(scenery, stage)
    if light.weather in (Weather.RAIN, Weather.STORM) or light.dark > 0.6:
        for x, colour in ((-216, (255, 96, 130)), (210, (96, 200, 255)), (-90, (255, 190, 90))):
            stage.fill(ellipse(x, 16, 90, 30), glow(x, 10, 90, light.grade(colour), 0.34))
    buildings.lamp_post(scenery, stage, -158, -20, 204)
    buildings.lamp_post(scenery, scenery.layer(0.75), 150, -28, 176, 0.2)
    if scenery.epoch == FUTURE:
        return
    stage.fill(
        smooth((252, -4), (250, -44), (256, -52), (272, -52), (278, -44), (276, -4), tension=0.4),
        light.shade((176, 52, 46)),
    )
    stage.fill(ellipse(264, -54, 9, 6), light.lit((196, 66, 56)))


def _on_the_street(scenery: Scenery, stage: Group) -> None:
    """A line of paint; the rails of a tram, or two lines of light, in other epochs."""
    light = scenery.light
    if scenery.epoch in (TWENTIES, FUTURE):
        tone = light.shadow((70, 66, 66)) if scenery.epoch == TWENTIES else light.grade((96, 226, 240))
        for sign in (-1, 1):
            rail = poly((sign * 20, -34), (sign * 22, -34), (sign * 62, 70), (sign * 56, 70))
            stage.fill(rail, tone, 0.9 if scenery.epoch == TWENTIES else 0.4 + 0.5 * light.dark)
        return
    for step in range(5):
        y = -30 + step**1.7 * 8
        stage.fill(
            poly(
                (-3 - step, y),
                (3 + step, y),
                (4 + step * 1.4, y + 5 + step * 3),
                (-4 - step * 1.4, y + 5 + step * 3),
            ),
            light.lit((214, 208, 190)),
            0.8,
        )


def _medieval(scenery: Scenery) -> None:
    """A lane of timbered houses below a castle, with stalls, mud and fires."""
    light, random = scenery.light, scenery.random
    far = scenery.layer(0.1)
    terrain.hills(far, scenery, HORIZON + 8, 58, (110, 124, 116), 0.85)
    olden.castle(scenery, far, 26, HORIZON - 18, 1.0, 0.8)
    terrain.horizon_haze(far, light, 60)
    middle = scenery.layer(0.32)
    for x in (-206, -142, -84, 92, 150, 212):
        olden.house(middle, scenery, x, HORIZON + 22, 62, random.uniform(84, 124), 0.5)
    rows = scenery.layer(0.62)
    for index, (x, wide, high) in enumerate(
        ((-352, 128, 236), (-236, 100, 184), (232, 104, 196), (352, 132, 244))
    ):
        olden.house(rows, scenery, x, -28, wide, high, 0.2)
        olden.stall(scenery, rows, x, -28, wide, index)
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -34, (150, 132, 104), (116, 98, 76))
    ruts = Path()
    for sign in (-1, 1):
        ruts.smooth([(sign * 18, -34), (sign * 44, 0), (sign * 96, 70)], closed=False)
    stage.stroke(ruts, light.shadow((92, 76, 60)), 7, 0.5)
    for x, y, wide in ((-120, -8, 46), (150, 10, 62)):
        stage.fill(ellipse(x, y, wide, wide * 0.12), mix(light.shade((96, 98, 96)), light.sky[-1], 0.3), 0.8)
    for x, base, depth in ((-160, -20, 0.0), (164, -26, 0.15)):
        olden.fire_basket(scenery, stage, x, base, 150, depth)
    olden.barrel(stage, light, 258, -6, 44, 58)


def front(
    scenery: Scenery, into: Group, x: float, base: float, wide: float, high: float, colour: Rgb, depth: float
) -> None:
    """The front of a house of many floors, some windows of which are lit after dark."""
    if scenery.epoch == TWENTIES:
        twenties.front(scenery, into, x, base, wide, high, colour, depth)
        return
    if scenery.epoch == FUTURE:
        later.tower(scenery, into, x, base, wide, high, depth)
        return
    light, random = scenery.light, scenery.random
    near, far = (x - wide / 2, x + wide / 2) if light.side < 0 else (x + wide / 2, x - wide / 2)
    into.fill(
        rect(x - wide / 2, base - high, wide, high),
        Linear(near, 0, far, 0, ((0, light.lit(colour, depth), 1), (1, light.shadow(colour, depth), 1))),
    )
    into.fill(rect(x - wide / 2 - 4, base - high - 5, wide + 8, 9), light.shade(scale(colour, 1.15), depth))
    columns, rows = max(2, int(wide / 24)), max(2, int(high / 36))
    dark, warm = Path(), Path()
    for row in range(rows - 1):
        for column in range(columns):
            at = x - wide / 2 + wide * (column + 0.5) / columns
            lit = light.dark > 0.25 and random.random() < 0.45
            (warm if lit else dark).rect(at - 5.5, base - high + 14 + row * 36, 11, 19)
    into.fill(dark, light.shade((54, 66, 84), depth))
    into.fill(warm, mix(light.shade((54, 66, 84), depth), light.flame(), 0.3 + 0.6 * light.dark))


def shop_window(scenery: Scenery, into: Group, x: float, base: float, wide: float, index: int) -> None:
    """A shop at the foot of a front: a lit window under an awning, a sign of neon."""
    if scenery.epoch in (TWENTIES, FUTURE):
        draw = twenties.shop if scenery.epoch == TWENTIES else later.sign
        draw(scenery, into, x, base, wide, index)
        return
    light = scenery.light
    warm = mix(light.shade((120, 140, 150), 0.2), light.flame(), 0.25 + 0.65 * light.dark)
    into.fill(rect(x - wide / 2, base - 62, wide, 58), light.shadow((60, 52, 50)))
    into.fill(rect(x - wide / 2 + 5, base - 56, wide * 0.62, 48), warm, 0.95)
    into.fill(rect(x + wide * 0.22, base - 58, wide * 0.22, 54), light.shade((84, 62, 52)))
    cloth: Rgb = ((156, 56, 50), (52, 92, 96), (196, 150, 70), (76, 80, 120))[index % 4]
    into.fill(
        poly(
            (x - wide / 2 - 4, base - 66),
            (x + wide / 2 + 4, base - 66),
            (x + wide / 2 + 12, base - 48),
            (x - wide / 2 - 12, base - 48),
        ),
        kit.across(light, x - wide / 2, wide, cloth),
    )
    if light.dark > 0.3:
        tone = light.grade(((255, 96, 130), (96, 200, 255), (255, 190, 90), (150, 240, 160))[index % 4])
        halo = into.fill(ellipse(x, base - 92, 74), glow(x, base - 92, 74, tone, 0.5 * light.dark))
        into.stroke(
            smooth(
                (x - 26, base - 84),
                (x - 14, base - 104),
                (x, base - 84),
                (x + 14, base - 104),
                (x + 26, base - 84),
                closed=False,
            ),
            mix(tone, (255, 255, 255), 0.4),
            3.6,
        )
        scenery.animate(breathing(halo, index * 1.7, 2.3, 0.7))
