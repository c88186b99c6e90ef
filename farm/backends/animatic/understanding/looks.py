"""How a film is drawn: the style and the tones that the words of its look call for. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from farm.backends.animatic import lexicon
from farm.backends.animatic.understanding.epochs import told_in

CUT_PAPER = "cut paper"
NOIR, BLACK_AND_WHITE = "noir", "black and white"
_DENIED = re.compile(r"\b(?:no|not|never|without|neither|nor)\s+(?:a\s+|an\s+|the\s+|like\s+)*$")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a film is drawn.

    Attributes:
        style: a name of `styles()`.
        tones: `noir`, `black and white`, both or none.
        unknown: what the look names that is not drawn, or empty.
    """

    style: str = CUT_PAPER
    tones: frozenset[str] = frozenset()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of `looks.toml`, each with what it calls for."""

    names: Mapping[str, str]
    traits: Mapping[str, str]
    other: Mapping[str, str]
    tones: Mapping[str, str]
    near: Mapping[str, str]
    film: frozenset[str]


@cache
def _words() -> _Words:
    found = tomllib.loads((Path(lexicon.__file__).parent / "looks.toml").read_text("utf-8"))
    styles = found["styles"]
    names, traits, other = (
        {word: style for style, one in styles.items() for word in one[part]}
        for part in ("names", "traits", "other")
    )
    tones = {word: tone for tone, words in found["tones"].items() for word in words}
    near = {word: style for style, words in found["near"].items() for word in words}
    return _Words(names, traits, other, tones, near, frozenset(found["film"]["words"]))


def styles() -> tuple[str, ...]:
    """The names of all styles, the one that is drawn without a word first."""
    return tuple(dict.fromkeys(_words().names.values()))


def manner(description: str) -> Manner:
    """The style and the tones that a look's description names; cut paper where it names none."""
    words, said = _words(), " ".join(description.lower().replace("\u2019", "'").split())
    tones = frozenset(words.tones[word] for _, word in _named(said, words.tones))
    for known in (words.names, words.other, words.traits):
        first = min(_named(said, known), default=None)
        if first is not None:
            return Manner(known[first[1]], tones)
    first = min(_named(said, words.near), default=None)
    if first is not None:
        return Manner(words.near[first[1]], tones, first[1])
    opening = re.split(r"[,.:;\n]", description.strip(), maxsplit=1)[0].strip()
    understood = tones or told_in(opening).named or _named(opening.lower(), words.film)
    return Manner(CUT_PAPER, tones, "" if understood else opening)


def _named(said: str, known: Iterable[str]) -> list[tuple[int, str]]:
    """Where words are named in a text and not denied; of two at one place the longer."""
    found: dict[int, str] = {}
    for word in sorted(known, key=len):
        plain = word.isascii()
        bounds = (r"(?<![\w-])", r"(?![\w-])") if plain else ("", "")
        for match in re.finditer(f"{bounds[0]}{re.escape(word)}{bounds[1]}", said):
            if not _DENIED.search(said[: match.start()]):
                found[match.start()] = word
    return [*found.items()]
