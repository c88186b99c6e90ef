"""What the command line shows of a plan: a table, and what is warned of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from farm.schedule.amounts import hours, in_credits
from pipeline.cli.views.amounts import about
from pipeline.cli.views.budget import budget_as_json
from pipeline.cli.views.models import models_as_json
from pipeline.rendering.told import warnings_of
from storyboard.media.timing import timecode_from_frames
from storyboard.money import Money
from storyboard.wording import counted, duration

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.costs.budget import BudgetStanding
    from pipeline.production.estimates import Work
    from pipeline.production.outside import Outside
    from pipeline.production.production import Production
    from storyboard.planning.plan import Plan, PlannedShot, PlanWarning


def plan_table(
    console: Console,
    production: Production,
    plan: Plan,
    work: Work | None = None,
    sent: Sequence[Outside] = (),
    budget: BudgetStanding | None = None,
) -> None:
    """A row a shot, then what it comes to, and how that stands to the film's budget."""
    rate = production.film.format.rate
    table = Table(title=escape(production.film.title), title_justify="left")
    renderers = _renderers(production, plan)
    several = ["renderer"] if len(production.choices.used) > 1 else []
    for heading in ("scene", "shot", "length", *several, "take", "why", "work"):
        table.add_column(heading, justify="right" if heading in {"length", "work"} else "left")
    elsewhere = {shot.shot for shot in plan.elsewhere}
    for shot in (*plan.shots, *plan.pickups):
        frames = shot.spec.total_frames if shot.spec.part else shot.shape.frames
        table.add_row(
            shot.scene,
            f"[dim]{shot.shot}[/]" if shot.shot in elsewhere else shot.shot,
            timecode_from_frames(frames, rate),
            *([escape(renderers[shot.shot])] if several else []),
            _state(shot),
            escape("; ".join([*shot.reasons, *([] if shot.spec.part else decided_words(shot))])),
            "" if shot.exists or _left_out(shot) else duration(shot.estimate_s),
        )
    console.print(table)
    missing = len(plan.missing)
    there = sum(shot.exists for shot in plan.cut)
    console.print(f"{there} of {len(plan.cut)} takes are there.", highlight=False)
    if plan.windows:
        left = f", without {counted(len(plan.elsewhere), 'shot')}" if plan.elsewhere else ""
        long = counted(plan.film.duration_frames(), "frame")
        console.print(f"The film is cut as an editor has it: {long}{left}.", highlight=False)
    elif plan.elsewhere:
        also = sum(shot.exists for shot in plan.elsewhere)
        shots = counted(len(plan.elsewhere), "shot")
        console.print(f"{shots} on other ways through the film, of which {also} are there.", highlight=False)
    if plan.omitted:
        gone, shorter = counted(len(plan.omitted), "shot"), counted(_frames_omitted(plan), "frame")
        console.print(f"{gone} omitted: the film is {shorter} shorter.", highlight=False)
    if missing:
        console.print(
            f"{missing} to render: {duration(plan.estimate_s)} of work for one worker, "
            f"{duration(plan.critical_path_s)} at least.",
            highlight=False,
        )
        if work is not None and (words := work_in_words(work)):
            console.print(words, highlight=False)
    if plan.guessed:
        console.print(
            "That is a first guess: nothing like it has been rendered into this store yet.", highlight=False
        )
    for one in sent:
        console.print(escape(one.in_words), highlight=False, soft_wrap=True)
    if budget is not None and missing:
        for words in budget_in_words(budget, work, sent):
            console.print(escape(words), highlight=False, soft_wrap=True)
    for model in production.models:
        here = "" if model.need.present else " (not on this machine: shotfarm models fetch)"
        licence = f": {model.need.licence}" if model.need.licence else ""
        console.print(
            f"model {model.need.name}{licence}{here}", markup=False, highlight=False, soft_wrap=True
        )
    for words in warnings_of(plan.warnings):
        console.print(f"[yellow]warning:[/] {escape(words)}", highlight=False, soft_wrap=True)


def decided_words(shot: PlannedShot) -> list[str]:
    """What people decided of a shot, and what became of it since, a phrase each."""
    words = [f"retake: {', '.join(shot.adjusted)}"] if shot.adjusted and not shot.circled else []
    if shot.stale:
        words.append(f"stale since it was approved: {', '.join(shot.stale)}")
    before, after = shot.held
    words += [f"holds its first frame for {counted(before, 'frame')}"] if before else []
    words += [f"holds its last frame for {counted(after, 'frame')}"] if after else []
    return words


def _state(shot: PlannedShot) -> str:
    if _left_out(shot):
        return "[dim]omitted[/]"
    if shot.exists:
        return "[green]circled[/]" if shot.circled else "[green]there[/]"
    return "[yellow]render[/]" if shot.selected else "[dim]not asked for[/]"


def _left_out(shot: PlannedShot) -> bool:
    """Whether nothing is to be done for a shot because it is not in the film."""
    return shot.omitted and (shot.exists or not shot.selected)


def _frames_omitted(plan: Plan) -> int:
    return sum(shot.shape.frames for shot in plan.omitted)


def warnings_as_json(warnings: Sequence[PlanWarning]) -> list[dict[str, Any]]:
    """The same for a script."""
    return [{"message": one.message, "shots": list(one.shots)} for one in warnings]


def _renderers(production: Production, plan: Plan) -> dict[str, str]:
    """What renders each shot: a profile's name, or a backend's."""
    return {shot.shot: production.choices.of(shot.laid).name for shot in plan.shots}


def work_in_words(work: Work) -> str:
    """What rendering comes to beside the time of one worker, and how far it may be otherwise."""
    said = []
    if work.money is not None and (work.worker_ms or work.money.fine):
        sum_ = about(work.money)
        said.append(f"It costs {sum_ if sum_.startswith('less') else f'about {sum_}'}.")
    if work.low is not None and work.high is not None:
        low, high = duration(work.low.worker_ms / 1000), duration(work.high.worker_ms / 1000)
        words = f"{low} to {high}"
        if work.low.money is not None and work.high.money is not None:
            words += f", {about(work.low.money)} to {about(work.high.money)}"
        said.append(f"As the fastest and as the slowest tenth of such takes: {words}.")
    return " ".join(said)


def budget_in_words(budget: BudgetStanding, work: Work | None, sent: Sequence[Outside]) -> Iterator[str]:
    """What is left of each limit of a budget, and where that is less than the missing takes should need."""
    limits, spent = budget.limits, budget.spent
    known = sum(one.credits or 0 for one in sent)
    money = work.money.fine if work is not None and work.money is not None else 0
    rows = (
        (limits.worker_ms, spent.worker_ms, work.worker_ms if work else 0, _hours("worker hours")),
        (limits.gpu_ms, spent.gpu_ms, work.gpu_ms if work else 0, _hours("GPU hours")),
        (limits.money, spent.money, money, lambda fine: str(Money(fine, limits.currency))),
        (limits.credits, spent.credits, known, lambda one: f"{in_credits(one)} credits"),
    )
    for limit, used, needed, told in rows:
        if limit is not None:
            left = max(0, limit - used)
            short = f": too little for the {told(needed)} that this needs" if needed > left else ""
            yield f"Of its budget of {told(limit)} {told(left)} are left{short}."


def _hours(what: str) -> Callable[[int], str]:
    return lambda milliseconds: f"{hours(milliseconds)} {what}"


def work_as_json(work: Work) -> dict[str, Any]:
    """The same for a script; money as text with all of its decimals."""

    def one(part: Work) -> dict[str, Any]:
        money = None if part.money is None else str(part.money).split()[0]
        return {"worker_ms": part.worker_ms, "gpu_ms": part.gpu_ms, "money": money}

    currency = None if work.money is None else work.money.currency
    low, high = (None if part is None else one(part) for part in (work.low, work.high))
    return {**one(work), "currency": currency, "low": low, "high": high}


def outside_as_json(sent: Sequence[Outside]) -> list[dict[str, Any]]:
    """What goes outside, for a script; credits and money as numbers in text."""
    return [
        {
            "service": one.service,
            "host": one.host,
            "shots": one.shots,
            "what": list(one.what),
            "credits": None if one.credits is None else in_credits(one.credits),
            "money": None if one.money is None else str(one.money).split()[0],
            "currency": None if one.money is None else one.money.currency,
        }
        for one in sent
    ]


def plan_as_json(
    production: Production,
    plan: Plan,
    work: Work | None = None,
    sent: Sequence[Outside] = (),
    budget: BudgetStanding | None = None,
) -> dict[str, Any]:
    """The plan for a script."""
    renderers = _renderers(production, plan)
    elsewhere = {shot.shot for shot in plan.elsewhere}
    return {
        "title": production.film.title,
        "rate": str(production.film.format.rate),
        "frames": plan.film.duration_frames(),
        "omitted_frames": _frames_omitted(plan),
        "to_render": len(plan.missing),
        "estimate_s": round(plan.estimate_s, 3),
        "critical_path_s": round(plan.critical_path_s, 3),
        "guessed": plan.guessed,
        "work": None if work is None else work_as_json(work),
        "outside": outside_as_json(sent),
        "budget": None if budget is None else budget_as_json(budget),
        "warnings": warnings_as_json(plan.warnings),
        "models": models_as_json(production.models),
        "shots": [
            {
                "scene": shot.scene,
                "shot": shot.shot,
                "digest": shot.digest,
                "frames": shot.shape.frames,
                "handles": [shot.shape.head, shot.shape.tail],
                "renderer": renderers[shot.shot],
                "backend": shot.spec.backend,
                "renders": {
                    "width": shot.spec.width,
                    "height": shot.spec.height,
                    "rate": str(shot.spec.rate),
                    "frames": shot.spec.total_frames,
                },
                "exists": shot.exists,
                "selected": shot.selected,
                "reasons": list(shot.reasons),
                "estimate_s": round(shot.estimate_s, 3),
                "circled": shot.circled,
                "adjusted": list(shot.adjusted),
                "stale": list(shot.stale),
                "omitted": shot.omitted,
                "held": list(shot.held),
                "on_way": shot.shot not in elsewhere,
            }
            for shot in plan.shots
        ],
        "pickups": [
            {
                "shot": shot.shot,
                "digest": shot.digest,
                "frames": [shot.spec.rendered[0], shot.spec.rendered[-1]],
                "exists": shot.exists,
                "reasons": list(shot.reasons),
            }
            for shot in plan.pickups
        ],
        "edited": bool(plan.windows),
        "way": [shot.shot for shot in plan.cut],
        "questions": [asdict(question) for question in plan.questions],
    }
