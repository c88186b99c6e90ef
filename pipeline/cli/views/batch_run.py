"""What the command line shows of a batch: while it goes on, and what became of its productions."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from farm.schedule.states import TaskState
from pipeline.batches.summary import State
from pipeline.batches.watching import NobodyWatches
from pipeline.cli.console import printable
from pipeline.cli.views.amounts import spent_as_json
from pipeline.rendering.told import RunWords, warnings_of
from storyboard.wording import counted, duration

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from farm.schedule.messages import Update
    from pipeline.batches.plan import SlatePlan
    from pipeline.batches.summary import BatchSummary, MadeProduction
    from pipeline.batches.watching import BatchObserver
    from pipeline.observer import Observer
    from storyboard.planning.plan import Plan

WAITS = "another batch renders for the same store; waiting for its end"
MOST_BARS = 12
"""productions that have bars of their own"""
MOST_ROWS_SHOWN = 200
UNITS = 1000
_COLOURS = {State.FAILED: "red", State.STOPPED: "red", State.WAITS: "yellow"}


def batch_as_json(summary: BatchSummary) -> dict[str, Any]:
    """What became of a batch, for a script."""
    told = summary.model_dump(mode="json")
    for one, made, cost in zip(told["productions"], summary.productions, summary.costs, strict=True):
        one["spent"] = spent_as_json(made.spent, cost)
    return {
        **told,
        "spent": spent_as_json(summary.spent, summary.spent.money),
        "exit_code": summary.exit_code,
    }


def batch_table(console: Console, summary: BatchSummary) -> None:
    """What became of each production, then of all together."""
    table = Table(title_justify="left")
    priced = ["cost"] if summary.spent.money is not None else []
    for heading in ("production", "", "rendered", "length", "took", *priced, "film"):
        numbers = heading in {"rendered", "length", "took", "cost"}
        table.add_column(heading, justify="right" if numbers else "left", overflow="fold")
    for one, cost in [*zip(summary.productions, summary.costs, strict=True)][:MOST_ROWS_SHOWN]:
        colour = _COLOURS.get(one.state, "green")
        table.add_row(
            escape(printable(one.name)),
            f"[{colour}]{one.state.value}[/]",
            f"{one.rendered} of {one.shots}" if one.rendered else "",
            duration(one.seconds),
            duration(one.took_s) if one.took_s >= 0.05 else "",
            *([str(cost or "")] if priced else []),
            escape(printable(one.out)),
        )
    console.print(table)
    if len(summary.productions) > MOST_ROWS_SHOWN:
        more = len(summary.productions) - MOST_ROWS_SHOWN
        console.print(f"and {more} more productions (--json has them all)", highlight=False)
    for one in summary.productions:
        if one.error:
            console.print(
                printable(f"{one.name}: {one.error}"), markup=False, highlight=False, soft_wrap=True
            )
    words = f"{counted(len(summary.productions), 'production')} in {duration(summary.took_s)}: "
    console.print(f"{words}{summary.in_words}.", highlight=False)


@contextlib.contextmanager
def watching(console: Console, *, quiet: bool = False) -> Iterator[BatchObserver]:
    """Show a batch: bars in a terminal, a line for each production that ends elsewhere."""
    if quiet:
        yield NobodyWatches()
        return
    if not console.is_terminal:
        yield _Lines(console)
        return
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[what]}"),
        TimeElapsedColumn(),
        console=console,
    )
    with progress:
        yield _Bars(progress)


class _Told:
    """What was said already: forty versions of a film warn of the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: set[str] = set()

    def new(self, lines: Iterable[str]) -> list[str]:
        """Those of these lines that nobody has read yet."""
        with self._lock:
            fresh = [line for line in dict.fromkeys(lines) if line not in self._said]
            self._said |= {*fresh}
        return fresh


class _Lines:
    """A line for each production that ends, and for each trouble on the way."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told = _Told()
        self._total = 0
        self._over = 0
        self._started_at = time.monotonic()

    def waits(self) -> None:
        self.say([WAITS])

    def planned(self, plan: SlatePlan) -> None:
        self._total = len(plan.productions)
        takes = f"{counted(plan.unique - plan.there, 'take')} to render, {plan.there} there"
        warnings = self._told.new(f"warning: {words}" for words in (*plan.late, *plan.warnings))
        self.say([f"{counted(self._total, 'production')}, {takes}", *warnings])

    def begins(self, name: str) -> Observer:
        return _Troubles(name, self.say, self._told)

    def ended(self, made: MadeProduction) -> None:
        self._over += 1
        shots = f", {counted(made.rendered, 'shot')} rendered" if made.rendered else ""
        why = f": {made.error}" if made.error else ""
        self.say([f"{made.name}: {made.state.value}{shots} ({self._over} of {self._total}){why}"])

    def say(self, lines: Iterable[str]) -> None:
        passed = time.monotonic() - self._started_at
        for words in lines:
            line = f"{passed:7.1f} s  {printable(words)}"
            self._console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)


class _Troubles:
    """Says of one production what a person may want to know before its end."""

    def __init__(self, name: str, say: Any, told: _Told) -> None:
        self._name = name
        self._say = say
        self._told = told
        self._words = RunWords()

    def planned(self, plan: Plan) -> None:
        self._words.planned(plan)
        self._say(self._told.new(f"warning: {words}" for words in warnings_of(plan.warnings)))

    def rendering(self, update: Update) -> None:
        lines = [*(self._words.trouble(event) for event in update.events), *self._words.standing(update)]
        self._say(self._told.new(f"{self._name}: {words}" for words in lines if words))

    def stage(self, name: str, done: int, total: int) -> None:
        del name, done, total


class _Bars:
    """A bar for all productions, and one for each of the first that are being made."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._told = _Told()
        self._all: TaskID | None = None
        self._bars: dict[str, TaskID] = {}

    def waits(self) -> None:
        self._progress.console.print(WAITS)

    def planned(self, plan: SlatePlan) -> None:
        words = f"[bold]{counted(len(plan.productions), 'production')}[/]"
        what = f"{counted(plan.unique - plan.there, 'take')} to render"
        for warning in self._told.new((*plan.late, *plan.warnings)):
            shown = f"[yellow]warning:[/] {escape(printable(warning))}"
            self._progress.console.print(shown, highlight=False, soft_wrap=True)
        self._all = self._progress.add_task(words, total=len(plan.productions), what=what)

    def begins(self, name: str) -> Observer:
        few = len(self._bars) < MOST_BARS
        shown = f"  {escape(printable(name))}"
        self._bars[name] = self._progress.add_task(shown, total=UNITS, what="", visible=few)
        return _Bar(name, self._progress, self._bars[name], self._told)

    def ended(self, made: MadeProduction) -> None:
        bar = self._bars.pop(made.name, None)
        if bar is not None:
            self._progress.remove_task(bar)
        if self._all is not None:
            self._progress.advance(self._all)
        if made.error:
            words = f"{made.name}: {made.state.value}: {made.error}"
            self._progress.console.print(printable(words), markup=False, emoji=False)


class _Bar:
    """How far one production is: its shots, then its assembly."""

    def __init__(self, name: str, progress: Progress, bar: TaskID, told: _Told) -> None:
        self._progress = progress
        self._bar = bar
        self._troubles = _Troubles(name, self._say, told)
        self._done: dict[str, float] = {}
        self._missing = 0

    def planned(self, plan: Plan) -> None:
        self._missing = len(plan.missing)
        self._troubles.planned(plan)

    def rendering(self, update: Update) -> None:
        self._troubles.rendering(update)
        self._done |= update.progress
        self._done |= {one.digest: 1.0 for one in update.events if one.state is TaskState.DONE}
        over = sum(done == 1 for done in self._done.values())
        part = sum(self._done.values()) / max(1, self._missing)
        what = f"{over} of {counted(self._missing, 'shot')}"
        self._progress.update(self._bar, completed=part * UNITS, what=what)

    def stage(self, name: str, done: int, total: int) -> None:
        if total:
            self._progress.update(self._bar, completed=done / total * UNITS, what=name)

    def _say(self, lines: Iterable[str]) -> None:
        for words in lines:
            self._progress.console.print(printable(words), markup=False, emoji=False)
