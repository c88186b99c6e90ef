"""Sums of money as whole numbers, and shares of a sum that add up to it.

A sum is counted in millionths of the currency's smallest unit (of a cent), so that a millisecond costs
something; it is shown in whole smallest units. What ISO 4217 calls a currency, and how many decimals it has,
is the table's of `iso4217`. Text is written and read the same in every locale: digits, a point, the code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

FINE = 1_000_000
"""parts of a smallest unit that sums are counted in"""
MOST_DIGITS = 12
_SUM = re.compile(
    rf"(?P<number>[0-9]{{1,{MOST_DIGITS}}}(\.[0-9]{{1,{MOST_DIGITS}}})?) ?(?P<currency>[A-Z]{{3}})"
)
_NUMBER = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}(\.[0-9]{{1,{MOST_DIGITS}}})?")


@dataclass(frozen=True, slots=True)
class Money:
    """A sum.

    Attributes:
        fine: how much, in millionths of the currency's smallest unit.
        currency: its ISO 4217 code.
    """

    fine: int
    currency: str

    def __str__(self) -> str:
        """`300.00 EUR`: to the nearest smallest unit, halves up."""
        return minor_in_words(minor_of(self.fine), self.currency)


@cache
def decimals_of(currency: str) -> int:
    """How many decimals a currency has.

    Raises:
        ValueError: ISO 4217 has no such code, or it is no money that is paid in (gold, a test).
    """
    from iso4217 import Currency

    try:
        decimals = Currency(currency).exponent
    except ValueError:
        decimals = None
    if decimals is None:
        raise ValueError(f'"{currency[:20]}" is no currency of ISO 4217, such as EUR, USD or JPY')
    return int(decimals)


def parse_money(value: object) -> Money:
    """A sum from `300 EUR` or `12.50 USD`.

    Raises:
        ValueError: for anything else; the message says what is allowed.
    """
    if isinstance(value, Money):
        return value
    allowed = "a sum is a number and a currency, such as 300 EUR or 12.50 USD"
    match = _SUM.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{str(value)[:40]!r}: {allowed}")
    decimals = decimals_of(match["currency"])
    number = Decimal(match["number"])
    if -int(number.normalize().as_tuple().exponent) > decimals:
        raise ValueError(f"{match['number']}: {match['currency']} has {decimals} decimals")
    return Money(int(number.scaleb(decimals)) * FINE, match["currency"])


def parse_number(value: object) -> Decimal:
    """A number that is not negative, exactly as it was written: `3.20`, `0.0004`, `4`.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("a number is expected")  # noqa: TRY004  (pydantic listens for ValueError)
    text = format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value).strip()
    if isinstance(value, float):
        text = format(Decimal(text), "f") if abs(value) < 10**MOST_DIGITS else text
    if not _NUMBER.fullmatch(text):
        raise ValueError(
            f"{text[:40]} is no number from 0 to {10**MOST_DIGITS - 1} with at most {MOST_DIGITS} decimals"
        )
    return Decimal(text)


def fine_of(number: Decimal, currency: str) -> int:
    """So much of a currency in millionths of its smallest unit, to the nearest."""
    return int((number.scaleb(decimals_of(currency)) * FINE).to_integral_value())


def minor_of(fine: int) -> int:
    """Whole smallest units, halves up."""
    return (2 * fine + FINE) // (2 * FINE)


def minor_in_words(minor: int, currency: str) -> str:
    """`12.50 EUR` from 1250."""
    return f"{minor_as_number(minor, currency)} {currency}"


def minor_as_number(minor: int, currency: str) -> str:
    """`12.50` from 1250."""
    decimals = decimals_of(currency)
    return f"{Decimal(minor).scaleb(-decimals):.{decimals}f}"


def shares(parts: Sequence[int], unit: int = FINE, whole: int | None = None) -> list[int]:
    """Each part in whole units that add up to the sum in whole units: the largest remainders go up.

    Args:
        parts: none is negative.
        unit: how many make one.
        whole: what they are to add up to: their sum in whole units, which may be rounded either way; to the
            nearest when it is left out.

    >>> shares([400_000, 400_000, 400_000]), shares([1, 0], 2)
    ([1, 0, 0], [1, 0])
    """
    wanted = (2 * sum(parts) + unit) // (2 * unit) if whole is None else whole
    down = [part // unit for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -(parts[place] % unit))
    for place in by_remainder[: wanted - sum(down)]:
        down[place] += 1
    return down
