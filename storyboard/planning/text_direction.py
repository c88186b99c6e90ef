"""Rows of subtitles in the direction of their language, wherever they are shown. Pure.

A player takes a row's direction from its first letter (UAX 9, rule P2) or from nothing at all: an Arabic row
that begins with a Latin name, or ends with a full stop, is then shown in another order than it is read in. So
a row that could be is put into an embedding of its own, which every player that knows of directions follows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from storyboard.planning.overlapping_subtitles import Subtitle

_RIGHT_TO_LEFT, _LEFT_TO_RIGHT, _END = "\u202b", "\u202a", "\u202c"
_SCRIPTS = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"})
"""that are written from right to left (ISO 15924), of languages that are written today"""


@cache
def is_right_to_left(language: str) -> bool:
    """Whether a language, by its BCP 47 tag, is written from right to left."""
    import langcodes

    return langcodes.Language.get(language).maximize().script in _SCRIPTS


def directed(subtitles: Sequence[Subtitle], language: str) -> list[Subtitle]:
    """The same, each row held in its language's direction where it could be shown in the other."""
    return [replace(one, rows=tuple(_directed(row, language) for row in one.rows)) for one in subtitles]


def _directed(row: str, language: str) -> str:
    leftwards = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in row)
    if is_right_to_left(language):
        return f"{_RIGHT_TO_LEFT}{row}{_END}"
    return f"{_LEFT_TO_RIGHT}{row}{_END}" if leftwards else row
