"""What the command line shows of a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from farm.schedule.amounts import hours, in_credits
from pipeline.budgets.limits import more_in_words
from pipeline.cli.console import printable
from storyboard.money import Money, minor_as_number, minor_of

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.costs.budget import BudgetStanding


def budget_table(console: Console, standing: BudgetStanding) -> None:
    """A row a limit: spent, left; then who has raised it, and whether it is reached."""
    limits, spent = standing.limits, standing.spent
    title = printable(standing.budgeted.title)
    table = Table(title=f"budget of {escape(title)}", title_justify="left")
    for heading in ("", "spent", "of", "left"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, limit, used in (
        ("worker hours", limits.worker_ms, spent.worker_ms),
        ("GPU hours", limits.gpu_ms, spent.gpu_ms),
    ):
        if limit is not None:
            table.add_row(name, hours(used), hours(limit), hours(max(0, limit - used)))
    if limits.money is not None:
        sums = (spent.money, limits.money, max(0, limits.money - spent.money))
        table.add_row("money", *(str(Money(one, limits.currency)) for one in sums))
    if limits.credits is not None:
        of = (spent.credits, limits.credits, max(0, limits.credits - spent.credits))
        table.add_row("credits", *(in_credits(one) for one in of))
    console.print(table)
    if limits.money is not None and spent.unpriced_ms:
        console.print(f"{hours(spent.unpriced_ms)} worker hours had no price and are no money.")
    for one in standing.raises:
        when = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
        console.print(
            f"raised by {more_in_words(one.more)}: {printable(one.by)}, {when}", markup=False, highlight=False
        )
    if standing.reached:
        console.print("It is reached: nothing new begins.", style="yellow", highlight=False)


def budget_as_json(standing: BudgetStanding) -> dict[str, Any]:
    """The same for a script; hours as numbers, sums as text with all of their decimals."""
    limits, spent = standing.limits, standing.spent

    def sum_of(fine: int | None) -> str | None:
        return None if fine is None else minor_as_number(minor_of(fine), limits.currency)

    def as_hours(ms: int | None) -> float | None:
        return None if ms is None else ms / 3_600_000

    def as_credits(hundredths: int | None) -> float | None:
        return None if hundredths is None else hundredths / 100

    return {
        "document": str(standing.budgeted.path),
        "limits": {
            "worker_hours": as_hours(limits.worker_ms),
            "gpu_hours": as_hours(limits.gpu_ms),
            "money": sum_of(limits.money),
            "credits": as_credits(limits.credits),
        },
        "currency": limits.currency or None,
        "spent": {
            "worker_hours": as_hours(spent.worker_ms),
            "gpu_hours": as_hours(spent.gpu_ms),
            "money": None if limits.money is None else sum_of(spent.money),
            "credits": as_credits(spent.credits),
            "unpriced_worker_hours": as_hours(spent.unpriced_ms),
        },
        "reached": standing.reached,
        "raises": [
            {"by": one.by, "at": one.at.isoformat(), "more": more_in_words(one.more)}
            for one in standing.raises
        ],
    }
