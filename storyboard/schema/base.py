"""What every model of a film document is built on: frozen, closed, described, with the values it may hold."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"),
    Field(description="letters, digits, - and _; at most 64"),
]


def composed(words: str) -> str:
    """Words in the Unicode form NFC, so that the same letters are drawn, spoken and digested alike."""
    return unicodedata.normalize("NFC", words)


COMPOSED = AfterValidator(composed)
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


@cache
def _registered(tag: str) -> str:
    """The tag, in the one form that BCP 47 recommends for its language."""
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


class Model(BaseModel):
    """Frozen, closed, and described: the base of every model in a film document."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True
    )
