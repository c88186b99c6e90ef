"""What the command line shows of costs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from farm.schedule.amounts import in_credits
from pipeline.cli.console import printable
from pipeline.costs.report import Part
from storyboard.cells import harmless
from storyboard.money import minor_as_number, minor_in_words, minor_of, shares
from storyboard.wording import duration

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.costs.report import Report, Row


def costs_table(console: Console, report: Report) -> None:
    """A row each, in money where there is a price, in time of workers where there is none.

    What no row has is no column: names have the room then.
    """
    if not report.rows:
        console.print("Nothing was charged yet.")
        return
    parts = [part for part in Part if any(part in row.parts for row in report.rows)]
    missing = {"an accepted second"} if not any(row.currency for row in report.rows) else set()
    missing |= {"GPU time"} if not any(row.whole.gpu_ms for row in report.rows) else set()
    missing |= {"credits"} if not any(row.whole.credits for row in report.rows) else set()
    table = Table(title_justify="left", show_footer=len(report.totals) == 1 and len(report.rows) > 1)
    grid, times = _cells(report), _times(report)
    total = report.totals[0]
    sums = {part: sum(cells.get(part, 0) for cells in grid) for part in total.parts}
    all_ = _written(total, sums, parts, (sum(one for one, _ in times), sum(two for _, two in times)))
    headings = [*parts, "all", "an accepted second", "worker time", "GPU time", "credits"]
    shown = [place for place, heading in enumerate(headings) if heading not in missing]
    table.add_column(report.by.value, footer="all", overflow="fold")
    for place in shown:
        table.add_column(str(headings[place]), justify="right", footer=all_[place])
    for row, cells, seconds in zip(report.rows, grid, times, strict=True):
        written = _written(row, cells, parts, seconds)
        table.add_row(escape(printable(row.name)), *(written[place] for place in shown))
    console.print(table)
    unpriced = sum(row.whole.unpriced_ms for row in report.totals)
    priced = "an accepted second" not in missing
    if unpriced and priced:
        console.print(
            f"{duration(unpriced / 1000)} of workers had no price: they are no money here.", highlight=False
        )
    if not priced:
        console.print(
            "Nothing has a price: prices.yaml says what time costs (docs/costs.md).", highlight=False
        )


def _cells(report: Report) -> list[dict[Part, int]]:
    """Money in smallest units, of rows without a price whole seconds."""
    seconds = report.cells(1000, lambda amount: amount.worker_ms)
    priced = zip(report.rows, report.minor(), seconds, strict=True)
    return [money if row.currency else time for row, money, time in priced]


def _times(report: Report) -> list[tuple[int, int]]:
    """The time of workers and of cards that each row took, in seconds that add up."""
    workers = shares([row.whole.worker_ms for row in report.rows], 1000)
    return [*zip(workers, shares([row.whole.gpu_ms for row in report.rows], 1000), strict=True)]


def _written(row: Row, cells: dict[Part, int], parts: list[Part], seconds: tuple[int, int]) -> list[str]:
    def one(value: int) -> str:
        return minor_as_number(value, row.currency) if row.currency else _clock(value)

    each, whole = row.per_accepted_second, sum(cells.get(part, 0) for part in parts)
    return [
        *(one(cells[part]) if part in cells else "" for part in parts),
        minor_in_words(whole, row.currency) if row.currency else one(whole),
        "" if each is None else str(each),
        _clock(seconds[0]),
        _clock(seconds[1]) if row.whole.gpu_ms else "",
        in_credits(row.whole.credits) if row.whole.credits else "",
    ]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def costs_as_json(report: Report) -> dict[str, Any]:
    """The same for a script: milliseconds, and money as text with all of its decimals."""
    return {
        "by": report.by.value,
        "rows": [_as_json(row, cells) for row, cells in zip(report.rows, report.minor(), strict=True)],
        "totals": [
            _as_json(
                total,
                {
                    part: sum(
                        cells.get(part, 0)
                        for row, cells in zip(report.rows, report.minor(), strict=True)
                        if row.currency == total.currency
                    )
                    for part in total.parts
                },
            )
            for total in report.totals
        ],
    }


def _as_json(row: Row, cells: dict[Part, int]) -> dict[str, Any]:
    def money(minor: int) -> str | None:
        return minor_as_number(minor, row.currency) if row.currency else None

    each = row.per_accepted_second
    return {
        "name": row.name,
        "currency": row.currency or None,
        "attempts": row.attempts,
        "parts": {
            part.value: {
                "worker_ms": row.parts[part].worker_ms,
                "gpu_ms": row.parts[part].gpu_ms,
                "money": money(cells.get(part, 0)),
            }
            for part in row.parts
        },
        "worker_ms": row.whole.worker_ms,
        "gpu_ms": row.whole.gpu_ms,
        "unpriced_ms": row.whole.unpriced_ms,
        "credits": in_credits(row.whole.credits),
        "money": money(sum(cells.values())),
        "accepted_ms": row.accepted_ms,
        "money_per_accepted_second": None
        if each is None
        else minor_as_number(minor_of(each.fine), each.currency),
    }


def costs_as_csv(report: Report) -> str:
    """The same for a spreadsheet: a row each, no totals, a point before decimals in every country."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [f"{part.value}_{what}" for part in Part for what in ("worker_ms", "gpu_ms", "money")]
    writer.writerow(
        [
            report.by.value,
            "currency",
            "attempts",
            *columns,
            "money",
            "unpriced_worker_ms",
            "accepted_film_ms",
            "credits",
        ]
    )
    for row, cells in zip(report.rows, report.minor(), strict=True):
        values: list[object] = []
        for part in Part:
            amount = row.parts.get(part)
            money = minor_as_number(cells[part], row.currency) if row.currency and part in cells else ""
            values += [amount.worker_ms, amount.gpu_ms, money] if amount else [0, 0, money]
        whole = minor_as_number(sum(cells.values()), row.currency) if row.currency else ""
        ends = [whole, row.whole.unpriced_ms, row.accepted_ms, in_credits(row.whole.credits)]
        writer.writerow([harmless(row.name), row.currency, row.attempts, *values, *ends])
    return text.getvalue()
