"""Which letters of a text no font here has: they are left out of what is drawn."""

from __future__ import annotations

from collections.abc import Iterable

from assembly.words.letters import Face
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


def missing_letters(text: str, faces: Iterable[Face]) -> str:
    """The letters of a text that no font has for one of the typefaces, each once, as they come."""
    from storyboard.lettering.setting import fonts_for

    missing = (fonts_for(text, face.family, face.weight, face.language)[1] for face in faces)
    return "".join(dict.fromkeys("".join(missing)))


def has_all(text: str, face: Face) -> bool:
    """Whether the font of the house itself has all letters of a text, without others that stand in for it."""
    from storyboard.lettering.fonts import house_font
    from storyboard.lettering.setting import fonts_for

    fonts, missing = fonts_for(text, face.family, face.weight, face.language)
    return not missing and {*fonts} <= {house_font(face.family, face.weight)}
