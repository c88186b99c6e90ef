"""Letters that no font has: each is found, and nothing that is drawn is."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from assembly.words.lettering import Face
from assembly.words.missing_letters import SUBTITLE_FACES, TITLE_FACES, missing_letters
from assembly.words.titles import draw, draw_subtitle
from storyboard.schema.vocabulary import TitleStyle

EVERY = [face for faces in TITLE_FACES.values() for face in faces]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("It's 5 o'clock — “yes”, Æsir, Łódź, ŁÓDŹ, straße…", ""),
        ("Мир и война", ""),
        ("おはよう, ok", "おはよう"),
        ("שלום שלום", "שלום"),
        ("سلام", "سلام"),
        ("नमस्ते", "नमसत\u094d\u0947"),
        ("灯台 灯", "灯台"),
        ("\U0001f3ac", "\U0001f3ac"),
        ("a\u200db\ufe0f\u00a0c\u2028", ""),
        ("", ""),
    ],
)
def test_the_letters_that_a_font_has_not_are_told_once_each(text, missing):
    assert sorted(missing_letters(text, SUBTITLE_FACES)) == sorted(missing)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_letter_is_the_same_in_every_form(form):
    assert missing_letters(unicodedata.normalize(form, "Ångström, Việt Nam, é"), EVERY) == ""


def test_what_is_missing_is_what_would_be_drawn_alike():
    two = [draw(letter, TitleStyle.MAIN, 400, 200).rgba for letter in "おは"]
    assert np.array_equal(*two), "both are the same box"
    assert missing_letters("おは", TITLE_FACES[TitleStyle.MAIN]) == "おは"
    assert missing_letters("é", [Face("serif", "Semibold", 1)]) == ""


def test_italics_that_have_not_the_letters_are_upright():
    def drawn(*rows, italic):
        return draw_subtitle(rows, 400, 200, italic={*range(len(rows))} if italic else frozenset()).rgba

    assert np.array_equal(drawn("Мир", italic=True), drawn("Мир", italic=False))
    assert not np.array_equal(drawn("Peace", italic=True), drawn("Peace", italic=False))
