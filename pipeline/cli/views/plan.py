"""What the command line shows of a plan: a table, and what is warned of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.cli.views.amounts import duration
from pipeline.cli.views.models import models_as_json
from pipeline.production.production import Production
from pipeline.rendering.told import warnings_of
from storyboard.media.timing import timecode_from_frames
from storyboard.planning.plan import Plan, PlanWarning

if TYPE_CHECKING:
    pass


def plan_table(console: Console, production: Production, plan: Plan) -> None:
    """A row a shot, then what it comes to."""
    rate = production.film.format.rate
    table = Table(title=escape(production.film.title), title_justify="left")
    renderers = _renderers(production)
    several = ["renderer"] if len(production.choices.used) > 1 else []
    for heading in ("scene", "shot", "length", *several, "take", "why", "work"):
        table.add_column(heading, justify="right" if heading in {"length", "work"} else "left")
    for shot in plan.shots:
        state = (
            "[green]there[/]"
            if shot.exists
            else "[yellow]render[/]"
            if shot.selected
            else "[dim]not asked for[/]"
        )
        table.add_row(
            shot.scene,
            shot.shot,
            timecode_from_frames(shot.shape.frames, rate),
            *([escape(renderers[shot.shot])] if several else []),
            state,
            escape("; ".join(shot.reasons)),
            "" if shot.exists else duration(shot.estimate_s),
        )
    console.print(table)
    missing = len(plan.missing)
    there = sum(shot.exists for shot in plan.shots)
    console.print(f"{there} of {len(plan.shots)} takes are there.", highlight=False)
    if missing:
        console.print(
            f"{missing} to render: {duration(plan.estimate_s)} of work for one worker, "
            f"{duration(plan.critical_path_s)} at least.",
            highlight=False,
        )
    if plan.guessed:
        console.print(
            "That is a first guess: nothing like it has been rendered into this store yet.", highlight=False
        )
    for model in production.models:
        here = "" if model.need.present else " (not on this machine: shotfarm models fetch)"
        licence = f": {model.need.licence}" if model.need.licence else ""
        console.print(
            f"model {model.need.name}{licence}{here}", markup=False, highlight=False, soft_wrap=True
        )
    for words in warnings_of(plan.warnings):
        console.print(f"[yellow]warning:[/] {escape(words)}", highlight=False, soft_wrap=True)


def warnings_as_json(warnings: Sequence[PlanWarning]) -> list[dict[str, Any]]:
    """The same for a script."""
    return [{"message": one.message, "shots": list(one.shots)} for one in warnings]


def _renderers(production: Production) -> dict[str, str]:
    """What renders each shot: a profile's name, or a backend's."""
    return {shot.id: production.choices.of(shot).name for _, shot in production.film.shots()}


def plan_as_json(production: Production, plan: Plan) -> dict[str, Any]:
    """The plan for a script."""
    renderers = _renderers(production)
    return {
        "title": production.film.title,
        "rate": str(production.film.format.rate),
        "frames": production.film.duration_frames(),
        "to_render": len(plan.missing),
        "estimate_s": round(plan.estimate_s, 3),
        "critical_path_s": round(plan.critical_path_s, 3),
        "guessed": plan.guessed,
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
            }
            for shot in plan.shots
        ],
    }
