"""A deadline that will be missed is said before anything renders, with what would help."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from farm.backend.registry import backend_class
from farm.schedule.placement import FarmNode, resources_of, room_for
from farm.schedule.rehearsal import Outlook, Wanted, outlook, rehearsed
from farm.schedule.states import ShotRequest, WorkerNeeds
from pipeline.production.decisions import standings_of
from pipeline.production.open import rendered_by
from pipeline.production.production import Production
from pipeline.rendering.render import shot_requests
from pipeline.services.farm_access import nodes_of_farm
from pipeline.settings import Settings
from storyboard.errors import FarmError, ShotfarmError, UsageError
from storyboard.planning.plan import Plan, PlanWarning
from storyboard.wording import counted, duration, listed

MOST_RENDERERS = 4
"""other renderers of a film that are tried on paper"""
MOST_WORKERS = 10_000
"""that are counted"""


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
    """How many workers are reckoned with where there is no farm: the setting's, else this machine's."""
    return settings.workers or os.cpu_count() or 1


def workers_among(nodes: Sequence[FarmNode], requests: Sequence[ShotRequest], settings: Settings) -> int:
    """How many workers the nodes of a farm would hold for what most of the work needs.

    Args:
        nodes: of the farm; none where there is none.
        requests: the shots.
        settings: how many may be used at most.
    """
    work_s: dict[WorkerNeeds, float] = {}
    for one in requests:
        work_s[one.needs] = work_s.get(one.needs, 0.0) + one.work_s
    if not nodes or not work_s:
        return workers_of(settings)
    needs = max(work_s, key=lambda one: work_s[one])
    resources = resources_of(needs, backend_class(needs.backend).TRAITS.resources)
    most = min(settings.workers or MOST_WORKERS, needs.places or MOST_WORKERS)
    return room_for(resources, needs.tags, nodes, most) or workers_of(settings)


def workers_there(requests: Sequence[ShotRequest], settings: Settings) -> int:
    """The same of the farm that a run would render on; one that cannot be reached counts as none."""
    try:
        with nodes_of_farm(settings) as nodes:
            return workers_among(nodes, requests, settings)
    except FarmError:
        return workers_of(settings)


def workers_connected(plan: Plan, production: Production) -> int:
    """The same of the farm that this process is connected to, for what a plan misses."""
    from farm.cluster.nodes import farm_nodes

    requests = shot_requests(plan, production.choices, production.settings)
    return workers_among(farm_nodes(), requests, production.settings)


@dataclass(frozen=True, slots=True)
class Late:
    """A deadline that will be missed.

    Attributes:
        words: by how much, and what would help, in a sentence.
        expected: when it is rendered.
        helps: what would help, a phrase each.
    """

    words: str
    expected: datetime
    helps: tuple[str, ...] = ()


def lateness(
    production: Production, plan: Plan, deadline: datetime | None, now: datetime, workers: int
) -> Late | None:
    """What is to be said of a deadline; None where it will be met.

    Args:
        production: whose plan it is.
        plan: what is to be made.
        deadline: None for any time.
        now: the moment.
        workers: that there are.
    """
    if deadline is None or not plan.missing:
        return None
    left_s = (deadline - now).total_seconds()
    wanted = _wanted(production, plan, left_s)
    found = outlook([wanted], workers)
    if not found.late:
        return None
    ends_s = found.ends_s[wanted.name]
    expected = now + timedelta(seconds=ends_s)
    if left_s <= 0:
        return Late(f"the deadline {moment_in_words(deadline)} has passed", expected)
    helps = _helps(found, [*_faster(production, plan, left_s, workers)])
    words = [
        f"the deadline {moment_in_words(deadline)} will be missed by about {duration(ends_s - left_s)}",
        f"with {counted(workers, 'worker')} it is rendered at {moment_in_words(now, ends_s)}",
        *helps,
    ]
    return Late("; ".join(words), expected, tuple(helps))


def warned_of(plan: Plan, late: Late | None) -> Plan:
    """A plan that warns of that."""
    return plan if late is None else replace(plan, warnings=(*plan.warnings, PlanWarning(late.words, ())))


def warned_of_deadline(production: Production, plan: Plan, text: str) -> Plan:
    """A plan that warns of a deadline, as a person wrote it, on the farm that is there.

    Raises:
        UsageError: it is no moment.
    """
    due = deadline_of(text)
    if due is None or not plan.missing:
        return plan
    workers = workers_there(shot_requests(plan, production.choices, production.settings), production.settings)
    return warned_of(plan, lateness(production, plan, due, datetime.now(UTC), workers))


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
            stand = standings_of(production.log.record(), production.holds)
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
