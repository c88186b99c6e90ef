"""What a formula can say, what it cannot, and that none of them runs for long or becomes large."""

from __future__ import annotations

import ast
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.document.expressions import MAX_FORMULA, MAX_TEXT, FormulaError, evaluate, is_true

VALUES = {"who": "Ana", "year": 2026, "weight": 0.5, "empty": ""}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("who", "Ana"),
        ("'for ' + who", "for Ana"),
        ("'{{'", "{{"),
        ("upper(who) + lower(who)", "ANAana"),
        ("length(who) + 1", 4),
        ("text(year) + '!'", "2026!"),
        ("year // 4 * 2", 1012),
        ("year / 2", 1013),
        ("year / 4", 506.5),
        ("-weight", -0.5),
        ("round(weight * 3, 1)", 1.5),
        ("round(2.6)", 3),
        ("min(year, 3, weight)", 0.5),
        ("max(year, 3)", 2026),
        ("'long' if year > 2000 and who != 'Bo' else 'short'", "long"),
        ("1 < weight * 4 <= 2", True),
        ("'n' in who", True),
        ("'x' not in who or not true", True),
        ("'nobody' if who == '' else who", "Ana"),
        ("empty or 'nobody'", "nobody"),
        ("  who\n", "Ana"),
        ("'a'\n+\n'b'", "ab"),
    ],
)
def test_a_formula_gives_its_value_and_keeps_its_type(formula, value):
    found = evaluate(formula, VALUES)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("whom", 'no parameter is called "whom"; did you mean "who"? (there are: who, year, weight, empty)'),
        ("uper(who)", 'no function is called "uper"; did you mean "upper"? (there are: upper, lower,'),
        ("who()", 'no function is called "who"'),
        ("", "there is nothing in it"),
        ("  ", "there is nothing in it"),
        ("who who", "this is not a formula"),
        ("who +", "this is not a formula"),
        ("who; year", "this is not a formula"),
        ("who = 'Bo'", "this is not a formula"),
        ("who\0", "this is not a formula"),
        ("year / 0", "a division by zero"),
        ("year % 0", "a division by zero"),
        ("who + year", "a text and a number are not added; write text(…) around the number"),
        ("who == year", '"Ana" == 2026 compares text with a number'),
        ("who < 3", '"Ana" < 3 compares text with a number'),
        ("upper(year)", "2026 is no text, which upper needs"),
        ("upper()", "it has no value"),
        ("upper(who, who)", "it has no value"),
        ("min()", "it has no value"),
        ("min(who, who)", '"Ana" is no number, which min needs'),
        ("3 in 4", "in looks for a text in a text"),
        ("round(weight, 20)", "round takes 0 to 9 decimals, not 20"),
        ("round(year, -10**9)", "this is more than a formula can say"),
        ("round(year, 0 - 1000000000)", "round takes 0 to 9 decimals"),
        ("true + 1", "true is no number, which + needs"),
        ("not_there.real", "this is more than a formula can say"),
    ],
)
def test_what_is_wrong_with_a_formula_is_said_with_what_is_allowed(formula, words):
    with pytest.raises(FormulaError) as caught:
        evaluate(formula, VALUES)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "formula",
    [
        "who.upper()",
        "''.__class__.__mro__",
        "who.__class__",
        "who[0]",
        "who[::-1]",
        "[1, 2]",
        "(1, 2)",
        "{}",
        "{1: 2}",
        "{1, 2}",
        "[x for x in who]",
        "(lambda: 1)()",
        "(lambda x: x(x))(lambda x: x(x))",
        "f'{who}'",
        "f'{who:>1000000000}'",
        "__import__('os')",
        "open('/etc/passwd')",
        "eval('1')",
        "upper",
        "upper == upper",
        "upper if upper else upper",
        "text(upper)",
        "None",
        "...",
        "b'x'",
        "1j",
        "who := 'Bo'",
        "(who := 'Bo')",
        "await who",
        "yield",
        "upper(*who)",
        "upper(**who)",
        "upper(value=who)",
        "who is who",
        "2 ** 3",
        "1 << 9",
        "~1",
        "1 | 2",
        "1 @ 2",
        "import os",
    ],
)
def test_nothing_but_the_language_is_read(formula):
    with pytest.raises(FormulaError):
        evaluate(formula, VALUES)


@pytest.mark.parametrize(
    "formula",
    [
        "'a' * 10**9",
        "'a' * 1000000000",
        "1000000000 * 'a'",
        "'%1000000000d' % 5",
        "9**9**9**9",
        "1 << 10000000000",
        "'a'.ljust(10**9)",
        "range(10**9)",
        "[[[x for x in range(10**9)] for y in range(10**9)]]",
        "1e308 * 10",
        "1e999",
        "1e999 - 1e999",
        "999999999999999 * 999999999999999",
        "big + big + big + big + big",
        "(" * 240 + "1" + ")" * 240,
        "-" * 450 + "1",
        "not " * 120 + "who",
        "who + " * 200,
        "9" * MAX_FORMULA,
        "9" * (MAX_FORMULA + 1),
        "'" + "x" * 2_000_000 + "'",
    ],
)
def test_a_formula_that_would_run_for_ever_or_grow_without_end_is_refused_in_little_memory(formula):
    tracemalloc.start()
    try:
        with pytest.raises(FormulaError):
            evaluate(formula, {**VALUES, "big": "b" * (MAX_TEXT // 2)})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


@given(st.text(alphabet="who year'\"+-*/%()<>=!.,[]{}:0123456789eE_\\\n", max_size=80))
def test_any_text_is_a_value_or_one_error(formula):
    try:
        value = evaluate(formula, VALUES)
    except FormulaError:
        return
    assert type(value) in {str, int, float, bool}


@given(st.text(max_size=60))
def test_a_text_in_quotes_is_that_text_whatever_it_says(words):
    assert evaluate("upper(who) + x", {"who": "", "x": words}) == words
    quoted = ast.unparse(ast.Constant(words)).replace("\n", "")
    if len(quoted) <= MAX_FORMULA and "\0" not in quoted:
        assert evaluate(quoted, {}) == words


def test_a_condition_gives_true_or_false_and_nothing_else():
    assert is_true("who == 'Ana'", VALUES)
    assert not is_true("year < 2000", VALUES)
    with pytest.raises(FormulaError, match=r'it gives "Ana"; a condition gives true or false'):
        is_true("who", VALUES)
