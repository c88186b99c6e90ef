"""Japanese as it is read aloud: kanji by their kana, particles by their sound.

espeak-ng reads kana and spells everything else, sign by sign, as "Chinese letter". The readings are those of
SudachiPy, which comes with the extra `japanese`.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import Any

LANGUAGE = "ja"
_PARTICLE = "助詞"
_SOUNDS = {"は": "ワ", "へ": "エ", "を": "オ"}
"""particles that are spoken otherwise than they are written"""
_UNREAD = "キゴウ"
"""what Sudachi says of a sign without a reading"""


def has_kanji(text: str) -> bool:
    """Whether a text has signs that are not read by themselves."""
    return any(_is_kanji(letter) for letter in text)


def can_read() -> bool:
    """Whether the extra is installed."""
    return _tokenizer() is not None


def reading(text: str) -> str:
    """The text with kana in the place of kanji; as it is where there are no readings."""
    tokenizer = _tokenizer()
    if tokenizer is None:
        return text
    return "".join(_read(one) for one in tokenizer.tokenize(unicodedata.normalize("NFC", text)))


def _read(word: Any) -> str:
    surface: str = word.surface()
    kana: str = word.reading_form()
    if surface in _SOUNDS and word.part_of_speech()[0] == _PARTICLE:
        return _SOUNDS[surface]
    return kana if has_kanji(surface) and kana != _UNREAD else surface


def _is_kanji(letter: str) -> bool:
    return letter == "々" or (letter.isalpha() and unicodedata.name(letter, "").startswith("CJK "))


@functools.cache
def _tokenizer() -> Any:
    """Sudachi's, with its small dictionary; None where it is not installed."""
    try:
        from sudachipy import Dictionary
    except ImportError:
        return None
    return Dictionary(dict="small").tokenizer()
