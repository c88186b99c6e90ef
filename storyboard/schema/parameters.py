"""What a film leaves open: its parameters, of which each version of it has its own values."""

from __future__ import annotations

import keyword
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue, StringConstraints

from storyboard.schema.base import Line, Model, Text

RESERVED_NAMES = frozenset({"upper", "lower", "length", "text", "round", "min", "max", "true", "false"})
"""words of the language that conditions are written in (`storyboard/document/expressions.py`)"""


def _free(name: str) -> str:
    if name in RESERVED_NAMES or keyword.iskeyword(name):
        raise ValueError(f'"{name}" is a word of the language of formulas; choose another name')
    return name


ParameterName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$"),
    AfterValidator(_free),
    Field(description="letters, digits and _, a letter first; at most 64"),
]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""a formula that gives true or false; read before the schema is"""


class ParameterType(StrEnum):
    """What the values of a parameter are."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    FILE = "file"
    COLOUR = "colour"


class AnswerForm(StrEnum):
    """What a text may be that a viewer writes."""

    NAME = "name"
    WORD = "word"
    LINE = "line"


class Parameter(Model):
    """Something that differs from version to version: `{{ its name }}` stands for its value."""

    type: ParameterType
    """what its values are"""
    default: JsonValue = None
    """its value where none is given; without one, every version gives its own"""
    description: Text = ""
    """what it is for, for those who give values"""
    choices: Annotated[tuple[Line, ...], Field(max_length=1000)] = ()
    """what a choice is between"""
    min: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = None
    """the least that a number may be"""
    max: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = None
    """the most that a number may be"""
    whole: bool = False
    """whether a number has no fraction"""
    max_length: Annotated[int, Field(strict=True, ge=1, le=4000)] = 400
    """the most characters of a text"""
    form: AnswerForm = AnswerForm.LINE
    """of a text that viewers write: a name, one word, or a line, which only people read and hear"""
    personal: bool = False
    """one viewer's own, as every parameter is that a scene asks for: it reaches no other viewer's film"""
