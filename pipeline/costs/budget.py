"""How a budget stands, and more of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from farm.logs.spent import spent_of
from farm.schedule.amounts import NOTHING, Amount, Limits
from farm.schedule.prices import HOUR_MS
from pipeline.budgets.limits import Budgeted, bucket_of, raise_budget
from pipeline.catalog.entries import More, Raise
from pipeline.costs.documents import CostedDocument, with_budget
from pipeline.production.production import Production
from pipeline.rendering.charging import budget_of
from storyboard.errors import UsageError
from storyboard.money import parse_money
from storyboard.schema.budget import Budget


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """A budget, and what is left of it.

    Attributes:
        budgeted: the document that has it.
        limits: with what it was raised by.
        spent: of it, by now.
        raises: oldest first.
    """

    budgeted: Budgeted
    limits: Limits
    spent: Amount
    raises: tuple[Raise, ...]

    @property
    def reached(self) -> list[str]:
        """Its limits that are, in words."""
        return self.limits.reached(self.spent)


def standing_of(document: CostedDocument) -> BudgetStanding:
    """How the budget of a film or a slate stands.

    Raises:
        UsageError: it has none.
        CatalogError, StoreError: what was decided or charged cannot be read.
    """
    budgeted = with_budget(document)
    held = budgeted.held(document.kept)
    spent = spent_of(held, without="") if document.kept else NOTHING
    return BudgetStanding(budgeted, held.limits, spent, tuple(budgeted.raises()))


def standing_of_film(production: Production) -> BudgetStanding | None:
    """How the budget of an opened film stands; None where it has none.

    Raises:
        CatalogError, StoreError: what was decided or charged cannot be read.
    """
    budget, path = budget_of(production), production.path
    if budget is None:
        return None
    kept = ((production.store.root, bucket_of(path, known_only=True)),)
    return standing_of(CostedDocument(path, production.film.title, budget, kept))


def raised(document: CostedDocument, more: More, by: str) -> None:
    """Raise a budget; see `pipeline.budgets.limits.raise_budget`."""
    raise_budget(with_budget(document), more, by)


def more_of(
    budget: Budget,
    money: str | None,
    gpu_hours: float | None = None,
    worker_hours: float | None = None,
    more_credits: float | None = None,
) -> More:
    """What the words of a command ask for.

    Raises:
        UsageError: they are no sum, no hours or no credits.
    """
    sum_ = None
    if money is not None:
        said = money if not money.strip().replace(".", "", 1).isdigit() or budget.money is None else None
        try:
            sum_ = parse_money(said or f"{money.strip()} {budget.money.currency if budget.money else ''}")
        except ValueError as error:
            raise UsageError(f"--money: {error}") from None
    return More(
        worker_ms=_ms("--worker-hours", worker_hours),
        gpu_ms=_ms("--gpu-hours", gpu_hours),
        money=sum_.fine if sum_ else 0,
        currency=sum_.currency if sum_ else "",
        credits=round(100 * _number("--credits", more_credits, "credits")),
    )


def _ms(option: str, hours: float | None) -> int:
    return round(_number(option, hours, "hours") * HOUR_MS)


def _number(option: str, number: float | None, what: str) -> float:
    if number is None:
        return 0.0
    if not math.isfinite(number) or not 0 <= number <= 10_000_000:
        raise UsageError(f"{option}: {number} is no number of {what}")
    return number
