"""What is said of values that another model than the film's refuses, such as a backend's options."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from storyboard.document.problems import problems_of
from storyboard.document.text import parse_document


class Memory(StrEnum):
    FULL = "full"
    TILED = "tiled"


class Adapter(BaseModel):
    scale: Annotated[float, Field(ge=0, le=2)] = 1.0


class Options(BaseModel):
    memory: Memory | Literal["auto"] = "auto"
    steps: Annotated[int, Field(ge=1)] | None = None
    adapter: Adapter | None = None


def said(text: str) -> list[tuple[str, str]]:
    document = parse_document(text, "film.yaml")
    with pytest.raises(ValidationError) as caught:
        Options.model_validate(document.value["options"])
    found = problems_of(caught.value, document, Options, at=("options",))
    return [(one.path, one.message) for one in found]


def test_a_choice_of_two_kinds_is_refused_once_with_all_that_is_allowed():
    assert said("options: {memory: fulll}") == [
        (
            "options.memory",
            '"fulll" is not allowed here; did you mean "full"? (allowed: full, tiled, auto)',
        )
    ]


def test_options_within_options_are_told_at_their_place():
    assert said("options:\n  steps: 0\n  adapter: {scale: 3}") == [
        ("options.steps", "0 is too small; the least is 1"),
        ("options.adapter.scale", "3 is too large; the most is 2"),
    ]
