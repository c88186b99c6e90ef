"""Who pays for what a production renders: what its farm is told of prices, budgets and places of books."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from farm.schedule.amounts import NOTHING_SPENT, Charge, Limits, Spent
from farm.schedule.messages import Update
from farm.schedule.prices import PriceList
from pipeline.budgets.limits import Budgeted, Place, account_of, bucket_of, limits_now
from pipeline.budgets.prices import price_list
from pipeline.production.known_versions import words_of_version
from pipeline.production.production import Production
from storyboard.errors import UsageError


@dataclass(frozen=True, slots=True)
class OfSlate:
    """A slate that a production is of.

    Attributes:
        account: of the slate.
        version: what the production is called in it.
        budget: the slate's, where it has one.
        kept: stores and buckets of all of its productions.
    """

    account: str
    version: str
    budget: Budgeted | None = None
    kept: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Charging:
    """Who pays.

    Attributes:
        charge: as the farm is told it when the production is submitted.
        limits: what may be spent of its budgets by the time that it is called.
    """

    charge: Charge
    limits: Callable[[], Mapping[str, Limits]] = dict


@dataclass(slots=True)
class Bill:
    """What a run was charged, as far as it has heard.

    Attributes:
        spent: from the order until its last take was there; workers that idle after it are no part of it.
    """

    spent: Spent = NOTHING_SPENT

    def hear(self, update: Update) -> None:
        """Something happened on the farm."""
        self.spent = update.spent


def budget_of(production: Production) -> Budgeted | None:
    """The budget of a production's film."""
    budget = production.film.budget
    return None if budget is None else Budgeted(production.path, f'"{production.film.title}"', budget)


def charging_of(production: Production, slate: OfSlate | None = None) -> Charging:
    """Who pays for a production: its film, and its slate.

    Raises:
        DocumentError: the document of prices is wrong.
        UsageError: a budget of money is in a currency in which there are no prices.
        CatalogError, StoreError: what people decided cannot be read.
    """
    prices = price_list(production.settings)
    account, own = account_of(production.path), budget_of(production)
    own_kept: tuple[Place, ...] = ((production.store.root, bucket_of(production.path)),)
    found = [(own, own_kept)] if own else []
    if slate and slate.budget:
        found.append((slate.budget, slate.kept))
    for budget, _ in found:
        check_prices(budget, prices)
    charge = Charge(
        account,
        production.title,
        *own_kept[0],
        slate.account if slate else "",
        slate.version if slate else production.session or words_of_version(production.loaded.version),
        prices,
        tuple(budget.held(kept) for budget, kept in found),
    )
    return Charging(charge, limits_now([budget for budget, _ in found]))


def check_prices(document: Budgeted, prices: PriceList) -> None:
    """Refuse a budget of money that nobody could hold.

    Raises:
        UsageError: nothing has a price in its currency.
    """
    money = document.budget.money
    if money is not None and prices.currency != money.currency:
        there = f"the prices are in {prices.currency}" if prices.currency else "there are no prices"
        raise UsageError(
            f"{document.path}: the budget is {money}, and {there}",
            "write prices.yaml (docs/costs.md), or say the budget in gpu_hours or worker_hours",
        )
