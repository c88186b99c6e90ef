"""Inside a Japanese house: mats, paper screens, a sunken hearth."""

from __future__ import annotations

from farm.backends.animatic.light import mix
from farm.backends.animatic.scenery import Scenery, breathing
from farm.backends.animatic.sets import kit, plants
from farm.backends.animatic.sets.kit import FLOOR
from farm.backends.animatic.sets.terrain import DEEP, WIDE
from farm.backends.animatic.vector import (
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


def build(scenery: Scenery) -> None:
    """A room with straw mats, sliding paper screens and a kettle over the hearth; one screen stands open."""
    light = scenery.light
    wall: Rgb = (186, 164, 122)
    timber: Rgb = (92, 66, 50)
    back = kit.shell(scenery, wall, ceiling=(84, 64, 50))
    # The open screen: a garden outside.
    back.fill(rect(60, -226, 150, 208), vertical(-226, -18, *(light.grade(colour) for colour in light.sky)))
    back.fill(
        smooth((60, -92), (110, -118), (160, -96), (210, -110), (210, -18), (60, -18), tension=0.6),
        light.shade((86, 118, 78), 0.3),
    )
    plants.pine(back, light, 176, -40, 120, 0.2)
    back.fill(rect(60, -44, 150, 26), light.shade((150, 150, 132), 0.2))
    paper = mix(light.shade((238, 230, 208)), light.grade(light.key), 0.25)
    for x in (-290, -200, -110, -20, 210):
        back.fill(rect(x, -228, 86, 212), paper)
        back.fill(rect(x, -58, 86, 42), light.shade((160, 128, 88)))
        grid = Path()
        for column in range(4):
            grid.move(x + 1 + column * 28, -228).line(x + 1 + column * 28, -58)
        for row in range(6):
            grid.move(x, -226 + row * 34).line(x + 86, -226 + row * 34)
        back.stroke(grid, light.shade(timber), 1.8)
        back.stroke(rect(x, -228, 86, 212), light.shadow(timber), 4)
    for x in (-296, 54, 302):
        back.fill(rect(x - 7, -DEEP, 14, DEEP - 14), kit.across(light, x - 7, 14, timber))
    back.fill(rect(-WIDE, -246, WIDE * 2, 16), light.shade(timber))
    floor = scenery.layer(1.0)
    mat: Rgb = (182, 172, 112)
    floor.fill(
        rect(-WIDE, FLOOR, WIDE * 2, DEEP), vertical(FLOOR, 100, light.lit(mat, 0.1), light.shadow(mat))
    )
    for x in range(-720, 721, 160):
        floor.fill(
            poly((x * 0.82 - 2.4, FLOOR), (x * 0.82 + 2.4, FLOOR), (x * 1.9 + 5, 200), (x * 1.9 - 5, 200)),
            light.shade((62, 74, 58)),
        )
    floor.fill(rect(-WIDE, 26, WIDE * 2, 5), light.shade((62, 74, 58)))
    floor.fill(poly((-138, -8), (-50, -8), (-38, 10), (-152, 10)), light.shade(timber))
    floor.fill(poly((-132, -6), (-56, -6), (-47, 7), (-143, 7)), light.shadow((52, 44, 44)))
    fire = light.grade((255, 140, 60))
    ember = floor.fill(ellipse(-95, 1, 60, 24), glow(-95, 1, 60, fire, 0.9))
    scenery.animate(breathing(ember, 0.0, 3.1, 0.7))
    hung = scenery.layer(0.98)
    hung.stroke(open_line((-95, -DEEP), (-95, -58)), light.shadow(timber), 2.2)
    hung.fill(
        smooth(
            (-115, -34), (-119, -48), (-107, -58), (-83, -58), (-71, -48), (-75, -34), (-95, -29), tension=0.7
        ),
        kit.across(light, -118, 46, (60, 58, 62)),
    )
    hung.stroke(smooth((-112, -54), (-95, -74), (-78, -54), closed=False), light.shade((60, 58, 62)), 2.2)
    near = scenery.layer(0.96)
    if light.dark > 0.2:
        near.fill(ellipse(252, -56, 130), glow(252, -56, 130, light.flame(), 0.6 * light.dark))
    near.fill(rect(236, -88, 32, 66), mix(light.shade((240, 228, 196)), light.flame(), 0.7 * light.dark))
    near.stroke(rect(236, -88, 32, 66), light.shadow(timber), 2.6)
