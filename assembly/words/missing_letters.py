"""Which letters of a text no font of ours has: boxes would stand for them."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFont

from assembly.words.lettering import Face
from storyboard.schema.vocabulary import TitleStyle

SUBTITLE_FACES = (Face("sans", "Regular", 1),)
CAPTION_FACES = (Face("sans", "Semibold", 1), Face("sans", "Bold", 1))
SHEET_FACES = (Face("sans", "Semibold", 1),)
SLATE_FACES = (Face("serif", "Semibold", 1), Face("sans", "Regular", 1))
TITLE_FACES = {
    TitleStyle.MAIN: (Face("serif", "Semibold", 1),),
    TitleStyle.CARD: (Face("serif", "Semibold", 1),),
    TitleStyle.LOWER_THIRD: (Face("sans", "Semibold", 1),),
    TitleStyle.CREDITS: (
        Face("sans", "Regular", 1),
        Face("sans", "Semibold", 1),
        Face("serif", "Semibold", 1),
    ),
}
"""what each kind of words is drawn with; words in italics have these letters where their own face has not"""

_SIZE = 20
_NOT_A_LETTER = "\U0010ffff"
"""of no font, so that its box is drawn"""
_UNDRAWN = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}
"""categories of what is not seen: spaces, controls, joiners"""


def missing_letters(text: str, faces: Iterable[Face]) -> str:
    """The letters of a text that one of the typefaces does not have, each once, as they come."""
    every = tuple(faces)
    letters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(
        letter
        for letter in letters
        if not letter.isascii() and _is_seen(letter) and not all(_has(face, letter) for face in every)
    )


def _is_seen(letter: str) -> bool:
    selects_a_form = "\ufe00" <= letter <= "\ufe0f"
    return not selects_a_form and unicodedata.category(letter) not in _UNDRAWN


@functools.lru_cache(maxsize=4096)
def _has(face: Face, letter: str) -> bool:
    return _shape(face, letter) != _shape(face, _NOT_A_LETTER)


def _shape(face: Face, letter: str) -> tuple[float, bytes]:
    """How a letter looks by itself, without what shaping makes of it."""
    plain = ImageFont.truetype(face.font(_SIZE).path, _SIZE, layout_engine=ImageFont.Layout.BASIC)
    picture = Image.new("L", (4 * _SIZE, 3 * _SIZE))
    ImageDraw.Draw(picture).text((_SIZE, 2 * _SIZE), letter, fill=255, font=plain, anchor="ls")
    return plain.getlength(letter), picture.tobytes()
