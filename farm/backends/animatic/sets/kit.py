"""The kit of parts that places are built from: walls, floors, windows, furniture.

Lengths are centimetres of the reference view: x from -320 to 320, the far edge of the floor at `FLOOR`,
people at 0. `base` is where a piece stands.
"""

from __future__ import annotations

import math
import re

from farm.backends.animatic.light import Light, mix, scale
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import later, olden, twenties
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL, TWENTIES
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

FLOOR = -17.0
CEILING = -286.0
WOOD: Rgb = (126, 90, 64)
STEEL: Rgb = (110, 118, 128)
PAPER: Rgb = (226, 216, 192)
BRASS: Rgb = (200, 156, 78)
_FLAGS: Rgb = (142, 132, 120)


def said(scenery: Scenery, pattern: str) -> bool:
    """Whether the words of the place have one that begins so."""
    return re.search(rf"\b(?:{pattern})", scenery.words) is not None


def across(light: Light, x: float, wide: float, colour: Rgb, depth: float = 0.0) -> Linear:
    """A surface that is lit from the side of the key light."""
    near, far = (x, x + wide) if light.side < 0 else (x + wide, x)
    return Linear(near, 0, far, 0, ((0, light.lit(colour, depth), 1), (1, light.shadow(colour, depth), 1)))


def box(into: Group, light: Light, x: float, base: float, wide: float, high: float, colour: Rgb) -> None:
    """An upright box whose middle is at `x`, with a lit upper edge."""
    into.fill(rect(x - wide / 2, base - high, wide, high), across(light, x - wide / 2, wide, colour))
    edge = max(1.6, min(4.0, high * 0.06))
    into.fill(rect(x - wide / 2, base - high, wide, edge), light.lit(scale(colour, 1.12)))


def shell(scenery: Scenery, wall: Rgb, *, low: Rgb | None = None, ceiling: Rgb | None = None) -> Group:
    """A back wall, lit from its window's side, with a wainscot and a ceiling where they have a colour."""
    light = scenery.light
    back = scenery.layer(0.8)
    lit = -320 if light.side < 0 else 320
    back.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        Linear(
            lit,
            -160,
            -lit,
            -60,
            (
                (0, light.lit(wall), 1),
                (0.5, light.shade(wall), 1),
                (1, light.shadow(scale(wall, 0.92)), 1),
            ),
        ),
    )
    if low is not None:
        back.fill(rect(-WIDE, -92, WIDE * 2, 92), vertical(-92, -10, light.shade(low), light.shadow(low)))
        back.fill(rect(-WIDE, -96, WIDE * 2, 5), light.lit(low))
        panels = Path()
        for x in range(-1040, 1041, 80):
            panels.rect(x + 8, -82, 64, 56)
        back.stroke(panels, light.shadow(scale(low, 0.8)), 1.3, 0.6)
    if ceiling is not None:
        back.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP + CEILING), light.shadow(ceiling))
        back.fill(rect(-WIDE, CEILING - 6, WIDE * 2, 8), light.shade(ceiling))
    return back


def tiles(scenery: Scenery, first: Rgb, second: Rgb, step: float = 74) -> Group:
    """A floor of square tiles that runs towards the eye; of flags of stone in the Middle Ages."""
    light = scenery.light
    if scenery.epoch == MEDIEVAL:
        first, second = mix(first, _FLAGS, 0.8), mix(second, scale(_FLAGS, 0.85), 0.8)
    floor = scenery.layer(1.0)
    floor.fill(
        rect(-WIDE, FLOOR, WIDE * 2, DEEP), vertical(FLOOR, 110, light.shade(first), light.shadow(first))
    )
    dark = light.shadow(second)
    for row in range(5):
        top, foot = FLOOR + row**1.7 * 11, FLOOR + (row + 1) ** 1.7 * 11
        near, far = 0.8 + (top - FLOOR) / 95, 0.8 + (foot - FLOOR) / 95
        for column in range(-9, 9):
            if (column + row) % 2:
                a, b = column * step, (column + 1) * step
                floor.fill(
                    poly((a * near, top), (b * near, top), (b * far, foot), (a * far, foot)), dark, 0.5
                )
    return floor


def slab_floor(scenery: Scenery, colour: Rgb) -> Group:
    """A plain floor with a soft shine."""
    light = scenery.light
    floor = scenery.layer(1.0)
    floor.fill(
        rect(-WIDE, FLOOR, WIDE * 2, DEEP),
        Linear(
            0,
            FLOOR,
            0,
            110,
            ((0, light.lit(colour, 0.2), 1), (0.4, light.shade(colour), 1), (1, light.shadow(colour), 1)),
        ),
    )
    floor.fill(rect(-WIDE, FLOOR, WIDE * 2, 2), light.lit(colour), 0.6)
    return floor


def window(
    scenery: Scenery, into: Group, x: float, top: float, wide: float, high: float, frame: Rgb, panes: int = 2
) -> None:
    """A window with the sky behind it, a city's lights at night, and the light that falls in by day."""
    if scenery.epoch == MEDIEVAL:
        olden.leaded_window(scenery, into, x, top, wide, high)
        return
    light, random = scenery.light, scenery.random
    sky = [light.grade(colour) for colour in light.sky]
    into.fill(rect(x - wide / 2, top, wide, high), vertical(top, top + high, *sky))
    lamps = Path()
    foot = top + high
    at = x - wide / 2
    while at < x + wide / 2 - 6:
        broad, tall = min(random.uniform(10, 22), x + wide / 2 - at), random.uniform(0.15, 0.5) * high
        into.fill(rect(at, foot - tall, broad, tall), light.shade((78, 88, 104), 0.6))
        for row in range(int(tall / 9)):
            if random.random() < 0.5:
                lamps.rect(at + broad * 0.3, foot - tall + 4 + row * 9, 3, 4)
        at += broad
    if light.dark > 0.3:
        into.fill(lamps, light.flame(), 0.9 * light.dark)
    lit = light.lit(frame)
    into.stroke(rect(x - wide / 2, top, wide, high), lit, 6)
    for pane in range(1, panes):
        at = x - wide / 2 + wide * pane / panes
        into.stroke(open_line((at, top), (at, foot)), lit, 3.4)
    into.stroke(open_line((x - wide / 2, top + high * 0.42), (x + wide / 2, top + high * 0.42)), lit, 3.4)
    into.fill(rect(x - wide / 2 - 8, foot + 2, wide + 16, 6), lit)
    if light.dark < 0.6:
        pale = light.grade(light.sky[-1])
        into.fill(
            poly(
                (x - wide / 2, foot), (x + wide / 2, foot), (x + wide / 2 + 130, 20), (x - wide / 2 + 60, 20)
            ),
            Linear(x, foot, x + 110, 20, ((0, pale, 0.26), (1, pale, 0.0))),
        )


def blinds(scenery: Scenery, into: Group, x: float, top: float, wide: float, high: float) -> None:
    """Slats before a window, and the bars of light that they throw."""
    light = scenery.light
    for row in range(int(high / 9)):
        y = top + 3 + row * 9
        into.fill(rect(x - wide / 2, y, wide, 4.6), light.shade((206, 198, 180)))
        into.fill(rect(x - wide / 2, y + 4.2, wide, 1.3), light.shadow((120, 112, 104)))
    key = light.grade(light.key) if light.dark < 0.6 else light.flame()
    for row in range(6):
        y = -176 + row * 17
        into.fill(
            poly((x + wide, y), (x + wide + 190, y + 34), (x + wide + 190, y + 42), (x + wide, y + 7)),
            key,
            0.13,
        )


def door(
    into: Group, light: Light, x: float, colour: Rgb, base: float = FLOOR + 2, high: float = 196
) -> None:
    """A closed door with four panels and a knob."""
    wide = high * 0.45
    into.fill(rect(x - wide / 2 - 7, base - high - 7, wide + 14, high + 7), light.shade(scale(colour, 0.72)))
    into.fill(rect(x - wide / 2, base - high, wide, high), across(light, x - wide / 2, wide, colour))
    for row, share in ((0.06, 0.36), (0.5, 0.42)):
        for side in (-1, 1):
            into.stroke(
                rect(
                    x + side * wide * 0.23 - wide * 0.17, base - high + high * row, wide * 0.34, high * share
                ),
                light.shadow(colour),
                1.6,
                0.8,
            )
    into.fill(ellipse(x + wide * 0.38, base - high * 0.46, 3.2), light.lit(BRASS))


def picture(
    scenery: Scenery,
    into: Group,
    x: float,
    y: float,
    wide: float,
    high: float,
    colour: Rgb,
    frame: Rgb = BRASS,
) -> None:
    """A framed picture of a hill under a sky; a shield, or a pane of light, in other epochs."""
    light = scenery.light
    if scenery.epoch == MEDIEVAL:
        olden.shield(into, light, x, y, max(high, 40.0), colour)
        return
    if scenery.epoch == FUTURE:
        later.floating_picture(into, light, x, y, wide, high)
        return
    into.fill(rect(x - wide / 2 - 4, y - high / 2 - 4, wide + 8, high + 8), light.shade(frame))
    into.fill(rect(x - wide / 2, y - high / 2, wide, high), light.lit(mix(colour, (240, 232, 214), 0.6)))
    into.fill(
        smooth(
            (x - wide / 2, y + high * 0.2),
            (x - wide * 0.1, y - high * 0.12),
            (x + wide / 2, y + high * 0.25),
            (x + wide / 2, y + high / 2),
            (x - wide / 2, y + high / 2),
            tension=0.5,
        ),
        light.shade(colour),
    )


def desk(into: Group, light: Light, x: float, base: float, wide: float = 150, colour: Rgb = WOOD) -> float:
    """A writing desk; returns the height of its top."""
    top = base - 74
    into.fill(rect(x - wide / 2 - 5, top, wide + 10, 7), light.lit(colour))
    into.fill(rect(x - wide / 2, top + 7, wide, 12), light.shade(colour))
    for side in (-1, 1):
        box(into, light, x + side * wide * 0.34, base, wide * 0.28, 56, colour)
        for row in range(3):
            y = top + 24 + row * 16
            into.stroke(
                open_line((x + side * wide * 0.34 - 5, y), (x + side * wide * 0.34 + 5, y)),
                light.lit(BRASS),
                1.8,
            )
    return top


def table(
    into: Group, light: Light, x: float, base: float, wide: float, colour: Rgb = WOOD, high: float = 72
) -> float:
    """A table with four legs; returns the height of its top."""
    top = base - high
    into.fill(rect(x - wide / 2, top, wide, 6), light.lit(colour))
    into.fill(rect(x - wide / 2 + 4, top + 6, wide - 8, 7), light.shadow(colour))
    for at in (x - wide / 2 + 7, x + wide / 2 - 12):
        into.fill(rect(at, top + 6, 5.5, high - 6), light.shade(scale(colour, 0.85)))
    return top


def chair(into: Group, light: Light, x: float, base: float, colour: Rgb = WOOD, side: int = 1) -> None:
    """A chair, its back on the left for `side` 1."""
    tone, dark = light.shade(colour), light.shadow(colour)
    into.fill(rect(x - 20, base - 44, 40, 6), light.lit(colour))
    for leg in (-18, 14):
        into.fill(rect(x + leg, base - 38, 4.5, 38), dark)
    at = x - side * 18
    into.stroke(open_line((at, base - 42), (at - side * 5, base - 94)), tone, 5)
    into.stroke(open_line((at - side * 2, base - 66), (at - side * 2 + side * 30, base - 66)), dark, 0.1)
    for y in (-88, -74, -60):
        into.stroke(open_line((at - side * 4, base + y), (at + side * 3, base + y)), tone, 4)


def shelves(
    scenery: Scenery,
    into: Group,
    x: float,
    base: float,
    wide: float,
    high: float,
    rows: int,
    *,
    books: bool = True,
    colour: Rgb = WOOD,
) -> None:
    """A case of shelves, full of books or of jars and boxes."""
    light, random = scenery.light, scenery.random
    into.fill(rect(x - wide / 2, base - high, wide, high), light.shadow(scale(colour, 0.62)))
    gap = high / rows
    palette: tuple[Rgb, ...] = (
        (142, 66, 56),
        (66, 98, 104),
        (196, 156, 90),
        (96, 116, 80),
        (206, 196, 176),
        (104, 76, 110),
    )
    for row in range(rows):
        foot = base - row * gap - 4
        at = x - wide / 2 + 6
        while at < x + wide / 2 - 14:
            broad = random.uniform(5, 11) if books else random.uniform(11, 20)
            tall = gap * random.uniform(0.52, 0.78) if books else gap * random.uniform(0.35, 0.6)
            tone = light.shade(random.choice(palette))
            if books or random.random() < 0.4:
                into.fill(rect(at, foot - tall, broad, tall), tone)
            else:
                into.fill(
                    smooth(
                        (at, foot),
                        (at, foot - tall * 0.7),
                        (at + broad * 0.3, foot - tall),
                        (at + broad * 0.7, foot - tall),
                        (at + broad, foot - tall * 0.7),
                        (at + broad, foot),
                        tension=0.4,
                    ),
                    tone,
                )
            at += broad + random.choice((0.6, 1.0, 1.0, 8.0 if not books else 3.0))
        into.fill(rect(x - wide / 2, foot, wide, 5), light.lit(colour))
    for at in (x - wide / 2, x + wide / 2 - 5):
        into.fill(rect(at, base - high, 5, high), light.shade(colour))
    into.fill(rect(x - wide / 2 - 3, base - high - 5, wide + 6, 7), light.lit(colour))


def board(scenery: Scenery, into: Group, x: float, top: float, wide: float, high: float) -> bool:
    """A blackboard, or what was written on in another epoch; whether it is one to write on with chalk."""
    light = scenery.light
    if scenery.epoch == MEDIEVAL:
        olden.parchment(into, light, x + wide / 2, top, wide, high)
        return False
    if scenery.epoch == FUTURE:
        later.floating_picture(into, light, x + wide / 2, top + high / 2, wide, high)
        return False
    into.fill(rect(x, top, wide, high), light.shade((46, 70, 62)))
    into.stroke(rect(x, top, wide, high), light.shade(WOOD), 5)
    return True


def cabinet(
    scenery: Scenery, into: Group, x: float, base: float, colour: Rgb = (92, 104, 100), rows: int = 4
) -> None:
    """A filing cabinet; a chest in the Middle Ages."""
    light = scenery.light
    if scenery.epoch == MEDIEVAL:
        olden.chest(into, light, x, base, 74)
        return
    box(into, light, x, base, 52, rows * 33 + 4, colour)
    for row in range(rows):
        y = base - rows * 33 + row * 33
        into.stroke(rect(x - 22, y + 2, 44, 28), light.shadow(colour), 1.4)
        into.fill(rect(x - 8, y + 9, 16, 4), light.lit(BRASS))


def ceiling_lamp(scenery: Scenery, x: float, y: float, colour: Rgb = (58, 86, 78), wide: float = 38) -> None:
    """A shaded lamp that hangs and swings a little; lit when it is dark outside."""
    lamps = {MEDIEVAL: olden.hanging_candles, TWENTIES: twenties.glass_lamp, FUTURE: later.light_ring}
    if scenery.epoch in lamps:
        lamps[scenery.epoch](scenery, x, y, wide)
        return
    light = scenery.light
    swing = scenery.layer(0.95).group()
    warm = light.flame(0.7)
    swing.stroke(open_line((0, -160), (0, 0)), light.shadow((60, 50, 46)), 1.6)
    if light.dark > 0.2:
        swing.fill(ellipse(0, 16, 220), glow(0, 16, 220, warm, 0.45 * light.dark))
        swing.fill(
            poly((-wide * 0.8, 14), (wide * 0.8, 14), (160, 280), (-160, 280)),
            Linear(0, 14, 0, 270, ((0, warm, 0.2 * light.dark), (1, warm, 0.0))),
        )
    swing.fill(ellipse(0, 13, wide * 0.3, 8), mix(light.shade((240, 236, 220)), warm, light.dark))
    swing.fill(
        smooth((-wide, 15), (-wide * 0.6, 0), (0, -7), (wide * 0.6, 0), (wide, 15), (0, 11), tension=0.7),
        light.shade(colour),
    )
    scenery.animate(lambda seconds: swing.place(x, y, turn=math.sin(seconds * 0.8 + x) * 0.014))


def table_lamp(scenery: Scenery, into: Group, x: float, base: float, shade: Rgb = (64, 118, 92)) -> None:
    """A banker's lamp with its light, or what stood on tables in another epoch."""
    light = scenery.light
    lamps = {MEDIEVAL: olden.candle, TWENTIES: twenties.table_lamp, FUTURE: later.light_bar}
    if scenery.epoch in lamps:
        lamps[scenery.epoch](into, light, x, base)
        return
    warm = light.flame()
    if light.dark > 0.2:
        into.fill(ellipse(x, base - 22, 95), glow(x, base - 22, 95, warm, 0.6 * light.dark))
    into.fill(ellipse(x, base - 2, 10, 3), light.lit(BRASS))
    into.stroke(open_line((x, base - 2), (x, base - 30)), light.lit(BRASS), 2.4)
    into.fill(
        smooth(
            (x - 18, base - 26), (x - 13, base - 38), (x + 13, base - 38), (x + 18, base - 26), tension=0.4
        ),
        mix(light.shade(shade), warm, 0.25 * light.dark),
    )


def screen(
    scenery: Scenery, into: Group, x: float, y: float, wide: float, high: float, colour: Rgb = (84, 190, 214)
) -> None:
    """A lit screen with a curve that moves; a gauge in the 1920s, and nothing before."""
    light = scenery.light
    if scenery.epoch == MEDIEVAL:
        return
    if scenery.epoch == TWENTIES:
        twenties.dial(into, light, x, y, high * 0.55)
        return
    shine = mix(light.grade(colour), (255, 255, 255), 0.1)
    into.fill(rect(x - wide / 2 - 4, y - high / 2 - 4, wide + 8, high + 8), light.shade((52, 56, 66)))
    into.fill(
        rect(x - wide / 2, y - high / 2, wide, high),
        vertical(y - high / 2, y + high / 2, scale(shine, 0.34), scale(shine, 0.2)),
    )
    grid = Path()
    for column in range(1, 5):
        grid.move(x - wide / 2 + wide * column / 5, y - high / 2).line(
            x - wide / 2 + wide * column / 5, y + high / 2
        )
    into.stroke(grid, shine, 0.6, 0.25)
    curve = into.fill(Path(), shine, 0.95)
    phase, rate = scenery.random.random() * 6, scenery.random.uniform(1.2, 2.6)

    def move(seconds: float) -> None:
        upper = []
        for step in range(13):
            at = x - wide / 2 + 3 + (wide - 6) * step / 12
            upper.append(
                (
                    at,
                    y
                    + math.sin(step * 0.9 + seconds * rate + phase)
                    * high
                    * 0.22
                    * math.sin(step * 0.37 + phase),
                )
            )
        curve.reshape(smooth(*upper, *((px, py + 1.7) for px, py in reversed(upper)), tension=0.6))

    scenery.animate(move)


def knobs(
    scenery: Scenery, into: Group, x: float, y: float, columns: int, rows: int, step: float = 8.0
) -> None:
    """Rows of small lamps, some of which blink."""
    light, random = scenery.light, scenery.random
    colours: tuple[Rgb, ...] = ((240, 96, 70), (246, 190, 84), (110, 214, 150), (120, 196, 236))
    for row in range(rows):
        for column in range(columns):
            lamp = into.fill(
                ellipse(x + column * step, y + row * step, step * 0.26),
                light.grade(random.choice(colours)),
                0.95,
            )
            if random.random() < 0.3:
                scenery.animate(breathing(lamp, random.random() * 6, random.uniform(1, 4), 0.25))


def column(into: Group, light: Light, x: float, base: float, top: float, wide: float, colour: Rgb) -> None:
    """A round column with a foot and a head."""
    into.fill(
        rect(x - wide / 2, top, wide, base - top),
        Linear(
            x - wide / 2,
            0,
            x + wide / 2,
            0,
            (
                (0, light.shadow(colour), 1),
                (0.4 - 0.1 * light.side, light.lit(colour), 1),
                (1, light.shadow(scale(colour, 0.9)), 1),
            ),
        ),
    )
    for y, high in ((base - 14, 14), (top, 16)):
        into.fill(
            rect(x - wide * 0.7, y, wide * 1.4, high), across(light, x - wide * 0.7, wide * 1.4, colour)
        )


def bottles(scenery: Scenery, into: Group, x: float, base: float, wide: float) -> None:
    """A row of bottles of many colours."""
    light, random = scenery.light, scenery.random
    at = x - wide / 2
    while at < x + wide / 2 - 8:
        broad, tall = random.uniform(6, 9), random.uniform(20, 32)
        tone = light.shade(
            random.choice(((58, 104, 78), (150, 92, 44), (196, 200, 206), (116, 52, 48), (74, 96, 130)))
        )
        into.fill(
            smooth(
                (at, base),
                (at, base - tall * 0.6),
                (at + broad * 0.36, base - tall * 0.72),
                (at + broad * 0.36, base - tall),
                (at + broad * 0.64, base - tall),
                (at + broad * 0.64, base - tall * 0.72),
                (at + broad, base - tall * 0.6),
                (at + broad, base),
                tension=0.35,
            ),
            tone,
        )
        into.fill(rect(at + 1.4, base - tall * 0.52, 1.3, tall * 0.36), light.lit((255, 255, 255)), 0.5)
        at += broad + random.choice((2, 3, 9))


def front_edge(scenery: Scenery, colour: Rgb, left: float, right: float, y: float = 40) -> Group:
    """The edge of a table or counter near the eye, before the people."""
    light = scenery.light
    front = scenery.before(1.35)
    front.fill(
        poly((left, y), (right, y), (right + 22, y + 18), (left - 22, y + 18)),
        vertical(y, y + 18, light.lit(colour), light.shade(colour)),
    )
    front.fill(rect(left - 22, y + 18, right - left + 44, 60), light.shadow(colour))
    return front
