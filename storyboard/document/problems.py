"""What pydantic says of a document → problems in the user's words, each at its place in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from storyboard.document.text import Document, DocumentPath
from storyboard.document.unquoted import ADVICE
from storyboard.errors import Problem
from storyboard.wording import did_you_mean, shown

MOST_PROBLEMS = 1000
"""in one message; nobody mends more before the next try"""

MOST_ERRORS = 50_000
"""that are looked at one by one; pydantic takes a kilobyte for each"""

_PATTERNS = (
    (
        r"[A-Za-z][A-Za-z0-9_]",
        "a parameter's name has letters from a to z, digits and _ (at most 64), a letter first",
    ),
    (
        r"[A-Za-z0-9][A-Za-z0-9_-]",
        "a name like this has letters from a to z, digits, - and _ (at most 64), a letter or digit first",
    ),
    (r"#[0-9A-Fa-f]", 'a colour is written "#rrggbb", in quotes'),
    (r"[a-z]{2,3}(-", "a language is two or three small letters, with parts after them: en, de, pt-BR"),
    (r"[^\r\n]", "this is one line of text, without line breaks"),
    (r"[0-9]{1,5}", "a shape of frame is width:height, such as 16:9, 9:16, 1:1 or 2.39:1"),
    (r"[A-G]", "a key is a note and major or minor, such as D minor, Bb major or F# minor"),
)


def problems_of(
    error: ValidationError,
    document: Document,
    model: type[BaseModel],
    *,
    at: DocumentPath = (),
    beside: Sequence[Problem] = (),
) -> list[Problem]:
    """The problems that a validation found, in the order of the document.

    Args:
        error: what pydantic says.
        document: where the validated value comes from.
        model: what it was validated as.
        at: where in the document the validated value stands.
        beside: problems known before; they stand for whatever the validation says of the same places.
    """
    if error.error_count() > MOST_ERRORS:
        return in_order(
            [*beside, document.problem(at, f"{error.error_count():,} things are wrong; this is no film")]
        )
    known = {(problem.line, problem.column) for problem in beside}

    def place(details: Mapping[str, Any]) -> tuple[int, int]:
        found = document.mark((*at, *details["loc"]))
        return found.line, found.column

    ordered = sorted(
        (one for one in error.errors(include_url=False) if not is_echo(one) and place(one) not in known),
        key=place,
    )
    # The alternatives of a choice (`Memory | Literal["auto"]`) are refused one by one, in the same words.
    problems = list(dict.fromkeys(_problem(one, document, model, at) for one in ordered[:MOST_PROBLEMS]))
    return in_order([*beside, *problems], unsaid=max(0, len(ordered) - MOST_PROBLEMS))


def in_order(problems: Sequence[Problem], *, unsaid: int = 0) -> list[Problem]:
    """Sorted as they come in the document; the end of a very long list is counted instead."""
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    unsaid += max(0, len(ordered) - MOST_PROBLEMS)
    if unsaid:
        last = ordered[:MOST_PROBLEMS][-1]
        return [
            *ordered[:MOST_PROBLEMS],
            Problem(last.file, last.line, last.column, "", f"and {unsaid:,} more problems after this one"),
        ]
    return ordered


def is_echo(details: Mapping[str, Any]) -> bool:
    """Whether a list only counts as too short because things in it are wrong, which is said there."""
    return bool(details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"])


def _problem(
    details: Mapping[str, Any], document: Document, model: type[BaseModel], at: DocumentPath
) -> Problem:
    inside = without_tags(model, details["loc"])
    kind: str = details["type"]
    if inside and inside[-1] == "[key]":
        return document.key_problem((*at, *inside[:-1]), _words(kind, details, None))
    path = (*at, *inside)
    if kind == "extra_forbidden":
        keys = _keys(_type_at(model, inside[:-1]))
        key = inside[-1]
        message = f'unknown key "{key}"{did_you_mean(key, keys)} (keys here: {", ".join(keys)})'
        if re.search(r"\s", str(key)):
            message = f'"{key}" is no key; if it belongs to the words before it, {ADVICE}'
        if key == "<<":
            message = 'merge keys ("<<") are not part of YAML 1.2; write the keys out'
        return document.key_problem(path, message)
    if kind == "missing":
        return document.problem((*at, *inside[:-1]), f'missing key "{inside[-1]}"')
    return document.problem(path, _words(kind, details, _type_at(model, inside)))


def _words(kind: str, details: Mapping[str, Any], wanted: Any) -> str:
    """One message, without a word of pydantic's."""
    found = shown(details["input"])
    context: Mapping[str, Any] = details.get("ctx", {})
    if kind in {"enum", "literal_error"}:
        names = _choices(wanted)
        near = "; leave the key out" if details["input"] is None else did_you_mean(details["input"], names)
        return f"{found} is not allowed here{near} (allowed: {', '.join(names)})"
    if kind == "value_error":
        return "found nothing here; leave the key out" if found == "nothing" else str(context["error"])
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        meaning = next((words for start, words in _PATTERNS if start in pattern), f"it must match {pattern}")
        return f"{found}: {meaning}"
    write = _WORDS.get(kind)
    if write is not None:
        return write(found, context)
    message: str = details["msg"]
    return f"{found}: {message[:1].lower()}{message[1:]}"


def _expected(what: str) -> Callable[[str, Mapping[str, Any]], str]:
    return lambda found, _: (
        f"found {found} where {what} is expected" + ("; leave the key out" if found == "nothing" else "")
    )


_WORDS: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "string_type": lambda found, _: (
        f"found {found} where text is expected"
        + ("; leave the key out" if found == "nothing" else "")
        + (" (write it in quotes)" if re.fullmatch(r"true|false|-?[0-9].*", found) else "")
    ),
    "int_type": _expected("a whole number"),
    "int_from_float": _expected("a whole number"),
    "float_type": _expected("a number"),
    "bool_type": _expected("true or false"),
    "finite_number": _expected("a finite number"),
    "model_type": _expected("a mapping (key: value)"),
    "model_attributes_type": _expected("a mapping (key: value)"),
    "dict_type": _expected("a mapping (key: value)"),
    "tuple_type": _expected("a list"),
    "list_type": _expected("a list"),
    "greater_than_equal": lambda found, limits: f"{found} is too small; the least is {limits['ge']:g}",
    "greater_than": lambda found, limits: f"{found} is too small; it must be more than {limits['gt']:g}",
    "less_than_equal": lambda found, limits: f"{found} is too large; the most is {limits['le']:g}",
    "less_than": lambda found, limits: f"{found} is too large; it must be less than {limits['lt']:g}",
    "multiple_of": lambda found, limits: (
        f"{found} is odd; an even number is needed"
        if limits["multiple_of"] == 2
        else f"{found} is not a multiple of {limits['multiple_of']}"
    ),
    "string_too_long": lambda _, limits: (
        f"the text is longer than the {limits['max_length']} characters allowed"
    ),
    "string_too_short": lambda _, limits: (
        "the text is empty"
        if limits["min_length"] == 1
        else f"the text is shorter than {limits['min_length']} characters"
    ),
    "too_short": lambda found, limits: (
        f"{found.replace('a list', 'the list').replace('a mapping (key: value)', 'the mapping')} is empty; "
        f"it has at least {limits['min_length']}"
    ),
    "too_long": lambda _, limits: (
        f"there are {limits['actual_length']} here; the most is {limits['max_length']}"
    ),
}


def without_tags(model: type[BaseModel], path: DocumentPath) -> DocumentPath:
    """A path without the names that pydantic gives to the alternatives of a union."""
    kept: DocumentPath = ()
    for step in path:
        if not (isinstance(step, str) and _is_union(_type_at(model, kept))):
            kept = (*kept, step)
    return kept


def _is_union(wanted: Any) -> bool:
    return get_origin(wanted) in {Union, UnionType}


def _type_at(model: type[BaseModel], path: DocumentPath) -> Any:
    """What the schema has at a path of a document; None where it has nothing."""
    wanted: Any = model
    for step in path:
        wanted = _plain(wanted)
        arguments = get_args(wanted)
        if isinstance(wanted, type) and issubclass(wanted, BaseModel):
            wanted = _fields(wanted).get(str(step))
        elif get_origin(wanted) is dict:
            wanted = arguments[1]
        elif get_origin(wanted) in {tuple, list} and arguments:
            wanted = arguments[0]
        else:
            return None
    return _plain(wanted)


def _plain(annotation: Any) -> Any:
    """Without `Annotated` and `| None`."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
            continue
        others = [option for option in get_args(annotation) if option is not NoneType]
        if NoneType in get_args(annotation) and len(others) == 1:
            annotation = others[0]
            continue
        return annotation


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _keys(model: Any) -> list[str]:
    return list(_fields(model)) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _choices(wanted: Any) -> list[str]:
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return [member.value for member in wanted]
    if _is_union(wanted):
        return [name for option in get_args(wanted) for name in _choices(option)]
    return [str(value) for value in get_args(wanted)] if get_origin(wanted) is Literal else []
