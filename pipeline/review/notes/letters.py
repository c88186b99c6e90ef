"""Words as the fonts that come along can set them: letters that they do not have are named. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storyboard.lettering.breaking import is_right_to_left, phrases
from storyboard.wording import counted, listed

_UNSEEN = {"Cc", "Cf", "Cs"}
_SPACE = " "
_JOINING = "\u200c\u200d\ufe0e\ufe0f"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word without a space in it.

    Attributes:
        text: what is set.
        ours: it stands for letters that cannot be set, and is not what the person wrote.
        glued: no space stands before it: a line may be broken there all the same.
    """

    text: str
    ours: bool = False
    glued: bool = False


def joined(pieces: Sequence[Piece]) -> str:
    """The words of a row."""
    spaced = ("" if piece.glued or not number else _SPACE for number, piece in enumerate(pieces))
    return "".join(space + piece.text for space, piece in zip(spaced, pieces, strict=True))


def by_direction(row: Sequence[Piece]) -> list[Piece]:
    """A row that runs to the right, with neighbouring words that run to the left as one piece each."""
    parts: list[Piece] = []
    waiting: list[Piece] = []
    for piece in row:
        leftwards = is_right_to_left(piece.text)
        if leftwards and parts and is_right_to_left(parts[-1].text):
            parts[-1] = Piece(joined([parts[-1], *waiting, piece]), glued=parts[-1].glued)
            waiting = []
            continue
        if leftwards or any(letter.isalpha() for letter in piece.text) or not parts:
            parts += [*waiting, piece]
            waiting = []
        else:
            waiting.append(piece)
    return [*parts, *waiting]


@dataclass(frozen=True, slots=True)
class Settable:
    """Words that can be set.

    Attributes:
        lines: as they were broken by whoever wrote them.
        missing: the scripts and signs of letters that no font here has.
    """

    lines: tuple[tuple[Piece, ...], ...]
    missing: tuple[str, ...]

    @property
    def said(self) -> str:
        """What is missing, in a sentence; empty when nothing is."""
        return f"No font here has letters of {listed([*self.missing])}." if self.missing else ""


def settable(text: str, has: Callable[[str], bool]) -> Settable:
    """Words in the letters of a font; what it does not have is counted and named in their place.

    Marks that turn the direction of writing, and other characters without a shape, are left out.

    Args:
        text: of any length and in any script.
        has: whether the font has a character.
    """
    missing: dict[str, None] = {}
    lines = []
    for line in unicodedata.normalize("NFC", text).splitlines() or [""]:
        pieces: list[Piece] = []
        for run, is_there in _runs(_seen(line), has):
            if is_there:
                pieces += [
                    Piece(part, glued=number > 0)
                    for word in run.split()
                    for number, part in enumerate([word] if word.isascii() else phrases(word))
                ]
                continue
            names = _scripts(run)
            missing |= names
            count = counted(sum(letter != _SPACE for letter in run), "letter")
            pieces += [Piece(word, ours=True) for word in f"[{count}: {listed([*names])}]".split()]
        lines.append(tuple(pieces))
    return Settable(tuple(lines), tuple(missing))


def _seen(line: str) -> str:
    """A line without what has no shape; everything that is as wide as a space is one.

    What joins letters, and what makes pictures of them, stays where it can do so.
    """
    seen = ""
    for one in line:
        if unicodedata.category(one).startswith("Z") or one == "\t":
            seen += _SPACE
        elif one in _JOINING:
            seen += one if seen and not seen[-1].isascii() else ""
        elif unicodedata.category(one) not in _UNSEEN and not "\ufe00" <= one <= "\ufe0f":
            seen += one
    return seen


def _runs(line: str, has: Callable[[str], bool]) -> list[tuple[str, bool]]:
    """The line in parts that can be set and parts that cannot; spaces amid the latter belong to them."""
    marks = "".join("y" if one == _SPACE or one in _JOINING or has(one) else "n" for one in line)
    spaced = "".join(" " if one == _SPACE else mark for one, mark in zip(line, marks, strict=True))
    return [
        (line[found.start() : found.end()], found.group()[0] != "n")
        for found in re.finditer(r"n(?:[n ]*n)?|[y ]+", spaced)
    ]


def _scripts(run: str) -> dict[str, None]:
    """What letters are of, each once; of their punctuation only where there is nothing else."""
    seen = [letter for letter in run if letter != _SPACE]
    telling = [letter for letter in seen if not unicodedata.category(letter).startswith("P")]
    return dict.fromkeys(_script(letter) for letter in telling or seen)


def _script(letter: str) -> str:
    """What a letter is of, in words: the script of one, the name of a sign."""
    name = unicodedata.name(letter, "")
    if not name:
        return f"U+{ord(letter):04X}"
    if unicodedata.category(letter)[0] not in "LM":
        return name.lower()
    word = name.split()[0].split("-")[0]
    return word if word == "CJK" else word.title()
