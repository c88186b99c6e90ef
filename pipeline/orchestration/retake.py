"""A retake that was asked for is rendered: just that, and what the film needs with it."""

from __future__ import annotations

from pathlib import Path

from pipeline.catalog.entries import Retake
from pipeline.decisions.asking import Proposal, chain_of
from pipeline.observer import Observer
from pipeline.orchestration.run import RunSummary, run_plan
from pipeline.production.open import open_production


def run_retake(
    proposal: Proposal, by: str, out: Path | None, observer: Observer, *, film: bool = True
) -> RunSummary:
    """Ask for a retake, render its takes, and put the film together with the first of them.

    With the film, the shots that start from the retaken one are rendered too, for the film needs them.

    Raises:
        Conflict: another person decided of the shot meanwhile.
        ShotfarmError: see its tree; what was asked for stays so, and everything published is kept.
    """
    before = proposal.meant.production
    decision = proposal.ask(by)
    production = open_production(before.loaded.path, before.settings, before.loaded.given)
    shot = proposal.meant.shot.id
    alternatives = {shot: proposal.adjustments}
    chain = chain_of(production.plan((), alternatives), shot) if film else [shot]
    plan = production.plan(chain, alternatives)
    said = decision.what.text if isinstance(decision.what, Retake) else ""
    return run_plan(production, plan, out, observer, why=f"retake: {said}" if said else "retake", film=film)
