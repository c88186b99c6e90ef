"""A court: the bench of the judge, a rail, a coat of arms."""

from __future__ import annotations

from farm.backends.animatic.light import scale
from farm.backends.animatic.scenery import Scenery
from farm.backends.animatic.sets import buildings, kit
from farm.backends.animatic.sets.kit import BRASS, FLOOR, PAPER
from farm.backends.animatic.vector import (
    Path,
    Rgb,
    ellipse,
    open_line,
    rect,
    smooth,
    vertical,
)


def build(scenery: Scenery) -> None:
    """A court room of dark wood."""
    light = scenery.light
    back = kit.shell(scenery, (150, 132, 104), low=(92, 62, 44), ceiling=(110, 92, 74))
    for x in (-240, 240):
        kit.window(scenery, back, x, -250, 90, 140, (206, 190, 160))
    for x in (-150, 150):
        kit.column(back, light, x, -14, -300, 30, (176, 160, 132))
    back.fill(ellipse(0, -216, 36), light.lit(BRASS))
    back.fill(ellipse(0, -216, 28), light.shade((92, 62, 44)))
    back.stroke(
        Path()
        .move(0, -236)
        .line(0, -200)
        .move(-18, -226)
        .line(18, -226)
        .move(-18, -226)
        .line(-18, -212)
        .move(18, -226)
        .line(18, -212),
        light.lit(BRASS),
        3,
    )
    for x in (-18, 18):
        back.fill(smooth((x - 9, -212), (x + 9, -212), (x, -205), tension=0.8), light.lit(BRASS))
    bench = scenery.layer(0.88)
    wood: Rgb = (112, 72, 48)
    bench.fill(rect(-130, -122, 260, 10), light.lit(wood))
    bench.fill(rect(-122, -112, 244, 100), vertical(-112, -12, light.shade(wood), light.shadow(wood)))
    for x in (-104, -30, 44):
        bench.stroke(rect(x, -100, 60, 76), light.shadow(scale(wood, 0.7)), 2)
    bench.fill(rect(-30, -130, 30, 8), light.lit(PAPER))
    bench.stroke(open_line((50, -126), (74, -136)), light.shade((150, 110, 74)), 4)
    bench.fill(rect(66, -146, 16, 20), light.shade((120, 80, 54)))
    buildings.planks(scenery.layer(1.0), light, FLOOR, (116, 84, 60))
    front = scenery.before(1.3)
    for sign in (-1, 1):
        front.fill(rect(sign * 330 - 150, 18, 300, 11), light.lit(wood))
        for post in range(8):
            front.fill(rect(sign * 330 - 140 + post * 38, 29, 9, 70), light.shadow(wood))
