"""How many pages of paper a script takes, as it is set in the trade: Courier 12, 54 rows to a page."""

from __future__ import annotations

import math
import unicodedata

from storyboard.screenplay.script import Element, Kind, Script, plain

ROWS = 54
"""of a page"""
_LETTERS = {
    Kind.DIALOGUE: 35,
    Kind.LYRIC: 35,
    Kind.PARENTHETICAL: 26,
    Kind.CUE: 38,
}
"""in a row, where it is narrower than the page"""
_WIDE = 61
_UNSEEN = frozenset({Kind.NOTE, Kind.BONEYARD, Kind.SECTION, Kind.SYNOPSIS, Kind.PAGE_BREAK})
_TIGHT = frozenset({Kind.DIALOGUE, Kind.LYRIC, Kind.PARENTHETICAL})
"""what follows the row above it without an empty one"""


def pages_of(script: Script) -> float:
    """The pages that a script takes, the last one in part."""
    return sum(_rows(element) for element in script.elements) / ROWS


def _rows(element: Element) -> int:
    if element.kind in _UNSEEN:
        return 0
    room = _LETTERS.get(element.kind, _WIDE)
    rows = sum(max(1, math.ceil(_width(row) / room)) for row in plain(element.text).split("\n"))
    return rows + (element.kind not in _TIGHT)


def _width(row: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in row)
