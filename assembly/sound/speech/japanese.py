"""Japanese as it is read: kanji become kana, and particles are written as they are said.

espeak-ng knows kana alone; of a kanji it says "Chinese letter". SudachiPy finds the words and their readings;
it is the extra `japanese`, and without it nothing is changed here. docs/decisions/023-japanese-by-sudachi.md
"""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from typing import Any

EXTRA = "japanese"
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_MORE = frozenset("々〆〇")
_PARTICLES = {"は": "ワ", "へ": "エ", "を": "オ"}
"""that are written otherwise than they are said"""
_JOINED = frozenset({"助詞", "助動詞", "接尾辞", "補助記号"})
"""parts of speech that are said in one breath with the word before"""
_NO_READING = frozenset({"", "キゴウ"})
"""what stands in the dictionary for signs that have none: nothing, or that it is a sign"""


def kanji_in(text: str) -> str:
    """The kanji of a text, each once, in their order."""
    return "".join(
        dict.fromkeys(letter for letter in unicodedata.normalize("NFC", text) if _is_kanji(letter))
    )


def can_read() -> bool:
    """Whether the reading library is installed."""
    return all(importlib.util.find_spec(name) for name in ("sudachipy", "sudachidict_small"))


def as_kana(text: str) -> str:
    """A text as it is read, its words apart; without the reading library, as it is.

    Digits and letters of other scripts stay, for the voice to say.
    """
    if not can_read():
        return text
    words: list[str] = []
    for part in _tokenizer().tokenize(unicodedata.normalize("NFKC", text)):
        kind, said = part.part_of_speech(), _said(part)
        if words and kind[0] in _JOINED:
            words[-1] += said
        else:
            words.append(said)
    return " ".join(" ".join(words).split())


def _said(part: Any) -> str:
    """One word; kana stay as they are."""
    surface: str = part.surface()
    kind: str = part.part_of_speech()[0]
    if kind == "助詞" and surface in _PARTICLES:
        return _PARTICLES[surface]
    if kind == "感動詞" and surface.endswith("は"):  # a greeting that was a particle once
        return surface[:-1] + "ワ"
    reading = str(part.reading_form())
    return surface if reading in _NO_READING or not kanji_in(surface) else reading


def _is_kanji(letter: str) -> bool:
    return letter in _MORE or any(first <= ord(letter) <= last for first, last in _IDEOGRAPHS)


@functools.cache
def _tokenizer() -> Any:
    """Loaded once; a tenth of a second, and its dictionary is read as it is needed."""
    from sudachipy import Dictionary

    return Dictionary(dict="small").tokenizer()
