"""A deadline that will be missed is said before anything renders, with what would help."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

from farm.schedule.rehearsal import Outlook, Wanted, outlook, rehearsed
from pipeline.catalog.log import DecisionLog
from pipeline.production.decisions import standings_of
from pipeline.production.open import rendered_by
from pipeline.production.production import Production
from pipeline.rendering.render import shot_requests
from pipeline.settings import Settings
from storyboard.errors import ShotfarmError, UsageError
from storyboard.planning.plan import Plan, PlanWarning
from storyboard.wording import counted, duration, listed

MOST_RENDERERS = 4
"""other renderers of a film that are tried on paper"""
MOST_NAMED = 5


def deadline_of(text: str | None) -> datetime | None:
    """`2026-12-24T18:00+01:00`, with its zone; None of nothing.

    Raises:
        UsageError: it is no such moment.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(
            f"--deadline {text!r} is no moment with its zone",
            "such as 2026-12-24T18:00+01:00, or 18:00Z of a day",
        )
    return moment


def workers_of(settings: Settings) -> int:
    """How many workers are reckoned with: the setting's, else a farm's of this machine."""
    return settings.workers or os.cpu_count() or 1


def with_deadline(
    production: Production, plan: Plan, deadline: datetime | None, now: datetime, workers: int | None = None
) -> Plan:
    """A plan that warns of a deadline which it will miss.

    Args:
        production: whose plan it is.
        plan: what is to be made.
        deadline: None for any time.
        now: the moment.
        workers: that there are; those of `workers_of` when it is left out.
    """
    if deadline is None or not plan.missing:
        return plan
    number = workers or workers_of(production.settings)
    left_s = (deadline - now).total_seconds()
    wanted = _wanted(production, plan, left_s)
    found = outlook([wanted], number)
    if not found.late:
        return plan
    ends_s = found.ends_s[wanted.name]
    if left_s <= 0:
        passed = PlanWarning(f"the deadline {moment_in_words(deadline)} has passed", ())
        return replace(plan, warnings=(*plan.warnings, passed))
    words = [
        f"the deadline {moment_in_words(deadline)} will be missed by about {duration(ends_s - left_s)}",
        f"with {counted(number, 'worker')} it is rendered at {moment_in_words(now, ends_s)}",
        *_helps(found, [*_faster(production, plan, left_s, number)]),
    ]
    return replace(plan, warnings=(*plan.warnings, PlanWarning("; ".join(words), ())))


def _helps(found: Outlook, renderers: list[str]) -> list[str]:
    said = []
    if found.workers is not None:
        said.append(f"{counted(found.workers, 'worker')} would do")
    elif found.late:
        said.append("no number of workers is enough: its longest chain of shots takes longer")
    return [*said, *renderers]


def _faster(production: Production, plan: Plan, left_s: float, workers: int) -> list[str]:
    """The other renderers of the film with which it would be in time, in words."""
    found = []
    others = [name for name in production.film.renderers if name != production.choices.default_name]
    asked = [shot.shot for shot in plan.of_all_ways if shot.selected]
    for name in others[:MOST_RENDERERS]:
        try:
            stand = standings_of(DecisionLog.of(production.folder).record(), production.holds)
            other = rendered_by(production, name, stand)
            wanted = _wanted(other, other.plan(asked), left_s)
        except ShotfarmError:
            continue  # it cannot be used here, and so is no help
        if rehearsed([wanted], workers)[wanted.name] <= left_s:
            found.append(name)
    return [f"in time with --renderer {listed(found)}"] if found else []


def _wanted(production: Production, plan: Plan, left_s: float) -> Wanted:
    settings = production.settings
    requests = shot_requests(plan, production.choices, settings)
    return Wanted(production.film.title, requests, settings.priority, settings.weight, left_s)


def moment_in_words(moment: datetime, later_s: float = 0.0) -> str:
    """`2026-12-24 17:00 UTC`, so many seconds after a moment."""
    at = datetime.fromtimestamp(moment.timestamp() + later_s, UTC)
    return f"{at:%Y-%m-%d %H:%M} UTC"
