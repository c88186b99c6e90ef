"""What every model of a film document is built on: frozen, closed, described, with the values it may hold."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from storyboard.described import DescribedModel
from storyboard.wording import composed, shown

PlainName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"),
    Field(description="letters from a to z, digits, - and _; at most 64"),
]
"""what code and machines are called: a backend, its options, a node's tags"""
MOST_OF_AN_ID = 64
_ID_IN_SCHEMAS = r"^[^\s!-/:-@\[-`{-~][^\s!-,./:-@\[-^`{-~]{0,63}$"
"""what no dialect of regular expressions takes for something else; a little wider than what is checked"""


def _identified(name: str) -> str:
    """An id in the form NFC."""
    name = composed(name)
    if not 0 < len(name) <= MOST_OF_AN_ID or not name[0].isalnum() or not all(map(_goes_into_an_id, name)):
        raise ValueError(
            f"{shown(name)}: an id has letters, digits, - and _ (at most {MOST_OF_AN_ID}), "
            "a letter or digit first"
        )
    return name


def _goes_into_an_id(c: str) -> bool:
    return c.isalnum() or c in "-_" or unicodedata.category(c) in {"Mn", "Mc"}


COMPOSED = AfterValidator(composed)
Id = Annotated[
    str,
    AfterValidator(_identified),
    Field(
        description=f"letters of any script, digits, - and _; at most {MOST_OF_AN_ID}",
        json_schema_extra={"pattern": _ID_IN_SCHEMAS},
    ),
]
"""what people call a shot, a scene, a character, a renderer"""
_ONE_LINE = r"^[^\r\n]*$"
Text = Annotated[str, StringConstraints(max_length=4000), COMPOSED]
Line = Annotated[str, StringConstraints(max_length=400, pattern=_ONE_LINE), COMPOSED]
FilledLine = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=_ONE_LINE), COMPOSED]
ShortLine = Annotated[str, StringConstraints(max_length=40, pattern=_ONE_LINE), COMPOSED]
SpokenWords = Annotated[str, StringConstraints(min_length=1, max_length=1000), COMPOSED]
TitleWords = Annotated[str, StringConstraints(min_length=1, max_length=2000), COMPOSED]
SoundName = Annotated[str, StringConstraints(max_length=400, pattern=_ONE_LINE)]
"""a built-in sound or a file: of the latter, the name as it is spelled in its folder"""
RelativePath = Annotated[
    str,
    StringConstraints(min_length=1, max_length=400),
    Field(description="a file inside the project folder, relative to the film document"),
]


# fmt: off
COMMON_LANGUAGES = frozenset({
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "en-GB", "en-US", "es", "et", "fa", "fi",
    "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "nn", "pl", "pt",
    "pt-BR", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh",
    "zh-Hans", "zh-Hant",
})
# fmt: on
"""tags that need not be looked for in the registry, which takes long to load"""


@cache
def _registered(tag: str) -> str:
    """The tag, in the one form that BCP 47 recommends for its language."""
    if tag in COMMON_LANGUAGES:
        return tag
    import langcodes

    if not langcodes.tag_is_valid(tag):
        raise ValueError(f'"{tag}" is no registered language (BCP 47), such as en, de or pt-BR')
    if (standard := langcodes.standardize_tag(tag)) != tag:
        raise ValueError(f'the language "{tag}" is written {standard}')
    return tag


Language = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35),
    AfterValidator(_registered),
    Field(description="a language tag such as en, de or pt-BR"),
]
Colour = Annotated[
    str,
    StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$", to_lower=True),
    Field(description='sRGB, written "#rrggbb"'),
]
Seed = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]
Decibels = Annotated[float, Field(strict=True, ge=-60, le=24, allow_inf_nan=False)]


class Model(DescribedModel):
    """Frozen, closed, and described: the base of every model in a film document."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)
