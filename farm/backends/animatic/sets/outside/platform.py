"""A railway platform: a roof on iron columns, a clock, benches, a train that waits."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import kit, terrain
from farm.backends.animatic.sets.kit import BRASS, said
from farm.backends.animatic.sets.outside import city_street
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Path,
    Rgb,
    ellipse,
    glow,
    open_line,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A platform under its roof; of today by its words."""
    light = scenery.light
    modern = said(scenery, "modern|subway|metro|underground|today|high-speed")
    far = scenery.layer(0.14)
    terrain.hills(far, scenery, HORIZON + 10, 30, (120, 130, 132), 0.85)
    for x in (-240, -150, 120, 230):
        city_street.front(scenery, far, x, HORIZON + 16, 64, 84, (150, 126, 110), 0.7)
    terrain.horizon_haze(scenery.layer(0.2), light)
    track = scenery.layer(0.72)
    track.fill(rect(-WIDE, -46, WIDE * 2, 60), light.shade((110, 100, 94), 0.2))
    body: Rgb = (62, 84, 78) if not modern else (196, 202, 206)
    track.fill(rect(-520, -196, 700, 142), vertical(-196, -54, light.lit(body, 0.1), light.shadow(body)))
    track.fill(
        smooth((180, -54), (180, -196), (236, -186), (262, -120), (266, -54), tension=0.4), light.shade(body)
    )
    track.fill(rect(-520, -204, 712, 10), light.shadow(scale(body, 0.7)))
    warm = mix(light.shade((92, 116, 132), 0.1), light.flame(), 0.2 + 0.7 * light.dark)
    for x in range(-496, 150, 66):
        track.fill(rect(x, -176, 46, 46), warm)
        track.stroke(rect(x, -176, 46, 46), light.lit(BRASS), 2)
    track.fill(rect(-520, -112, 770, 6), light.lit((206, 176, 96)))
    if light.dark > 0.2:
        track.fill(ellipse(258, -86, 90), glow(258, -86, 90, light.flame(), 0.8 * light.dark))
    track.fill(ellipse(256, -86, 8, 10), mix(light.lit((230, 226, 206)), light.flame(), light.dark))
    for x in range(-500, 250, 74):
        track.fill(ellipse(x, -44, 15), light.shadow((54, 54, 60)))
    _ground(scenery)


def _ground(scenery: Scenery) -> None:
    """The ground, and what stands on it."""
    light = scenery.light
    stage = scenery.layer(1.0)
    stone: Rgb = (152, 144, 136)
    stage.fill(
        rect(-WIDE, -26, WIDE * 2, DEEP), vertical(-26, 90, light.shade(stone, 0.1), light.shadow(stone))
    )
    stage.fill(rect(-WIDE, -28, WIDE * 2, 6), light.lit((222, 206, 150)))
    iron: Rgb = (62, 78, 74)
    roof = scenery.layer(0.92)
    roof.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP - 278), light.shadow((96, 84, 76)))
    scallops = Path()
    for x in range(-1080, 1081, 24):
        scallops.poly(((x - 12, -280), (x + 12, -280), (x, -262)))
    roof.fill(scallops, light.shade((196, 178, 140)))
    for x in (-270, -34, 214):
        roof.fill(rect(x - 6, -280, 12, 262), kit.across(light, x - 6, 12, iron))
        for sign in (-1, 1):
            roof.stroke(
                smooth((x, -218), (x + sign * 22, -262), (x + sign * 52, -278), closed=False),
                light.shade(iron),
                5,
            )
        roof.fill(rect(x - 11, -30, 22, 14), light.shadow(iron))
    roof.stroke(open_line((92, -280), (92, -252)), light.shade(iron), 3)
    roof.fill(ellipse(92, -232, 24), light.shade(iron))
    roof.fill(ellipse(92, -232, 20), mix(light.lit((244, 240, 226)), light.flame(), 0.25 * light.dark))
    roof.stroke(
        Path().move(92, -232).line(92, -247).move(92, -232).line(103, -227), light.shade((40, 38, 44)), 2.2
    )
    near = scenery.layer(0.96)
    near.fill(rect(-216, -52, 124, 7), light.lit((146, 104, 72)))
    near.fill(rect(-216, -86, 124, 9), light.shade((146, 104, 72)))
    for x in (-208, -102):
        near.fill(rect(x, -84, 6, 76), light.shadow(iron))
    kit.box(near, light, 268, -6, 44, 34, (122, 78, 52))
    kit.box(near, light, 262, -40, 34, 24, (98, 70, 60))
