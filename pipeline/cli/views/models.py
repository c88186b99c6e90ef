"""What the command line shows of a film's models: a table, and bars while they are fetched."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from pipeline.cli.views.amounts import size_in_words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from pipeline.production.models import NeededModel


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


@contextlib.contextmanager
def fetching(console: Console) -> Iterator[Callable[[str, float], None]]:
    """A bar for each model that is fetched, on each node; silent elsewhere than in a terminal."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

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
