"""The language of conditions and of what stands between `{{` and `}}`: names, texts, numbers, little more.

Python's own parser reads it and simpleeval walks it, of which only the kinds of node that are listed here are
left: there are no attributes, no indexes, no loops, no calls but of the functions below, and `+ - * / // %`
are those of this module. So a formula takes as long as it is, and what it gives is bounded
(docs/decisions/021-expressions-by-simpleeval.md).
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import simpleeval

from storyboard.wording import did_you_mean, listed, shown

Value = str | int | float | bool
"""what a parameter is, and what a formula gives"""

MAX_FORMULA = 500
"""characters of one formula"""
MAX_TEXT = 16_000
"""characters that a formula, or a text with formulas, may become; a film's longest texts have 4,000"""
MAX_NUMBER = 10**15
"""the largest number; whole numbers up to it are exact in a float too"""
MOST_DECIMALS = 9
MAX_DEPTH = 100
"""of a formula's parts in each other, a sum's too; Python's own limit is ten times that"""

_KINDS: dict[type, str] = {str: "text", int: "a number", float: "a number", bool: "true or false"}


class FormulaError(ValueError):
    """A formula that cannot be read, or has no value; says why and what is allowed."""


def evaluate(formula: str, values: Mapping[str, Value]) -> Value:
    """What a formula gives.

    Raises:
        FormulaError: it is none, or it has no value with these values.
    """
    parsed = _parsed(formula)
    walker = simpleeval.SimpleEval(operators=_OPERATORS, functions=_FUNCTIONS, names={**values, **_TRUTH})
    walker.nodes = {kind: walker.nodes[kind] for kind in _NODES}
    try:
        value = walker.eval(formula, previously_parsed=parsed)
    except simpleeval.NameNotDefined as error:
        name = str(getattr(error, "name", ""))
        there_are = f"there are: {listed(values)}" if values else "the film has none"
        raise FormulaError(
            f'no parameter is called "{name}"{did_you_mean(name, values)} ({there_are})'
        ) from None
    except simpleeval.FunctionNotDefined as error:
        name = str(getattr(error, "func_name", ""))
        near = did_you_mean(name, _FUNCTIONS)
        raise FormulaError(
            f'no function is called "{name}"{near} (there are: {listed(_FUNCTIONS)})'
        ) from None
    except simpleeval.FeatureNotAvailable:
        raise FormulaError(_REFUSED) from None
    except ZeroDivisionError:
        raise FormulaError("a division by zero") from None
    except FormulaError:
        raise
    except (ArithmeticError, TypeError, ValueError, simpleeval.InvalidExpression) as error:
        raise FormulaError(f"it has no value: {error}") from None
    return _bounded(value)


def is_true(formula: str, values: Mapping[str, Value]) -> bool:
    """What a condition says.

    Raises:
        FormulaError: it is no formula, or gives anything but true or false.
    """
    value = evaluate(formula, values)
    if not isinstance(value, bool):
        raise FormulaError(f"it gives {shown(value)}; a condition gives true or false, such as who == 'Ana'")
    return value


def names_in(formula: str) -> frozenset[str]:
    """The parameters that a formula asks for; none of one that cannot be read."""
    try:
        nodes = _nodes(_parsed(formula))
    except FormulaError:
        return frozenset()
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name)) - {*_FUNCTIONS, *_TRUTH}


def as_text(value: Value) -> str:
    """A value as it stands in a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@lru_cache(maxsize=4096)
def _parsed(formula: str) -> ast.stmt:
    """A formula, read; every kind of thing in it is one of the language.

    Raises:
        FormulaError: it is none.
    """
    if not formula.strip():
        raise FormulaError("there is nothing in it; write the name of a parameter")
    if len(formula) > MAX_FORMULA:
        raise FormulaError(f"a formula has at most {MAX_FORMULA} characters, and this one {len(formula):,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's opinion of 1and 2
            body = ast.parse(formula.strip().replace("\n", " "), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise FormulaError(f"this is not a formula; {_ALLOWED}") from None
    nodes = _nodes(body)
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        strange = type(node) not in _KNOWN
        strange |= isinstance(node, ast.Constant) and type(node.value) not in _KINDS
        strange |= isinstance(node, ast.Name) and node.id in _FUNCTIONS and id(node) not in called
        if strange:
            raise FormulaError(_REFUSED)
    return ast.Expr(body)


def _nodes(body: ast.AST) -> list[ast.AST]:
    """Everything that a formula is made of.

    Raises:
        FormulaError: it lies too deep in each other.
    """
    found: list[ast.AST] = []
    level: list[ast.AST] = [body]
    for _ in range(MAX_DEPTH):
        found += level
        level = [inner for node in level for inner in ast.iter_child_nodes(node)]
        if not level:
            return found
    raise FormulaError("its parts lie too deep in each other; make it shorter")


def _bounded(value: Any) -> Value:
    """A value that a formula may have; what it is made from is bounded by the same."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise FormulaError(f"it becomes a text of more than {MAX_TEXT:,} characters")
        return value
    if isinstance(value, int | float):
        if not abs(value) <= MAX_NUMBER:  # nor is NaN
            raise FormulaError(f"it becomes a number beyond {MAX_NUMBER:,}")
        return value
    raise FormulaError(_REFUSED)


def _number(value: Any, sign: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormulaError(f"{shown(value)} is no number, which {sign} needs")
    return value


def _numeric(sign: str, function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Value]:
    return lambda left, right: _bounded(function(_number(left, sign), _number(right, sign)))


def _add(left: Any, right: Any) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return _bounded(left + right)
    if isinstance(left, str) or isinstance(right, str):
        raise FormulaError("a text and a number are not added; write text(…) around the number")
    return _bounded(_number(left, "+") + _number(right, "+"))


def _divide(left: float, right: float) -> float:
    """4 / 2 is the whole number 2, so that it may stand where frames are counted."""
    exact = isinstance(left, int) and isinstance(right, int) and right != 0 and left % right == 0
    return left // right if exact else left / right


def _compared(sign: str, function: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        if _KINDS[type(left)] != _KINDS[type(right)]:
            kinds = f"{_KINDS[type(left)]} with {_KINDS[type(right)]}"
            raise FormulaError(f"{shown(left)} {sign} {shown(right)} compares {kinds}")
        return function(left, right)

    return compare


def _contained(part: Any, whole: Any) -> bool:
    if not (isinstance(part, str) and isinstance(whole, str)):
        raise FormulaError("in looks for a text in a text")
    return part in whole


def _text(value: Any, function: str) -> str:
    if not isinstance(value, str):
        raise FormulaError(f"{shown(value)} is no text, which {function} needs")
    return value


def _round(value: Any, decimals: Any = 0) -> float:
    number = _number(value, "round")
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= MOST_DECIMALS:
        raise FormulaError(f"round takes 0 to {MOST_DECIMALS} decimals, not {shown(decimals)}")
    return round(number, decimals) if decimals else round(number)


def _least(*values: Any) -> Value:
    return min(_number(value, "min") for value in values)


def _greatest(*values: Any) -> Value:
    return max(_number(value, "max") for value in values)


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _add,
    ast.Sub: _numeric("-", operator.sub),
    ast.Mult: _numeric("*", operator.mul),
    ast.Div: _numeric("/", _divide),
    ast.FloorDiv: _numeric("//", operator.floordiv),
    ast.Mod: _numeric("%", operator.mod),
    ast.USub: lambda value: -_number(value, "-"),
    ast.UAdd: lambda value: _number(value, "+"),
    ast.Not: operator.not_,
    ast.Eq: _compared("==", operator.eq),
    ast.NotEq: _compared("!=", operator.ne),
    ast.Lt: _compared("<", operator.lt),
    ast.LtE: _compared("<=", operator.le),
    ast.Gt: _compared(">", operator.gt),
    ast.GtE: _compared(">=", operator.ge),
    ast.In: _contained,
    ast.NotIn: lambda part, whole: not _contained(part, whole),
}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "upper": lambda value: _text(value, "upper").upper(),
    "lower": lambda value: _text(value, "lower").lower(),
    "length": lambda value: len(_text(value, "length")),
    "text": lambda value: as_text(_bounded(value)),
    "round": _round,
    "min": _least,
    "max": _greatest,
}
_TRUTH: dict[str, bool] = {"true": True, "false": False}

_NODES = (
    ast.Expr,
    ast.Name,
    ast.UnaryOp,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.Constant,
)
_KNOWN = {*_NODES, *_OPERATORS, ast.And, ast.Or, ast.Load}
_ALLOWED = (
    "it has names of parameters, numbers, texts in quotes, + - * / // %, == != < <= > >=, in, and, or, not, "
    f"a if b else c, and {', '.join(f'{name}(…)' for name in _FUNCTIONS)}"
)
_REFUSED = f"this is more than a formula can say; {_ALLOWED}"
