"""Inside a car: two rows of seats, a wheel, windows past which the road runs."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import STEEL, said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.understanding.epochs import FUTURE, TWENTIES
from farm.backends.animatic.vector import Group, Path, Rgb, ellipse, glow, open_line, rect, smooth, vertical

_PERIOD = 480.0
"""centimetres after which what goes by comes again"""


def build(scenery: Scenery) -> None:
    """A car cut open along its side; it stands where its words say so, in a city or in the country."""
    light, random = scenery.light, scenery.random
    still = said(scenery, "parked|standing|stands|waiting|garage|broken")
    city = said(scenery, "city|street|town|taxi|cab|police|traffic|downtown")
    outside = scenery.layer(0.3)
    outside.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        vertical(-260, -96, *(light.grade(colour) for colour in light.sky)),
    )
    for band, speed in (
        (_far(outside, scenery, city=city), 40.0),
        (_near(outside, scenery, city=city), 190.0),
    ):
        scenery.animate(_running(band, 0.0 if still else speed))
    paint: Rgb = random.choice(((128, 48, 46), (52, 78, 104), (70, 92, 78), (86, 84, 92)))
    if scenery.epoch == FUTURE:
        paint = mix(paint, (214, 220, 228), 0.6)
    _body(scenery, paint)
    _seats(scenery, random.choice(((118, 84, 62), (70, 72, 82), (132, 116, 96))))


def _running(band: Group, speed: float) -> Callable[[float], None]:
    return lambda seconds: band.place(-(seconds * speed) % _PERIOD)


def _far(into: Group, scenery: Scenery, *, city: bool) -> Group:
    """Hills, or a row of houses with lit windows, that comes again after a period."""
    light, random, band = scenery.light, scenery.random, into.group()
    if not city:
        ridge = [
            (x * 40.0, -150 + math.sin(x * math.tau / 12) * 12 + math.sin(x * math.tau / 6 + 1) * 7)
            for x in range(-48, 49)
        ]
        band.fill(Path().poly([(-1920.0, 0.0), *ridge, (1920.0, 0.0)]), light.shade((106, 132, 96), 0.55))
        return band
    fronts, lamps = Path(), Path()
    for x in range(0, 480, 60):
        high = random.uniform(70, 150)
        for turn in range(-4, 4):
            at = x + turn * _PERIOD
            fronts.rect(at, -100 - high, 56, high + 60)
            for row in range(int(high / 26)):
                for column in range(3):
                    if (row * 7 + column * 5 + x) % 4 < 2:
                        lamps.rect(at + 9 + column * 15, -90 - high + row * 26, 7, 11)
    band.fill(fronts, light.shade((104, 106, 118), 0.4))
    band.fill(lamps, mix(light.shade((60, 72, 90), 0.3), light.flame(), light.dark))
    return band


def _near(into: Group, scenery: Scenery, *, city: bool) -> Group:
    """The roadside: posts and bushes, or street lamps that shine at night."""
    light, band = scenery.light, into.group()
    into.fill(rect(-WIDE, -112, WIDE * 2, 140), light.shade((104, 104, 106) if city else (120, 138, 92), 0.1))
    band.adopt(group := Group())
    for turn in range(-4, 5):
        x = turn * _PERIOD
        group.stroke(open_line((x, -96), (x, -236)), light.shadow((66, 62, 62)), 6)
        if city:
            group.stroke(open_line((x, -234), (x + 46, -240)), light.shadow((66, 62, 62)), 4)
            if light.dark > 0.2:
                group.fill(ellipse(x + 50, -236, 70), glow(x + 50, -236, 70, light.flame(), 0.8 * light.dark))
        else:
            group.stroke(open_line((x - 24, -222), (x + 24, -222)), light.shadow((66, 62, 62)), 4)
            for bush in (120, 168, 330):
                group.fill(ellipse(x + bush, -104, 34, 22), light.shade((84, 112, 70), 0.05))
    return band


def _body(scenery: Scenery, paint: Rgb) -> None:
    """Roof, pillars and doors around the openings of the windows."""
    light = scenery.light
    old, later = scenery.epoch == TWENTIES, scenery.epoch == FUTURE
    lining = light.grade((104, 226, 240)) if later else light.shade((116, 78, 52) if old else (150, 144, 134))
    body = scenery.layer(0.9)
    body.fill(
        Path().smooth(
            [
                (-390, -128),
                (-270, -236),
                (-190, -250),
                (200, -250),
                (290, -232),
                (380, -128),
                (380, -420),
                (-390, -420),
            ],
            tension=0.35,
        ),
        light.shadow((112, 106, 100)),
    )
    body.stroke(
        smooth(
            (-360, -130),
            (-262, -230),
            (-190, -244),
            (200, -244),
            (284, -226),
            (360, -130),
            closed=False,
            tension=0.4,
        ),
        lining,
        12,
    )
    for x in (-28.0, 176.0):
        body.fill(rect(x - 8, -246, 16, 130), lining)
    body.fill(rect(-WIDE, -124, WIDE * 2, 140), vertical(-124, 0, light.shade(paint), light.shadow(paint)))
    body.fill(rect(-WIDE, -130, WIDE * 2, 9), light.lit(scale(paint, 0.8)))
    for x in (-118.0, 80.0):
        body.fill(rect(x - 74, -104, 148, 60), light.shade((116, 78, 52) if old else (92, 88, 86)))
        body.fill(rect(x + 34, -92, 26, 6), light.lit(STEEL))
    kit.slab_floor(scenery, (66, 64, 68))


def _seats(scenery: Scenery, cloth: Rgb) -> None:
    """The seats, the dashboard with its lights and the wheel."""
    light = scenery.light
    inside = scenery.layer(0.95).group()
    inside.place(58, 0)
    inside.fill(
        smooth((-400, -20), (-400, -132), (-318, -134), (-276, -112), (-270, -70), (-300, -20), tension=0.4),
        vertical(-134, -20, light.lit((62, 62, 70)), light.shadow((62, 62, 70))),
    )
    dials = inside.fill(ellipse(-290, -112, 9, 6), light.grade((120, 226, 190)))
    scenery.animate(breathing(dials, 0.0, 1.3, 0.7))
    inside.stroke(open_line((-282, -104), (-244, -122)), light.shadow((48, 48, 54)), 7)
    inside.stroke(ellipse(-240, -124, 12, 38), light.shade((44, 44, 50)), 7)
    for x in (-96.0, 112.0):
        inside.fill(
            smooth(
                (x - 66, -14),
                (x - 62, -58),
                (x + 8, -60),
                (x + 24, -150),
                (x + 46, -156),
                (x + 56, -130),
                (x + 48, -14),
                tension=0.35,
            ),
            kit.across(light, x - 66, 120, cloth),
        )
        inside.fill(
            smooth((x + 22, -156), (x + 26, -190), (x + 54, -190), (x + 56, -154), tension=0.5),
            light.shade(cloth),
        )
        inside.stroke(
            smooth((x - 58, -50), (x + 14, -52), (x + 34, -140), closed=False, tension=0.4),
            light.lit(cloth),
            2,
        )
