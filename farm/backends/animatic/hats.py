"""Hats, in the measures of a head: its half width and half height are 1."""

from __future__ import annotations

from collections.abc import Callable

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.vector import Group, Linear, Rgb, ellipse, open_line, smooth

Tones = tuple[Rgb, Rgb, Rgb]
"""lit, plain, in the shade"""


def _woolly(into: Group, _: float, tones: Tones, fill: Linear) -> None:
    into.fill(
        smooth((-1.08, -0.42), (-0.92, -1.12), (0, -1.56), (0.92, -1.12), (1.08, -0.42), (0, -0.58)),
        fill,
    )
    band = smooth((-1.14, -0.30), (-1.10, -0.66), (0, -0.82), (1.10, -0.66), (1.14, -0.30), (0, -0.46))
    into.fill(band, mix(tones[1], tones[0], 0.5))
    for index in range(-4, 5):
        x = index * 0.24
        into.stroke(
            open_line((x, -0.74 + abs(x) * 0.1), (x * 1.02, -0.48 + abs(x) * 0.1)),
            tones[2],
            0.035,
            0.6,
        )
    into.fill(ellipse(0.0, -1.58, 0.26), mix(tones[1], (255, 255, 255), 0.4))


def _cap(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    into.fill(
        smooth((-1.10, -0.46), (-1.16, -0.98), (0, -1.40), (1.16, -0.98), (1.10, -0.46), (0, -0.62)),
        fill,
    )
    into.fill(
        smooth((-1.04, -0.36), (-1.06, -0.66), (0, -0.78), (1.06, -0.66), (1.04, -0.36), (0, -0.5)),
        tones[2],
    )
    into.fill(
        smooth(
            (-0.55 + turn, -0.46),
            (0.2 + turn, -0.58),
            (1.0 + turn * 0.9, -0.42),
            (0.95 + turn, -0.24),
            (0.2 + turn, -0.34),
        ),
        scale(tones[2], 0.75),
    )
    into.fill(ellipse(turn * 0.9, -0.72, 0.12, 0.1), mix(tones[0], (240, 210, 120), 0.6))


def _brim(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    _brimmed(into, turn, tones, fill, drop=0.12)


def _souwester(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    _brimmed(into, turn, tones, fill, drop=0.5)


def _brimmed(into: Group, turn: float, tones: Tones, fill: Linear, *, drop: float) -> None:
    into.fill(smooth((-0.92, -0.52), (-0.74, -1.28), (0, -1.52), (0.74, -1.28), (0.92, -0.52)), fill)
    into.fill(
        smooth(
            (-1.62, -0.42 + drop),
            (-0.9, -0.66),
            (0.0, -0.72),
            (0.9, -0.66),
            (1.56 + turn * 0.1, -0.40 + drop * 0.3),
            (0.8, -0.48),
            (0.0, -0.50),
            (-0.8, -0.44),
        ),
        fill,
    )
    into.stroke(smooth((-0.92, -0.66), (0, -0.78), (0.92, -0.66), closed=False), tones[2], 0.13)


def _hood(into: Group, turn: float, _: Tones, fill: Linear) -> None:
    hood = smooth(
        (-0.9, 1.25),
        (-1.34, 0.3),
        (-1.1, -0.9),
        (0, -1.55),
        (1.05, -1.0),
        (1.14, -0.2),
        (0.98, 0.1),
        (0.86, -0.5),
        (turn * 0.6, -0.88),
        (-0.72 + turn * 0.4, -0.5),
        (-0.86 + turn * 0.3, 0.5),
        (-0.6 + turn * 0.2, 1.2),
    )
    into.fill(hood, fill)


def _helmet(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    into.fill(
        smooth(
            (-1.14, -0.2),
            (-1.1, -0.95),
            (0, -1.52),
            (1.1, -0.95),
            (1.14, -0.2),
            (0.7, -0.5),
            (0, -0.58),
            (-0.7, -0.5),
        ),
        fill,
    )
    into.stroke(smooth((-1.1, -0.4), (0, -0.66), (1.1, -0.4), closed=False), tones[2], 0.1)
    into.fill(ellipse(turn * 0.6, -1.02, 0.16), mix(tones[0], (255, 255, 255), 0.5))


def _bubble(into: Group, turn: float, tones: Tones, _: Linear) -> None:
    into.fill(ellipse(0, -0.02, 1.72), mix(tones[0], (190, 226, 250), 0.7), 0.2)
    into.stroke(ellipse(0, -0.02, 1.72), mix(tones[0], (236, 246, 255), 0.7), 0.11, 0.85)
    shine = smooth((-1.2, -0.7), (-0.72, -1.3), (-0.1, -1.5), (-0.62, -1.12), (-1.02, -0.5))
    into.fill(shine, (255, 255, 255), 0.55).place(turn * 0.2)
    into.fill(
        smooth((-1.3, 1.2), (0, 1.5), (1.3, 1.2), (1.2, 1.72), (0, 1.98), (-1.2, 1.72)), (196, 200, 208)
    )


HATS: dict[str, Callable[[Group, float, Tones, Linear], None]] = {
    "woolly": _woolly,
    "cap": _cap,
    "brim": _brim,
    "souwester": _souwester,
    "hood": _hood,
    "helmet": _helmet,
    "bubble": _bubble,
}
"""by what a design calls them: the turn of the head, the hat's colours, and those as they fall across it"""
