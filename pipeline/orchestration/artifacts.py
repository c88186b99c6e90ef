"""What a run leaves for whoever opens it in Prefect's page: the table of its takes, and the film. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from farm.schedule.amounts import Spent
from farm.takes.facts import TakeFacts
from pipeline.film.assemble import FinishedFilm
from pipeline.production.material import Material
from pipeline.production.production import Production
from pipeline.services.run_records import LeftBeside
from storyboard.foreign_names import label
from storyboard.planning.plan import Plan
from storyboard.schema.film import Film

FLOW = "produce film"
"""what Prefect calls the flow of a run"""
MOST_TAGS = 100
MOST_ROWS = 200


def parameters_of(production: Production, out: Path) -> dict[str, Any]:
    """What a person sees of what a run was asked for."""
    title, film = label(production.title), str(production.path)
    values = {} if production.session else {**production.loaded.values}
    return {"title": title, "film": film, "out": str(out), "values": values}


def tags_of(production: Production, plan: Plan) -> list[str]:
    """What lets a person find a run by its film, its renderers and the shots that it renders."""
    found = [
        f"film:{production.title}",
        *(f"renderer:{choice.name}" for choice in production.choices.used),
        *(f"shot:{shot.shot}" for shot in plan.missing[:MOST_TAGS]),
    ]
    return [*map(label, found)]


def takes_artifact(title: str, material: Material, spent: Spent) -> LeftBeside:
    """A table of the shots; of a long film those alone that this run rendered."""
    cut, rows = material.plan.cut, []
    if len(cut) > MOST_ROWS:
        cut = tuple(shot for shot in cut if shot.selected and not shot.exists)
    for shot in cut:
        take = material.takes.get(shot.digest)
        rows.append(
            {
                "scene": shot.scene,
                "shot": shot.shot,
                "frames": shot.shape.frames,
                "take": shot.digest[:12] if take else "missing",
                "why": "; ".join(shot.reasons) or "unchanged",
                "render_s": TakeFacts.of(take).render_s if take else None,
            }
        )
    return LeftBeside(key="takes", description=f"Takes of {title}{_cost(spent)}", rows=rows)


def film_artifact(document: Film, film: FinishedFilm, spent: Spent) -> LeftBeside:
    """Where the film is, how long, and how loud."""
    loudness = "silent"
    if film.lufs is not None and film.true_peak_dbtp is not None:
        loudness = f"{film.lufs:.1f} LUFS, {film.true_peak_dbtp:.1f} dBTP"
    words = (
        f"# {document.title}\n\n{document.logline}\n\n"
        f"- `{film.path}`\n- {film.frames} frames, {film.seconds:.2f} s, {film.shots} shots\n"
        f"- {loudness}{_cost(spent)}\n"
    )
    return LeftBeside(key="film", description="The finished film", markdown=words)


def _cost(spent: Spent) -> str:
    """What a run has cost, after other words; nothing without a price."""
    return f", {spent.money} spent" if spent.money is not None else ""
