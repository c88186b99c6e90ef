"""Trees and grass, moving in the wind."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import Light
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Paint,
    Path,
    Rgb,
    poly,
    rect,
    smooth,
)
from storyboard.schema.vocabulary import Weather


def pine(
    into: Group, light: Light, x: float, base: float, high: float, depth: float, colour: Rgb = (46, 82, 70)
) -> None:
    """A conifer of three skirts."""
    into.fill(
        rect(x - high * 0.02, base - high * 0.2, high * 0.04, high * 0.2 + 2),
        light.shade((70, 52, 44), depth),
    )
    for step in range(4):
        top = base - high * (1 - step * 0.2)
        half = high * (0.10 + step * 0.052)
        foot = top + high * 0.36
        into.fill(
            poly(
                (x, top),
                (x + half, foot),
                (x + half * 0.3, foot - high * 0.03),
                (x, foot + high * 0.01),
                (x - half * 0.3, foot - high * 0.03),
                (x - half, foot),
            ),
            Linear(
                x + light.side * half,
                0,
                x - light.side * half,
                0,
                ((0, light.lit(colour, depth), 1), (1, light.shadow(colour, depth), 1)),
            ),
        )


def tree(
    scenery: Scenery,
    into: Group,
    x: float,
    base: float,
    high: float,
    depth: float,
    colour: Rgb = (84, 116, 70),
) -> None:
    """A broad-leaved tree whose crown sways."""
    light, random = scenery.light, scenery.random
    trunk = light.shade((92, 70, 56), depth)
    into.fill(
        smooth(
            (x - high * 0.045, base + 2),
            (x - high * 0.02, base - high * 0.3),
            (x - high * 0.05, base - high * 0.55),
            (x + high * 0.04, base - high * 0.55),
            (x + high * 0.022, base - high * 0.3),
            (x + high * 0.055, base + 2),
        ),
        trunk,
    )
    crown = into.group()
    for layer, tone in enumerate(
        (light.shadow(colour, depth), light.shade(colour, depth), light.lit(colour, depth))
    ):
        path = Path()
        for _ in range(5):
            angle = random.uniform(0, math.tau)
            reach = random.uniform(0.05, 0.22) * high * (1 - layer * 0.2)
            path.ellipse(
                x + math.cos(angle) * reach * 1.3 + light.side * layer * high * 0.045,
                base - high * (0.72 + layer * 0.05) + math.sin(angle) * reach * 0.7,
                high * random.uniform(0.15, 0.21) * (1 - layer * 0.22),
                high * random.uniform(0.12, 0.17) * (1 - layer * 0.22),
            )
        crown.fill(path, tone)
    phase, size = (
        random.random() * 6,
        (2.6 if light.weather in (Weather.WIND, Weather.STORM) else 0.8) * high / 160,
    )
    scenery.animate(
        lambda seconds: crown.place(
            math.sin(seconds * 1.5 + phase) * size, math.sin(seconds * 2.3 + phase) * size * 0.3
        )
    )


def grass(
    scenery: Scenery,
    into: Group,
    left: float,
    right: float,
    base: float,
    high: float,
    colour: Rgb,
    count: int,
    depth: float = 0.0,
) -> None:
    """Tufts of blades or reeds that lean in the wind."""
    light, random = scenery.light, scenery.random
    for _ in range(3):
        tuft = into.group()
        dark, bright = Path(), Path()
        for _ in range(count // 3):
            x = random.uniform(left, right)
            tall = high * random.uniform(0.5, 1.0)
            lean = random.uniform(-0.25, 0.35) * tall
            y = base + random.uniform(-3, 6)
            path = dark if random.random() < 0.55 else bright
            path.move(x - 1.3, y).curve(
                x - 1, y - tall * 0.5, x + lean * 0.4, y - tall * 0.8, x + lean, y - tall
            )
            path.curve(x + lean * 0.5, y - tall * 0.75, x + 1.2, y - tall * 0.4, x + 1.6, y).close()
        tuft.fill(dark, light.shadow(colour, depth))
        tuft.fill(bright, light.lit(colour, depth))
        phase, size = random.random() * 6, 0.045 if light.weather in (Weather.WIND, Weather.STORM) else 0.014
        scenery.animate(_leaning(tuft, base, phase, size))


def _leaning(tuft: Paint, base: float, phase: float, size: float) -> Callable[[float], None]:
    def move(seconds: float) -> None:
        shear = (math.sin(seconds * 1.7 + phase) + 0.5 * math.sin(seconds * 2.9 + phase)) * size
        tuft.matrix(1, -shear, shear * base, 0, 1, 0)

    return move
