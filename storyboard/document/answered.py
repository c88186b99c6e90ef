"""How what viewers answer comes into a film's texts, and never into what a model reads but as itself.

An answer that a model may read is a name or a word (`storyboard/branching/answers.py` says of which letters),
stands alone in its formula, and is put in quotation marks there. So no answer is taken for an instruction or
another sentence, or for the signs by which prompts weigh their words. Options of backends take no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from storyboard.document.expressions import FormulaError, Value, names_in
from storyboard.schema.parameters import AnswerForm, Parameter, ParameterType


class Place(Enum):
    """Who reads a text of a film document."""

    PEOPLE = auto()
    """it is seen or heard, or only tells the pipeline what to do"""
    NAME = auto()
    """it is seen, and a model reads it as somebody's name"""
    MODEL = auto()
    """a model reads it"""
    OPTIONS = auto()
    """a backend or a voice does"""


def place_of(keys: tuple[str, ...]) -> Place:
    """Who reads what stands under these keys, those of lists left out."""
    match keys:
        case ("characters" | "locations", _, "name"):
            return Place.NAME
        case ("look", "description" | "negative"):
            return Place.MODEL
        case ("characters" | "locations", _, "description") | ("characters", _, "wardrobe", *_):
            return Place.MODEL
        case ("look", "loras", "trigger") | ("characters", _, "loras", "trigger"):
            return Place.MODEL
        case ("scenes", "shots", "action") | ("scenes", "shots", "characters", "action"):
            return Place.MODEL
    return Place.OPTIONS if {"backend_options", "options"} & {*keys} else Place.PEOPLE


@dataclass(frozen=True, slots=True)
class Answers:
    """The texts among a film's parameters that viewers write.

    Attributes:
        forms: what each of them may be, by the parameter's name.
    """

    forms: Mapping[str, AnswerForm] = field(default_factory=dict)

    def in_formula(self, formula: str, value: Value, keys: tuple[str, ...]) -> Value:
        """What a formula gives at a place of the document.

        Args:
            formula: what stands between the braces.
            value: what it comes to.
            keys: of the place.

        Raises:
            FormulaError: an answer stands there that may not.
        """
        place = place_of(keys)
        if not self.forms or place is Place.PEOPLE:
            return value
        written = sorted(names_in(formula) & self.forms.keys())
        if not written:
            return value
        name = written[0]
        if place is Place.OPTIONS:
            raise FormulaError(f'"{name}" is what a viewer writes; no option takes it')
        if self.forms[name] is AnswerForm.LINE:
            raise FormulaError(
                f'"{name}" is a line that a viewer writes, and a model reads this; '
                'let it be "form: name" or "form: word"'
            )
        if formula.strip() != name:
            raise FormulaError(
                f'"{name}" is what a viewer writes, and a model reads this; it stands alone: {{{{ {name} }}}}'
            )
        return f"“{value}”" if place is Place.MODEL else value


def answers_in(document: Any, parameters: Mapping[str, Parameter]) -> Answers:
    """What viewers write into a film.

    Args:
        document: its plain value, which need not be a film yet.
        parameters: what it declares.
    """
    texts = {name for name, one in parameters.items() if one.type is ParameterType.TEXT}
    asked = {name for name in texts if parameters[name].personal}
    scenes = document.get("scenes") if isinstance(document, dict) else None
    for scene in scenes if isinstance(scenes, list) else ():
        ask = scene.get("ask") if isinstance(scene, dict) else None
        name = ask.get("parameter") if isinstance(ask, dict) else None
        asked |= {name} & texts if isinstance(name, str) else set()
    return Answers({name: parameters[name].form for name in asked})
