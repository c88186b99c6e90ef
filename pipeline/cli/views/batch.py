"""What the command line shows of a slate: a row a production, then what they come to together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from pipeline.cli.console import printable
from pipeline.cli.views.amounts import about
from pipeline.cli.views.plan import work_as_json, work_in_words
from storyboard.document.expressions import as_text
from storyboard.wording import counted, duration

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.batches.plan import PlannedProduction, SlatePlan

MOST_ROWS_SHOWN = 200
MOST_LETTERS = 40


def slate_table(console: Console, plan: SlatePlan) -> None:
    """The matrix: what each production misses, whatever the others make."""
    table = Table(title_justify="left")
    names = list(dict.fromkeys(name for one in plan.productions for name in one.values))
    varied = [name for name in names if len({_shown(one, name) for one in plan.productions}) > 1]
    priced = ["cost"] if any(one.work.money is not None and one.missing for one in plan.productions) else []
    for heading in ("production", *varied, "renderer", "length", "takes", "work", *priced):
        right = heading in {"length", "takes", "work", "cost"}
        table.add_column(heading, justify="right" if right else "left")
    for one in plan.productions[:MOST_ROWS_SHOWN]:
        there = len(one.takes) - sum(take in one.missing for take in one.takes)
        table.add_row(
            escape(one.name),
            *(escape(_shown(one, name)) for name in varied),
            escape(one.renderer),
            duration(one.seconds),
            f"[green]{there} of {len(one.takes)}[/]" if not one.missing else f"{there} of {len(one.takes)}",
            duration(one.work_s) if one.missing else "",
            *(
                [about(one.work.money) if one.missing and one.work.money is not None else ""]
                if priced
                else []
            ),
        )
    console.print(table)
    if len(plan.productions) > MOST_ROWS_SHOWN:
        console.print(f"and {len(plan.productions) - MOST_ROWS_SHOWN} more productions (--json has them all)")
    console.print(
        f"{counted(len(plan.productions), 'production')}, {counted(plan.shots, 'shot')}: "
        f"{counted(plan.unique, 'take')} in all, {plan.there} of them there.",
        highlight=False,
    )
    if plan.unique > plan.there:
        gpus = f", {duration(plan.gpu_s)} of them on a GPU" if plan.gpu_s else ""
        guess = " (a guess: nothing like some of it was measured)" if plan.guessed else ""
        work = f"{duration(plan.work_s)} of work for one worker"
        console.print(f"{plan.unique - plan.there} to render: {work}{gpus}{guess}.", highlight=False)
        if words := work_in_words(plan.work):
            console.print(words, highlight=False)
    for words in (*plan.late, *plan.warnings):
        console.print(f"[yellow]warning:[/] {escape(printable(words))}", highlight=False, soft_wrap=True)


def _shown(one: PlannedProduction, name: str) -> str:
    """A value as a cell has room for it."""
    text = printable(as_text(one.values[name])).replace("\n", " ") if name in one.values else ""
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def slate_as_json(plan: SlatePlan) -> dict[str, Any]:
    """The same for a script."""
    return {
        "productions": [
            {
                "name": one.name,
                "film": str(one.film),
                "title": one.title,
                "values": {**one.values},
                "out": str(one.out),
                "renderer": one.renderer,
                "deliverables": list(one.deliverables),
                "priority": one.priority,
                "deadline": one.deadline.isoformat() if one.deadline else None,
                "seconds": round(one.seconds, 3),
                "shots": len(one.takes),
                "missing": sum(take in one.missing for take in one.takes),
                "takes": [digest for _, digest in one.takes],
                "estimate_s": round(one.work_s, 3),
                "gpu_s": round(one.gpu_s, 3),
                "work": work_as_json(one.work),
            }
            for one in plan.productions
        ],
        "shots": plan.shots,
        "unique": plan.unique,
        "there": plan.there,
        "to_render": plan.unique - plan.there,
        "estimate_s": round(plan.work_s, 3),
        "gpu_s": round(plan.gpu_s, 3),
        "work": work_as_json(plan.work),
        "guessed": plan.guessed,
        "late": list(plan.late),
        "warnings": list(plan.warnings),
    }
