"""Letters that no font has: each is found, and nothing that is drawn is."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from assembly.words.missing_letters import SUBTITLE_FACES, TITLE_FACES, missing_letters
from assembly.words.titles import draw, draw_subtitle
from storyboard.schema.vocabulary import TitleStyle
from tests.support.fonts import no_cjk  # noqa: F401  (a fixture)

EVERY = [face for faces in TITLE_FACES.values() for face in faces]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("It's 5 o'clock — “yes”, Æsir, Łódź, ŁÓDŹ, straße…", ""),
        ("Мир и война, Φως", ""),
        ("שלום سلام नमस्ते สวัสดี \U0001f3ac", ""),
        ("おはよう, 灯台 안녕", ""),
        ("𒀀𒀀 and 𓀀", "𒀀𓀀"),
        ("a\u200db\ufe0f\u00a0c\u2028", ""),
        ("", ""),
    ],
)
def test_the_letters_that_no_font_has_are_told_once_each(text, missing):
    assert missing_letters(text, SUBTITLE_FACES) == missing


@pytest.mark.usefixtures("no_cjk")
def test_letters_of_an_extra_that_is_not_here_are_missing():
    assert missing_letters("おはよう, ok 灯 안", EVERY) == "おはよう灯안"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_letter_is_the_same_in_every_form(form):
    assert missing_letters(unicodedata.normalize(form, "Ångström, Việt Nam, é"), EVERY) == ""


def test_what_no_font_has_is_left_out_and_no_box_stands_for_it():
    drawn, bare = (draw(text, TitleStyle.MAIN, 400, 200).rgba for text in ("A𒀀B", "AB"))
    assert np.array_equal(drawn, bare)
    assert not draw("𒀀", TitleStyle.MAIN, 400, 200).rgba.any()


def test_italics_that_have_not_the_letters_are_upright():
    def drawn(*rows, italic):
        return draw_subtitle(rows, 400, 200, italic={*range(len(rows))} if italic else frozenset()).rgba

    assert np.array_equal(drawn("Мир", italic=True), drawn("Мир", italic=False))
    assert not np.array_equal(drawn("Peace", italic=True), drawn("Peace", italic=False))
