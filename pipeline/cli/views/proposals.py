"""What a writer proposes for a film, shown for people, and what they accept of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator

import typer
from pydantic import JsonValue
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.cli.console import printable
from pipeline.writing.refine import Refined
from storyboard.screenplay.accepting import Proposal, What
from storyboard.wording import counted, listed


@contextlib.contextmanager
def reading(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar of the scenes that are read; silent elsewhere than in a terminal."""
    progress = Progress(
        TextColumn("the writer reads"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("scenes"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    bar = progress.add_task("", total=None)

    def tell(done: int, total: int) -> None:
        progress.update(bar, completed=done, total=total)

    with progress:
        yield tell


def show_proposals(console: Console, read: Refined) -> None:
    """Each proposal with what it changes, by scene; then what is left out, and why."""
    scene = None
    for one in read.diff.proposals:
        if one.scene != scene:
            scene = one.scene
            _say(console, f"scene {scene}")
        show_proposal(console, one)
    if read.diff.by_hand:
        _say(console, f"changed by hand, and stays so: {listed(read.diff.by_hand)}")
    if read.diff.refused:
        _say(console, f"{counted(len(read.diff.refused), 'proposal')} left out:")
        for words in read.diff.refused:
            _say(console, f"  {words}")
    models = f" ({listed(read.models)})" if read.models else ""
    _say(
        console,
        f"{counted(len(read.diff.proposals), 'proposal')} by {read.writer.url}{models}, "
        f"temperature {read.writer.temperature:g}, seed {read.writer.seed}: "
        f"{counted(read.asked, 'scene')} asked, {read.kept} kept from before",
    )


def show_proposal(console: Console, one: Proposal) -> None:
    """What one proposal changes."""
    shot = one.shot
    if one.what is What.NEW_SHOT:
        people = ", ".join(str(who["id"]) for who in shot.get("characters", ()))
        facts = [shot["size"], shot["camera"], shot["duration"], *([people] if people else [])]
        _say(console, f"  + shot {one.id} behind {one.after}: {', '.join(facts)}")
        _say(console, f"      {shot['action']}")
    elif one.what is What.LEFT_OUT:
        _say(console, f"  - shot {one.id} ({shot['duration']})")
        _say(console, f"      {shot['action']}")
    else:
        _say(console, f"  ~ {one.what} {one.id}")
        for change in one.changes:
            if change.key in {"action", "description"}:
                _say(console, f"      {change.key}:")
                _say(console, f"        - {change.was}")
                _say(console, f"        + {change.now}")
            else:
                _say(console, f"      {change.key}: {change.was} → {change.now}")
    if one.why:
        _say(console, f"      why: {one.why}")


def accepted_by_person(console: Console, proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Those that a person at the terminal accepts: all, none, or one by one.

    Raises:
        typer.Abort: they end it, by Ctrl-C or the end of what they type.
    """
    proposals = tuple(proposals)
    while True:
        answer = typer.prompt("Accept them? y all, n none, e each", default="n", err=True).strip().casefold()
        if answer in {"y", "yes", "n", "no"}:
            return proposals if answer.startswith("y") else ()
        if answer in {"e", "each"}:
            break
    accepted: list[Proposal] = []
    for one in proposals:
        show_proposal(console, one)
        if typer.confirm("Accept it?", err=True):
            accepted.append(one)
    return tuple(accepted)


def proposals_as_json(read: Refined, accepted: Iterable[Proposal]) -> dict[str, JsonValue]:
    """All of it for a script."""
    writer = read.writer
    return {
        "writer": {
            "url": writer.url,
            "model": writer.model,
            "models": [*read.models],
            "temperature": writer.temperature,
            "seed": writer.seed,
            "asked": read.asked,
            "kept": read.kept,
        },
        "proposals": [one.as_json() for one in read.diff.proposals],
        "accepted": [f"{one.what} {one.id}" for one in accepted],
        "refused": [*read.diff.refused],
        "by_hand": [*read.diff.by_hand],
    }


def _say(console: Console, words: str) -> None:
    console.print(printable(words), markup=False, highlight=False, soft_wrap=True)
