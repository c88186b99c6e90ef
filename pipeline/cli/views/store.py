"""What the command line shows of a store."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich import box
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from pipeline.cli.console import printable
from pipeline.cli.views.amounts import size_in_words
from pipeline.housekeeping.usage import AGES, OLDER
from storyboard.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.housekeeping.rules import Judged
    from pipeline.housekeeping.store import Pruned
    from pipeline.housekeeping.usage import Used
    from pipeline.production.known_versions import KnownVersion

_AGES = (*(name for name, _ in AGES), OLDER)


def usage_as_json(root: str, used: Sequence[Used]) -> dict[str, Any]:
    """For a script; sizes in bytes."""
    return {"store": root, "bytes": sum(part.size for part in used), "parts": [asdict(part) for part in used]}


def usage_table(console: Console, root: str, used: Sequence[Used]) -> None:
    """A row for each film and kind, the largest first."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("film", min_width=12, overflow="fold")
    table.add_column("kind", no_wrap=True)
    for head in ("things", "size", *(f"< {limit.days} d" for _, limit in AGES), OLDER):
        table.add_column(head, no_wrap=True, justify="right")
    for part in used:
        ages = [size_in_words(part.by_age[age]) if age in part.by_age else "" for age in _AGES]
        film = escape(part.film) if part.film else "[dim]none that is known[/]"
        table.add_row(film, part.kind, str(part.things), size_in_words(part.size), *ages)
    console.print(table)
    total = size_in_words(sum(part.size for part in used))
    console.print(f"{root}: {total}", markup=False, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def pruning(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Shows how much is gone, while it goes."""
    columns = TextColumn("removing"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None, visible=False)
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=True)


def prune_as_json(pruned: Pruned, *, dry: bool) -> dict[str, Any]:
    """For a script; sizes in bytes."""
    gone = pruned.gone
    return {
        "dry_run": dry,
        "removed": [{"kind": one.kind, "digest": one.digest, "bytes": one.size} for one in gone],
        "removed_bytes": sum(one.size for one in gone),
        "kept_bytes": {why: size for why, (_, size) in _kept(pruned.judged).items()},
        "swept_attempts": pruned.swept,
        "running": list(pruned.running),
    }


def pruned_table(console: Console, pruned: Pruned, *, dry: bool) -> None:
    """What went by kind, and why the rest stays."""
    gone = pruned.gone
    kinds = Counter(one.kind for one in gone)
    sizes: Counter[str] = Counter()
    for one in gone:
        sizes[one.kind] += one.size
    table = Table("", "things", "size", show_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for kind, number in kinds.most_common():
        words = "would go" if dry else "gone"
        table.add_row(f"[red]{words}[/] {kind}", str(number), size_in_words(sizes[kind]))
    for why, (number, size) in _kept(pruned.judged).items():
        table.add_row(f"kept: {why}", str(number), size_in_words(size))
    console.print(table)
    freed = size_in_words(sum(one.size for one in gone))
    done = "would be removed" if dry else "removed"
    console.print(f"{counted(len(gone), 'thing')} {done}, {freed}", highlight=False)
    if pruned.running:
        films = ", ".join(pruned.running)
        console.print(f"rendering now, so its parts stay: {films}", markup=False, highlight=False)


def _kept(judged: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    """How many things stay and how large they are, by the reason; the largest first."""
    found: dict[str, tuple[int, int]] = {}
    for one in judged:
        if one.why is not None:
            number, size = found.get(one.why.value, (0, 0))
            found[one.why.value] = number + 1, size + one.thing.size
    return dict(sorted(found.items(), key=lambda item: -item[1][1]))


def versions_table(console: Console, versions: Sequence[KnownVersion], *, forgotten: bool) -> None:
    """The versions of a film that are remembered, or were until now."""
    if not versions:
        console.print("No such version is remembered.", highlight=False)
        return
    for one in versions:
        made = f"{one.made_at:%Y-%m-%d %H:%M} UTC"
        words = f"forgotten: {one.words}" if forgotten else f"{made}  {one.words}"
        console.print(printable(words), markup=False, highlight=False, soft_wrap=True)


def versions_as_json(versions: Sequence[KnownVersion], *, forgotten: bool) -> list[dict[str, Any]]:
    """The same for a script."""
    return [{**one.model_dump(mode="json"), "forgotten": forgotten} for one in versions]
