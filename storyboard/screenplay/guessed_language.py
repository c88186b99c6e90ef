"""The language that a script is written in, by its letters and its small words. Pure."""

from __future__ import annotations

import re
from collections import Counter

from storyboard.screenplay.script import Kind, Script

_SMALL_WORDS: dict[str, str] = {
    "en": "the and of to in is you that it he she for on with his her at",
    "fr": "le la les et de des un une est dans que pour elle il je vous sur pas",
    "es": "el la los las y de que en un una es por con no se su del al",
    "de": "der die das und ist nicht ein eine zu den von mit sie er ich auf im dem",
    "it": "il lo la gli e di che un una è non per con si sono della nel",
    "pt": "o a os as e de que em um uma não para com se do da no na",
    "nl": "de het een en van ik is niet dat je op zijn met voor",
    "pl": "i w na nie się to jest z do że jak co ale",
    "sv": "och det att i en som på är av för med den inte",
    "fi": "ja on ei se hän että mutta kun niin oli minä sinä",
}
_LETTERS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)


def _share(counts: Counter[str], small: list[str]) -> float:
    return sum(counts[word] for word in small) / len(small)


def language_of(script: Script) -> str:
    """A language tag; English where nothing tells."""
    words = " ".join(one.text for one in script.elements if one.kind in {Kind.ACTION, Kind.DIALOGUE})[:60_000]
    total = sum(letter.isalpha() for letter in words) or 1
    for tag, letters in _LETTERS:
        share = len(letters.findall(words)) / total
        if share > (0.02 if tag in {"ja", "uk"} else 0.3):
            return tag
    counts = Counter(re.findall(r"[^\W\d_]+", words.casefold()))
    score = {tag: _share(counts, small.split()) for tag, small in _SMALL_WORDS.items()}
    best = max(score, key=lambda tag: (score[tag], tag == "en"))
    return best if score[best] > 0 else "en"
