"""Amounts as a person would say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storyboard.money import minor_as_number, minor_in_words, minor_of
from storyboard.wording import duration

if TYPE_CHECKING:
    from farm.schedule.amounts import Spent
    from storyboard.money import Money


def size_in_words(size: int | None) -> str:
    """A number of bytes as a person would say it; nothing when it is not known."""
    if size is None:
        return ""
    if size >= 2**29:
        return f"{size / 2**30:.1f} GiB"
    return f"{size / 2**20:.0f} MiB" if size >= 2**20 else f"{size / 2**10:.0f} KiB"


def roughly(seconds: float) -> str:
    """A length of time that nobody knows exactly."""
    return f"about {seconds:.0f} s" if seconds < 60 else f"about {duration(seconds)}"


def about(money: Money) -> str:
    """A sum that nobody knows exactly; one that is nearly nothing is not called nothing."""
    if money.fine and not minor_of(money.fine):
        return f"less than {minor_in_words(1, money.currency)}"
    return str(money)


def spent_as_json(spent: Spent, money: Money | None) -> dict[str, Any]:
    """What was charged, for a script; money as text with all of its decimals."""
    return {
        "worker_ms": spent.amount.worker_ms,
        "gpu_ms": spent.amount.gpu_ms,
        "money": None if money is None else minor_as_number(minor_of(money.fine), money.currency),
        "currency": None if money is None else money.currency,
    }
