"""What a screenplay says, whatever form it was written in: its title page and its elements in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import ConfigDict


class Kind(StrEnum):
    """What an element of a screenplay is."""

    HEADING = "heading"
    ACTION = "action"
    SHOT = "shot"
    CUE = "cue"
    PARENTHETICAL = "parenthetical"
    DIALOGUE = "dialogue"
    LYRIC = "lyric"
    TRANSITION = "transition"
    CENTRED = "centred"
    SECTION = "section"
    SYNOPSIS = "synopsis"
    NOTE = "note"
    BONEYARD = "boneyard"
    PAGE_BREAK = "page break"


SPOKEN = frozenset({Kind.CUE, Kind.PARENTHETICAL, Kind.DIALOGUE, Kind.LYRIC})
"""what a speech consists of"""


@dataclass(frozen=True, slots=True)
class Element:
    """One element.

    Attributes:
        kind: what it is.
        text: its words, emphasis marks included; lines of one paragraph stand between line feeds.
        line: where it begins in its file, 1-based; in FDX the line of its paragraph.
        number: a heading's scene number.
        dual: whether a cue's speech is heard beside the one before it.
        level: how deep a section lies, from 1.
        revised: whether its file marks it as revised.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")  # the record of an import holds them

    kind: Kind
    text: str
    line: int
    number: str = ""
    dual: bool = False
    level: int = 0
    revised: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """Something that has no place in what was made of a screenplay.

    Attributes:
        line: where it stands in its file, 1-based.
        text: the words.
        why: in a few words.
    """

    line: int
    text: str
    why: str

    def __str__(self) -> str:
        words = " ".join(self.text.split())
        return f"line {self.line}: {self.why}: {words if len(words) <= 60 else words[:59] + '…'}"


@dataclass(frozen=True, slots=True)
class Script:
    """A screenplay.

    Attributes:
        title_page: its entries in order: key and value; a value may have several lines.
        elements: in order.
        left: what its reader found no place for, or had to guess.
        cast: names of a cast list that came with it.
    """

    title_page: tuple[tuple[str, str], ...] = ()
    elements: tuple[Element, ...] = ()
    left: tuple[Left, ...] = ()
    cast: tuple[str, ...] = ()

    def entry(self, *keys: str) -> str:
        """The first entry of the title page with one of these keys, without emphasis, on one line."""
        for key, value in self.title_page:
            if key.casefold() in keys and value.strip():
                return " ".join(plain(value).split())
        return ""


_ESCAPED = re.compile(r"\\([*_\\])")
_EMPHASIS = re.compile(
    r"(?<![\\\w*])(\*{1,3})(?=[^\s*])([^*\n]*?[^\s*])\1(?![\w*])|(?<![\\\w])_(?=\S)([^_\n]*?\S)_(?!\w)"
)


def plain(text: str) -> str:
    """Words without Fountain's marks of emphasis."""
    before = None
    while before != text:
        before, text = text, _EMPHASIS.sub(lambda found: found[2] or found[3], text)
    return _ESCAPED.sub(r"\1", text)


def moved(element: Element, line: int) -> Element:
    """The same element at another line."""
    return replace(element, line=line)
