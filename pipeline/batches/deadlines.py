"""Deadlines of a slate that will be missed, said before anything renders, with what would help. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from farm.schedule.rehearsal import Outlook, Wanted, outlook
from pipeline.rendering.deadline import moment_in_words
from storyboard.wording import counted, duration, listed

MOST_ALONE = 60
"""productions that are gone through one by one; of more, those of one priority and deadline together"""
MOST_NAMED = 5


def late_words(wanted: Sequence[Wanted], workers: int, now: datetime) -> tuple[str, ...]:
    """What is to be said of deadlines; nothing when all will be met.

    Args:
        wanted: the productions of a slate.
        workers: that there are.
        now: the moment from which they are made.
    """
    together = len(wanted) > MOST_ALONE
    asked = _together(wanted) if together else [*wanted]
    found = outlook(asked, workers)
    if not found.late:
        return ()
    due = {one.name: one.deadline_s or 0.0 for one in asked}
    said = [
        f"{name} will be late by about {duration(found.ends_s[name] - due[name])}: with "
        f"{counted(workers, 'worker')} it is rendered at {moment_in_words(now, found.ends_s[name])}"
        for name in found.late[:MOST_NAMED]
    ]
    if len(found.late) > MOST_NAMED:
        said.append(f"and {len(found.late) - MOST_NAMED} more will be late")
    helps = _helps(found)
    return (*said, f"what would help: {'; or '.join(helps)}") if helps else tuple(said)


def _helps(found: Outlook) -> list[str]:
    said = []
    if found.workers is not None:
        said.append(counted(found.workers, "worker"))
    if found.without:
        names = listed([*found.without], MOST_NAMED)
        said.append(f"fewer versions: without {names} the others are in time")
    return [*said, "a faster renderer, such as a draft"]


def _together(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those of one priority and deadline as one production that wants all of their shots."""
    groups: dict[tuple[int, float | None], list[Wanted]] = {}
    for one in wanted:
        groups.setdefault((one.priority, one.deadline_s), []).append(one)
    return [
        replace(
            those[0],
            name=those[0].name if len(those) == 1 else f"{those[0].name} and {len(those) - 1} with it",
            requests=tuple({each.digest: each for one in those for each in one.requests}.values()),
            weight=sum(one.weight for one in those),
        )
        for those in groups.values()
    ]
