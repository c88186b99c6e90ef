"""What a film or a slate may cost: its document's budget, and what people let be spent beyond it.

A raise is a line of the log beside the document (`pipeline.catalog.log`), with who said it and when, and is
never taken back: whoever wants to spend less than that writes a smaller budget into the document.
"""

from __future__ import annotations

import contextlib
import hashlib
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from farm.schedule.amounts import Budget as HeldBudget
from farm.schedule.amounts import Limits, in_credits
from farm.schedule.prices import HOUR_MS
from pipeline.catalog.entries import More, Raise
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.production_id import PRODUCTION, production_id
from pipeline.settings import STATE_FOLDER
from storyboard.errors import CatalogError, StoreError, UsageError
from storyboard.money import Money
from storyboard.schema.budget import Budget

Place = tuple[str, str]
"""a store's root, and a bucket in it"""


@dataclass(frozen=True, slots=True)
class Budgeted:
    """A document that has a budget.

    Attributes:
        path: of the document.
        title: what it is called in a sentence: `"The Long Night"`, `the slate slate.yaml`.
        budget: that it has.
    """

    path: Path
    title: str
    budget: Budget

    @property
    def account(self) -> str:
        """The name of its account."""
        return account_of(self.path, known_only=True)

    def raises(self) -> list[Raise]:
        """Those of its budget, oldest first.

        Raises:
            CatalogError: the log has a line that this version does not read.
            StoreError: it cannot be read.
        """
        return [one for one in _log_of(self.path).record().raises if one.document == self.path.name]

    def limits(self) -> Limits:
        """What may be spent now.

        Raises:
            CatalogError, StoreError: what people decided cannot be read.
        """
        return limits_of(self.budget, (one.more for one in self.raises()))

    def held(self, kept: Sequence[Place]) -> HeldBudget:
        """The same as the farm is told it.

        Args:
            kept: where what was spent is written down.

        Raises:
            CatalogError, StoreError: what people decided cannot be read.
        """
        command = f"shotfarm budget raise {shlex.quote(str(self.path))}"
        return HeldBudget(self.account, self.title, self.limits(), tuple(kept), command)


def limits_of(budget: Budget, raises: Iterable[More]) -> Limits:
    """A budget and what it was raised by: only of what it limits, and only in its own currency. Pure."""
    more = [*raises]

    def with_more(limit: int | None, name: str) -> int | None:
        return None if limit is None else limit + sum(getattr(one, name) for one in more)

    def ms(hours: float | None) -> int | None:
        return None if hours is None else round(hours * HOUR_MS)

    money = budget.money
    return Limits(
        with_more(ms(budget.worker_hours), "worker_ms"),
        with_more(ms(budget.gpu_hours), "gpu_ms"),
        None
        if money is None
        else money.fine + sum(one.money for one in more if one.currency == money.currency),
        "" if money is None else money.currency,
        with_more(None if budget.credits is None else round(budget.credits * 100), "credits"),
    )


def limits_now(budgets: Sequence[Budgeted]) -> Callable[[], Mapping[str, Limits]]:
    """Call what is returned for the limits as they are by then; where they cannot be read, they stay."""
    known: dict[str, Limits] = {}
    sizes: dict[str, int] = {}

    def now() -> Mapping[str, Limits]:
        for one in budgets:
            with contextlib.suppress(CatalogError, StoreError):
                size = _log_of(one.path).size
                if sizes.get(one.account) != size:
                    known[one.account] = one.limits()
                    sizes[one.account] = size
        return known

    return now


def raise_budget(document: Budgeted, more: More, by: str) -> None:
    """Let more be spent; it is durable when this returns.

    Raises:
        UsageError: the budget does not limit that, or is in another currency, or it is nothing.
        CatalogError, StoreError: it cannot be written.
    """
    budget = document.budget
    wanted = {
        "worker_hours": more.worker_ms,
        "gpu_hours": more.gpu_ms,
        "money": more.money,
        "credits": more.credits,
    }
    if not any(wanted.values()):
        raise UsageError("raise it by how much?", "such as --money '50 EUR' or --gpu-hours 10")
    for name, amount in wanted.items():
        if amount and getattr(budget, name) is None:
            raise UsageError(
                f"the budget of {document.path} does not limit {name}", "what is not limited is free"
            )
    if more.money and budget.money is not None and more.currency != budget.money.currency:
        raise UsageError(
            f"the budget of {document.path} is in {budget.money.currency}, not in {more.currency}",
            f"such as --money '50 {budget.money.currency}'",
        )
    raised = Raise(document=document.path.name, more=more, by=by, at=datetime.now(UTC))
    _log_of(document.path).raise_budget(raised)


def account_of(path: Path, *, known_only: bool = False) -> str:
    """The name of the account of a film or a slate: the id of its folder, and the document in it.

    Args:
        path: of the document.
        known_only: make no id for a folder that has none.
    """
    return f"{bucket_of(path, known_only=known_only)}/{path.name}"


def bucket_of(path: Path, *, known_only: bool = False) -> str:
    """The part of a store in which is written down what a document's folder was charged.

    Args:
        path: of the document.
        known_only: make no id for a folder that has none.
    """
    state = path.absolute().parent / STATE_FOLDER
    if not known_only or (state / PRODUCTION).exists():
        with contextlib.suppress(StoreError, CatalogError):  # what is paid is no reason to render nothing
            return production_id(state)
    return hashlib.sha256(str(state).encode(errors="surrogateescape")).hexdigest()[:32]


def more_in_words(more: More) -> str:
    """`10 GPU hours, 50.00 EUR, 200 credits`."""
    words = [
        f"{amount / HOUR_MS:g} {name}"
        for amount, name in ((more.worker_ms, "worker hours"), (more.gpu_ms, "GPU hours"))
        if amount
    ]
    words += [str(Money(more.money, more.currency))] if more.money else []
    words += [f"{in_credits(more.credits)} credits"] if more.credits else []
    return ", ".join(words)


def _log_of(path: Path) -> DecisionLog:
    return DecisionLog.of(path.absolute().parent)
