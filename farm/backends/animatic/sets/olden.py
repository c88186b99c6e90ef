"""Parts of the Middle Ages: timbered houses under thatch, fires for lamps, candles on iron, small panes."""

from __future__ import annotations

import math

from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.scenery import Scenery, breathing
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

_TIMBER: Rgb = (78, 56, 42)
_PLASTER: tuple[Rgb, ...] = ((222, 206, 172), (206, 184, 146), (190, 172, 150))
_THATCH: Rgb = (170, 138, 84)
_IRON: Rgb = (54, 50, 52)


def house(
    into: Group, scenery: Scenery, x: float, base: float, wide: float, high: float, depth: float
) -> None:
    """A house of timber and plaster: each floor overhangs the one below it, thatch on the top."""
    light, random = scenery.light, scenery.random
    side, plaster = light.side, random.choice(_PLASTER)
    floors = max(1, round(high / 66))
    tall = high / floors
    timber, glass = Path(), Path()
    for floor in range(floors):
        half = wide / 2 * (0.9 + 0.07 * floor)
        top = base - tall * (floor + 1)
        into.fill(
            rect(x - half, top, half * 2, tall + 2),
            Linear(
                x + side * half,
                0,
                x - side * half,
                0,
                (
                    (0, light.lit(plaster, depth), 1),
                    (1, mix(light.shade(plaster, depth), light.shadow(plaster, depth), 0.8), 1),
                ),
            ),
        )
        posts = max(3, round(half * 2 / 26) + 1)
        for post in range(posts):
            at = x - half + half * 2 * post / (posts - 1)
            timber.move(at, top).line(at, top + tall)
            if post < posts - 1 and (post + floor) % 2 == 0:
                timber.move(at, top + tall).line(at + half * 2 / (posts - 1), top + tall * 0.42)
        for beam in (0.0, 0.42, 1.0):
            timber.move(x - half, top + tall * beam).line(x + half, top + tall * beam)
        for pane in range(1, posts - 1, 2):
            at = x - half + half * 2 * (pane + 0.5) / (posts - 1)
            glass.rect(at - min(5.5, half * 0.2), top + tall * 0.1, min(11.0, half * 0.4), tall * 0.26)
    into.stroke(timber, light.shade(_TIMBER, depth), max(1.4, min(3.4, tall * 0.05)))
    warm = mix(light.shade((58, 54, 50), depth), light.flame(), 0.85 * light.dark)
    into.fill(glass, warm)
    into.stroke(glass, light.shade(_TIMBER, depth), 1.2)
    _thatch(into, light, x, base - high, wide, high * random.uniform(0.46, 0.62), depth)


def _thatch(
    into: Group, light: Light, x: float, eaves: float, wide: float, rise: float, depth: float
) -> None:
    """A steep roof of straw that hangs over its walls."""
    half, side = wide * 0.64, light.side
    rise = min(rise, wide * 0.95)
    into.fill(
        smooth(
            (x - half, eaves + 7),
            (x - half * 0.52, eaves - rise * 0.52),
            (x - half * 0.12, eaves - rise),
            (x + half * 0.12, eaves - rise),
            (x + half * 0.52, eaves - rise * 0.52),
            (x + half, eaves + 7),
            (x, eaves + 3),
            tension=0.4,
        ),
        Linear(
            x + side * half,
            0,
            x - side * half,
            0,
            ((0, light.lit(_THATCH, depth), 1), (1, light.shadow(_THATCH, depth), 1)),
        ),
    )
    straws = Path()
    for straw in range(-4, 5):
        straws.move(x + straw * half * 0.04, eaves - rise * 0.9)
        straws.line(x + straw * half * 0.21, eaves + 1)
    into.stroke(straws, light.shadow(_THATCH, depth), 0.8, 0.5)


def fire_basket(
    scenery: Scenery, into: Group, x: float, base: float, high: float, depth: float, *, always: bool = False
) -> None:
    """An iron basket on a post, with a fire in it after dark, or always."""
    light = scenery.light
    burns = max(light.dark, 0.6) if always else light.dark
    top = base - high * 0.72
    into.stroke(open_line((x, base), (x, top)), light.shade(_TIMBER, depth), 4.4)
    if burns > 0.2:
        warm = light.grade((255, 170, 84))
        halo = into.fill(ellipse(x, top - 16, high * 0.8), glow(x, top - 16, high * 0.8, warm, 0.7 * burns))
        into.fill(ellipse(x, base, high * 0.55, high * 0.09), glow(x, base, high * 0.55, warm, 0.4 * burns))
        scenery.animate(breathing(halo, x, 8.3, 0.78))
        flame(scenery, into, x, top - 8, 17)
    into.fill(
        poly((x - 7, top + 2), (x + 7, top + 2), (x + 11, top - 12), (x - 11, top - 12)),
        light.shadow(_IRON, depth),
    )
    into.stroke(open_line((x - 11, top - 12), (x + 11, top - 12)), light.lit(_IRON, depth), 2.0)


def flame(scenery: Scenery, into: Group, x: float, base: float, size: float) -> None:
    """A flame that leans and stretches."""
    tongue = into.group()
    outer = smooth((-0.42, 0), (-0.36, -0.5), (0.02, -1.5), (0.4, -0.46), (0.4, 0), tension=0.8)
    inner = smooth((-0.22, 0), (-0.16, -0.4), (0.02, -0.9), (0.2, -0.36), (0.2, 0), tension=0.8)
    tongue.fill(outer, scenery.light.grade((255, 142, 58)), 0.92)
    tongue.fill(inner, scenery.light.grade((255, 224, 140)))

    def burn(seconds: float) -> None:
        lean = 0.16 * math.sin(seconds * 6.1 + x) + 0.07 * math.sin(seconds * 13.7 + x)
        rise = 1.0 + 0.14 * math.sin(seconds * 9.7 + x)
        tongue.matrix(size, -lean * size, x, 0, size * rise, base)

    scenery.animate(burn)


def hanging_candles(scenery: Scenery, x: float, y: float, wide: float) -> None:
    """A ring of iron on chains with candles around it."""
    light = scenery.light
    ring = scenery.layer(0.95).group()
    warm, iron = light.flame(0.6), light.shade(_IRON)
    reach = max(34.0, wide)
    for side in (-1, 0, 1):
        ring.stroke(open_line((side * reach * 0.9, 8), (0, -44)), iron, 1.3)
    ring.stroke(open_line((0, -44), (0, -160)), iron, 1.6)
    if light.dark > 0.2:
        ring.fill(ellipse(0, 4, 220), glow(0, 4, 220, warm, 0.5 * light.dark))
    ring.stroke(ellipse(0, 10, reach, reach * 0.2), iron, 4)
    for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
        at, foot = share * reach, 10 + math.sqrt(1 - share * share) * reach * 0.2
        ring.fill(rect(at - 2.4, foot - 15, 4.8, 14), light.lit((236, 226, 200)))
        ring.fill(ellipse(at, foot - 19, 2.2, 5), mix(light.grade((255, 190, 96)), warm, 0.4))
    scenery.animate(lambda seconds: ring.place(x, y, turn=math.sin(seconds * 0.6 + x) * 0.016))


def candle(into: Group, light: Light, x: float, base: float) -> None:
    """A thick candle on a dish, with its light."""
    warm = light.flame()
    into.fill(ellipse(x, base - 24, 88), glow(x, base - 24, 88, warm, 0.25 + 0.45 * light.dark))
    into.fill(ellipse(x, base - 2, 13, 3.4), light.lit(_IRON))
    into.fill(rect(x - 4, base - 22, 8, 20), light.lit((236, 226, 200)))
    into.fill(smooth((x - 3, base - 23), (x, base - 35), (x + 3, base - 23)), light.grade((255, 200, 110)))


def leaded_window(scenery: Scenery, into: Group, x: float, top: float, wide: float, high: float) -> None:
    """A pointed window of small panes in a frame of stone."""
    light = scenery.light
    wide = min(wide, high * 0.8)
    stone: Rgb = (150, 142, 132)
    left, right, foot = x - wide / 2, x + wide / 2, top + high
    outline = smooth(
        (left, foot),
        (left, top + high * 0.34),
        (x - wide * 0.3, top + high * 0.1),
        (x, top - 6),
        (x + wide * 0.3, top + high * 0.1),
        (right, top + high * 0.34),
        (right, foot),
        tension=0.35,
    )
    into.stroke(outline, light.lit(stone), 13)
    into.fill(outline, vertical(top, foot, *(light.grade(colour) for colour in light.sky)))
    lead = into.group()
    lead.clip(outline)
    panes = Path()
    count = int((wide + high) / 17) + 1
    for pane in range(count):
        panes.move(left + pane * 17, top - 8).line(left + pane * 17 - high - 8, foot)
        panes.move(right - pane * 17, top - 8).line(right - pane * 17 + high + 8, foot)
    lead.stroke(panes, light.shadow((52, 50, 54)), 1.3, 0.85)
    into.fill(rect(left - 12, foot + 2, wide + 24, 8), light.lit(stone))
    if light.dark < 0.6:
        pale = light.grade(light.sky[-1])
        into.fill(
            poly((left, foot), (right, foot), (right + 130, 20), (left + 90, 20)),
            Linear(x, foot, x + 110, 20, ((0, pale, 0.24), (1, pale, 0.0))),
        )


def shield(into: Group, light: Light, x: float, y: float, high: float, colour: Rgb) -> None:
    """A shield on the wall, in two colours."""
    half = high * 0.4
    outline = smooth(
        (x - half, y - high / 2),
        (x + half, y - high / 2),
        (x + half * 0.9, y + high * 0.1),
        (x, y + high / 2),
        (x - half * 0.9, y + high * 0.1),
        tension=0.5,
    )
    into.fill(outline, light.shade(colour))
    into.fill(
        smooth(
            (x, y - high / 2),
            (x + half, y - high / 2),
            (x + half * 0.9, y + high * 0.1),
            (x, y + high / 2),
            tension=0.3,
        ),
        light.lit((214, 200, 168)),
    )
    into.stroke(outline, light.lit((150, 146, 142)), 2.6)


def stall(scenery: Scenery, into: Group, x: float, base: float, wide: float, index: int) -> None:
    """A trader's board let down below a shutter, and a sign of wood that swings."""
    light = scenery.light
    into.fill(rect(x - wide * 0.3, base - 74, wide * 0.6, 40), light.shadow((48, 40, 36)))
    if light.dark > 0.2:
        into.fill(rect(x - wide * 0.3, base - 74, wide * 0.6, 40), light.flame(), 0.6 * light.dark)
    into.fill(rect(x - wide * 0.34, base - 36, wide * 0.68, 6), light.lit((150, 112, 74)))
    for leg in (-0.3, 0.28):
        into.fill(rect(x + wide * leg, base - 30, 4, 28), light.shadow(_TIMBER))
    goods = Path()
    for one in range(6):
        goods.ellipse(x - wide * 0.26 + one * wide * 0.1, base - 41, wide * 0.045, 5)
    fruit: Rgb = ((172, 64, 48), (196, 156, 76), (108, 124, 70), (142, 98, 66))[index % 4]
    into.fill(goods, light.shade(fruit))
    sign = into.group()
    sign.stroke(open_line((0, 0), (34, 0)), light.shadow(_IRON), 2)
    sign.fill(rect(12, 6, 26, 20), light.lit((146, 110, 72)))
    sign.fill(ellipse(25, 16, 6, 6), light.shade(scale(fruit, 0.9)))
    scenery.animate(
        lambda seconds: sign.place(x + wide * 0.3, base - 104, turn=math.sin(seconds * 1.3 + x) * 0.05)
    )


def barrel(into: Group, light: Light, x: float, base: float, wide: float, high: float) -> None:
    """A barrel with two hoops."""
    half = wide / 2
    near, far = (x - half, x + half) if light.side < 0 else (x + half, x - half)
    wood: Rgb = (136, 98, 64)
    into.fill(
        smooth(
            (x - half * 0.8, base),
            (x - half, base - high / 2),
            (x - half * 0.8, base - high),
            (x + half * 0.8, base - high),
            (x + half, base - high / 2),
            (x + half * 0.8, base),
            tension=0.6,
        ),
        Linear(near, 0, far, 0, ((0, light.lit(wood), 1), (1, light.shadow(wood), 1))),
    )
    for share in (0.24, 0.76):
        y = base - high * share
        into.stroke(
            smooth((x - half * 0.93, y), (x, y + 3), (x + half * 0.93, y), closed=False),
            light.shadow(_IRON),
            3,
        )


def castle(scenery: Scenery, into: Group, x: float, base: float, size: float, depth: float) -> None:
    """A castle on its hill: a keep, towers with battlements and flags."""
    light = scenery.light
    stone: Rgb = (142, 136, 132)
    fill = Linear(
        x - 70 * light.side * -1,
        0,
        x + 70 * light.side * -1,
        0,
        ((0, light.lit(stone, depth), 1), (1, light.shadow(stone, depth), 1)),
    )
    walls, slits = Path(), Path()
    for at, wide, high in ((-52, 22, 62), (-20, 30, 92), (18, 24, 74), (52, 22, 58), (0, 108, 34)):
        walls.rect(x + (at - wide / 2) * size, base - high * size, wide * size, (high + 30) * size)
        teeth = int(wide / 6)
        for tooth in range(0, teeth, 2):
            walls.rect(
                x + (at - wide / 2 + tooth * wide / teeth) * size,
                base - (high + 5) * size,
                wide / teeth * size,
                6 * size,
            )
        if high > 40:
            slits.rect(x + (at - 1.6) * size, base - high * 0.7 * size, 3.2 * size, 9 * size)
    into.fill(walls, fill)
    into.fill(slits, mix(light.shade((52, 50, 54), depth), light.flame(), light.dark))
    for at, high in ((-20, 92), (18, 74)):
        foot = base - (high + 4) * size
        into.stroke(
            open_line((x + at * size, foot), (x + at * size, foot - 22 * size)),
            light.shade(_TIMBER, depth),
            1,
        )
        into.fill(
            poly(
                (x + at * size, foot - 22 * size),
                (x + (at + 15) * size, foot - 17 * size),
                (x + at * size, foot - 12 * size),
            ),
            light.shade((164, 50, 48), depth),
        )


def parchment(into: Group, light: Light, x: float, top: float, wide: float, high: float) -> None:
    """A sheet of parchment on the wall, written on and drawn on."""
    left = x - wide / 2
    sheet = smooth(
        (left, top),
        (x, top + 4),
        (left + wide, top),
        (left + wide - 4, top + high / 2),
        (left + wide, top + high),
        (x, top + high - 5),
        (left, top + high),
        (left + 4, top + high / 2),
        tension=0.3,
    )
    into.fill(sheet, light.lit((224, 204, 160)))
    ink, lines = light.shade((96, 66, 48)), Path()
    for row in range(int(high / 17) - 1):
        y = top + 17 + row * 17
        lines.move(left + 14, y).line(left + wide * (0.5 if row % 3 else 0.44), y)
    into.stroke(lines, ink, 1.6, 0.7)
    middle, radius = (left + wide * 0.74, top + high * 0.5), min(wide * 0.17, high * 0.34)
    rays = Path()
    for step in range(8):
        turn = step * math.tau / 8
        rays.move(*middle).line(
            middle[0] + math.cos(turn) * radius * 1.2, middle[1] + math.sin(turn) * radius * 1.2
        )
    into.stroke(rays.ellipse(*middle, radius, radius), ink, 1.6, 0.7)
    into.stroke(open_line((left - 6, top), (left + wide + 6, top)), light.shade(_TIMBER), 6)


def chest(into: Group, light: Light, x: float, base: float, wide: float) -> None:
    """A chest of oak with bands of iron."""
    left, iron = x - wide / 2, light.shade(_IRON)
    into.fill(
        smooth(
            (left, base),
            (left, base - 44),
            (x, base - 58),
            (left + wide, base - 44),
            (left + wide, base),
            tension=0.3,
        ),
        vertical(base - 58, base, light.lit((132, 92, 58)), light.shadow((112, 78, 52))),
    )
    into.stroke(open_line((left, base - 36), (left + wide, base - 36)), iron, 3)
    for at in (left + wide * 0.18, left + wide * 0.82):
        into.stroke(open_line((at, base), (at, base - 50)), iron, 4)
    into.fill(rect(x - 5, base - 42, 10, 13), iron)


def casks(into: Group, light: Light, x: float, base: float, count: int, radius: float = 36) -> None:
    """Casks that lie in a row on a rack, their ends to the eye, each with its tap."""
    wood: Rgb = (142, 98, 60)
    into.fill(rect(x - radius, base - 10, count * radius * 2.1, 10), light.shadow(_TIMBER))
    for one in range(count):
        at, y = x + one * radius * 2.1, base - radius - 6
        into.fill(ellipse(at, y, radius, radius), light.shade(_IRON))
        into.fill(ellipse(at, y, radius * 0.9, radius * 0.9), light.shade(wood))
        staves = Path()
        for stave in range(-2, 3):
            long = math.sqrt(1 - (stave * 0.3) ** 2) * radius * 0.88
            staves.move(at + stave * radius * 0.3, y - long).line(at + stave * radius * 0.3, y + long)
        into.stroke(staves, light.shadow(wood), 1.6, 0.8)
        into.fill(rect(at - 3, y + radius * 0.3, 6, 15), light.lit((176, 132, 84)))


def hearth(scenery: Scenery, into: Group, x: float, base: float) -> None:
    """An open hearth under a hood of stone, with a fire and a pot over it."""
    light = scenery.light
    stone: Rgb = (142, 132, 120)
    into.fill(
        poly(
            (x - 40, -400),
            (x + 40, -400),
            (x + 40, base - 190),
            (x + 84, base - 112),
            (x - 84, base - 112),
            (x - 40, base - 190),
        ),
        Linear(x - 84, 0, x + 84, 0, ((0, light.lit(stone), 1), (1, light.shadow(stone), 1))),
    )
    into.fill(rect(x - 76, base - 112, 152, 112), light.shadow((52, 44, 42)))
    for side in (-1, 1):
        into.fill(rect(x + side * 72 - 12, base - 112, 24, 112), light.shade(stone))
    into.fill(rect(x - 92, base - 120, 184, 11), light.lit(stone))
    into.fill(ellipse(x, base - 30, 150), glow(x, base - 30, 150, light.grade((255, 160, 76)), 0.5))
    for at in (-26.0, 0.0, 24.0):
        flame(scenery, into, x + at, base - 8, 24 if at == 0 else 17)
    into.stroke(open_line((x, base - 112), (x, base - 74)), light.shade(_IRON), 2.4)
    into.fill(
        smooth(
            (x - 24, base - 76),
            (x + 24, base - 76),
            (x + 20, base - 48),
            (x, base - 42),
            (x - 20, base - 48),
            tension=0.6,
        ),
        light.shade((40, 38, 40)),
    )


def stool(into: Group, light: Light, x: float, base: float, high: float) -> None:
    """A stool with three legs."""
    legs = Path()
    for reach in (-12, 0, 12):
        legs.move(x + reach * 0.6, base - high).line(x + reach, base)
    into.stroke(legs, light.shadow(_TIMBER), 4.4)
    into.fill(ellipse(x, base - high, 18, 5), light.lit((142, 104, 68)))
