"""Hats, in the measures of a head: its half width and half height are 1."""

from __future__ import annotations

from collections.abc import Callable

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.vector import Group, Linear, Rgb, ellipse, open_line, poly, rect, smooth

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


def _crown(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    into.fill(
        poly(
            (-1.0, -0.5),
            (-1.12, -1.5),
            (-0.62, -1.06),
            (-0.34 + turn * 0.2, -1.66),
            (turn * 0.3, -1.12),
            (0.42 + turn * 0.2, -1.66),
            (0.66, -1.06),
            (1.12, -1.5),
            (1.0, -0.5),
        ),
        fill,
    )
    into.stroke(smooth((-1.0, -0.6), (0, -0.72), (1.0, -0.6), closed=False), tones[2], 0.12)
    for x, colour in ((-0.62, (176, 52, 60)), (turn * 0.3, (60, 110, 170)), (0.66, (176, 52, 60))):
        into.fill(ellipse(x, -0.82, 0.12, 0.13), mix(tones[2], colour, 0.7))


def _top_hat(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    into.fill(
        smooth(
            (-0.84, -0.6), (-0.94, -2.02), (0, -2.16), (0.94, -2.02), (0.84, -0.6), (0, -0.72), tension=0.3
        ),
        fill,
    )
    into.fill(ellipse(0, -2.04, 0.92, 0.13), mix(tones[1], tones[0], 0.6))
    into.stroke(smooth((-0.84, -0.82), (0, -0.94), (0.84, -0.82), closed=False), scale(tones[2], 0.6), 0.26)
    _rim(into, turn, 1.42, tones, fill)


def _bowler(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    into.fill(smooth((-0.98, -0.54), (-0.92, -1.24), (0, -1.62), (0.92, -1.24), (0.98, -0.54)), fill)
    into.stroke(smooth((-0.96, -0.72), (0, -0.86), (0.96, -0.72), closed=False), scale(tones[2], 0.7), 0.18)
    _rim(into, turn, 1.36, tones, fill)


def _rim(into: Group, turn: float, wide: float, tones: Tones, fill: Linear) -> None:
    """A stiff brim that turns up at its ends."""
    into.fill(
        smooth(
            (-wide, -0.66),
            (-0.7, -0.5),
            (turn * 0.4, -0.46),
            (0.7, -0.5),
            (wide + turn * 0.1, -0.66),
            (0.8, -0.66),
            (0, -0.7),
            (-0.8, -0.66),
            tension=0.8,
        ),
        fill,
    )
    into.stroke(
        smooth((-wide, -0.66), (-0.7, -0.5), (0, -0.46), (0.7, -0.5), (wide, -0.66), closed=False),
        tones[2],
        0.05,
    )


def _cloche(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    into.fill(
        smooth(
            (-1.2, 0.3),
            (-1.16, -0.7),
            (-0.5, -1.42),
            (0.4, -1.46),
            (1.1, -0.86),
            (1.18 + turn * 0.1, -0.2),
            (0.66 + turn * 0.5, -0.3),
            (turn * 0.9, -0.36),
            (-0.66 + turn * 0.4, -0.2),
            (-0.92 + turn * 0.2, 0.34),
            tension=0.85,
        ),
        fill,
    )
    into.stroke(
        smooth((-1.14, -0.14), (-0.5 + turn * 0.3, -0.6), (turn, -0.68), (1.12, -0.52), closed=False),
        tones[2],
        0.2,
    )
    into.fill(ellipse(-0.66 + turn * 0.3, -0.52, 0.22, 0.2), mix(tones[0], (255, 240, 220), 0.5))


def _pointed(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    into.fill(
        smooth(
            (-0.98, -0.52),
            (-0.62, -1.4),
            (-0.3, -2.4),
            (-0.52, -3.0),
            (0.02, -2.5),
            (0.6, -1.4),
            (0.98, -0.52),
            tension=0.8,
        ),
        fill,
    )
    _brimmed_edge(into, turn, fill)
    into.stroke(smooth((-0.9, -0.72), (0, -0.86), (0.9, -0.72), closed=False), tones[2], 0.16)


def _brimmed_edge(into: Group, turn: float, fill: Linear) -> None:
    into.fill(
        smooth(
            (-1.66, -0.34),
            (-0.9, -0.66),
            (0, -0.74),
            (0.9, -0.66),
            (1.62 + turn * 0.1, -0.36),
            (0.8, -0.46),
            (0, -0.48),
            (-0.8, -0.44),
        ),
        fill,
    )


def _kerchief(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    into.fill(
        smooth(
            (-1.12, 0.9),
            (-1.2, -0.5),
            (0, -1.38),
            (1.08, -0.66),
            (1.06 + turn * 0.05, -0.3),
            (0.5 + turn * 0.4, -0.78),
            (turn * 0.6, -0.86),
            (-0.62 + turn * 0.5, -0.5),
            (-0.8 + turn * 0.3, 0.4),
            (-0.66 + turn * 0.3, 1.1),
        ),
        fill,
    )
    into.fill(smooth((-0.9, 0.8), (-0.5, 1.0), (-0.5, 1.5), (-0.9, 1.6), tension=0.6), tones[2])


def _visor(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    """A closed helm: the face is behind a slit; a plume above it."""
    into.fill(
        smooth(
            (-0.12, -1.5), (-0.9, -2.1), (-1.6, -1.6), (-1.72, -0.5), (-1.3, -1.1), (-0.7, -1.34), tension=0.9
        ),
        (170, 44, 48),
    )
    into.fill(
        smooth(
            (-1.12, 0.3),
            (-1.16, -0.7),
            (0, -1.6),
            (1.12, -0.78),
            (1.16 + turn * 0.2, 0.0),
            (0.86 + turn * 0.5, 0.9),
            (turn * 0.9, 1.34),
            (-0.8 + turn * 0.3, 1.2),
            tension=0.85,
        ),
        fill,
    )
    into.stroke(
        smooth((turn * 0.4, -1.56), (turn * 0.9, -0.7), (turn * 1.3, -0.1), closed=False), tones[0], 0.07
    )
    left, right = -0.66 + turn * 0.7, 0.8 + turn * 0.5
    into.fill(
        smooth(
            (left, 0.0), (turn, -0.05), (right, 0.0), (right, 0.2), (turn, 0.17), (left, 0.2), tension=0.4
        ),
        (22, 20, 26),
    )
    for row in range(3):
        for column in range(4):
            at = turn * 1.15 + 0.16 + column * 0.16 - row * 0.03
            into.fill(ellipse(at, 0.56 + row * 0.17, 0.045, 0.05), (30, 28, 34))
    into.stroke(
        smooth((-0.8 + turn * 0.5, -0.2), (turn, -0.28), (0.96 + turn * 0.4, -0.2), closed=False),
        tones[2],
        0.07,
    )
    into.fill(rect(-0.9 + turn * 0.2, 1.0, 1.8, 0.34), tones[2])


HATS: dict[str, Callable[[Group, float, Tones, Linear], None]] = {
    "woolly": _woolly,
    "cap": _cap,
    "brim": _brim,
    "souwester": _souwester,
    "hood": _hood,
    "helmet": _helmet,
    "bubble": _bubble,
    "crown": _crown,
    "top hat": _top_hat,
    "bowler": _bowler,
    "cloche": _cloche,
    "pointed": _pointed,
    "kerchief": _kerchief,
    "visor": _visor,
}
"""by what a design calls them: the turn of the head, the hat's colours, and those as they fall across it"""
