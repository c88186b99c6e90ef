"""Screenplays in the encodings of several programs are one text."""

import codecs

import pytest

from storyboard.screenplay.read import script_of

TEXT = "Title: Café\n\nINT. CAFÉ - DAY\n\nRené sits.\n\nRENÉ (v.o.)\nDéjà vu…\n"
EXPECTED = script_of(TEXT.encode(), "a.fountain")


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n", "\r\r\n").encode(),
        TEXT.replace("é", "e\u0301").encode(),
        TEXT.replace("INT.", "\tINT.").replace("René sits", "   René sits").encode(),
        TEXT.replace(" ", "\xa0").encode(),
    ],
)
def test_encodings_and_line_ends_do_no_harm(data):
    assert script_of(data, "a.fountain") == EXPECTED
