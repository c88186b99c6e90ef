"""What the command line shows of a farm: nodes, workers and queue, once or as a page that lives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from farm.schedule.status import ProductionStatus
from pipeline.cli.views.amounts import size_in_words
from pipeline.cli.views.run import attach_command
from pipeline.cli.views.schedule import schedules_table
from pipeline.rendering.told import LATE_S
from storyboard.wording import duration

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from farm.host.hardware import Card, VitalSigns
    from farm.schedule.status import FarmStatus
    from pipeline.orchestration.detached import DetachedRun
    from pipeline.orchestration.schedule_facts import Schedule
    from pipeline.services.farm_access import SeenFarm

REFRESH_S = 1.0
SCHEDULES_S = 10.0


def farm_page(status: SeenFarm, schedules: Sequence[Schedule] = ()) -> RenderableType:
    """Nodes, workers, queue and schedules of a farm."""
    lines = [f"tag {tag}: {number} workers at most" for tag, number in status.limits.items()]
    if status.prefect_page:
        lines.append(f"Prefect page: {status.prefect_page}")
    if status.metrics:
        lines.append(f"metrics for Prometheus: {status.metrics}")
    if status.metrics_trouble:
        lines.append(f"no metrics: {status.metrics_trouble}")
    lines += [f"{one.what} failed ({one.times} ×): {one.latest}" for one in status.troubles]  # noqa: RUF001
    return Group(
        _nodes(status),
        _workers(status),
        jobs_page(status.productions),
        *([schedules_table(schedules)] if schedules else []),
        *map(Text, lines),
    )


def jobs_page(productions: Iterable[ProductionStatus]) -> RenderableType:
    """A row a production: its name, priority, shots by state, pace, and what is next; then its troubles."""
    queue = Table(
        *("production", "priority", "shots", "an hour", "left", "spent", "next"),
        title="queue",
        title_justify="left",
    )
    troubles = []
    for production in productions:
        name = production.production
        counts = ", ".join(f"{count} {state}" for state, count in production.counts.items())
        pace, left_s = production.shots_per_hour, production.left_s
        stands = "paused" if production.paused else "held" if production.held else ""
        queue.add_row(
            escape(name),
            f"{production.priority}{f' + {production.raised}' if production.raised else ''}",
            f"[yellow]{stands}[/]: {counts}" if stands else counts,
            "" if pace is None else f"{pace:.0f}" if pace >= 10 else f"{pace:.1f}",
            "" if left_s is None or stands else duration(left_s),
            production.spent,
            escape(", ".join(production.next_shots)),
        )
        troubles += [f"{name} is held: {words}" for words in production.held]
        if production.late_s is not None and production.late_s > LATE_S:
            troubles.append(f"{name} is late: by {duration(production.late_s)}, at this pace")
        troubles += [f"{name} waits: {words}" for words in production.waits]
        troubles += [f"{name}: shot {shot} failed: {why}" for shot, why in production.errors.items()]
        unsaid = len(production.failed) - len(production.errors)
        if unsaid > 0:
            troubles.append(f"{name}: {unsaid} more shots failed")
    return Group(queue, *map(Text, troubles))


def jobs_as_json(
    productions: Sequence[ProductionStatus], detached: Sequence[DetachedRun]
) -> list[dict[str, Any]]:
    """The productions for a script; with `detached`, and those whose shots have all ended, without counts."""
    living = {run.production: run.title for run in detached}
    listed = {production.production for production in productions}
    left = [
        ProductionStatus(production=name, title=title) for name, title in living.items() if name not in listed
    ]
    return [
        {**one.model_dump(mode="json"), "detached": one.production in living} for one in [*productions, *left]
    ]


def show_detached_runs(
    console: Console, productions: Iterable[ProductionStatus], detached: Iterable[DetachedRun]
) -> None:
    """A line for each run that goes on without a terminal."""
    rendering = {production.production for production in productions}
    for run in detached:
        state = "renders" if run.production in rendering else "has its shots, the film is put together"
        words = f"{run.production}, detached, {state}: `{attach_command(run)}`; log: {run.log}"
        console.print(words, markup=False, highlight=False, soft_wrap=True)


def seldom(ask: Callable[[], list[Schedule]]) -> Callable[[], list[Schedule]]:
    """The schedules for a page that lives: Prefect is asked every few seconds."""
    known: list[Schedule] = []
    asked = 0.0

    def told() -> list[Schedule]:
        nonlocal known, asked
        if not asked or time.monotonic() - asked > SCHEDULES_S:
            known, asked = ask(), time.monotonic()
        return known

    return told


def watch(
    console: Console, look: Callable[[], SeenFarm], schedules: Callable[[], list[Schedule]] = list
) -> None:
    """Show a farm as it works, until Ctrl-C.

    Args:
        console: a terminal.
        look: the farm's status now.
        schedules: those of the farm.
    """

    def page() -> RenderableType:
        # The machine's own zone: whoever watches compares it with the clock on the wall.
        clock = datetime.now(UTC).astimezone().strftime("%H:%M:%S")
        return Group(
            Text(f"{clock}  Ctrl-C ends this page, not the farm.", style="dim"),
            farm_page(look(), schedules()),
        )

    first = page()
    try:
        with Live(first, console=console, screen=True, auto_refresh=False) as live:
            while True:
                time.sleep(REFRESH_S)
                live.update(page(), refresh=True)
    except KeyboardInterrupt:
        return


def _nodes(status: FarmStatus) -> Table:
    """A row a node; its memory and cards are what its workers tell."""
    table = Table(
        *("node", "address", "cpus", "gpus", "memory", "GPU memory", "GPU busy", "tags", "state"),
        title="nodes",
        title_justify="left",
    )
    for node in status.nodes:
        state = "[green]alive[/]" if node.alive else "[red]dead[/]"
        if node.alive and node.drained:
            state = "[yellow]drained[/]"
        told = [one.signs for one in status.workers if one.node == node.id and one.signs]
        cards = [card for signs in told for card in signs.cards]
        busy = [card.busy for card in cards if card.busy is not None]
        table.add_row(
            node.id[:8],
            node.address,
            f"{node.cpus:g}",
            f"{node.gpus:g}",
            _used(told[:1]),
            _used(cards),
            ", ".join(f"{share:.0%}" for share in busy),
            escape(", ".join(node.tags)),
            state,
        )
    return table


def _used(memories: Iterable[Card | VitalSigns]) -> str:
    return ", ".join(
        f"{size_in_words(one.memory_used_bytes)} of {size_in_words(one.memory_bytes)}" for one in memories
    )


def _workers(status: FarmStatus) -> Table:
    table = Table(
        *("worker", "node", "renders", "done", "since", "writes", "memory"),
        title="workers",
        title_justify="left",
    )
    for worker in status.workers:
        shot = worker.shot
        done, since = (f"{worker.progress:.0%}", duration(worker.rendering_s)) if shot else ("", "")
        if worker.blocked_s:
            since = f"[red]blocked for {duration(worker.blocked_s)}[/]"
        table.add_row(
            worker.name,
            worker.node[:8],
            escape(shot or "nothing"),
            done,
            since,
            escape(worker.writing or ""),
            size_in_words(worker.signs.process_bytes) if worker.signs else "",
        )
    return table
