"""How long words take to be spoken, as far as their letters tell. Pure."""

from __future__ import annotations

from fractions import Fraction

_LETTERS_PER_SECOND = 16
"""of speech at 160 words a minute"""
_WORDS_PER_MINUTE = 160
_OF_A_DIGIT = 8
"""letters that a digit is spoken with"""
_OF_ANOTHER_SCRIPT = 3
"""letters that a letter is spoken with where one stands for a syllable"""


def guessed_s(words: str, words_per_minute: int) -> Fraction:
    """How many seconds words take at a speed."""
    letters = sum(
        _OF_A_DIGIT if letter.isdigit() else _OF_ANOTHER_SCRIPT if ord(letter) >= 0x0900 else 1
        for letter in words
    )
    return Fraction(letters * _WORDS_PER_MINUTE, _LETTERS_PER_SECOND * words_per_minute)
