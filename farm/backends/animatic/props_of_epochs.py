"""Things that were others once, or will be: a torch for a lantern, a blaster for a gun."""

from __future__ import annotations

import math
from collections.abc import Callable

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.understanding.epochs import FUTURE, MEDIEVAL, TODAY, TWENTIES
from farm.backends.animatic.vector import (
    Group,
    Linear,
    Path,
    Rgb,
    ellipse,
    glow,
    open_line,
    poly,
    smooth,
)

Draw = Callable[[Group, float, float, Light, float], None]
_CYAN: Rgb = (96, 226, 240)


def _torch(into: Group, x: float, y: float, light: Light, seconds: float) -> None:
    flicker = 0.9 + 0.07 * math.sin(seconds * 11) + 0.05 * math.sin(seconds * 17.3)
    warm = light.grade((255, 176, 88))
    into.fill(ellipse(x, y - 26, 74), glow(x, y - 26, 74, warm, 0.6 * flicker * (0.45 + 0.55 * light.dark)))
    into.stroke(open_line((x - 1, y + 17), (x + 2, y - 16)), light.shade((104, 72, 48)), 3.6)
    into.stroke(open_line((x + 1.6, y - 10), (x + 2.2, y - 18)), light.shade((58, 48, 42)), 6.4)
    lean, high = 2.4 * math.sin(seconds * 7.1), 19 * flicker
    for wide, share, tone in ((6.4, 1.0, (255, 142, 58)), (3.6, 0.62, (255, 226, 140))):
        into.fill(
            smooth(
                (x + 2 - wide, y - 17),
                (x + 2 - wide * 0.8, y - 17 - high * 0.4 * share),
                (x + 2 + lean, y - 17 - high * share * 1.5),
                (x + 2 + wide * 0.9, y - 17 - high * 0.36 * share),
                (x + 2 + wide, y - 17),
                tension=0.8,
            ),
            light.grade(tone),
        )


def _scroll(into: Group, x: float, y: float, light: Light, _: float) -> None:
    paper: Rgb = (228, 208, 162)
    into.fill(
        poly((x - 9, y - 13), (x + 9, y - 12), (x + 8.5, y + 7), (x - 9, y + 6)),
        Linear(x - 9, 0, x + 9, 0, ((0, light.shade(paper), 1), (1, light.lit(paper), 1))),
    )
    for end in (y - 13.5, y + 7):
        into.stroke(open_line((x - 10, end), (x + 10, end + 0.6)), light.lit(paper), 4)
        into.stroke(open_line((x - 10, end + 1.8), (x + 10, end + 2.4)), light.shadow(paper), 0.8)
    lines = Path()
    for row in range(4):
        lines.move(x - 6, y - 8 + row * 3.1).line(x + 5 - row % 2 * 3, y - 7.5 + row * 3.1)
    into.stroke(lines, light.shadow((120, 90, 60)), 0.7)
    into.fill(ellipse(x + 5.5, y + 5, 2.6), light.shade((164, 40, 40)))


def _goblet(into: Group, x: float, y: float, light: Light, _: float) -> None:
    gold: Rgb = (204, 160, 74)
    shine = Linear(
        x - 5, 0, x + 5, 0, ((0, light.shadow(gold), 1), (0.6, light.lit(gold), 1), (1, light.shade(gold), 1))
    )
    into.fill(
        smooth((x - 5, y - 11), (x - 4.6, y - 5), (x, y - 1), (x + 4.6, y - 5), (x + 5, y - 11), tension=0.5),
        shine,
    )
    into.stroke(open_line((x, y - 1), (x, y + 5)), light.shade(gold), 1.8)
    into.fill(ellipse(x, y + 6, 4.6, 1.6), light.lit(gold))
    into.fill(ellipse(x, y - 11, 5, 1.3), light.shadow((96, 30, 36)))


def _crossbow(into: Group, x: float, y: float, light: Light, _: float) -> None:
    wood, steel = light.shade((112, 76, 50)), light.lit((150, 156, 164))
    into.stroke(open_line((x - 10, y - 5), (x + 22, y - 8)), wood, 4.2)
    into.stroke(smooth((x + 15, y - 25), (x + 21, y - 8), (x + 15, y + 9), closed=False), steel, 2.2)
    into.stroke(open_line((x + 15, y - 25), (x + 3, y - 7), (x + 15, y + 9)), light.lit((222, 212, 190)), 0.8)
    into.stroke(open_line((x + 3, y - 7.4), (x + 28, y - 9.6)), light.shade((84, 62, 46)), 1.2)
    into.fill(poly((x + 27, y - 12), (x + 33, y - 10), (x + 27, y - 7.6)), steel)


def _candlestick_telephone(into: Group, x: float, y: float, light: Light, _: float) -> None:
    black, brass = light.shade((44, 42, 48)), light.lit((186, 150, 84))
    into.fill(ellipse(x, y + 11, 8, 2.8), black)
    into.stroke(open_line((x, y + 10), (x, y - 13)), black, 3)
    into.stroke(open_line((x, y - 9), (x - 9, y - 8)), brass, 1.4)
    into.fill(poly((x - 1, y - 17), (x + 9, y - 20), (x + 9, y - 10), (x - 1, y - 13)), black)
    into.fill(ellipse(x + 9, y - 15, 1.8, 5), brass)
    into.stroke(open_line((x - 10, y - 12), (x - 10, y + 3)), black, 3.6)
    into.fill(poly((x - 13.4, y + 3), (x - 6.6, y + 3), (x - 8.4, y - 2), (x - 11.6, y - 2)), black)


def _bellows_camera(into: Group, x: float, y: float, light: Light, _: float) -> None:
    leather, brass = light.shade((52, 44, 42)), light.lit((190, 154, 88))
    into.fill(
        poly((x - 10, y - 12), (x - 2, y - 12), (x - 2, y + 5), (x - 10, y + 5)), light.shade((96, 64, 44))
    )
    for fold in range(4):
        size = 7.4 - fold * 0.9
        into.stroke(
            open_line((x + fold * 2.6, y - 3.5 - size), (x + fold * 2.6, y - 3.5 + size)), leather, 2.4
        )
    into.fill(poly((x + 9, y - 9), (x + 13, y - 9), (x + 13, y + 2), (x + 9, y + 2)), brass)
    into.fill(ellipse(x + 13.4, y - 3.5, 1.6, 3.6), light.shade((40, 50, 66)))


def _smartphone(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(
        poly((x - 5, y - 15), (x + 5, y - 15), (x + 5, y + 5), (x - 5, y + 5)), light.shade((34, 36, 44))
    )
    shine = mix(light.shade((120, 170, 200)), (220, 240, 250), 0.5)
    into.fill(poly((x - 4.2, y - 13.6), (x + 4.2, y - 13.6), (x + 4.2, y + 3.4), (x - 4.2, y + 3.4)), shine)
    into.fill(ellipse(x, y - 5, 22), glow(x, y - 5, 22, light.grade((170, 214, 240)), 0.4 * light.dark))


def _hologram(into: Group, x: float, y: float, light: Light, seconds: float) -> None:
    """A disc that throws a small bust of whoever is called."""
    cold = light.grade(_CYAN)
    into.fill(ellipse(x, y + 3, 8, 2.6), light.shade((120, 130, 144)))
    into.fill(
        poly((x - 3, y + 2), (x + 3, y + 2), (x + 10, y - 24), (x - 10, y - 24)),
        Linear(x, y + 2, x, y - 24, ((0, cold, 0.6), (1, cold, 0.05))),
    )
    waver = 0.7 + 0.2 * math.sin(seconds * 13)
    into.fill(ellipse(x, y - 17, 4, 4.8), cold, waver)
    into.fill(
        smooth((x - 7, y - 5), (x - 5, y - 11), (x + 5, y - 11), (x + 7, y - 5), tension=0.6), cold, waver
    )


def _blaster(into: Group, x: float, y: float, light: Light, _: float) -> None:
    shell, dark = light.lit((206, 212, 220)), light.shadow((64, 70, 84))
    into.fill(
        smooth(
            (x - 5, y - 12), (x + 14, y - 12), (x + 22, y - 9), (x + 14, y - 5), (x - 5, y - 4), tension=0.5
        ),
        shell,
    )
    into.fill(poly((x - 4, y - 6), (x + 3, y - 5), (x, y + 6), (x - 6, y + 5)), dark)
    into.stroke(open_line((x + 1, y - 8.6), (x + 15, y - 8.6)), light.grade(_CYAN), 1.8)
    into.fill(ellipse(x + 22, y - 8.6, 9), glow(x + 22, y - 8.6, 9, light.grade(_CYAN), 0.8))


def _glowing_sheet(into: Group, x: float, y: float, light: Light, _: float) -> None:
    cold = light.grade(_CYAN)
    outline = poly((x - 9, y - 14), (x + 9, y - 13), (x + 8.5, y + 6), (x - 9, y + 5))
    into.fill(ellipse(x, y - 4, 26), glow(x, y - 4, 26, cold, 0.4))
    into.fill(outline, mix(cold, (255, 255, 255), 0.5), 0.6)
    into.stroke(outline, cold, 0.9)
    lines = Path()
    for row in range(4):
        lines.move(x - 6, y - 9 + row * 3.2).line(x + 5 - row % 2 * 4, y - 8.4 + row * 3.2)
    into.stroke(lines, light.shade((40, 90, 110)), 0.8)


def _light_rod(into: Group, x: float, y: float, light: Light, _: float) -> None:
    cold = mix(light.grade(_CYAN), (255, 255, 255), 0.5)
    into.fill(ellipse(x, y - 12, 70), glow(x, y - 12, 70, cold, 0.5 * (0.45 + 0.55 * light.dark)))
    into.stroke(open_line((x, y + 9), (x, y - 4)), light.shade((90, 98, 112)), 4.6)
    into.stroke(open_line((x, y - 6), (x, y - 24)), cold, 4)


OF_EPOCHS: dict[tuple[str, str], Draw] = {
    (MEDIEVAL, "lantern"): _torch,
    (MEDIEVAL, "letter"): _scroll,
    (MEDIEVAL, "cup"): _goblet,
    (MEDIEVAL, "glass"): _goblet,
    (MEDIEVAL, "gun"): _crossbow,
    (TWENTIES, "telephone"): _candlestick_telephone,
    (TWENTIES, "camera"): _bellows_camera,
    (TODAY, "telephone"): _smartphone,
    (FUTURE, "telephone"): _hologram,
    (FUTURE, "radio"): _hologram,
    (FUTURE, "gun"): _blaster,
    (FUTURE, "letter"): _glowing_sheet,
    (FUTURE, "lantern"): _light_rod,
}
"""by epoch and drawing: what is drawn in its place"""
