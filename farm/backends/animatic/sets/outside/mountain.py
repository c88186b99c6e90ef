"""Mountains: peaks with snow, a ledge of rock, a path."""

from __future__ import annotations

from farm.backends.animatic.light import scale
from farm.backends.animatic.scenery import HORIZON, Scenery
from farm.backends.animatic.sets import kit, plants, terrain
from farm.backends.animatic.sets.kit import said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Rgb,
    poly,
    smooth,
    vertical,
)
from storyboard.schema.vocabulary import Weather


def build(scenery: Scenery) -> None:
    """Peaks at three depths before a ledge; all white in the snow."""
    light, random = scenery.light, scenery.random
    white = light.weather is Weather.SNOW or said(scenery, "snow|ice|glacier|arctic|winter")
    for near, depth, base, rise, gap in (
        (0.05, 0.9, HORIZON, 150, 130),
        (0.14, 0.62, HORIZON + 18, 112, 170),
        (0.3, 0.36, HORIZON + 44, 84, 210),
    ):
        layer = scenery.layer(near)
        x = -640.0
        while x < 640:
            high, wide = rise * random.uniform(0.6, 1.1), gap * random.uniform(0.8, 1.2)
            stone: Rgb = (112, 118, 132)
            tip = (x + random.uniform(-14, 14), base - high)
            layer.fill(
                poly((x - wide, base + 30), tip, (x + wide, base + 30), (x + wide, DEEP), (x - wide, DEEP)),
                light.lit(stone, depth) if light.side < 0 else light.shade(scale(stone, 0.72), depth),
            )
            layer.fill(
                poly(
                    tip,
                    (tip[0] + wide * 0.12, base - high * 0.5),
                    (tip[0] - wide * 0.05, base - high * 0.2),
                    (x + wide * 0.1, base + 30),
                    (x + wide, base + 30),
                ),
                light.shade(scale(stone, 0.72), depth) if light.side < 0 else light.lit(stone, depth),
            )
            cap = 0.36 if not white else 0.7
            layer.fill(
                poly(
                    tip,
                    (tip[0] + wide * cap, base - high + (high + 30) * cap),
                    (tip[0] + wide * cap * 0.4, base - high * (1 - cap * 0.8)),
                    (tip[0], base - high + (high + 30) * cap * 1.15),
                    (tip[0] - wide * cap * 0.5, base - high * (1 - cap * 0.75)),
                    (tip[0] - wide * cap, base - high + (high + 30) * cap),
                ),
                light.lit((240, 244, 250), depth * 0.8),
            )
            x += gap * random.uniform(0.8, 1.3)
        terrain.horizon_haze(layer, light, 50)
    _ground(scenery, white=white)


def _ground(scenery: Scenery, *, white: bool) -> None:
    """The ground, and what stands on it."""
    light = scenery.light
    stage = scenery.layer(1.0)
    rock: Rgb = (128, 120, 114) if not white else (226, 232, 240)
    stage.fill(
        smooth(
            (-WIDE, -34),
            (-300, -26),
            (-120, -22),
            (140, -24),
            (320, -44),
            (WIDE, -60),
            (WIDE, DEEP),
            (-WIDE, DEEP),
            tension=0.3,
        ),
        vertical(-40, 90, light.lit(rock, 0.1), light.shadow(rock)),
    )
    for x, size in ((-284, 70), (-226, 40), (270, 84)):
        stage.fill(
            poly(
                (x - size, 2),
                (x - size * 0.6, -size * 0.7),
                (x - size * 0.1, -size),
                (x + size * 0.5, -size * 0.66),
                (x + size, 2),
            ),
            kit.across(light, x - size, size * 2, (118, 114, 116)),
        )
        if white:
            stage.fill(
                poly(
                    (x - size * 0.6, -size * 0.7),
                    (x - size * 0.1, -size),
                    (x + size * 0.5, -size * 0.66),
                    (x + size * 0.1, -size * 0.62),
                    (x - size * 0.2, -size * 0.74),
                ),
                light.lit((244, 246, 250)),
            )
    if not white:
        plants.grass(scenery, stage, -WIDE, WIDE, -18, 12, (112, 124, 80), 90, 0.12)
