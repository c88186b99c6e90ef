"""Tells how a farm stands: what Ray knows of its nodes, and what the dispatcher knows of everything else."""

from __future__ import annotations

import time
from importlib.metadata import version

from farm.cluster.meter import Meter
from farm.cluster.news import News, ProductionNews
from farm.cluster.worker_pool import Crew
from farm.schedule.bookkeeping import Bookkeeping
from farm.schedule.schedule import Schedule
from farm.schedule.states import WorkerState
from farm.schedule.status import FarmStatus, ProductionStatus, WorkerStatus

MOST_ERRORS = 8
"""failed shots of a production whose error a status tells"""
MOST_NEXT = 8
"""shots of a production that a status names as the next ones"""


def status_of_farm(
    schedule: Schedule, crew: Crew, news: News, meter: Meter, books: Bookkeeping
) -> FarmStatus:
    """A farm at a glance; to be called in the dispatcher's loop."""
    crew.count_nodes()
    crew.look()
    return FarmStatus(
        version=version("shotfarm"),
        nodes=tuple(
            node.model_copy(update={"drained": node.id in schedule.roster.drained})
            for node in crew.every_node
        ),
        workers=tuple(
            _worker(schedule, crew, news, worker)
            for _, worker in sorted(schedule.roster.workers.items(), key=lambda item: item[0])
        ),
        productions=tuple(
            _production(schedule, crew, news, name, one) for name, one in news.productions.items()
        ),
        limits=dict(schedule.limits),
        metrics=meter.url,
        metrics_trouble=meter.trouble,
        troubles=books.troubles,
    )


def _worker(schedule: Schedule, crew: Crew, news: News, worker: WorkerState) -> WorkerStatus:
    now = time.monotonic()
    rendered, written = (
        schedule.task_of(token) if token is not None else None for token in (worker.token, worker.writing)
    )
    began_at = rendered.started_at if rendered else None
    member = crew.members.get(worker.name)
    return WorkerStatus(
        name=worker.name,
        backend=worker.backend,
        node=worker.node,
        shot=rendered.request.shot if rendered else None,
        progress=news.progress_of(worker.token),
        rendering_s=now - began_at if began_at is not None else 0.0,
        writing=written.request.shot if written else None,
        blocked_s=max(0.0, worker.blocked_until - now) if worker.blocked_until is not None else 0.0,
        preview=news.preview_of(worker.token or worker.writing),
        signs=member.signs if member is not None else None,
    )


def _production(
    schedule: Schedule, crew: Crew, news: News, name: str, one: ProductionNews
) -> ProductionStatus:
    now, sheet = time.monotonic(), schedule.sheet
    failures = sheet.failures(name)
    return ProductionStatus(
        production=name,
        title=one.title,
        counts=sheet.counts(name),
        next_shots=tuple(sheet.next_shots(name, MOST_NEXT)),
        priority=sheet.priority_of(name),
        paused=sheet.is_paused(name),
        waits=_waits(schedule, crew, name),
        failed=tuple(task.request.shot for task in failures),
        errors={task.request.shot: task.error or "" for task in failures[-MOST_ERRORS:]},
        shots_per_hour=one.throughput.shots_per_hour(now),
        left_s=news.left_s(name),
        spent=schedule.ledger.spent_by(name).in_words,
        held=tuple(schedule.ledger.reached(name)),
        deadline=schedule.deadline_of(name),
        late_s=news.late_s(name),
        raised=sheet.raised_of(name),
    )


def _waits(schedule: Schedule, crew: Crew, production: str) -> tuple[str, ...]:
    """What keeps shots waiting that could begin: no node for them, or a limit."""
    ready = schedule.sheet.ready(production)
    limited = dict.fromkeys(tag for needs in ready if (tag := schedule.limited(needs)))
    return (
        *schedule.ledger.waits(production),
        *(crew.nowhere[needs] for needs in ready if needs in crew.nowhere),
        *(f'{schedule.limits[tag]} workers may render with the tag "{tag}", and do' for tag in limited),
    )
