"""A row of subtitles is shown in its language's direction, whatever it begins and ends with."""

from __future__ import annotations

import pytest

from storyboard.planning.overlapping_subtitles import Subtitle
from storyboard.planning.text_direction import directed, is_right_to_left


@pytest.mark.parametrize(
    ("language", "leftwards"),
    [
        ("ar", True),
        ("he", True),
        ("fa", True),
        ("ur", True),
        ("yi", True),
        ("dv", True),
        ("pa-PK", True),
        ("az-Arab", True),
        ("ar-Latn", False),
        ("pa", False),
        ("en", False),
        ("ja", False),
    ],
)
def test_a_language_is_written_as_its_script_is(language, leftwards):
    assert is_right_to_left(language) == leftwards


def test_rows_are_held_in_the_direction_of_their_language():
    rows = ("Lamp 7 انطفأت!", "- نعم.")
    (arabic,) = directed([Subtitle(3, 9, rows, frozenset({1}))], "ar")
    assert arabic == Subtitle(3, 9, tuple(f"\u202b{row}\u202c" for row in rows), frozenset({1}))
    (english,) = directed([Subtitle(3, 9, ("شيرين is here.", "Where?"))], "en")
    assert english.rows == ("\u202aشيرين is here.\u202c", "Where?")
