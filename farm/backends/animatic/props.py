"""Props: what a figure holds, chosen from the words of its action and drawn between its hands."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.colours import NAMED
from farm.backends.animatic.labels import label
from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.props_of_epochs import OF_EPOCHS
from farm.backends.animatic.understanding.deeds import TAG, Held
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
    smooth,
    vertical,
)

TABLE_HEIGHT = 74.0
_BELOW = {
    "lantern": 21.0,
    "bag": 21.0,
    "case": 31.0,
    "basket": 13.0,
    "bottle": 8.0,
    "parcel": 8.0,
    "glass": 3.0,
    "cup": 4.0,
    "radio": 8.0,
    "tablet": 7.0,
}
"""how far the lower edge of a thing is below the point where hands hold it, in centimetres"""
_FLAT = frozenset(("letter", "key", "knife", "sword", "gun", "book", "tool", "fan", "umbrella"))
"""things that lie rather than stand"""


def hold(
    held: Held,
    into: Group,
    at: Point,
    light: Light,
    seconds: float,
    *,
    epoch: str = "",
    mirrored: bool = False,
) -> None:
    """Draw what somebody holds at a point, in centimetres, at a moment, as its epoch had it.

    What the lexicon does not know is a card with its name; `mirrored` figures get it the right way round.
    What its epoch had in another form has the colour of that.
    """
    if held.thing == TAG:
        card = into.group()
        card.place(at[0], at[1] - 13, flip=mirrored)
        _tag(card, held.named, light)
        return
    colour, of_epoch = NAMED.get(held.colour), OF_EPOCHS.get((epoch, held.thing))
    if colour is not None and of_epoch is None and held.thing in PAINTED:
        PAINTED[held.thing](into, *at, light, seconds, colour)
        return
    draw = of_epoch or PROPS[held.thing]
    draw(into, *at, light, seconds)


def lay(
    held: Held, into: Group, x: float, light: Light, seconds: float, *, epoch: str = "", table: bool
) -> None:
    """Draw a thing that stands or lies on the ground, or on a small table, at `x` centimetres."""
    ground = -TABLE_HEIGHT if table else 2.0
    down = _BELOW.get(held.thing, 6.0)
    into.fill(ellipse(x, ground, 15, 2.6), light.shadow((50, 46, 54)), 0.35)
    thing = into.group()
    if held.thing in _FLAT:
        thing.place(x, ground - 2.0, turn=1.45)
        hold(held, thing, (0.0, 0.0), light, seconds, epoch=epoch)
        return
    hold(held, thing, (x, ground - down), light, seconds, epoch=epoch)


def small_table(into: Group, x: float, light: Light) -> None:
    """A small table, for what the action puts on one."""
    wood: Rgb = (128, 92, 64)
    into.fill(ellipse(x, 1, 36, 4), light.shadow((50, 46, 54)), 0.4)
    for leg in (-24, 24):
        into.stroke(open_line((x + leg, -TABLE_HEIGHT + 4), (x + leg * 1.08, 0)), light.shadow(wood), 4)
    top = poly(
        (x - 33, -TABLE_HEIGHT),
        (x + 33, -TABLE_HEIGHT),
        (x + 32, -TABLE_HEIGHT + 5),
        (x - 32, -TABLE_HEIGHT + 5),
    )
    into.fill(top, vertical(-TABLE_HEIGHT, -TABLE_HEIGHT + 5, light.lit(wood), light.shade(wood)))


def _tag(into: Group, words: str, light: Light) -> None:
    paper: Rgb = (238, 228, 206)
    into.fill(
        smooth((-17, -12), (17, -13), (18, 9), (-16, 10), tension=0.08), light.shadow(paper), 0.6
    ).place(1, 1)
    into.fill(
        smooth((-17, -12), (17, -13), (18, 9), (-16, 10), tension=0.08),
        vertical(-12, 9, light.lit(paper), light.shade(paper)),
    )
    label(into, words, 0.5, -1.5, 29, 16, light.shade((62, 54, 60)))


def _lantern(into: Group, x: float, y: float, light: Light, seconds: float) -> None:
    flicker = 0.9 + 0.07 * math.sin(seconds * 11) + 0.05 * math.sin(seconds * 17.3)
    warm = light.flame()
    into.fill(ellipse(x, y + 11, 70), glow(x, y + 11, 70, warm, 0.55 * flicker * (0.45 + 0.55 * light.dark)))
    metal = light.shade((62, 58, 62))
    into.stroke(smooth((x - 6, y + 4), (x, y - 3), (x + 6, y + 4), closed=False), metal, 1.1)
    into.fill(
        poly((x - 6, y + 4), (x + 6, y + 4), (x + 5, y + 19), (x - 5, y + 19)),
        mix(warm, (255, 250, 220), 0.4 * flicker),
    )
    into.fill(poly((x - 7.5, y + 5), (x - 3, y + 1), (x + 3, y + 1), (x + 7.5, y + 5)), metal)
    into.fill(poly((x - 7, y + 18), (x + 7, y + 18), (x + 7, y + 21.5), (x - 7, y + 21.5)), metal)
    into.stroke(open_line((x, y + 5), (x, y + 18)), metal, 0.8)


def _letter(into: Group, x: float, y: float, light: Light, _: float, paper: Rgb = (240, 232, 210)) -> None:
    into.fill(poly((x - 9, y - 12), (x + 9, y - 10), (x + 8, y + 5), (x - 9, y + 3)), light.lit(paper))
    for row in range(4):
        into.stroke(
            open_line((x - 6, y - 8.5 + row * 2.8), (x + 5 - row % 2 * 3, y - 7.3 + row * 2.8)),
            light.shadow((150, 140, 130)),
            0.6,
        )


def _book(into: Group, x: float, y: float, light: Light, _: float, cover: Rgb = (116, 52, 46)) -> None:
    into.fill(poly((x - 11, y - 9), (x + 11, y - 9), (x + 11, y + 6), (x - 11, y + 6)), light.shade(cover))
    into.fill(
        poly((x - 9.5, y - 7.5), (x + 9.5, y - 7.5), (x + 9.5, y + 4), (x - 9.5, y + 4)),
        light.lit((236, 226, 202)),
    )


def _cup(into: Group, x: float, y: float, light: Light, seconds: float, clay: Rgb = (214, 222, 224)) -> None:
    into.fill(
        poly((x - 4.5, y - 7), (x + 4.5, y - 7), (x + 3.6, y + 4), (x - 3.6, y + 4)),
        light.lit(clay),
    )
    rise = seconds * 5 % 9
    into.stroke(
        smooth((x, y - 9 - rise), (x + 1.6, y - 12 - rise), (x - 1, y - 15 - rise), closed=False),
        (255, 255, 255),
        0.9,
        0.35,
    )


def _tool(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.stroke(open_line((x - 4, y + 12), (x + 7, y - 18)), light.shade((120, 84, 58)), 2.6)
    into.fill(ellipse(x + 7.5, y - 19, 4, 3), light.lit((140, 146, 154)))


def _gear(into: Group, x: float, y: float, light: Light, _: float) -> None:
    brass = light.lit((206, 160, 70))
    gear = Path()
    gear.poly(
        [
            (
                x + math.cos(i * math.tau / 24) * (12 if i % 4 < 2 else 9.4),
                y - 3 + math.sin(i * math.tau / 24) * (12 if i % 4 < 2 else 9.4),
            )
            for i in range(24)
        ]
    )
    into.fill(gear, brass)
    into.fill(ellipse(x, y - 3, 3.4), light.shadow((120, 84, 40)))


def _rope(into: Group, x: float, y: float, light: Light, _: float) -> None:
    for ring in range(3):
        into.stroke(ellipse(x, y + 3 + ring * 2, 10 - ring, 7), light.shade((196, 168, 118)), 2.2)


def _parcel(into: Group, x: float, y: float, light: Light, _: float, paper: Rgb = (176, 134, 90)) -> None:
    into.fill(poly((x - 11, y - 8), (x + 11, y - 8), (x + 11, y + 8), (x - 11, y + 8)), light.shade(paper))
    into.stroke(open_line((x, y - 8), (x, y + 8)), light.shadow((120, 84, 60)), 1.3)
    into.stroke(open_line((x - 11, y), (x + 11, y)), light.shadow((120, 84, 60)), 1.3)


def _glass(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(
        poly((x - 4.4, y - 9), (x + 4.4, y - 9), (x + 3.6, y + 3), (x - 3.6, y + 3)),
        light.shade((196, 216, 222)),
        0.55,
    )
    into.fill(
        poly((x - 4, y - 4), (x + 4, y - 4), (x + 3.5, y + 2.4), (x - 3.5, y + 2.4)),
        light.shade((190, 120, 50)),
        0.9,
    )
    into.stroke(open_line((x - 3.4, y - 8), (x - 2.8, y + 1)), light.lit((255, 255, 255)), 0.7, 0.8)


def _bottle(into: Group, x: float, y: float, light: Light, _: float, glass: Rgb = (58, 104, 78)) -> None:
    into.fill(
        smooth(
            (x - 4.5, y + 8),
            (x - 4.5, y - 6),
            (x - 1.7, y - 12),
            (x - 1.6, y - 20),
            (x + 1.6, y - 20),
            (x + 1.7, y - 12),
            (x + 4.5, y - 6),
            (x + 4.5, y + 8),
            tension=0.4,
        ),
        Linear(x - 5, 0, x + 5, 0, ((0, light.lit(glass), 1), (1, light.shadow(glass), 1))),
    )
    into.fill(
        poly((x - 4.4, y - 3), (x + 4.4, y - 3), (x + 4.4, y + 4), (x - 4.4, y + 4)),
        light.lit((230, 216, 180)),
    )


def _key(into: Group, x: float, y: float, light: Light, _: float) -> None:
    brass = light.lit((206, 160, 70))
    into.stroke(ellipse(x, y - 12, 4, 4), brass, 2)
    into.stroke(open_line((x, y - 8), (x, y + 4)), brass, 2)
    into.stroke(
        Path().move(x, y + 3.5).line(x + 4.4, y + 3.5).move(x, y - 0.5).line(x + 3.4, y - 0.5), brass, 1.8
    )


def _gun(into: Group, x: float, y: float, light: Light, _: float) -> None:
    steel, dark = light.lit((84, 88, 98)), light.shadow((64, 66, 74))
    into.fill(poly((x - 3, y - 11), (x + 21, y - 11), (x + 21, y - 6.5), (x - 3, y - 5)), steel)
    into.fill(
        poly((x - 3, y - 8), (x + 3.5, y - 6), (x + 0.5, y + 6), (x - 5.5, y + 5)), light.shade((96, 62, 44))
    )
    into.fill(ellipse(x + 4.5, y - 7.5, 4, 3.4), dark)
    into.stroke(smooth((x + 1.5, y - 4.5), (x + 4.5, y - 0.5), (x + 7, y - 5.5), closed=False), dark, 1.1)
    into.stroke(open_line((x + 20, y - 11.5), (x + 20, y - 13)), dark, 1.1)


def _telephone(into: Group, x: float, y: float, light: Light, _: float) -> None:
    black, shine = light.shade((46, 44, 52)), light.lit((110, 108, 120))
    bar = smooth((x - 9, y - 12), (x, y - 16), (x + 9, y - 12), (x + 8, y - 9), (x, y - 12.4), (x - 8, y - 9))
    into.fill(bar, black)
    for sign in (-1, 1):
        into.fill(ellipse(x + sign * 9, y - 8.6, 3.8, 3.2), black)
    into.stroke(smooth((x - 8, y - 13), (x, y - 15.6), (x + 8, y - 13), closed=False), shine, 0.7, 0.8)
    coil = [(x - 9 + math.sin(step * 1.5) * 2.2, y - 6 + step * 2.1) for step in range(14)]
    into.stroke(Path().smooth(coil, closed=False), black, 0.9)


def _radio(into: Group, x: float, y: float, light: Light, seconds: float) -> None:
    into.fill(
        poly((x - 7, y - 12), (x + 7, y - 12), (x + 7, y + 8), (x - 7, y + 8)), light.shade((74, 82, 84))
    )
    into.stroke(open_line((x + 5, y - 12), (x + 5, y - 26)), light.lit((150, 156, 160)), 1.2)
    for row in range(3):
        into.stroke(
            open_line((x - 4.5, y + row * 2.4), (x + 4.5, y + row * 2.4)), light.shadow((40, 44, 46)), 0.9
        )
    into.fill(
        ellipse(x - 3.5, y - 7.5, 1.7),
        (240, 80, 60) if math.sin(seconds * 5) > 0 else light.shade((120, 44, 40)),
    )


def _tablet(into: Group, x: float, y: float, light: Light, seconds: float) -> None:
    into.fill(
        poly((x - 13, y - 12), (x + 13, y - 12), (x + 13, y + 7), (x - 13, y + 7)), light.shade((52, 56, 64))
    )
    cool = mix(light.shade((120, 196, 214)), (150, 226, 240), 0.6)
    into.fill(
        poly((x - 11.4, y - 10.4), (x + 11.4, y - 10.4), (x + 11.4, y + 5.4), (x - 11.4, y + 5.4)), cool
    )
    for row in range(4):
        long = 8 + 10 * abs(math.sin(row * 1.9 + seconds * 0.8))
        into.stroke(
            open_line((x - 9, y - 7 + row * 3.4), (x - 9 + long, y - 7 + row * 3.4)),
            (255, 255, 255),
            1.0,
            0.8,
        )


def _knife(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(
        smooth((x - 2, y - 4), (x - 2.4, y - 16), (x + 1.6, y - 24), (x + 2.2, y - 4), tension=0.5),
        light.lit((196, 204, 212)),
    )
    into.stroke(open_line((x, y - 3), (x, y + 7)), light.shade((84, 56, 42)), 4)


def _sword(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(
        smooth(
            (x - 1.8, y - 4),
            (x + 6, y - 44),
            (x + 15, y - 76),
            (x + 10, y - 44),
            (x + 2.2, y - 4),
            tension=0.7,
        ),
        light.lit((204, 212, 220)),
    )
    into.stroke(open_line((x - 7, y - 5.5), (x + 7, y - 2.5)), light.lit((206, 160, 70)), 2.4)
    into.stroke(open_line((x - 0.5, y - 3), (x - 3, y + 14)), light.shade((60, 46, 54)), 3.6)


def _bag(into: Group, x: float, y: float, light: Light, _: float, leather: Rgb = (132, 88, 56)) -> None:
    into.stroke(smooth((x - 9, y + 2), (x, y - 9), (x + 9, y + 2), closed=False), light.shadow(leather), 1.8)
    into.fill(
        smooth((x - 11, y), (x + 11, y), (x + 14, y + 19), (x, y + 22), (x - 14, y + 19), tension=0.6),
        vertical(y, y + 22, light.lit(leather), light.shadow(leather)),
    )
    into.stroke(
        smooth((x - 10, y + 5), (x, y + 9), (x + 10, y + 5), closed=False), light.shadow((90, 58, 40)), 1.2
    )


def _case(into: Group, x: float, y: float, light: Light, _: float, leather: Rgb = (116, 74, 50)) -> None:
    into.stroke(
        smooth((x - 5, y + 3), (x - 4, y - 2), (x + 4, y - 2), (x + 5, y + 3), closed=False),
        light.shadow(leather),
        2,
    )
    into.fill(
        poly((x - 21, y + 3), (x + 21, y + 3), (x + 21, y + 31), (x - 21, y + 31)),
        vertical(y + 3, y + 31, light.lit(leather), light.shadow(leather)),
    )
    for edge in (-13, 13):
        into.fill(
            poly(
                (x + edge - 2, y + 3), (x + edge + 2, y + 3), (x + edge + 2, y + 31), (x + edge - 2, y + 31)
            ),
            light.shadow((86, 54, 40)),
        )
        into.fill(ellipse(x + edge, y + 9, 1.8), light.lit((214, 176, 90)))


def _basket(into: Group, x: float, y: float, light: Light, _: float) -> None:
    straw: Rgb = (196, 152, 92)
    for dx, colour in ((-6, (190, 62, 50)), (0, (214, 160, 70)), (6, (120, 140, 70))):
        into.fill(ellipse(x + dx, y - 2, 4.6), light.shade(colour))
    into.stroke(smooth((x - 13, y), (x, y - 17), (x + 13, y), closed=False), light.shade(straw), 1.6)
    into.fill(
        smooth((x - 14, y), (x + 14, y), (x + 10, y + 13), (x - 10, y + 13), tension=0.4),
        vertical(y, y + 13, light.lit(straw), light.shadow(straw)),
    )
    for row in range(3):
        into.stroke(
            open_line((x - 12 + row, y + 3 + row * 3.4), (x + 12 - row, y + 3 + row * 3.4)),
            light.shadow(straw),
            0.8,
        )


def _flower(into: Group, x: float, y: float, light: Light, _: float, petals: Rgb | None = None) -> None:
    for lean, high, usual in ((-7, 20, (214, 92, 104)), (0, 26, (232, 178, 72)), (7, 19, (216, 130, 170))):
        colour = petals or usual
        into.stroke(
            smooth((x, y + 6), (x + lean * 0.4, y - high * 0.5), (x + lean, y - high), closed=False),
            light.shade((78, 116, 66)),
            1.2,
        )
        for petal in range(5):
            turn = petal * math.tau / 5
            into.fill(
                ellipse(x + lean + math.cos(turn) * 2.5, y - high + math.sin(turn) * 2.5, 2.3),
                light.lit(colour),
            )
        into.fill(ellipse(x + lean, y - high, 1.6), light.shade((240, 206, 96)))


def _umbrella(into: Group, x: float, y: float, light: Light, _: float, cloth: Rgb = (64, 68, 84)) -> None:
    into.stroke(open_line((x, y + 8), (x, y - 70)), light.shade((88, 70, 58)), 1.6)
    into.fill(
        smooth(
            (x - 62, y - 50),
            (x - 44, y - 70),
            (x, y - 82),
            (x + 44, y - 70),
            (x + 62, y - 50),
            (x + 31, y - 55),
            (x, y - 51),
            (x - 31, y - 55),
            tension=0.8,
        ),
        Linear(
            x - 60,
            0,
            x + 60,
            0,
            ((0, light.shadow(cloth), 1), (0.5, light.shade(cloth), 1), (1, light.lit(cloth), 1)),
        ),
    )
    for rib in (-31, 0, 31):
        into.stroke(
            smooth((x + rib, y - 54), (x + rib * 0.6, y - 71), (x, y - 82), closed=False),
            light.shadow(cloth),
            0.8,
        )


def _fish(into: Group, x: float, y: float, light: Light, _: float) -> None:
    silver: Rgb = (150, 172, 184)
    into.fill(
        smooth(
            (x - 15, y - 4),
            (x - 4, y - 10),
            (x + 9, y - 5),
            (x + 16, y - 10),
            (x + 16, y + 2),
            (x + 9, y - 3),
            (x - 4, y + 2),
        ),
        vertical(y - 10, y + 2, light.shade((92, 120, 138)), light.lit(silver)),
    )
    into.fill(ellipse(x - 10, y - 5, 1.2), light.shade((30, 30, 36)))


def _ball(into: Group, x: float, y: float, light: Light, _: float, cover: Rgb = (176, 190, 206)) -> None:
    into.fill(ellipse(x, y - 4, 8), light.shade(cover))
    into.fill(ellipse(x - 2.6, y - 7, 3.2, 2.4), light.lit((255, 255, 255)), 0.7)


def _camera(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(
        poly((x - 10, y - 11), (x + 10, y - 11), (x + 10, y + 3), (x - 10, y + 3)), light.shade((58, 56, 62))
    )
    into.fill(
        poly((x - 4, y - 14), (x + 4, y - 14), (x + 4, y - 11), (x - 4, y - 11)), light.lit((150, 150, 156))
    )
    into.fill(ellipse(x, y - 4, 5.4), light.lit((120, 124, 134)))
    into.fill(ellipse(x, y - 4, 3.6), light.shade((38, 46, 66)))


def _coin(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(ellipse(x, y - 5, 5), light.lit((222, 178, 84)))
    into.stroke(ellipse(x, y - 5, 3.6), light.shadow((170, 124, 50)), 0.8)


def _clock(into: Group, x: float, y: float, light: Light, seconds: float) -> None:
    into.fill(ellipse(x, y - 5, 11), light.lit((196, 152, 72)))
    into.fill(ellipse(x, y - 5, 8.8), light.lit((244, 238, 220)))
    ink = light.shade((52, 44, 50))
    for turn, reach in ((seconds * 0.1, 6.6), (seconds * 0.01 + 2, 4.4)):
        into.stroke(
            open_line((x, y - 5), (x + math.sin(turn) * reach, y - 5 - math.cos(turn) * reach)), ink, 1.1
        )


def _fan(into: Group, x: float, y: float, light: Light, _: float) -> None:
    rim = [(x + math.sin(turn / 8) * 22, y + 4 - math.cos(turn / 8) * 22) for turn in range(-8, 9, 2)]
    into.fill(
        Path().poly([(x, y + 6), *rim]),
        Linear(
            x - 20, 0, x + 20, 0, ((0, light.shade((186, 66, 60)), 1), (1, light.lit((226, 190, 120)), 1))
        ),
    )
    for tip in rim:
        into.stroke(open_line((x, y + 6), tip), light.shadow((110, 64, 50)), 0.6)


LANTERN = "lantern"
PROPS: dict[str, Callable[[Group, float, float, Light, float], None]] = {
    LANTERN: _lantern,
    "letter": _letter,
    "book": _book,
    "cup": _cup,
    "glass": _glass,
    "bottle": _bottle,
    "tool": _tool,
    "key": _key,
    "gear": _gear,
    "rope": _rope,
    "gun": _gun,
    "telephone": _telephone,
    "radio": _radio,
    "tablet": _tablet,
    "knife": _knife,
    "sword": _sword,
    "bag": _bag,
    "case": _case,
    "basket": _basket,
    "flower": _flower,
    "umbrella": _umbrella,
    "fish": _fish,
    "ball": _ball,
    "camera": _camera,
    "coin": _coin,
    "clock": _clock,
    "fan": _fan,
    "parcel": _parcel,
}
"""by the names of `lexicon/things.toml`"""
PAINTED: dict[str, Callable[[Group, float, float, Light, float, Rgb], None]] = {
    "letter": _letter,
    "book": _book,
    "cup": _cup,
    "bottle": _bottle,
    "bag": _bag,
    "case": _case,
    "flower": _flower,
    "umbrella": _umbrella,
    "ball": _ball,
    "parcel": _parcel,
}
"""those that are of the colour that is named"""
