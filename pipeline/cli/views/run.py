"""What the command line shows of a run: while it goes on, and what it made."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text
from typer import Exit

from farm.schedule.states import TaskState
from pipeline.cli.console import print_json, printable
from pipeline.cli.views.amounts import about, roughly, spent_as_json
from pipeline.cli.views.plan import warnings_as_json
from pipeline.rendering.forecast import Forecast
from pipeline.rendering.told import RunWords, warnings_of
from storyboard.errors import AssemblyError, WaitsForApproval
from storyboard.wording import counted

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import (
        Task,
        TaskID,
    )

    from farm.schedule.amounts import Spent
    from farm.schedule.messages import Update
    from pipeline.film.assemble import Delivery, FinishedFilm
    from pipeline.observer import Observer
    from pipeline.orchestration.detached import DetachedRun
    from pipeline.orchestration.run import RunSummary
    from storyboard.planning.plan import Plan

UNITS = 1000
"""steps of a shot's bar"""


def film_summary(summary: RunSummary) -> dict[str, Any]:
    """What a run did, for a script."""
    film = summary.film
    return {
        "rendered": summary.rendered,
        "still_missing": summary.still_missing,
        "waits_for_approval": list(summary.waits_for),
        "warnings": warnings_as_json(summary.plan.warnings),
        "spent": spent_as_json(summary.spent, summary.spent.money),
        "film": None
        if film is None
        else {
            "path": str(film.path),
            "digest": film.digest,
            "frames": film.frames,
            "seconds": film.seconds,
            "shots": film.shots,
            "lufs": film.lufs,
            "true_peak_dbtp": film.true_peak_dbtp,
            "made": film.made,
            "deliverables": deliveries_as_json(film.deliverables),
        },
    }


def deliveries_as_json(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Deliverables on disk, for a script."""
    return [
        {
            "name": one.name,
            "folder": str(one.folder),
            "files": [path.name for path in one.files],
            "lufs": one.lufs,
            "true_peak_dbtp": one.true_peak_dbtp,
            "warnings": list(one.warnings),
            "made": one.made,
            "error": one.error,
        }
        for one in deliveries
    ]


def loudness(made: FinishedFilm | Delivery) -> str:
    """What was measured of the sound of something, to be put after other words; nothing without sound."""
    if made.lufs is None or made.true_peak_dbtp is None:
        return ""
    return f", {made.lufs:.1f} LUFS, {made.true_peak_dbtp:.1f} dBTP"


def check_deliveries(deliveries: Sequence[Delivery], *, shown: bool) -> None:
    """End with exit code 1 when one of them could not be made; with what was wrong, unless it is `shown`.

    Raises:
        AssemblyError: one could not be made.
        Exit: one could not be made, which is shown already.
    """
    errors = [one.error for one in deliveries if one.error]
    if errors and shown:
        raise Exit(AssemblyError.exit_code)
    if errors:
        raise AssemblyError("\n".join(errors))


def check_approval(summary: RunSummary, *, shown: bool) -> None:
    """End with exit code 3 when the film waits for approval and nothing else.

    Raises:
        WaitsForApproval: it does.
        Exit: it does, which is shown already.
    """
    if not summary.waits_for or summary.still_missing:
        return
    if shown:
        raise Exit(WaitsForApproval.exit_code)
    raise WaitsForApproval.of(summary.waits_for)


def show_deliveries(console: Console, deliveries: Sequence[Delivery]) -> None:
    """A line for each deliverable, and what the checks warn of."""
    for one in deliveries:
        if one.error:
            continue
        what = one.files[0].name if len(one.files) == 1 else f"{len(one.files)} files"
        heard = loudness(one)
        kept = "" if one.made else " (unchanged)"
        console.print(f"{one.folder}: {what}{heard}{kept}", markup=False, highlight=False, soft_wrap=True)
        for words in one.warnings:
            console.print(f"  warning: {words}", markup=False, highlight=False, soft_wrap=True)


def show_end(console: Console, summary: RunSummary, *, as_json: bool) -> None:
    """What a run has made, for a person or a script.

    Raises:
        AssemblyError: a deliverable could not be made.
        WaitsForApproval: the film waits for a person.
        Exit: one of these, when it is shown already.
    """
    if as_json:
        print_json(film_summary(summary))
        check_deliveries(summary.film.deliverables if summary.film else (), shown=True)
        check_approval(summary, shown=True)
        return
    if summary.waits_for and not summary.still_missing:
        show_cost(console, summary.spent)
    check_approval(summary, shown=False)
    show_run(console, summary)
    if summary.film:
        check_deliveries(summary.film.deliverables, shown=False)


def show_run(console: Console, summary: RunSummary) -> None:
    """What a run has made, in words."""
    finished = summary.film
    if finished is None:
        console.print(
            f"{counted(summary.rendered, 'shot')} rendered; the film still misses {summary.still_missing}.",
            highlight=False,
        )
        show_cost(console, summary.spent)
        return
    console.print(f"\n[bold]{escape(str(finished.path))}[/]", soft_wrap=True, highlight=False)
    console.print(
        f"{finished.seconds:.1f} s, {counted(finished.frames, 'frame')}, {counted(finished.shots, 'shot')} "
        f"({summary.rendered} rendered now){loudness(finished)}",
        highlight=False,
    )
    show_cost(console, summary.spent)
    show_deliveries(console, finished.deliverables)
    opener = escape(summary.how_to_open)
    console.print(f"Open it with any player: [bold]{opener}[/]", soft_wrap=True, highlight=False)


def show_cost(console: Console, spent: Spent) -> None:
    """What rendering was charged, where it has a price."""
    if spent.money is not None:
        console.print(f"Rendering has cost {about(spent.money)}.", highlight=False)


def show_detached(console: Console, run: DetachedRun, *, as_json: bool) -> None:
    """A run that goes on without this terminal."""
    if as_json:
        print_json({"production": run.production, "pid": run.pid, "log": str(run.log)})
        return
    for words in (
        f"The farm has the order: {run.production}",
        f"  {attach_command(run)}   shows how it goes",
        f"  shotfarm farm cancel {shlex.quote(run.production)}   ends it",
        f"Its log is {run.log}",
    ):
        console.print(words, markup=False, highlight=False, soft_wrap=True)


def attach_command(run: DetachedRun) -> str:
    """The command that shows a detached run."""
    return f"shotfarm farm attach {shlex.quote(run.production)}"


@contextlib.contextmanager
def watching(console: Console) -> Iterator[Observer]:
    """Show a run: bars in a terminal, a line for each thing that ends elsewhere."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        _LeftColumn(),
        console=console,
    )
    with progress:
        yield _Bars(progress)


class _LeftColumn(TimeRemainingColumn):
    """The time that is left: as a task says itself (`left_s`), else as its bar has moved."""

    def render(self, task: Task) -> Text:
        left_s = task.fields.get("left_s")
        return Text(roughly(left_s), style="progress.remaining") if left_s else super().render(task)


class _Bars:
    """A bar for the film, one for each shot that renders, one for the stage of the assembly."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._words = RunWords()
        self._film: TaskID | None = None
        self._plan: Plan | None = None
        self._shots: dict[str, TaskID] = {}
        self._forecast = Forecast(())
        self._stages: dict[str, TaskID] = {}

    def planned(self, plan: Plan) -> None:
        self._plan = plan
        self._words.planned(plan)
        for words in warnings_of(plan.warnings):
            self._progress.console.print(
                f"[yellow]warning:[/] {escape(words)}", highlight=False, soft_wrap=True
            )
        if plan.missing:
            self._forecast = Forecast(plan.missing)
            name = f"[bold]{counted(len(plan.missing), 'shot')}[/]"
            self._film = self._progress.add_task(name, total=max(plan.estimate_s, 1e-6))

    def rendering(self, update: Update) -> None:
        if self._plan is None or self._film is None:
            return
        shots = {shot.digest: shot for shot in self._plan.missing}
        for event in update.events:
            shot = shots[event.digest]
            if event.state is TaskState.WRITING:
                continue
            bar = self._shots.pop(event.digest, None)
            if bar is not None:
                self._progress.remove_task(bar)
            if event.state is TaskState.RENDERING:
                self._shots[event.digest] = self._progress.add_task(f"  shot {shot.shot}", total=UNITS)
            elif event.state is not TaskState.DONE and (words := self._words.trouble(event)):
                self._progress.console.print(printable(words), markup=False, emoji=False)
        for digest, done in update.progress.items():
            if digest in self._shots:
                self._progress.update(self._shots[digest], completed=done * UNITS)
        for words in self._words.standing(update):
            self._progress.console.print(printable(words), markup=False, emoji=False, soft_wrap=True)
        now = time.monotonic()
        self._forecast.hear(update, now)
        done_s, total_s = self._forecast.done_s, self._forecast.total_s
        self._progress.update(
            self._film,
            total=max(total_s, 1e-6),
            completed=done_s if total_s else 1e-6,
            left_s=None if update.held else self._forecast.left_s(now),
        )

    def stage(self, name: str, done: int, total: int) -> None:
        if not total:
            return
        if name not in self._stages:
            self._stages[name] = self._progress.add_task(f"[bold]{name}[/]", total=total)
        self._progress.update(self._stages[name], completed=done)


class _Lines:
    """A line for each shot that ends and each stage that is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._words = RunWords()
        self._forecast = Forecast(())
        self._started_at = time.monotonic()

    def planned(self, plan: Plan) -> None:
        self._forecast = Forecast(plan.missing)
        self._say(self._words.planned(plan))

    def rendering(self, update: Update) -> None:
        now = time.monotonic()
        self._forecast.hear(update, now)
        lines = self._words.events(update)
        left_s = self._forecast.left_s(now)
        if lines and left_s and not update.held:
            lines[-1] += f", {roughly(left_s)} left"
        if lines and (spent := update.spent.in_words):
            lines[-1] += f", {spent} spent"
        self._say([*lines, *self._words.standing(update)])

    def stage(self, name: str, done: int, total: int) -> None:
        self._say(self._words.stage(name, done, total))

    def _say(self, lines: Iterable[str]) -> None:
        passed = time.monotonic() - self._started_at
        for words in lines:
            line = f"{passed:7.1f} s  {printable(words)}"
            self._console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)
