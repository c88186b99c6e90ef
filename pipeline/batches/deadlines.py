"""Deadlines of a slate that will be missed, said before anything renders, with what would help. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from farm.schedule.rehearsal import Outlook, Wanted, outlook
from pipeline.rendering.deadline import moment_in_words
from storyboard.wording import counted, duration, listed

MOST_ALONE = 60
"""productions that are gone through one by one; of more, those of one priority and deadline together"""
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


def looked_ahead(wanted: Sequence[Wanted], workers: int, now: datetime) -> Ahead:
    """Which deadlines will be missed, and what would help.

    Args:
        wanted: the productions of a slate.
        workers: that there are.
        now: the moment from which they are made.
    """
    groups = _together(wanted) if len(wanted) > MOST_ALONE else [(one, [one.name]) for one in wanted]
    asked = [one for one, _ in groups]
    found = outlook(asked, workers)
    if not found.late:
        return Ahead()
    due = {one.name: one.deadline_s or 0.0 for one in asked}
    said = [
        f"{name} will be late by about {duration(found.ends_s[name] - due[name])}: with "
        f"{counted(workers, 'worker')} it is rendered at {moment_in_words(now, found.ends_s[name])}"
        for name in found.late[:MOST_NAMED]
    ]
    if len(found.late) > MOST_NAMED:
        said.append(f"and {len(found.late) - MOST_NAMED} more will be late")
    helps = _helps(found)
    ends_s = {
        name: found.ends_s[one.name] for one, names in groups if one.name in found.late for name in names
    }
    return Ahead((*said, f"what would help: {'; or '.join(helps)}") if helps else tuple(said), ends_s)


def _helps(found: Outlook) -> list[str]:
    said = []
    if found.workers is not None:
        said.append(counted(found.workers, "worker"))
    if found.without:
        names = listed([*found.without], MOST_NAMED)
        said.append(f"fewer versions: without {names} the others are in time")
    return [*said, "a faster renderer, such as a draft"]


def _together(wanted: Sequence[Wanted]) -> list[tuple[Wanted, list[str]]]:
    """Those of one priority and deadline as one production that wants all their shots, with their names."""
    groups: dict[tuple[int, float | None], list[Wanted]] = {}
    for one in wanted:
        groups.setdefault((one.priority, one.deadline_s), []).append(one)
    return [
        (
            replace(
                those[0],
                name=those[0].name if len(those) == 1 else f"{those[0].name} and {len(those) - 1} with it",
                requests=tuple({each.digest: each for one in those for each in one.requests}.values()),
                weight=sum(one.weight for one in those),
            ),
            [one.name for one in those],
        )
        for those in groups.values()
    ]
