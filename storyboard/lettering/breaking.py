"""Where a line may be broken, by Unicode's rules (UAX 14), and rows made of it. Pure.

Thai, Lao, Khmer and Burmese have no spaces: words are found in ICU's dictionaries. Japanese and Korean lines
are broken between phrases, and between their letters only where a phrase is wider than a row.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Callable, Iterator

import icu

_KANA = re.compile("[\u3041-\u309f\u30a0-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"


def clusters(text: str) -> list[str]:
    """What readers take for single letters (UAX 29): with their marks, emoji with all their parts."""
    return _pieces(icu.BreakIterator.createCharacterInstance(icu.Locale.getRoot()), text)


def phrases(text: str) -> list[str]:
    """The parts that a line is broken between, each with the spaces after it; joined they are the text."""
    if _KANA.search(text):
        return _line_pieces(text, "ja-u-lw-phrase")
    return _line_pieces(text, "ko-u-lw-phrase" if _HANGUL.search(text) else "und")


def is_right_to_left(text: str) -> bool:
    """Whether a paragraph begins at the right: its first letter with a direction has that one (UAX 9, P2)."""
    return _first_direction(text) in {"R", "AL"}


def wrap(line: str, width_of: Callable[[str], float], room: float) -> list[str]:
    """Rows of a line; one whose own first letter would turn it begins with a mark of the line's direction."""
    return [turned(row, line) for row in rows_of(line, width_of, room)]


def rows_of(line: str, width_of: Callable[[str], float], room: float) -> list[str]:
    """Rows of a line that fit into a room, at least one.

    Args:
        line: a paragraph; spaces in a row become one.
        width_of: how wide a row is.
        room: how wide it may be, in the same unit.
    """
    words = " ".join(line.split())
    rows: list[str] = []
    row = ""
    for piece in _fitting_pieces(words, width_of, room):
        if row and width_of((row + piece).rstrip()) > room:
            rows.append(row.rstrip())
            row = ""
        row += piece
    return [*rows, row.rstrip()]


def _fitting_pieces(words: str, width_of: Callable[[str], float], room: float) -> Iterator[str]:
    """Phrases; in their stead the parts of one that is wider than a row."""
    for phrase in phrases(words):
        if width_of(phrase.rstrip()) <= room:
            yield phrase
            continue
        for part in _line_pieces(phrase, "und"):
            yield from [part] if width_of(part.rstrip()) <= room else _cut(part, width_of, room)


def _cut(word: str, width_of: Callable[[str], float], room: float) -> Iterator[str]:
    """A word that fits into no row, cut between its letters; at least one stands in each row."""
    letters = clusters(word)
    while letters:
        few, many = 1, 2
        while many < len(letters) and width_of("".join(letters[:many])) <= room:
            few, many = many, many * 2
        lengths = range(few, min(many, len(letters)) + 1)
        count = (
            few
            - 1
            + bisect.bisect_right(lengths, room, key=lambda length: width_of("".join(letters[:length])))
        )
        yield "".join(letters[: max(1, count)])
        letters = letters[max(1, count) :]


def turned(row: str, line: str) -> str:
    """A row of a line, with a mark of the line's direction where its own first letter would turn it."""
    leftwards = is_right_to_left(line)
    if not _first_direction(row) or is_right_to_left(row) == leftwards:
        return row
    return (_RIGHT_TO_LEFT if leftwards else _LEFT_TO_RIGHT) + row


def _first_direction(text: str) -> str:
    return next((way for each in text if (way := unicodedata.bidirectional(each)) in {"L", "R", "AL"}), "")


def _line_pieces(text: str, language: str) -> list[str]:
    return _pieces(icu.BreakIterator.createLineInstance(icu.Locale.forLanguageTag(language)), text)


def _pieces(breaker: icu.BreakIterator, text: str) -> list[str]:
    """Parts of a text between boundaries; ICU counts in UTF-16."""
    if text.isascii() and " " not in text and len(text) < 2:
        return [text] if text else []
    units = icu.UnicodeString(text)
    breaker.setText(units)
    ends = [*breaker]
    if len(units) == len(text):
        return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    places, place = {0: 0}, 0
    for number, letter in enumerate(text, 1):
        place += 1 + (ord(letter) > 0xFFFF)
        places[place] = number
    found = [places[end] for end in ends]
    return [text[start:end] for start, end in zip([0, *found], found, strict=False)]
