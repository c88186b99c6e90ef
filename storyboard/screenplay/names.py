"""Words → ids of a film document."""

from __future__ import annotations

import unicodedata
from collections.abc import Container

from storyboard.schema.base import MOST_OF_AN_ID
from storyboard.wording import composed

_ROOM = MOST_OF_AN_ID - 16
"""what is left for a number behind it, or for what belongs to it"""


def id_of(words: str, otherwise: str) -> str:
    """Words as an id: letters and digits of any script in small, `-` between them."""
    kept = "".join(
        c if c.isalnum() or unicodedata.category(c) in {"Mn", "Mc"} else "" if c in ".'’\"" else "-"
        for c in composed(words).casefold()
    )
    name = "-".join(part for part in kept.split("-") if part)[:_ROOM].strip("-")
    while name and not name[0].isalnum():
        name = name[1:]
    return composed(name) or otherwise


def unused(name: str, used: Container[str]) -> str:
    """An id, with a number where it is used already."""
    if name not in used:
        return name
    number = 2
    while f"{name}-{number}" in used:
        number += 1
    return f"{name}-{number}"


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""of shots; I and O are left out, which look like numbers on a slate"""


def letters_of(number: int) -> str:
    """`0` → `A`, `23` → `Z`, `24` → `AA`."""
    word = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(_LETTERS))
        word = _LETTERS[rest] + word
    return word
