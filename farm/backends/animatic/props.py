"""Props: what a figure holds, chosen from the words of its action and drawn between its hands."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from farm.backends.animatic.light import Light, mix
from farm.backends.animatic.vector import Group, Path, Point, ellipse, glow, open_line, poly, smooth


def prop_of(words: str) -> str:
    """What somebody holds, from the words of their action."""
    for name, prop in _PROPS.items():
        if re.search(rf"\b(?:{prop.called})", words.lower()):
            return name
    return PARCEL


def hold(prop: str, into: Group, at: Point, light: Light, seconds: float) -> None:
    """Draw what somebody holds at a point, in centimetres, at a moment."""
    _PROPS[prop].draw(into, *at, light, seconds)


def _lantern(into: Group, x: float, y: float, light: Light, seconds: float) -> None:
    flicker = 0.9 + 0.07 * math.sin(seconds * 11) + 0.05 * math.sin(seconds * 17.3)
    warm = light.flame()
    into.fill(ellipse(x, y + 11, 70), glow(x, y + 11, 70, warm, 0.55 * flicker * (0.45 + 0.55 * light.dark)))
    metal = light.shade((62, 58, 62))
    into.stroke(smooth((x - 6, y + 4), (x, y - 3), (x + 6, y + 4), closed=False), metal, 1.1)
    into.fill(
        poly((x - 6, y + 4), (x + 6, y + 4), (x + 5, y + 19), (x - 5, y + 19)),
        mix(warm, (255, 250, 220), 0.4 * flicker),
    )
    into.fill(poly((x - 7.5, y + 5), (x - 3, y + 1), (x + 3, y + 1), (x + 7.5, y + 5)), metal)
    into.fill(poly((x - 7, y + 18), (x + 7, y + 18), (x + 7, y + 21.5), (x - 7, y + 21.5)), metal)
    into.stroke(open_line((x, y + 5), (x, y + 18)), metal, 0.8)


def _letter(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(
        poly((x - 9, y - 12), (x + 9, y - 10), (x + 8, y + 5), (x - 9, y + 3)), light.lit((240, 232, 210))
    )
    for row in range(4):
        into.stroke(
            open_line((x - 6, y - 8.5 + row * 2.8), (x + 5 - row % 2 * 3, y - 7.3 + row * 2.8)),
            light.shadow((150, 140, 130)),
            0.6,
        )


def _book(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(
        poly((x - 11, y - 9), (x + 11, y - 9), (x + 11, y + 6), (x - 11, y + 6)), light.shade((116, 52, 46))
    )
    into.fill(
        poly((x - 9.5, y - 7.5), (x + 9.5, y - 7.5), (x + 9.5, y + 4), (x - 9.5, y + 4)),
        light.lit((236, 226, 202)),
    )


def _cup(into: Group, x: float, y: float, light: Light, seconds: float) -> None:
    into.fill(
        poly((x - 4.5, y - 7), (x + 4.5, y - 7), (x + 3.6, y + 4), (x - 3.6, y + 4)),
        light.lit((214, 222, 224)),
    )
    rise = seconds * 5 % 9
    into.stroke(
        smooth((x, y - 9 - rise), (x + 1.6, y - 12 - rise), (x - 1, y - 15 - rise), closed=False),
        (255, 255, 255),
        0.9,
        0.35,
    )


def _tool(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.stroke(open_line((x - 4, y + 12), (x + 7, y - 18)), light.shade((120, 84, 58)), 2.6)
    into.fill(ellipse(x + 7.5, y - 19, 4, 3), light.lit((140, 146, 154)))


def _gear(into: Group, x: float, y: float, light: Light, _: float) -> None:
    brass = light.lit((206, 160, 70))
    gear = Path()
    gear.poly(
        [
            (
                x + math.cos(i * math.tau / 24) * (12 if i % 4 < 2 else 9.4),
                y - 3 + math.sin(i * math.tau / 24) * (12 if i % 4 < 2 else 9.4),
            )
            for i in range(24)
        ]
    )
    into.fill(gear, brass)
    into.fill(ellipse(x, y - 3, 3.4), light.shadow((120, 84, 40)))


def _rope(into: Group, x: float, y: float, light: Light, _: float) -> None:
    for ring in range(3):
        into.stroke(ellipse(x, y + 3 + ring * 2, 10 - ring, 7), light.shade((196, 168, 118)), 2.2)


def _parcel(into: Group, x: float, y: float, light: Light, _: float) -> None:
    into.fill(
        poly((x - 11, y - 8), (x + 11, y - 8), (x + 11, y + 8), (x - 11, y + 8)), light.shade((176, 134, 90))
    )
    into.stroke(open_line((x, y - 8), (x, y + 8)), light.shadow((120, 84, 60)), 1.3)
    into.stroke(open_line((x - 11, y), (x + 11, y)), light.shadow((120, 84, 60)), 1.3)


@dataclass(frozen=True, slots=True)
class _Prop:
    called: str
    """how words that name it begin, as a regular expression"""
    draw: Callable[[Group, float, float, Light, float], None]


LANTERN, PARCEL = "lantern", "parcel"
_PROPS = {
    LANTERN: _Prop(r"lantern|lamp|torch|candle|light", _lantern),
    "letter": _Prop(r"letter|paper|note|map|chart|page|photograph|envelope", _letter),
    "book": _Prop(r"book|diary|journal|logbook|ledger", _book),
    "cup": _Prop(r"cup|mug|tea|coffee|glass|bowl", _cup),
    "tool": _Prop(r"spanner|wrench|hammer|key|oar|stick|tool|screwdriver|axe|rod", _tool),
    "gear": _Prop(r"gear|cog|wheel", _gear),
    "rope": _Prop(r"rope|line|net", _rope),
    PARCEL: _Prop(r"parcel", _parcel),
}
"""in the order in which words are looked through; a parcel is what nothing else is named for"""
