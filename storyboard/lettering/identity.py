"""What goes into digests of pictures with words: fonts that another machine may not have."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyboard.lettering.fonts import Family

_FAMILIES: tuple[Family, ...] = ("sans", "serif")


def letters_of(*texts: str, language: str = "") -> list[str]:
    """The fonts beside the house's that words are set in, and letters that no font here has; often nothing.

    Args:
        texts: the words.
        language: whose forms Chinese letters have, as `set_row` takes it.
    """
    return sorted({one for text in texts if not text.isascii() for one in _letters_of(text, language)})


@lru_cache(maxsize=4096)
def _letters_of(text: str, language: str) -> tuple[str, ...]:
    from storyboard.lettering.fonts import house_font
    from storyboard.lettering.setting import fonts_for

    found: list[str] = []
    for family in _FAMILIES:
        fonts, missing = fonts_for(text, family, "Regular", language)
        house = house_font(family, "Regular")
        found += [font.identity for font in fonts if font != house]
        found += [f"no font: {missing}"] if missing else []
    return tuple(found)
