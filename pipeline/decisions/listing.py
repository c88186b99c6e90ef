"""The takes of a film as people read them, and what was decided of a shot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from farm.takes.facts import TakeFacts
from pipeline.catalog.entries import Take
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.status import ShotStanding, TakeStanding, standings
from pipeline.production.adjusted import check_adjustment
from pipeline.production.known_versions import words_of_version
from pipeline.production.named_shot import shot_called
from pipeline.production.open import rendered_by
from pipeline.production.production import Production
from pipeline.rendering.registering import register_takes
from storyboard.errors import ShotfarmError, UsageError
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.explain import MISSING, explain
from storyboard.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class ListedTake:
    """A take, and how it stands; the fields of `takes --json`.

    Attributes:
        stale: what it would be made from otherwise today, in words; empty when it would come out the same.
        in_cut: the film of the renderer that was asked about shows it.
        version: the values of the version of the film that asked for it first; empty for every default.
    """

    shot: str
    number: int
    digest: str
    status: str
    circled: bool
    in_cut: bool
    stale: tuple[str, ...]
    renderer: str
    seed: int
    made_at: datetime
    by: str
    why: str
    worker_s: float
    gpu_s: float
    quality: Mapping[str, JsonValue]
    adjusted: tuple[str, ...]
    version: str


def listed_takes(production: Production, shot: str | None = None) -> list[ListedTake]:
    """The takes of a film or of a shot, in the order of the film and of their numbers.

    Takes that exist and have no number get one, where the project folder can be written.

    Raises:
        UsageError: the film has no such shot.
        CatalogError: the log cannot be read.
        StoreError: the log or the store cannot be read.
    """
    if shot is not None:
        shot = shot_called(production.film, shot).id
    plan = production.plan()
    register_takes(production, plan)
    record = DecisionLog.of(production.folder).record()
    return takes_of(production, plan, standings(record.takes, record.decisions, production.holds), shot)


def takes_of(
    production: Production, plan: Plan, stand: Mapping[str, ShotStanding], shot: str | None = None
) -> list[ListedTake]:
    """The same, as shots stand; takes without a number are left out.

    Args:
        production: the film.
        plan: its plan: what the cut shows.
        stand: how its shots stand.
        shot: this one's alone.
    """
    shown = {one.shot: one.digest for one in plan.of_all_ways}
    names = [one.id for _, one in production.film.shots() if shot in {None, one.id}]
    takes = [one for name in names if name in stand for one in stand[name].takes]
    stale = _stale(production, stand, [one.take for one in takes])
    return [_listed(one, shown, stale) for one in takes]


def _listed(
    one: TakeStanding, shown: Mapping[str, str], stale: Mapping[tuple[str, int], tuple[str, ...]]
) -> ListedTake:
    take = one.take
    return ListedTake(
        shot=take.shot,
        number=take.number,
        digest=take.digest,
        status=one.status.value,
        circled=one.circled,
        in_cut=shown.get(take.shot) == take.digest,
        stale=stale.get((take.shot, take.number), ()),
        renderer=take.renderer,
        seed=take.seed,
        made_at=take.made_at,
        by=take.by,
        why=take.why,
        worker_s=take.worker_s,
        gpu_s=take.gpu_s,
        quality=take.quality,
        adjusted=take.adjustment.in_words() if take.adjustment else (),
        version=words_of_version(take.version),
    )


def _stale(
    production: Production, stand: Mapping[str, ShotStanding], takes: Sequence[Take]
) -> dict[tuple[str, int], tuple[str, ...]]:
    """Why takes would come out otherwise today, by shot and number; each as its renderer would make it."""
    by_renderer: dict[str, list[Take]] = {}
    for take in takes:
        by_renderer.setdefault(take.renderer, []).append(take)
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for renderer, several in by_renderer.items():
        try:
            own = renderer == production.choices.default_name
            found |= _stale_of(production if own else rendered_by(production, renderer, stand), several)
        except ShotfarmError as error:
            words = f"{renderer} cannot make it now: {error.message.splitlines()[0]}"
            found |= {(take.shot, take.number): (words,) for take in several}
    return found


def _stale_of(production: Production, takes: Iterable[Take]) -> dict[tuple[str, int], tuple[str, ...]]:
    shots = {shot.id: shot for _, shot in production.film.shots()}
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    asked: dict[str, list[Adjustment]] = {}
    listed = []
    for take in takes:
        adjustment = take.adjustment or Adjustment()
        try:
            check_adjustment(production.loaded, production.choices, shots[take.shot], adjustment)
        except UsageError as error:
            found[take.shot, take.number] = (error.message,)
            continue
        # What was adopted is in the storyboard by now: such a take is what it would be without its values.
        asked.setdefault(take.shot, []).extend([adjustment, Adjustment()])
        listed.append(take)
    today = production.specs_with(asked)
    for take in listed:
        adjusted, plain = today[take.shot][:2]
        today[take.shot] = today[take.shot][2:]
        if take.digest in {adjusted.digest(), plain.digest()}:
            continue
        manifest = production.takes.find(take.digest)
        found[take.shot, take.number] = (
            explain(TakeFacts.of(manifest).spec, adjusted) if manifest else (MISSING,)
        )
    return found
