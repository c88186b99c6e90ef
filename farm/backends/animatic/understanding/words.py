"""Single words: their stems, and whether they may be nouns or verbs."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache

from farm.backends.animatic.lexicon import Lexicon, lexicon
from farm.backends.animatic.understanding.dictionary import dictionary

_WORD = re.compile(
    r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ÿ]+)*|\d+(?:s\b)?|[.,;:!?()—–]|[^\s\x00-\u024f]+"  # noqa: RUF001  (dashes that people write)
)
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|Prof|Capt|Lt|Sgt|Col|Gen|Rev|Sr|Jr)\.(?=\s)")
"""a title with a stop that ends no sentence"""
_ALIKE = 0.8
"""how much of two words must be written alike for one to be told for the other"""
_REMEMBERED = 8192
"""words whose stems are kept"""
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "people",
    "lens": "lens",
    "feet": "foot",
}


@cache
def readings(word: str) -> dict[str, tuple[str, ...]]:
    """A word's stems, in lower case, by part of speech (`NOUN`, `VERB`, `ADJ`, `ADV`).

    Empty for what no dictionary has.
    """
    return dictionary().readings(word.lower())


def tokens(text: str) -> list[str]:
    """Words, numbers and stops of a text, as they are written."""
    return _WORD.findall(_TITLE.sub(r"\1", text).replace("’", "'"))  # noqa: RUF001  (as people write it)


def spoken_names(name: str) -> list[str]:
    """The words of somebody's name as `tokens` has them, in lower case: `ms`, `mori`."""
    return [word for word in name.lower().replace(".", " ").split() if word]


def singular(word: str) -> str:
    """A noun without its plural, in lower case."""
    return _singular(word, lexicon())


@lru_cache(_REMEMBERED)
def _singular(word: str, known: Lexicon) -> str:
    low = word.lower().removesuffix("'s")
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low in known.things or low in known.kinds or low in known.unseen or len(low) < 4:
        return low
    if low.endswith("men") and f"{low[:-3]}man" in known.kinds:
        return f"{low[:-3]}man"
    if low.endswith("ies"):
        return f"{low[:-3]}y"
    if low.endswith("ves"):
        return next((stem for stem in readings(low).get("NOUN", ())), low)
    if low.endswith(("shes", "ches", "xes", "sses")):
        return low[:-2]
    if low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return low[:-1]
    return low


def verb_stem(word: str) -> str:
    """A verb's plain form, or the word itself."""
    return _verb_stem(word, lexicon())


@lru_cache(_REMEMBERED)
def _verb_stem(word: str, known: Lexicon) -> str:
    low = word.lower()
    if low in known.deeds:
        return low
    if low in known.forms:
        return known.forms[low]
    stems = readings(low).get("VERB", ())
    seen = [stem for stem in stems if stem in known.deeds]
    return (seen or [*stems, low])[0]


def may_be(word: str, part: str) -> bool:
    """Whether a word may be a `NOUN`, a `VERB`, an `ADJ` or an `ADV`."""
    return part in readings(word.lower())


def nearest(word: str, known: list[str]) -> list[str]:
    """The known words that are written nearly like a word or share a noun with it, three at most."""
    low = word.lower()
    alike = get_close_matches(low, known, n=3, cutoff=_ALIKE)
    parts = {part for part in low.split() if part not in lexicon().qualities | lexicon().function_words}
    shared = [one for one in known if parts & {*one.split()}]
    shared.sort(key=lambda one: (-SequenceMatcher(None, low, one).ratio(), one))
    return [*dict.fromkeys([*shared, *alike])][:3]
