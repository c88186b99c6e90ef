"""Money is read and shown exactly, and shares add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.money import (
    FINE,
    Money,
    decimals_of,
    fine_of,
    minor_in_words,
    minor_of,
    parse_money,
    parse_number,
    shares,
)


@pytest.mark.parametrize(
    ("text", "minor", "shown"),
    [
        ("300 EUR", 30_000, "300.00 EUR"),
        ("12.5 USD", 1_250, "12.50 USD"),
        ("0.05EUR", 5, "0.05 EUR"),
        ("1200 JPY", 1_200, "1200 JPY"),
        ("1.234 KWD", 1_234, "1.234 KWD"),
        ("1.20 JPY".replace(".20", ".0"), 1, "1 JPY"),
    ],
)
def test_a_sum_is_read_in_its_own_currency_s_decimals(text, minor, shown):
    assert parse_money(text) == Money(minor * FINE, text[-3:])
    assert str(parse_money(text)) == shown


@pytest.mark.parametrize(
    "value",
    [
        *("-3 EUR", "1e400 EUR", "NaN EUR", "inf EUR", "300", "3 €", "3 EURO", "3 XYZ", "3 XAU", "3 eur"),
        *("0.001 EUR", "1.5 JPY", "1,5 EUR", "9999999999999 EUR", "٣ EUR", "3 EUR\n4 EUR"),
        *(300, True, None, ["3 EUR"]),
    ],
)
def test_what_is_no_sum_is_refused_in_words(value):
    with pytest.raises(ValueError, match=r"such as|decimals"):
        parse_money(value)


@pytest.mark.parametrize(
    "value", ["-1", float("nan"), float("inf"), 1e400, 1e13, "1e3", "", True, [1], "0x1", -0.5]
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="number"):
        parse_number(value)


def test_small_prices_keep_all_their_digits():
    assert fine_of(parse_number("0.0004"), "EUR") == 40_000
    assert fine_of(parse_number(0.0004), "EUR") == 40_000
    assert decimals_of("BHD") == 3


@given(st.lists(st.integers(0, 10**15), max_size=30), st.integers(1, 10**7))
def test_shares_add_up_to_the_sum_and_are_each_the_nearest_below_or_above(parts, unit):
    got = shares(parts, unit)
    assert sum(got) == (2 * sum(parts) + unit) // (2 * unit)
    assert all(part // unit <= share <= -(-part // unit) for part, share in zip(parts, got, strict=True))


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=30), st.integers(1, 10**7), st.booleans())
def test_shares_add_up_to_a_sum_that_was_rounded_elsewhere(parts, unit, up):
    whole = -(-sum(parts) // unit) if up else sum(parts) // unit
    got = shares(parts, unit, whole)
    assert sum(got) == whole
    assert all(part // unit <= share <= -(-part // unit) for part, share in zip(parts, got, strict=True))


@given(st.integers(0, 10**18), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_what_is_shown_is_read_back(fine, currency):
    minor = minor_of(fine)
    if minor < 10 ** (12 + decimals_of(currency)):
        assert parse_money(minor_in_words(minor, currency)) == Money(minor * FINE, currency)
