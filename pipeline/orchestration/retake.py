"""A retake that was asked for is rendered: just that, and what the film needs with it."""

from __future__ import annotations

from pathlib import Path

from pipeline.catalog.entries import Decision, Retake
from pipeline.decisions.asking import Proposal, chain_of
from pipeline.observer import Observer
from pipeline.orchestration.run import AtHand, RunSummary, run_plan
from pipeline.production.open import open_production, stands_as_decided
from pipeline.production.production import Production
from storyboard.errors import UsageError
from storyboard.planning.plan import Plan


def run_retake(
    proposal: Proposal, by: str, out: Path | None, observer: Observer, *, film: bool = True
) -> RunSummary:
    """Ask for a retake, render its takes, and put the film together with the first of them.

    With the film, the shots that start from the retaken one are rendered too, for the film needs them.

    Raises:
        Conflict: another person decided of the shot meanwhile.
        ShotfarmError: see its tree; what was asked for stays so, and everything published is kept.
    """
    decision = proposal.ask(by)
    production, plan = proposal.after
    if not stands_as_decided(production):  # of another shot, meanwhile
        before = proposal.meant.production
        production = open_production(before.loaded.path, before.settings, before.loaded.given)
        plan = production.plan((), {decision.shot: proposal.adjustments})
    return _run(production, plan, decision, out, observer, film=film)


def run_decided(
    production: Production, decision: Decision, observer: Observer, *, film: bool, at_hand: AtHand | None
) -> RunSummary:
    """Render a retake that was decided, for the cut of a production that has it.

    Raises:
        UsageError: the decision is none of a retake.
        ShotfarmError: see its tree; everything published is kept.
    """
    if not isinstance(decision.what, Retake):
        raise UsageError(f"decision {decision.number} asks for no retake")
    plan = production.plan((), {decision.shot: decision.what.adjustments})
    return _run(production, plan, decision, None, observer, film=film, at_hand=at_hand)


def _run(
    production: Production,
    plan: Plan,
    decision: Decision,
    out: Path | None,
    observer: Observer,
    *,
    film: bool,
    at_hand: AtHand | None = None,
) -> RunSummary:
    chain = chain_of(plan, decision.shot) if film else [decision.shot]
    said = decision.what.text if isinstance(decision.what, Retake) else ""
    return run_plan(
        production,
        plan.selecting(chain),
        out,
        observer,
        why=f"retake: {said}" if said else "retake",
        by=decision.by,
        film=film,
        waited_for=True,
        at_hand=at_hand,
    )
