"""What people sit on who are on no mount: a crate, or a throne. Lengths are centimetres."""

from __future__ import annotations

from farm.backends.animatic.light import Light
from farm.backends.animatic.vector import Group, Linear, Rgb, ellipse, open_line, poly, rect, smooth

_GROWN = 170.0
"""how tall somebody is for whom the throne is made"""
_WOOD: Rgb = (104, 70, 48)
_GILT: Rgb = (214, 172, 84)
_VELVET: Rgb = (150, 46, 46)


def seat(into: Group, light: Light, tall: float) -> None:
    """A crate to sit on."""
    wood: Rgb = (128, 92, 62)
    height = 0.25 * tall
    into.fill(
        poly((-24, -height), (24, -height), (23, 0), (-23, 0)),
        Linear(
            -24 * light.side, 0, 24 * light.side, 0, ((0, light.shadow(wood), 1), (1, light.lit(wood), 1))
        ),
    )
    for share in (0.02, 0.36, 0.7):
        into.stroke(
            open_line((-23, -height * share - 2), (23, -height * share - 2)), light.shadow(wood), 1.2, 0.8
        )


def throne(into: Group, light: Light, tall: float = _GROWN) -> None:
    """A throne of dark wood with gilt and velvet, its back to the wall."""
    chair = into.group()
    chair.place(0, 0, tall / _GROWN)
    wood = Linear(
        -34 * light.side, 0, 34 * light.side, 0, ((0, light.shadow(_WOOD), 1), (1, light.lit(_WOOD), 1))
    )
    gilt = light.lit(_GILT)
    back = smooth((-32, 0), (-34, -112), (0, -140), (34, -112), (32, 0), tension=0.45)
    chair.fill(back, wood)
    chair.fill(
        smooth((-23, -40), (-24, -104), (0, -124), (24, -104), (23, -40), tension=0.45), light.shade(_VELVET)
    )
    chair.stroke(back, gilt, 2.4)
    chair.fill(ellipse(0, -142, 7), gilt)
    chair.fill(rect(-32, -38, 64, 36), wood)
    chair.fill(rect(-30, -45, 60, 9), light.shade(_VELVET))
    chair.stroke(open_line((-32, -36), (32, -36)), gilt, 2.4)
    for x in (-29, 29):
        chair.fill(rect(x - 4, -38, 8, 38), light.shadow(_WOOD))
        chair.fill(ellipse(x, -1, 6, 4), gilt)
