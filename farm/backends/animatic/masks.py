"""Masks, in the measures of a head: its half width and half height are 1. The eyes look out of them."""

from __future__ import annotations

from farm.backends.animatic.light import mix, scale
from farm.backends.animatic.vector import Group, Linear, Rgb, ellipse, open_line, poly, smooth

Tones = tuple[Rgb, Rgb, Rgb]
"""lit, plain, in the shade"""
WHOLE = frozenset({"whole", "beast", "beak", "gas"})
"""masks over the nose and the mouth too"""


def draw_mask(kind: str, into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    """A mask before a face that is turned by `turn`, under the eyes."""
    if kind == "half":
        _half(into, turn, tones, fill)
        return
    if kind == "beast":
        _ears(into, turn, tones)
    into.fill(
        smooth(
            (turn * 0.3, -0.98),
            (0.78 + turn * 0.1, -0.7),
            (0.96 + turn * 0.06, 0.0),
            (0.78 + turn * 0.2, 0.72),
            (turn * 0.62, 1.24),
            (-0.72 + turn * 0.34, 0.74),
            (-0.86 + turn * 0.3, 0.0),
            (-0.66 + turn * 0.3, -0.7),
        ),
        fill,
    )
    _sockets(into, turn, tones)
    if kind == "whole":
        into.stroke(
            smooth((turn - 0.2, 0.72), (turn, 0.77), (turn + 0.2, 0.72), closed=False), (150, 44, 50), 0.1
        )
        into.stroke(open_line((turn * 1.1, 0.12), (turn * 1.16 + 0.04, 0.44)), tones[2], 0.07, 0.8)
    elif kind == "gas":
        into.fill(ellipse(turn * 1.5, 0.72, 0.4, 0.36), scale(tones[2], 0.7))
        into.fill(ellipse(turn * 1.6, 0.74, 0.24, 0.22), tones[1])
    elif kind == "beak":
        into.fill(
            smooth(
                (turn - 0.26, 0.2),
                (turn + 0.22, 0.12),
                (turn * 3.0 + 0.32, 0.74),
                (turn * 3.6 + 0.06, 1.62),
                (turn * 2.2 - 0.14, 1.1),
                (turn - 0.2, 0.78),
                tension=0.8,
            ),
            mix(tones[0], tones[1], 0.5),
        )
    else:
        _snout(into, turn, tones)


def _half(into: Group, turn: float, tones: Tones, fill: Linear) -> None:
    """A domino, with points at the temples and a hem of thread."""
    outline = smooth(
        (-0.98 + turn * 0.3, -0.34),
        (-0.42 + turn * 0.7, -0.28),
        (turn * 0.9, -0.14),
        (0.42 + turn * 0.7, -0.28),
        (1.02 + turn * 0.1, -0.4),
        (0.9 + turn * 0.12, 0.22),
        (0.44 + turn * 0.66, 0.5),
        (turn * 0.95, 0.24),
        (-0.44 + turn * 0.66, 0.5),
        (-0.84 + turn * 0.3, 0.26),
        tension=0.8,
    )
    into.fill(outline, fill)
    into.stroke(outline, mix(tones[0], (255, 226, 150), 0.55), 0.06)


def _sockets(into: Group, turn: float, tones: Tones) -> None:
    """Holes for the eyes."""
    for x in (-0.4, 0.4):
        at = x * (1 - turn * 0.18) + turn * 0.8
        into.fill(ellipse(at, 0.1, 0.26, 0.22), scale(tones[2], 0.6))


def _ears(into: Group, turn: float, tones: Tones) -> None:
    """Two pointed ears above the mask of a fox, a cat or a wolf."""
    for x in (-0.6, 0.6):
        at = x + turn * 0.25
        into.fill(poly((at - 0.32, -0.72), (at + x * 0.34, -1.72), (at + 0.32, -0.72)), tones[1])
        into.fill(poly((at - 0.16, -0.78), (at + x * 0.3, -1.42), (at + 0.16, -0.78)), tones[2])


def _snout(into: Group, turn: float, tones: Tones) -> None:
    """The muzzle of a beast with its nose."""
    into.fill(
        smooth(
            (turn - 0.3, 0.3),
            (turn + 0.3, 0.3),
            (turn * 1.9 + 0.16, 0.8),
            (turn * 1.6, 1.0),
            (turn - 0.24, 0.86),
        ),
        tones[0],
    )
    into.fill(ellipse(turn * 1.9, 0.56, 0.13, 0.1), (38, 30, 34))
