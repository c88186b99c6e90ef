"""A film document with parameters → the same document with their values in it.

Only texts of the tree that the document became are filled, once: what a value says is never read as YAML nor
as a formula again. A text that is one formula and nothing else keeps the type of its value. Scenes, shots and
lines whose `when` is false are left out. Every value that stays keeps its place in the document, so that
whatever is said of it later is said at its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import Field, ValidationError

from storyboard.document.answered import Answers, answers_in
from storyboard.document.expressions import (
    MAX_TEXT,
    FormulaError,
    Value,
    as_text,
    evaluate,
    is_true,
)
from storyboard.document.problems import in_order, problems_of
from storyboard.document.text import Document, DocumentPath, Mark
from storyboard.document.values import GivenValues, settled
from storyboard.errors import DocumentError, Problem
from storyboard.schema.base import Model
from storyboard.schema.parameters import Parameter, ParameterName
from storyboard.wording import shown

PARAMETERS = "parameters"
OPENS = "{{"
MOST_FORMULAS = 100_000
"""of one document; 5,000 shots have room for twenty each"""
MOST_FILLED = 16 * 1024 * 1024
"""characters that all of a document's texts become, as many as a document may have"""

_FORMULA = re.compile(
    r"""\{\{((?:[^{}'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\}(?!\})|\{(?!\{))*+)\}\}""", re.DOTALL
)
_CONDITIONAL = {
    ("scenes",): "scene",
    ("scenes", "shots"): "shot",
    ("scenes", "shots", "lines"): "line",
}
"""lists, by the keys that lead to them, whose entries may have a `when`"""


class _Declared(Model):
    """The part of a film document that declares its parameters."""

    parameters: dict[ParameterName, Parameter] = Field(default_factory=dict, max_length=100)


@dataclass(frozen=True, slots=True)
class Filled:
    """A document with the values of its parameters in it, and those values."""

    document: Document
    values: Mapping[str, Value] = field(default_factory=dict)


def formulas_in(text: str) -> list[str]:
    """The formulas of a text, without their braces; those before the first that is not closed."""
    found, at = [], 0
    while (opens := text.find(OPENS, at)) >= 0 and (match := _FORMULA.match(text, opens)):
        found.append(match[1])
        at = match.end()
    return found


def fill(document: Document, given: GivenValues) -> Filled:
    """Lay values over a film document; itself when it declares no parameters and none are given.

    Raises:
        DocumentError: a value is missing, unknown or not allowed, or a formula has none; lists every problem.
    """
    value = document.value
    declares = isinstance(value, dict) and PARAMETERS in value
    if not declares and not given:
        return Filled(document)
    try:
        declared = _Declared.model_validate({PARAMETERS: value[PARAMETERS]} if declares else {})
    except ValidationError as error:
        raise DocumentError(problems_of(error, document, _Declared, beside=document.problems)) from None
    values, problems = settled(document, declared.parameters, given)
    if problems:
        raise DocumentError(in_order([*document.problems, *problems]))
    if not declares:
        return Filled(document)
    filling = _Filling(document, values, answers_in(value, declared.parameters))
    kept = {key: part for key, part in value.items() if key != PARAMETERS}
    filled, mark = filling.mapping(kept, document.root, (), ())
    if filling.problems:
        raise DocumentError(in_order([*document.problems, *filling.problems]))
    if document.root.children and isinstance(mark.children, dict):
        mark.children[PARAMETERS] = document.mark((PARAMETERS,))
    filled[PARAMETERS] = value[PARAMETERS]
    return Filled(replace(document, value=filled, root=mark), values)


@dataclass(slots=True)
class _Filling:
    """One walk through a document; what stands in it twice by an alias is filled once."""

    document: Document
    values: Mapping[str, Value]
    answers: Answers
    problems: list[Problem] = field(default_factory=list)
    known: dict[tuple[int, tuple[str, ...]], tuple[Any, Mark]] = field(default_factory=dict)
    formulas: int = 0
    characters: int = 0

    def value(self, value: Any, mark: Mark, path: DocumentPath, keys: tuple[str, ...]) -> tuple[Any, Mark]:
        if isinstance(value, str):
            return self.text(value, mark, path, keys) if OPENS in value else (value, mark)
        if not isinstance(value, dict | list):
            return value, mark
        # The keys too: shots have conditions, and the same list elsewhere by an alias has none.
        name = (id(value), keys)
        if name not in self.known:
            if isinstance(value, dict):
                self.known[name] = self.mapping(value, mark, path, keys)
            else:
                self.known[name] = self.entries(value, mark, path, keys)
        return self.known[name]

    def mapping(
        self, value: dict[str, Any], mark: Mark, path: DocumentPath, keys: tuple[str, ...]
    ) -> tuple[dict[str, Any], Mark]:
        children = mark.children if isinstance(mark.children, dict) else {}
        found = {
            key: self.value(inner, children.get(key, mark), (*path, key), (*keys, key))
            for key, inner in value.items()
        }
        filled = {key: inner for key, (inner, _) in found.items()}
        return filled, replace(mark, children={key: inner for key, (_, inner) in found.items()})

    def entries(
        self, value: list[Any], mark: Mark, path: DocumentPath, keys: tuple[str, ...]
    ) -> tuple[list[Any], Mark]:
        children = mark.children if isinstance(mark.children, list) else [mark] * len(value)
        conditional = keys in _CONDITIONAL
        kept: list[tuple[int, tuple[Any, Mark]]] = []
        for index, (inner, place) in enumerate(zip(value, children, strict=True)):
            if conditional and isinstance(inner, dict) and "when" in inner:
                if not self.is_wanted(inner["when"], (*path, index, "when")):
                    continue
                inner = {key: part for key, part in inner.items() if key != "when"}  # noqa: PLW2901
                kept.append((index, self.mapping(inner, place, (*path, index), keys)))
            else:
                kept.append((index, self.value(inner, place, (*path, index), keys)))
        indexes = tuple(index for index, _ in kept) if len(kept) < len(value) else None
        return [inner for _, (inner, _) in kept], replace(
            mark, children=[inner for _, (_, inner) in kept], indexes=indexes
        )

    def is_wanted(self, condition: Any, path: DocumentPath) -> bool:
        """Whether something is in this version; what is wrong with its condition is noted, and it stays."""
        if isinstance(condition, bool):
            return condition
        if not isinstance(condition, str):
            words = f"found {shown(condition)} where a condition is expected, such as who == 'Ana'"
            self.problems.append(self.document.problem(path, words))
            return True
        try:
            return is_true(condition, self.values)
        except FormulaError as error:
            hint = "; a condition is written without braces" if OPENS in condition else ""
            self.problems.append(self.document.problem(path, f"{shown(condition)}: {error}{hint}"))
            return True

    def text(self, text: str, mark: Mark, path: DocumentPath, keys: tuple[str, ...]) -> tuple[Any, Mark]:
        """A text with formulas, filled; as it was where one of them is wrong."""
        try:
            value = self.filled(text, keys)
        except FormulaError as error:
            self.problems.append(self.document.problem(path, str(error)))
            return text, mark
        number = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        told = f"{shown(text)} became {shown(value)}"
        return value, replace(mark, text=number, comment="", filled=told)

    def filled(self, text: str, keys: tuple[str, ...]) -> Value:
        """What a text becomes under these keys.

        Raises:
            FormulaError: a formula in it is not closed or has no value, or all of it is too long.
        """
        parts: list[str] = []
        value: Value = ""
        at = 0
        while (opens := text.find(OPENS, at)) >= 0:
            found = _FORMULA.match(text, opens)
            if found is None:
                raise FormulaError(
                    f"{shown(text[opens:])} is not closed by }}}} (these letters themselves are "
                    "written {{ '{{' }} where a film has parameters)"
                )
            self.count(found[0])
            try:
                value = self.answers.in_formula(found[1], evaluate(found[1], self.values), keys)
            except FormulaError as error:
                raise FormulaError(f"{shown(found[0])}: {error}") from None
            if found[0] == text.strip():
                self.characters += len(value) if isinstance(value, str) else 0
                return value
            parts += [text[at:opens], as_text(value)]
            at = found.end()
        whole = "".join([*parts, text[at:]])
        self.characters += len(whole)
        if len(whole) > MAX_TEXT:
            raise FormulaError(
                f"it becomes a text of {len(whole):,} characters; at most {MAX_TEXT:,} are allowed"
            )
        return whole

    def count(self, formula: str) -> None:
        self.formulas += 1
        if self.formulas > MOST_FORMULAS or self.characters > MOST_FILLED:
            bound = (
                f"more than {MOST_FORMULAS:,} formulas"
                if self.formulas > MOST_FORMULAS
                else f"texts of more than {MOST_FILLED:,} characters once they are filled"
            )
            problem = self.document.problem(
                (), f"the document has {bound} (first too many: {shown(formula)})"
            )
            raise DocumentError([problem])
