"""Deadlines of a slate that will be missed, said before anything renders, with what would help. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from farm.schedule.rehearsal import Outlook, Wanted, outlook
from pipeline.rendering.deadline import moment_in_words
from storyboard.wording import counted, duration, listed

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is known of deadlines before anything renders.

    Attributes:
        words: what is to be said; nothing when all will be met.
        ends_s: when each production that will be late is rendered, in seconds from now, by its name.
    """

    words: tuple[str, ...] = ()
    ends_s: Mapping[str, float] = field(default_factory=dict)


def looked_ahead(
    wanted: Sequence[Wanted], workers: int, now: datetime, in_time: Callable[[], list[str] | None]
) -> Ahead:
    """Which deadlines will be missed, and what would help.

    Args:
        wanted: the productions of a slate.
        workers: that there are.
        now: the moment from which they are made.
        in_time: asked where some will be late: the renderers with which none would; None when nobody knows.
    """
    found = outlook(wanted, workers)
    if not found.late:
        return Ahead()
    due = {one.name: one.deadline_s or 0.0 for one in wanted}
    said = [
        f"{name} will be late by about {duration(found.ends_s[name] - due[name])}: with "
        f"{counted(workers, 'worker')} it is rendered at {moment_in_words(now, found.ends_s[name])}"
        for name in found.late[:MOST_NAMED]
    ]
    if len(found.late) > MOST_NAMED:
        said.append(f"and {len(found.late) - MOST_NAMED} more will be late")
    helps = _helps(found, in_time())
    words = (*said, f"what would help: {'; or '.join(helps)}") if helps else tuple(said)
    return Ahead(words, {name: found.ends_s[name] for name in found.late})


def _helps(found: Outlook, renderers: list[str] | None) -> list[str]:
    said = []
    if found.workers is not None:
        said.append(counted(found.workers, "worker"))
    if found.without:
        names = listed([*found.without], MOST_NAMED)
        said.append(f"fewer versions: without {names} the others are in time")
    if renderers is None:
        said.append("a faster renderer, such as a draft")
    elif renderers:
        said.append(f"with the renderer {listed(renderers)} all are in time")
    return said
