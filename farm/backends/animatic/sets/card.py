"""The place that is not known: a bare stage with a card that says what it is."""

from __future__ import annotations

from farm.backends.animatic.labels import label
from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import Linear, Rgb, ellipse, glow, open_line, poly, rect, smooth, vertical

_PAPER: Rgb = (238, 228, 206)


def card(scenery: Scenery) -> None:
    """A backdrop of folded paper, a wooden stage, and a card with the place's name on two strings."""
    light = scenery.light
    back = scenery.layer(0.5)
    wall: Rgb = (150, 146, 150)
    back.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        Linear(
            0,
            -330,
            0,
            -20,
            ((0, light.shadow(wall), 1), (0.7, light.shade(wall), 1), (1, light.lit(wall), 1)),
        ),
    )
    for index in range(-9, 10):
        x = index * 122.0
        fold = mix(light.shade(wall), light.shadow(wall), 0.4 + 0.3 * (index % 2))
        back.fill(poly((x, -DEEP), (x + 61, -DEEP), (x + 61, 0), (x, 0)), fold, 0.35)
    halo = light.flame() if light.dark > 0.3 else light.lit(wall)
    back.fill(ellipse(0, -190, 330), glow(0, -190, 330, halo, 0.35))
    hung = scenery.layer(0.62).group()
    hung.place(0, -34)
    for x in (-118, 118):
        hung.stroke(open_line((x * 0.9, -DEEP), (x, -238)), light.shadow((90, 84, 84)), 1.6)
    shade = smooth((-154, -236), (156, -240), (158, -128), (-150, -126), tension=0.06)
    hung.fill(shade, light.shadow(wall), 0.55).place(7, 8)
    hung.fill(
        smooth((-156, -240), (154, -244), (156, -134), (-152, -130), tension=0.06),
        vertical(-244, -130, light.lit(_PAPER), light.shade(_PAPER)),
    )
    ink = light.shade((62, 54, 60))
    hung.stroke(smooth((-146, -231), (145, -235), (147, -143), (-143, -139), tension=0.06), ink, 1.2, 0.5)
    label(hung, scenery.named, 1, -187, 268, 76, ink)
    floor = scenery.layer(1.0)
    buildings.planks(floor, light, -17, (140, 116, 96))
