"""What the command line shows: tables, and the live view of a run."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from typer import Exit

from farm.schedule.messages import Update
from farm.schedule.states import TaskState
from pipeline.cli.console import printable
from pipeline.film.assemble import Delivery, FinishedFilm
from pipeline.observer import Observer
from pipeline.production.models import NeededModel
from pipeline.production.production import Production
from storyboard.errors import AssemblyError
from storyboard.media.timing import timecode_from_frames
from storyboard.planning.plan import Plan, PlanWarning
from storyboard.wording import listed

if TYPE_CHECKING:
    from pipeline.orchestration.run import RunSummary

UNITS = 1000
"""steps of a shot's bar"""


def plan_table(console: Console, production: Production, plan: Plan) -> None:
    """A row a shot, then what it comes to."""
    rate = production.film.format.rate
    table = Table(title=escape(production.film.title), title_justify="left")
    renderers = _renderers(production)
    several = ["renderer"] if len(production.choices.used) > 1 else []
    for heading in ("scene", "shot", "length", *several, "take", "why", "work"):
        table.add_column(heading, justify="right" if heading in {"length", "work"} else "left")
    for shot in plan.shots:
        state = (
            "[green]there[/]"
            if shot.exists
            else "[yellow]render[/]"
            if shot.selected
            else "[dim]not asked for[/]"
        )
        table.add_row(
            shot.scene,
            shot.shot,
            timecode_from_frames(shot.shape.frames, rate),
            *([escape(renderers[shot.shot])] if several else []),
            state,
            escape("; ".join(shot.reasons)),
            "" if shot.exists else duration(shot.estimate_s),
        )
    console.print(table)
    missing = len(plan.missing)
    there = sum(shot.exists for shot in plan.shots)
    console.print(f"{there} of {len(plan.shots)} takes are there.", highlight=False)
    if missing:
        console.print(
            f"{missing} to render: {duration(plan.estimate_s)} of work for one worker, "
            f"{duration(plan.critical_path_s)} at least.",
            highlight=False,
        )
    for model in production.models:
        here = "" if model.need.present else " (not on this machine: shotfarm models fetch)"
        licence = f": {model.need.licence}" if model.need.licence else ""
        console.print(
            f"model {model.need.name}{licence}{here}", markup=False, highlight=False, soft_wrap=True
        )
    for words in warnings_of(plan.warnings):
        console.print(f"[yellow]warning:[/] {escape(words)}", highlight=False, soft_wrap=True)


def models_table(console: Console, models: Sequence[NeededModel]) -> None:
    """A row a model."""
    table = Table("model", "revision", "renderers", "licence", "size", "GPU memory", "here")
    for model in models:
        need = model.need
        table.add_row(
            escape(need.name),
            escape((need.revision or "")[:12]),
            escape(", ".join(model.renderers)),
            escape(need.licence or ""),
            size_in_words(need.size_bytes),
            size_in_words(need.gpu_memory_bytes),
            "[green]yes[/]" if need.present else "[yellow]no[/]",
        )
    console.print(table)


def models_as_json(models: Sequence[NeededModel]) -> list[dict[str, Any]]:
    """The models for a script."""
    return [
        {
            **asdict(model.need),
            "backend": model.traits.name,
            "renderers": model.renderers,
            "shots": model.shots,
        }
        for model in models
    ]


def size_in_words(size: int | None) -> str:
    """A number of bytes as a person would say it; nothing when it is not known."""
    return "" if size is None else f"{size / 2**30:.1f} GiB" if size >= 2**29 else f"{size / 2**20:.0f} MiB"


def warnings_of(warnings: Sequence[PlanWarning]) -> list[str]:
    """What the backends warn of, a line each, with the shots that it is about."""
    return [
        f"shot{'s' if len(one.shots) > 1 else ''} {listed(one.shots)}: {one.message}"
        if one.shots
        else one.message
        for one in warnings
    ]


def _warnings_as_json(plan: Plan) -> list[dict[str, Any]]:
    return [{"message": one.message, "shots": list(one.shots)} for one in plan.warnings]


def _renderers(production: Production) -> dict[str, str]:
    """What renders each shot: a profile's name, or a backend's."""
    return {shot.id: production.choices.of(shot).name for _, shot in production.film.shots()}


def plan_as_json(production: Production, plan: Plan) -> dict[str, Any]:
    """The plan for a script."""
    renderers = _renderers(production)
    return {
        "title": production.film.title,
        "rate": str(production.film.format.rate),
        "frames": production.film.duration_frames(),
        "to_render": len(plan.missing),
        "estimate_s": round(plan.estimate_s, 3),
        "critical_path_s": round(plan.critical_path_s, 3),
        "warnings": _warnings_as_json(plan),
        "models": models_as_json(production.models),
        "shots": [
            {
                "scene": shot.scene,
                "shot": shot.shot,
                "digest": shot.digest,
                "frames": shot.shape.frames,
                "handles": [shot.shape.head, shot.shape.tail],
                "renderer": renderers[shot.shot],
                "backend": shot.spec.backend,
                "renders": {
                    "width": shot.spec.width,
                    "height": shot.spec.height,
                    "rate": str(shot.spec.rate),
                    "frames": shot.spec.total_frames,
                },
                "exists": shot.exists,
                "selected": shot.selected,
                "reasons": list(shot.reasons),
                "estimate_s": round(shot.estimate_s, 3),
            }
            for shot in plan.shots
        ],
    }


def film_summary(summary: RunSummary) -> dict[str, Any]:
    """What a run did, for a script."""
    film = summary.film
    return {
        "rendered": summary.rendered,
        "still_missing": summary.still_missing,
        "warnings": _warnings_as_json(summary.plan),
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
        TimeRemainingColumn(),
        console=console,
    )
    with progress:
        yield _Bars(progress)


@contextlib.contextmanager
def fetching(console: Console) -> Iterator[Callable[[str, float], None]]:
    """A bar for each model that is fetched, on each node; silent elsewhere than in a terminal."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    bars: dict[str, TaskID] = {}

    def tell(name: str, done: float) -> None:
        if name not in bars:
            bars[name] = progress.add_task(escape(name), total=1.0)
        progress.update(bars[name], completed=done)

    with progress:
        yield tell


class _Bars:
    """A bar for the film, one for each shot that renders, one for the stage of the assembly."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._film: TaskID | None = None
        self._plan: Plan | None = None
        self._shots: dict[str, TaskID] = {}
        self._done_s = 0.0
        self._stages: dict[str, TaskID] = {}

    def planned(self, plan: Plan) -> None:
        self._plan = plan
        for words in warnings_of(plan.warnings):
            self._progress.console.print(
                f"[yellow]warning:[/] {escape(words)}", highlight=False, soft_wrap=True
            )
        if plan.missing:
            name = f"[bold]{len(plan.missing)} shots[/]"
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
            elif event.state is TaskState.DONE:
                self._done_s += shot.estimate_s
            elif event.state in {TaskState.FAILED, TaskState.PAUSING}:
                words = "failed" if event.state is TaskState.FAILED else "failed once, will be tried again"
                said = printable(f"shot {shot.shot} {words}: {event.error}")
                self._progress.console.print(said, markup=False, emoji=False)
        part_s = 0.0
        for digest, done in update.progress.items():
            if digest in self._shots:
                self._progress.update(self._shots[digest], completed=done * UNITS)
                part_s += done * shots[digest].estimate_s
        self._progress.update(self._film, completed=self._done_s + part_s)

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
        self._plan: Plan | None = None
        self._ended = 0
        self._started_at = time.monotonic()

    def planned(self, plan: Plan) -> None:
        self._plan = plan
        there = sum(shot.exists for shot in plan.shots)
        self._say(f"{len(plan.missing)} shots to render, {there} takes are there")
        for words in warnings_of(plan.warnings):
            self._say(f"warning: {words}")

    def rendering(self, update: Update) -> None:
        if self._plan is None:
            return
        shots = {shot.digest: shot.shot for shot in self._plan.missing}
        for event in update.events:
            name = shots[event.digest]
            if event.state is TaskState.DONE:
                self._ended += 1
                self._say(f"shot {name} rendered ({self._ended} of {len(shots)})")
            elif event.state in {TaskState.FAILED, TaskState.PAUSING}:
                words = "failed" if event.state is TaskState.FAILED else "failed once, will be tried again"
                self._say(printable(f"shot {name} {words}: {event.error}"))

    def stage(self, name: str, done: int, total: int) -> None:
        if total and done == total:
            self._say(f"{name}: done")

    def _say(self, words: str) -> None:
        passed = time.monotonic() - self._started_at
        line = f"{passed:7.1f} s  {words}"
        self._console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)


def duration(seconds: float) -> str:
    """A length of time as a person would say it."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
