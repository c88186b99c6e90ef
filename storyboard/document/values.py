"""The values that a version of a film gives its parameters: where they stand, and which are allowed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyboard.document.expressions import MAX_NUMBER, Value
from storyboard.document.text import Document, Mark, format_path, parse_document
from storyboard.errors import DocumentError, Problem, UsageError
from storyboard.schema.parameters import Parameter, ParameterType
from storyboard.wording import counted, did_you_mean, listed, shown

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,16}|(?:[0-9]{1,16}\.[0-9]{0,16}|\.[0-9]{1,16}))")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_PLAIN_CONTROLS = "\t\n\r"


@dataclass(frozen=True, slots=True)
class Given:
    """A value that somebody gives a parameter, and where it stands.

    Attributes:
        value: as it was read: a text from a command or a table, any plain value from YAML.
        file: the document, the table or the option that it stands in.
        line: 1-based; 0 when there are no lines.
        column: 1-based; 0 when there are none.
        path: where in the document.
        text: how a number was written (`01`), in case a text is meant.
    """

    value: Any
    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    text: str | None = None

    def problem(self, message: str) -> Problem:
        """A problem with this value."""
        return Problem(self.file, self.line, self.column, self.path, message)


GivenValues = Mapping[str, Given]
"""by the names of parameters"""


def given_at(document: Document, path: tuple[str | int, ...], value: Any) -> Given:
    """A value that stands at a path of a document."""
    mark: Mark = document.mark(path)
    return Given(value, document.name, mark.line, mark.column, format_path(path), mark.text)


def given_by_options(options: Iterable[str]) -> dict[str, Given]:
    """The values of `--set name=value`; of a name that is given twice, the last one counts.

    Raises:
        UsageError: one is no name, = and value.
    """
    given: dict[str, Given] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not (name.strip() and equals):
            raise UsageError(f"--set {shown(option)} has no value", "write --set name=value")
        given[name.strip()] = Given(value, f"--set {name.strip()}")
    return given


def given_by_text(text: str, path: Path) -> dict[str, Given]:
    """The values of a YAML (or JSON) document that is a mapping of names to values.

    Raises:
        DocumentError: it cannot be read, or is anything else.
    """
    document = parse_document(text, str(path), json=path.suffix.lower() == ".json")
    problems = [*document.problems]
    if not isinstance(document.value, dict):
        problems.append(document.problem((), "values are a mapping (name: value)"))
    if problems:
        raise DocumentError(problems)
    return {name: given_at(document, (name,), value) for name, value in document.value.items()}


def settled(
    document: Document, parameters: Mapping[str, Parameter], given: GivenValues
) -> tuple[dict[str, Value], list[Problem]]:
    """The value of each parameter of a film, and what is wrong with those that are given or missing.

    Args:
        document: the film's.
        parameters: what it declares.
        given: what a version of it gives them.
    """
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    for name, one in given.items():
        if name not in parameters:
            there_are = f"there are: {listed(parameters)}" if parameters else "the film declares none"
            near = did_you_mean(name, parameters)
            problems.append(one.problem(f'no parameter is called "{name}"{near} ({there_are})'))
    for name, parameter in parameters.items():
        here = ("parameters", name)
        problems += [document.problem((*here, *at), words) for at, words in _own_problems(parameter)]
        sources = [given[name]] if name in given else []
        if parameter.default is not None:
            sources.append(given_at(document, (*here, "default"), parameter.default))
        if not sources:
            words = f"it has no default, and no value is given (--set {name}=…): {allowed(parameter)}"
            problems.append(document.problem(here, words))
        for source in reversed(sources):
            try:
                values[name] = _value(parameter, source)
            except ValueError as error:
                problems.append(source.problem(str(error)))
    return values, problems


def differing(parameters: Mapping[str, Parameter], values: Mapping[str, Value]) -> dict[str, Value]:
    """What tells a version from the one that has every default: its values that are none.

    Args:
        parameters: what the film declares.
        values: of the version, each allowed.
    """
    return {
        name: value
        for name, value in values.items()
        if parameters[name].default is None
        or _value(parameters[name], Given(parameters[name].default, "")) != value
    }


def allowed(parameter: Parameter) -> str:
    """What the values of a parameter are, in words."""
    match parameter.type:
        case ParameterType.TEXT:
            return f"a text of at most {counted(parameter.max_length, 'character')}"
        case ParameterType.CHOICE:
            return f"one of {listed(parameter.choices)}"
        case ParameterType.FILE:
            return "a file in the project folder"
        case ParameterType.COLOUR:
            return 'a colour, written "#rrggbb"'
    bounds = [
        *([f"at least {parameter.min:g}"] if parameter.min is not None else []),
        *([f"at most {parameter.max:g}"] if parameter.max is not None else []),
    ]
    return " ".join(["a whole number" if parameter.whole else "a number", " and ".join(bounds)]).strip()


def _own_problems(parameter: Parameter) -> Iterable[tuple[tuple[str, ...], str]]:
    """What does not go together in a declaration."""
    kind = parameter.type
    if kind is ParameterType.CHOICE and not parameter.choices:
        yield (), "a choice names what it is between: choices: [a, b]"
    if kind is not ParameterType.CHOICE and parameter.choices:
        yield ("choices",), "only a choice has choices"
    for key in ("min", "max", "whole"):
        if key in parameter.model_fields_set and kind is not ParameterType.NUMBER:
            yield (key,), f"only a number has {key}"
    for key in ("max_length", "form"):
        if key in parameter.model_fields_set and kind is not ParameterType.TEXT:
            yield (key,), f"only a text has {key}"
    if parameter.min is not None and parameter.max is not None and parameter.min > parameter.max:
        yield ("max",), f"the most ({parameter.max:g}) is less than the least ({parameter.min:g})"


def _value(parameter: Parameter, given: Given) -> Value:
    """A given value in the type of its parameter.

    Raises:
        ValueError: it is not of that type; says what is allowed.
    """
    if parameter.type is ParameterType.NUMBER:
        return _number(parameter, given)
    text = given.value
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = given.text if given.text is not None else str(text)
    if not isinstance(text, str):
        raise ValueError(_not_allowed(parameter, given))  # noqa: TRY004  (as pydantic's validators do)
    match parameter.type:
        case ParameterType.COLOUR:
            if not _COLOUR.fullmatch(text):
                raise ValueError(_not_allowed(parameter, given))
            return text.lower()
        case ParameterType.CHOICE:
            if text not in parameter.choices:
                near = did_you_mean(text, parameter.choices)
                raise ValueError(f"{shown(text)} is none of its choices{near} ({listed(parameter.choices)})")
        case ParameterType.FILE:
            if not 0 < len(text) <= 400:
                raise ValueError(_not_allowed(parameter, given))
        case _:
            if len(text) > parameter.max_length:
                most = f"at most {parameter.max_length:,} are allowed"
                raise ValueError(f"the text has {len(text):,} characters; {most}")
    if wrong := next((letter for letter in text if _is_no_text(letter)), ""):
        raise ValueError(f"U+{ord(wrong):04X} is not a character of a text")
    return text


def _number(parameter: Parameter, given: Given) -> Value:
    value: object = given.value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        written = value.strip()
        value = int(written) if re.fullmatch(r"[-+]?[0-9]+", written) else float(written)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MAX_NUMBER:
        raise ValueError(_not_allowed(parameter, given))
    if parameter.whole:
        if value != int(value):
            raise ValueError(_not_allowed(parameter, given))
        value = int(value)
    if not (parameter.min is None or value >= parameter.min) or not (
        parameter.max is None or value <= parameter.max
    ):
        raise ValueError(_not_allowed(parameter, given))
    return value


def _not_allowed(parameter: Parameter, given: Given) -> str:
    return f"found {shown(given.value)} where {allowed(parameter)} is expected"


def _is_no_text(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"} and letter not in _PLAIN_CONTROLS
