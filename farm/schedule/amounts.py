"""What time of workers comes to, what may be spent of it, and how it is written down. Plain values."""

from __future__ import annotations

from dataclasses import dataclass

from farm.schedule.prices import HOUR_MS, NO_PRICES, PriceList
from storyboard.money import Money

RUNNING = "running"
"""the purpose of an attempt that had not ended when its entry was written"""


@dataclass(frozen=True, slots=True)
class Amount:
    """What was used.

    Attributes:
        worker_ms: milliseconds of workers.
        gpu_ms: of cards: of two at once, both.
        money: in millionths of the currency's smallest unit.
        unpriced_ms: milliseconds of workers of which nobody knows what they cost; they are no money.
        credits: of hosted services, in hundredths of their units.
    """

    worker_ms: int = 0
    gpu_ms: int = 0
    money: int = 0
    unpriced_ms: int = 0
    credits: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            self.worker_ms + other.worker_ms,
            self.gpu_ms + other.gpu_ms,
            self.money + other.money,
            self.unpriced_ms + other.unpriced_ms,
            self.credits + other.credits,
        )

    def at_least(self, other: Amount) -> Amount:
        """The greater of each."""
        return Amount(
            max(self.worker_ms, other.worker_ms),
            max(self.gpu_ms, other.gpu_ms),
            max(self.money, other.money),
            max(self.unpriced_ms, other.unpriced_ms),
            max(self.credits, other.credits),
        )


NOTHING = Amount()


@dataclass(frozen=True, slots=True)
class Spent:
    """What something was charged.

    Attributes:
        amount: of it.
        currency: of its money; empty where nothing of it has a price.
    """

    amount: Amount = NOTHING
    currency: str = ""

    def __add__(self, other: Spent) -> Spent:
        """Both; money of another currency is no money of this one."""
        if other.currency in {"", self.currency} or not self.currency:
            return Spent(self.amount + other.amount, self.currency or other.currency)
        worker_ms = other.amount.worker_ms
        here = Amount(worker_ms, other.amount.gpu_ms, 0, worker_ms, other.amount.credits)
        return Spent(self.amount + here, self.currency)

    @property
    def money(self) -> Money | None:
        """All of its money; None where nothing was spent, or some of it has no price."""
        priced = self.currency and self.amount.worker_ms and not self.amount.unpriced_ms
        return Money(self.amount.money, self.currency) if priced else None

    @property
    def in_words(self) -> str:
        """Its money, or the hours of workers where some have no price; empty where nothing was spent."""
        if not self.amount.worker_ms:
            return ""
        return str(self.money or f"{hours(self.amount.worker_ms)} worker hours")


NOTHING_SPENT = Spent()


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be spent; of what is None, anything.

    Attributes:
        money: in millionths of the currency's smallest unit.
        currency: its ISO 4217 code; empty without money.
        credits: of hosted services, in hundredths of their units.
    """

    worker_ms: int | None = None
    gpu_ms: int | None = None
    money: int | None = None
    currency: str = ""
    credits: int | None = None

    def over(self, spent: Amount) -> list[tuple[str, str]]:
        """Which limits are reached, in words: what is spent, and of how much: `40.1`, `40 GPU hours`."""
        found = []
        for limit, used, what in (
            (self.worker_ms, spent.worker_ms, "worker hours"),
            (self.gpu_ms, spent.gpu_ms, "GPU hours"),
        ):
            if limit is not None and used >= limit:
                found.append((hours(used), f"{hours(limit)} {what}"))
        if self.money is not None and spent.money >= self.money:
            used_up, of = Money(spent.money, self.currency), Money(self.money, self.currency)
            found.append((str(used_up).split()[0], str(of)))
        if self.credits is not None and spent.credits >= self.credits:
            found.append((in_credits(spent.credits), f"{in_credits(self.credits)} credits"))
        return found

    def reached(self, spent: Amount) -> list[str]:
        """The same as a phrase each: `40.1 of 40 GPU hours`."""
        return [f"{used} of {limit}" for used, limit in self.over(spent)]


def in_credits(hundredths: int) -> str:
    """`204`, `0.5`: of hundredths of a service's unit."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def hours(milliseconds: int) -> str:
    """`1.5`, `0.02`: of hours, as many digits as tell something."""
    return f"{milliseconds / HOUR_MS:.4g}"


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget that productions share.

    Attributes:
        account: its name, the same in every run.
        title: what people call it.
        limits: what may be spent.
        kept: stores and buckets in which is kept what was spent of it.
        raise_with: the command that raises it.
    """

    account: str
    title: str
    limits: Limits
    kept: tuple[tuple[str, str], ...] = ()
    raise_with: str = ""


@dataclass(frozen=True, slots=True)
class Over:
    """A budget that is reached, in words.

    Attributes:
        account: its name, the same in every run.
        title: what people call it.
        spent: by now: `40.1`.
        limit: the first of its limits that is reached: `40 GPU hours`.
    """

    account: str
    title: str
    spent: str
    limit: str


@dataclass(frozen=True, slots=True)
class Charge:
    """Who pays for a production, and where that is written down.

    Attributes:
        film: the account of its film, also where that has no budget.
        title: of the film.
        store: the root of the store that it is written down in.
        bucket: the part of it; empty where nothing is written down.
        slate: the account of its slate; empty without one.
        version: what it is called in its slate, or the values that tell it from its film; empty for that.
        prices: what time costs.
        budgets: those that it takes from.
    """

    film: str = ""
    title: str = ""
    store: str = ""
    bucket: str = ""
    slate: str = ""
    version: str = ""
    prices: PriceList = NO_PRICES
    budgets: tuple[Budget, ...] = ()


NOBODY = Charge()
"""pays: nothing is written down"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Time that was charged, as it is written down.

    Attributes:
        shot: its id; empty for encodings and for time without an attempt.
        digest: of its take.
        renderer: the profile that was asked for, or the backend.
        purpose: what it was good for; `RUNNING` of an attempt that had not ended when this was written.
        why: a failed attempt failed.
        began: seconds since 1970.
        attempts: 0 for time without one.
        money: in millionths of the smallest unit; None where there was no price.
        credits: that hosted services asked for, in hundredths of their units; what they cost is in the money.
    """

    film: str
    title: str
    slate: str
    version: str
    production: str
    shot: str
    digest: str
    renderer: str
    card: str
    tags: tuple[str, ...]
    purpose: str
    why: str
    began: int
    attempts: int
    worker_ms: int
    gpu_ms: int
    money: int | None
    currency: str
    credits: int = 0

    @property
    def amount(self) -> Amount:
        """What it comes to."""
        unpriced_ms = 0 if self.money is not None else self.worker_ms
        return Amount(self.worker_ms, self.gpu_ms, self.money or 0, unpriced_ms, self.credits)

    def amount_in(self, limits: Limits) -> Amount:
        """What it takes of a budget: money of another currency is none of it."""
        if limits.money is None or self.money is None or self.currency == limits.currency:
            return self.amount
        return Amount(self.worker_ms, self.gpu_ms, 0, self.worker_ms, self.credits)
