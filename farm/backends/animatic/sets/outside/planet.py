"""The ground of another world: an alien planet, the moon, Mars."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import HORIZON, Scenery, breathing
from farm.backends.animatic.sets import kit, terrain
from farm.backends.animatic.sets.kit import said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
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


def build(scenery: Scenery) -> None:
    """Rocks under a strange sky: black over the moon, ochre over Mars, else with two moons and crystals."""
    light, random = scenery.light, scenery.random
    moon, mars = (
        said(scenery, r"moon\b|lunar|crater|asteroid"),
        said(scenery, "mars|red planet|desert planet|dune"),
    )
    sky = (
        ((4, 6, 16), (12, 14, 30))
        if moon
        else ((150, 92, 70), (226, 170, 124))
        if mars
        else ((52, 34, 92), (196, 108, 150))
    )
    sky_top, sky_foot = (scale(colour, 1 - 0.62 * light.dark) if not moon else colour for colour in sky)
    heaven = scenery.layer(0.0)
    heaven.fill(
        rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2),
        vertical(-300, HORIZON + 20, light.grade(sky_top), light.grade(sky_foot)),
    )
    if moon or light.dark > 0.3:
        stars = Path()
        for _ in range(170):
            size = 0.4 + random.random() ** 3 * 1.4
            stars.ellipse(random.uniform(-420, 420), random.uniform(-310, HORIZON - 10), size, size)
        heaven.fill(stars, (236, 240, 255), 0.9)
    for x, y, size, colour in (
        ((-170, -214, 56, (112, 164, 210)),)
        if moon
        else ((-190, -226, 40, (236, 196, 160)), (-110, -250, 17, (190, 206, 226)))
    ):
        tone = light.grade(colour)
        heaven.fill(
            ellipse(x, y, size),
            Linear(
                x - size,
                y - size,
                x + size,
                y + size,
                (
                    (0, mix(tone, (255, 255, 255), 0.35), 1),
                    (0.5, tone, 1),
                    (1, scale(tone, 0.16 if moon else 0.55), 1),
                ),
            ),
        )
    ground: Rgb = (150, 150, 152) if moon else (178, 104, 72) if mars else (96, 84, 122)
    _nearer(scenery, ground, mars=mars, moon=moon)


def _nearer(scenery: Scenery, ground: Rgb, *, mars: bool, moon: bool) -> None:
    """What is nearer to the eye."""
    light, random = scenery.light, scenery.random
    for near, depth, rise in ((0.1, 0.8, 66), (0.22, 0.5, 40), (0.4, 0.28, 24)):
        layer = scenery.layer(near)
        _crags(scenery, layer, HORIZON + 10 + near * 40, rise, ground, depth if not moon else depth * 0.3)
    stage = scenery.layer(1.0)
    terrain.ground(stage, light, -24, ground, ground)
    for _ in range(14):
        x, y = random.uniform(-500, 500), random.uniform(-16, 70)
        wide = random.uniform(12, 40) * (1 + y / 70)
        stage.fill(ellipse(x, y, wide, wide * 0.2), light.shadow(scale(ground, 0.7)), 0.8)
        stage.fill(ellipse(x, y + wide * 0.05, wide * 0.92, wide * 0.15), light.lit(ground), 0.6)
    for x in (-300, -236, 252, 330):
        size = random.uniform(24, 58)
        stage.fill(
            smooth(
                (x - size, 0),
                (x - size * 0.7, -size * 0.7),
                (x - size * 0.1, -size * 1.05),
                (x + size * 0.6, -size * 0.6),
                (x + size, 0),
                tension=0.4,
            ),
            kit.across(light, x - size, size * 2, scale(ground, 0.85)),
        )
    if not moon and not mars:
        _crystals(scenery, stage)


def _crags(scenery: Scenery, into: Group, base: float, rise: float, colour: Rgb, depth: float) -> None:
    """A ragged ridge."""
    light, random = scenery.light, scenery.random
    points = [
        (
            -WIDE + step * 44.0,
            base - rise * random.random() ** 1.6 - (rise * 0.8 if random.random() < 0.12 else 0),
        )
        for step in range(51)
    ]
    into.fill(
        Path().poly([(-WIDE, DEEP), *points, (WIDE, DEEP)]),
        vertical(
            base - rise, base + 30, light.lit(colour, depth), light.shade(colour, min(1.0, depth + 0.1))
        ),
    )


def _crystals(scenery: Scenery, into: Group) -> None:
    """Plants like glass that glow from within."""
    light, random = scenery.light, scenery.random
    for x in (-268, -176, 196, 292):
        tone = light.grade(random.choice(((110, 230, 200), (240, 140, 200), (140, 180, 255))))
        halo = into.fill(ellipse(x, -44, 80), glow(x, -44, 80, tone, 0.34))
        scenery.animate(breathing(halo, x, 0.9, 0.5))
        for lean, high in ((-16, 52), (0, 84), (18, 60)):
            into.fill(
                poly(
                    (x + lean * 0.4 - 7, -6),
                    (x + lean - 5, -high * 0.7),
                    (x + lean * 1.2, -high),
                    (x + lean + 6, -high * 0.66),
                    (x + lean * 0.4 + 7, -6),
                ),
                Linear(
                    x, -high, x, 0, ((0, mix(tone, (255, 255, 255), 0.5), 0.95), (1, scale(tone, 0.45), 0.95))
                ),
            )
