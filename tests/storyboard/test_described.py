"""What a JSON Schema tells of a model's attributes: their docstrings, and what goes before these."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from storyboard.described import DescribedModel
from storyboard.schema.film import Film


class Lens(DescribedModel):
    """Glass."""

    millimetres: int
    """how long
    it is"""
    coated: bool = True
    maker: Annotated[str, Field(alias="madeBy")] = ""
    """who made it"""
    mount: Annotated[str, Field(description="what it fits")] = ""
    """not told"""


class Zoom(Lens):
    """Glass that moves."""

    coated: bool = False
    to: Lens | None = None
    """another end"""


def said(schema):
    return {name: one.get("description") for name, one in schema["properties"].items()}


OF_A_LENS = {
    "millimetres": "how long\nit is",
    "coated": None,
    "madeBy": "who made it",
    "mount": "what it fits",
}


def test_attributes_are_described_by_the_docstrings_under_them():
    assert said(Lens.model_json_schema()) == OF_A_LENS


def test_those_that_a_model_inherits_and_those_of_models_in_it_are_described_too():
    schema = TypeAdapter(list[Zoom]).json_schema(mode="serialization")
    assert said(schema["$defs"]["Zoom"]) == OF_A_LENS | {"to": "another end"}
    assert said(schema["$defs"]["Lens"]) == OF_A_LENS


def test_a_film_says_what_its_language_is_for():
    assert said(Film.model_json_schema())["language"] == "a language tag such as en, de or pt-BR"
    assert said(Film.model_json_schema())["original_language"].startswith("the language that its texts are")
