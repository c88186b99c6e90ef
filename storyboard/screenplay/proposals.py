"""What a language model may propose for a scene's shots, and what of its answer is taken for a proposal.

An answer is data within these forms and nothing else: words for pictures, sizes, moves. There is no field for
words that are spoken, for ids, or for anything that runs; whatever a screenplay's text talks a model into, it
can only fill these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import pydantic_core
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from storyboard.schema.vocabulary import CameraMove, ShotSize
from storyboard.wording import composed, shown

MOST_LETTERS = 4000
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""which turn words around that stand behind them"""
_FENCED = re.compile(r"\A```(?:json)?\s*\n(.*?)\n?```\Z", re.DOTALL)
_NOT_IN_SCHEMAS = frozenset({"default", "title", "maxLength", "minLength"})
"""keys that strict structured output does not take; they are checked here"""


def _paragraph(words: str) -> str:
    """Words as one paragraph of a film document."""
    words = composed(" ".join(words.split()))
    if len(words) > MOST_LETTERS:
        raise ValueError(f"has {len(words)} letters, of {MOST_LETTERS} at most")
    wrong = next((one for one in words if one in _BIDI or unicodedata.category(one) in _UNSEEN), None)
    if wrong is not None:
        raise ValueError(f"has the character U+{ord(wrong):04X}, which is none of a text")
    if "{{" in words:
        raise ValueError("has {{, which begins a formula in a film document")
    return words


_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})


def _filled(words: str) -> str:
    if not words:
        raise ValueError("is empty")
    return words


def _reason(words: str) -> str:
    return words[:400]


Words = Annotated[str, AfterValidator(_paragraph), AfterValidator(_filled)]
Reason = Annotated[str, AfterValidator(_paragraph), AfterValidator(_reason)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ChangedShot(_Form):
    """Another size, move or action for a shot that there is."""

    shot: str
    """its id"""
    size: ShotSize | None = None
    """how much the frame holds; null to leave it"""
    camera: CameraMove | None = None
    """what the camera does; null to leave it"""
    action: Words | None = None
    """what is seen, in words; null to leave it"""
    why: Reason = ""
    """the reason, in a sentence"""


class AddedShot(_Form):
    """One more shot, of a beat that has none of its own."""

    after: str
    """the id of the shot that it follows"""
    size: ShotSize
    """how much the frame holds"""
    camera: CameraMove
    """what the camera does"""
    action: Words
    """what is seen, in words"""
    people: tuple[str, ...] = ()
    """ids of characters of the scene who are in the picture"""
    seconds: Annotated[float, Field(ge=1.5, le=30, allow_inf_nan=False)]
    """how long it is, 1.5 to 30"""
    why: Reason = ""
    """the reason, in a sentence"""


class LeftOutShot(_Form):
    """A shot without dialogue that the scene does not need."""

    shot: str
    """its id"""
    why: Reason = ""
    """the reason, in a sentence"""


class DescribedPerson(_Form):
    """How a character looks."""

    id: str
    """of the character"""
    description: Words
    """in words"""
    why: Reason = ""
    """the reason, in a sentence"""


class Answer(_Form):
    """Proposals for one scene."""

    shots: tuple[ChangedShot, ...] = ()
    """shots that change"""
    added: tuple[AddedShot, ...] = ()
    """shots that come in"""
    left_out: tuple[LeftOutShot, ...] = ()
    """shots that go"""
    people: tuple[DescribedPerson, ...] = ()
    """characters who look otherwise, of those that are to be described"""
    place: Words | None = None
    """another description of the place, where it is to be described; null to leave it"""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, read.

    Attributes:
        answer: what is valid of it.
        refused: what is not, in words.
    """

    answer: Answer = field(default_factory=Answer)
    refused: tuple[str, ...] = ()


class NoAnswerError(ValueError):
    """What was answered is not in the form at all; says why, in words."""


_Item = TypeVar("_Item", bound=_Form)
_LISTS: dict[str, type[_Form]] = {
    "shots": ChangedShot,
    "added": AddedShot,
    "left_out": LeftOutShot,
    "people": DescribedPerson,
}
_MOST_ITEMS = 1000


def answer_schema() -> dict[str, Any]:
    """The JSON Schema of an answer, as strict structured output takes it.

    Closed, every property required, and without references: some servers refuse one that has a description.
    """
    schema = Answer.model_json_schema()
    made = _strict({key: value for key, value in schema.items() if key != "$defs"}, schema["$defs"])
    if not isinstance(made, dict):
        raise TypeError("the schema of a model is a mapping")
    return made


def _strict(value: Any, named: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_strict(one, named) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        rest = {key: one for key, one in value.items() if key != "$ref"}
        return _strict({**named[value["$ref"].rpartition("/")[2]], **rest}, named)
    made = {key: _strict(one, named) for key, one in value.items() if key not in _NOT_IN_SCHEMAS}
    if isinstance(value.get("properties"), dict):  # whose own names may be those of such keys
        made["properties"] = {name: _strict(one, named) for name, one in value["properties"].items()}
        made |= {"required": [*value["properties"]], "additionalProperties": False}
    return made


def heard(text: str) -> Heard:
    """Read an answer; each proposal that is not valid is named and left out.

    Args:
        text: JSON in the form of `Answer`; a fence of Markdown around it does no harm.

    Raises:
        NoAnswerError: it is nothing of the kind.
    """
    found = _FENCED.match(text.strip())
    try:
        value = pydantic_core.from_json(found[1] if found else text, allow_inf_nan=False)
    except ValueError as error:
        raise NoAnswerError(f"it is no JSON ({error})") from None
    if not isinstance(value, dict):
        raise NoAnswerError("it is no JSON object")
    if not value.keys() & Answer.model_fields.keys() and value:
        raise NoAnswerError(f"it has none of {', '.join(Answer.model_fields)}")
    refused = [f"{shown(key)} is nothing that can be proposed" for key in value.keys() - Answer.model_fields]
    parts: dict[str, Any] = {}
    for key, form in _LISTS.items():
        parts[key] = _valid_items(key, form, value.get(key) or [], refused)
    if value.get("place") is not None:
        try:
            parts["place"] = TypeAdapter(Words).validate_python(value["place"])
        except ValidationError as error:
            refused.append(f"place: {_wrong(error)}")
    return Heard(Answer.model_construct(None, **parts), tuple(refused))


def _valid_items(key: str, form: type[_Item], items: object, refused: list[str]) -> tuple[_Item, ...]:
    if not isinstance(items, list):
        refused.append(f"{key}: is no list")
        return ()
    if len(items) > _MOST_ITEMS:
        refused.append(f"{key}: {len(items) - _MOST_ITEMS} of {len(items)} are too many")
    kept: list[_Item] = []
    for item in items[:_MOST_ITEMS]:
        try:
            kept.append(form.model_validate(item))
        except ValidationError as error:
            name = (
                next((item[one] for one in ("shot", "after", "id") if one in item), "") if _is(item) else ""
            )
            refused.append(f"{key}{f' {shown(name)}' if name else ''}: {_wrong(error)}")
    return tuple(kept)


def _is(item: object) -> bool:
    return isinstance(item, dict)


def _wrong(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    given = first["input"]
    value = f" (not {shown(given)})" if isinstance(given, str | int | float) and len(str(given)) < 60 else ""
    return f"{where}: {said}{value}" if where else f"{said}{value}"
