"""Words of people are kept as they are, but for what does something to other words."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.decisions import letters
from pipeline.decisions.letters import plain_words


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("as it is,\n\tin two lines", "as it is,\n\tin two lines"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x1b[31mc\x7fd\x85", "ab[31mcd"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\u2066a\u2069\u2069b", "\u2066a\u2069b"),
        ("\u2067a \u2066b", "\u2067a \u2066b\u2069\u2069"),
        ("\u200f\u05d0 1\u200e", "\u200f\u05d0 1\u200e"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_what_people_write_is_kept_plain(written, kept):
    assert plain_words(written) == kept


@given(st.text())
def test_plain_words_stay_as_they_are(text):
    once = plain_words(text)
    assert plain_words(once) == once
    assert sum(once.count(letter) for letter in "\u2066\u2067\u2068") == once.count("\u2069")


def test_the_examples_are_true():
    assert doctest.testmod(letters).failed == 0
