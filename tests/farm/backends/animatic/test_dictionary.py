"""The dictionary of English: what lemminflect says of its words, without its table."""

from __future__ import annotations

import gzip
from pathlib import Path

import lemminflect

from farm.backends.animatic.understanding.dictionary import dictionary
from farm.backends.animatic.understanding.words import readings

EACH = 40
"""one of so many words is compared"""


def words_of(file: str) -> list[str]:
    return list(dict.fromkeys(line.split(",")[0].lower() for line in file.splitlines()))


def test_it_says_of_each_word_what_lemminflect_says():
    with gzip.open(lemminflect.config.lemma_lu_fn, "rt", encoding="utf-8") as file:
        known = words_of(file.read())
    corrections = Path(lemminflect.config.lemma_overrides_fn).read_text("utf-8")
    corrected = [word for word in words_of(corrections) if word and not word.startswith("#")]
    asked = [*known[::EACH], known[0], known[-1], *corrected, "could", "okay", "lens", "xyzzy", "lamp's", ""]
    assert len(asked) > 1000
    assert [dictionary().readings(word) for word in asked] == [
        lemminflect.getAllLemmas(word) for word in asked
    ]


def test_a_word_is_found_however_it_is_written():
    assert readings("Lamps") == readings("lamps") == {"NOUN": ("lamp",)}
