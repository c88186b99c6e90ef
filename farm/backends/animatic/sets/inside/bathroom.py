"""A bathroom: tiles, a tub under a curtain, a basin under a mirror, a towel."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import kit, olden
from farm.backends.animatic.sets.kit import STEEL, said
from farm.backends.animatic.sets.terrain import WIDE
from farm.backends.animatic.understanding.epochs import MEDIEVAL
from farm.backends.animatic.vector import (
    Group,
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

_WHITE: Rgb = (240, 242, 240)


def build(scenery: Scenery) -> None:
    """A bathroom whose tiles have one of several colours; a public one has a row of basins."""
    light, random = scenery.light, scenery.random
    if scenery.epoch == MEDIEVAL:
        _bath_house(scenery)
        return
    public = said(scenery, "public|restroom|toilets|station|school|washroom")
    tile: Rgb = random.choice(((146, 190, 190), (206, 176, 166), (150, 178, 204), (188, 196, 158)))
    back = kit.shell(scenery, (222, 220, 210), ceiling=(208, 206, 200))
    _tiled(back, scenery, tile)
    if public:
        for x in (-216, -120, -24):
            _basin(scenery, x, 54)
        for x in (118, 206, 294):
            kit.door(scenery.layer(0.9), light, x, mix(tile, (80, 96, 110), 0.5), high=176)
    else:
        kit.window(scenery, back, 44, -250, 84, 84, _WHITE, 2)
        back.fill(rect(2, -250, 84, 84), light.lit(_WHITE), 0.35)
        _tub(scenery)
        _basin(scenery, 176, 72)
        back.fill(rect(258, -168, 62, 5), light.lit(STEEL))
        cloth: Rgb = random.choice(((206, 92, 82), (232, 196, 120), (92, 130, 160)))
        back.fill(
            smooth((264, -164), (314, -164), (312, -84), (266, -80), tension=0.2),
            kit.across(light, 264, 50, cloth),
        )
        back.fill(rect(266, -100, 47, 5), light.lit(_WHITE), 0.8)
    kit.tiles(scenery, (214, 216, 212), scale(tile, 0.7), 58)
    if not public:
        mat = scenery.layer(1.0)
        mat.fill(ellipse(-120, 2, 86, 11), light.shade(mix(tile, _WHITE, 0.4)))


def _bath_house(scenery: Scenery) -> None:
    """A tub of staves with steam over it, by a fire."""
    light = scenery.light
    back = kit.shell(scenery, (158, 138, 112), ceiling=(92, 72, 56))
    kit.window(scenery, back, -190, -240, 90, 110, _WHITE)
    olden.hearth(scenery, scenery.layer(0.9), 190, -12)
    kit.tiles(scenery, (150, 140, 126), (112, 104, 96))
    tub = scenery.layer(0.94)
    wood: Rgb = (150, 108, 70)
    tub.fill(poly((-176, -84), (20, -84), (4, -8), (-160, -8)), kit.across(light, -176, 196, wood))
    staves = Path()
    for stave in range(1, 9):
        staves.move(-176 + stave * 21.7, -82).line(-160 + stave * 18.2, -9)
    tub.stroke(staves, light.shadow(wood), 1.6)
    for y in (-66, -26):
        tub.stroke(open_line((-173 - y * 0.02, y), (16, y)), light.shade((60, 56, 58)), 4)
    tub.fill(ellipse(-78, -84, 98, 11), light.shadow(wood))
    tub.fill(ellipse(-78, -82, 90, 8), light.shade((146, 176, 178)))
    olden.stool(tub, light, 70, -6, 44)


def _tiled(back: Group, scenery: Scenery, tile: Rgb) -> None:
    """Tiles up to the height of a head, with a dark row above them."""
    light = scenery.light
    back.fill(rect(-WIDE, -152, WIDE * 2, 142), vertical(-152, -10, light.lit(tile), light.shade(tile)))
    joints = Path()
    for x in range(-900, 901, 22):
        joints.move(x, -152).line(x, -10)
    for y in range(-130, -10, 22):
        joints.move(-WIDE, y).line(WIDE, y)
    back.stroke(joints, light.lit(mix(tile, _WHITE, 0.6)), 1.1, 0.55)
    back.fill(rect(-WIDE, -160, WIDE * 2, 8), light.shade(scale(tile, 0.55)))


def _tub(scenery: Scenery) -> None:
    """A tub on feet, a curtain on its rail, a shower."""
    light = scenery.light
    tub = scenery.layer(0.92).group()
    tub.place(52, 0)
    tub.stroke(open_line((-330, -246), (-72, -246)), light.lit(STEEL), 3.4)
    cloth: Rgb = (226, 226, 214)
    for fold in range(5):
        x = -326 + fold * 21
        tub.fill(
            smooth(
                (x, -244),
                (x + 21, -244),
                (x + 19, -130),
                (x + 23, -26),
                (x - 2, -26),
                (x + 3, -130),
                tension=0.5,
            ),
            light.lit(cloth) if fold % 2 else light.shade(cloth),
        )
    tub.stroke(smooth((-84, -70), (-84, -214), (-112, -222), closed=False, tension=0.5), light.lit(STEEL), 4)
    tub.fill(smooth((-128, -212), (-116, -224), (-100, -212), tension=0.4), light.shade(STEEL))
    for x in (-262, -104):
        tub.fill(ellipse(x, -12, 9, 8), light.shade(STEEL))
    tub.fill(
        smooth((-304, -76), (-286, -28), (-252, -16), (-116, -16), (-82, -28), (-66, -76), tension=0.5),
        kit.across(light, -304, 238, _WHITE),
    )
    tub.fill(rect(-312, -82, 254, 9), light.lit(_WHITE))
    for x, y, wide in ((-226, -84, 20), (-204, -90, 16), (-184, -84, 22), (-160, -86, 14)):
        tub.fill(ellipse(x, y, wide, wide * 0.55), light.lit((252, 252, 252)), 0.92)


def _basin(scenery: Scenery, x: float, wide: float) -> None:
    """A basin on its foot, a mirror and a lamp above it."""
    light = scenery.light
    near = scenery.layer(0.93)
    glass = light.shade((178, 196, 206))
    near.fill(rect(x - wide * 0.5, -226, wide, 92), vertical(-226, -134, light.lit((206, 218, 224)), glass))
    near.fill(
        smooth(
            (x - wide * 0.1, -224),
            (x + wide * 0.2, -224),
            (x - wide * 0.1, -136),
            (x - wide * 0.4, -136),
            tension=0.1,
        ),
        light.lit(_WHITE),
        0.25,
    )
    near.stroke(rect(x - wide * 0.5, -226, wide, 92), light.lit(STEEL), 3)
    warm = light.flame(0.5)
    if light.dark > 0.2:
        near.fill(ellipse(x, -236, 120), glow(x, -236, 120, warm, 0.5 * light.dark))
    near.fill(rect(x - wide * 0.34, -240, wide * 0.68, 8), mix(light.lit(_WHITE), warm, light.dark))
    near.fill(rect(x - 9, -84, 18, 76), kit.across(light, x - 9, 18, _WHITE))
    near.fill(
        smooth(
            (x - wide * 0.56, -104),
            (x - wide * 0.4, -82),
            (x + wide * 0.4, -82),
            (x + wide * 0.56, -104),
            tension=0.5,
        ),
        kit.across(light, x - wide * 0.5, wide, _WHITE),
    )
    near.fill(rect(x - wide * 0.6, -108, wide * 1.2, 6), light.lit(_WHITE))
    near.stroke(
        smooth((x, -108), (x, -124), (x + 12, -122), closed=False, tension=0.5), light.lit(STEEL), 3.6
    )
