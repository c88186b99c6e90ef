"""The bridge of a spaceship: a window full of stars, consoles, a chair."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import kit
from farm.backends.animatic.sets.kit import FLOOR, STEEL, said
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
    Linear,
    Path,
    Rgb,
    ellipse,
    poly,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """The bridge; by its words a planet or an alarm stands before it."""
    light, random = scenery.light, scenery.random
    hull: Rgb = (112, 122, 136)
    alarm = said(scenery, "alarm|alert|emergency|red light")
    outside = scenery.layer(0.1)
    outside.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP * 2), vertical(-300, -60, (8, 10, 26), (20, 24, 54)))
    stars = Path()
    for _ in range(150):
        size = 0.5 + random.random() ** 4 * 1.6
        stars.ellipse(random.uniform(-520, 520), random.uniform(-300, -70), size, size)
    outside.fill(stars, (232, 238, 255), 0.9)
    if not said(scenery, "no planet|deep space|empty space"):
        world = light.grade((196, 128, 84) if said(scenery, "mars|red planet|desert") else (84, 142, 186))
        outside.fill(
            ellipse(120, -130, 104),
            Linear(
                20,
                -220,
                220,
                -60,
                ((0, mix(world, (255, 255, 255), 0.3), 1), (0.5, world, 1), (1, scale(world, 0.18), 1)),
            ),
        )
        for dy, wide in ((-40, 70), (-6, 92), (34, 74)):
            outside.stroke(
                smooth(
                    (120 - wide * 0.8, -130 + dy),
                    (110, -134 + dy + 8),
                    (120 + wide * 0.8, -130 + dy - 3),
                    closed=False,
                ),
                mix(world, (255, 255, 255), 0.5),
                4,
                0.3,
            )
    frame = scenery.layer(0.8)
    frame.fill(rect(-WIDE, -DEEP, WIDE * 2, DEEP - 262), light.shadow(hull))
    frame.fill(
        poly((-WIDE, -262), (WIDE, -262), (WIDE, -244), (250, -250), (-250, -250), (-WIDE, -244)),
        light.shade(hull),
    )
    for x, lean in ((-250, 40), (-84, 14), (84, -14), (250, -40)):
        frame.fill(
            poly((x - 8, -DEEP), (x + 8, -DEEP), (x + lean + 8, -70), (x + lean - 8, -70)),
            kit.across(light, x - 8, 16, hull),
        )
    frame.fill(rect(-WIDE, -84, WIDE * 2, 90), vertical(-84, -10, light.lit(hull), light.shadow(hull)))
    strip = frame.fill(
        rect(-WIDE, -258, WIDE * 2, 4), light.grade((255, 92, 76) if alarm else (150, 226, 246))
    )
    scenery.animate(breathing(strip, 0.0, 5.0 if alarm else 0.9, 0.15 if alarm else 0.8))
    _nearer(scenery, alarm=alarm)


def _nearer(scenery: Scenery, *, alarm: bool) -> None:
    """What is nearer to the eye."""
    light, random = scenery.light, scenery.random
    consoles = scenery.layer(0.9)
    for x in (-236, -118, 118, 236):
        consoles.fill(
            poly((x - 52, -78), (x + 52, -78), (x + 46, -14), (x - 46, -14)),
            kit.across(light, x - 50, 100, (74, 82, 96)),
        )
        consoles.fill(
            poly((x - 54, -92), (x + 54, -92), (x + 56, -76), (x - 56, -76)), light.lit((96, 106, 122))
        )
        kit.screen(
            scenery,
            consoles,
            x,
            -112,
            66,
            32,
            (255, 110, 84) if alarm else random.choice(((84, 200, 226), (110, 220, 160), (240, 186, 96))),
        )
        kit.knobs(scenery, consoles, x - 42, -87, 11, 2, 8)
    floor = kit.slab_floor(scenery, (84, 92, 104))
    for x in range(-900, 901, 150):
        floor.fill(
            poly((x * 0.8 - 1, FLOOR), (x * 0.8 + 1, FLOOR), (x * 2 + 2, 200), (x * 2 - 2, 200)),
            light.shadow((56, 62, 72)),
        )
    seat = scenery.layer(0.97)
    seat.fill(
        smooth((-26, -44), (-30, -120), (0, -132), (30, -120), (26, -44), tension=0.5),
        kit.across(light, -30, 60, (62, 66, 80)),
    )
    seat.fill(rect(-34, -50, 68, 12), light.lit((78, 84, 100)))
    seat.fill(rect(-6, -40, 12, 32), light.shadow(STEEL))
    front = scenery.before(1.4)
    front.fill(poly((-520, 60), (-210, 44), (-190, 60), (-190, 200), (-520, 200)), light.shadow((66, 72, 86)))
    kit.knobs(scenery, front, -330, 66, 10, 2, 12)
