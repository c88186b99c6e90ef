"""The takes of a film as people read them, and what was decided of a shot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from farm.takes.facts import TakeFacts
from pipeline.catalog.entries import Decision, Take, Undo
from pipeline.catalog.log import DecisionLog
from pipeline.catalog.record import Record
from pipeline.catalog.status import Holds, ShotStanding, TakeStanding, standings
from pipeline.decisions.shots import Meant
from pipeline.production.adjusted import check_adjustment
from pipeline.production.known_versions import words_of_version
from pipeline.production.named_shot import shot_called
from pipeline.production.open import rendered_by
from pipeline.production.production import Production
from pipeline.rendering.registering import register_takes
from storyboard.errors import ShotfarmError, UsageError
from storyboard.planning.adjustments import Adjustment
from storyboard.planning.explain import MISSING, explain
from storyboard.planning.spec import ShotSpec


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
        shot_called(production.film, shot)
    plan = production.plan()
    register_takes(production, plan)
    record = DecisionLog.of(production.folder).record()
    stand = standings(record.takes, record.decisions, production.holds)
    shown = {one.shot: one.digest for one in plan.cut}
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
            found |= _stale_of(rendered_by(production, renderer, stand), several)
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
    today: dict[str, list[ShotSpec]] = {}
    for one in production.plan((), asked).alternatives:
        today.setdefault(one.shot, []).append(one.spec)
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


@dataclass(frozen=True, slots=True)
class Event:
    """Something in the history of a shot.

    Attributes:
        at: when.
        by: who; empty for a take that was there before it had a number.
        take: the number of the take that it is about.
        decision: what was decided; None where the take was made.
        counts: whether the decision was not undone.
        words: the same for people.
    """

    at: datetime
    by: str
    take: int | None
    decision: Decision | None
    counts: bool
    words: str


def history_of(production: Production, shot: str) -> list[Event]:
    """What became of a shot, oldest first: its takes and what was decided.

    Raises:
        UsageError: the film has no such shot.
        CatalogError: the log cannot be read.
        StoreError: the log cannot be read.
    """
    shot_called(production.film, shot)
    record = DecisionLog.of(production.folder).record()
    return history(record, shot, production.holds)


def history(record: Record, shot: str, holds: Holds | None = None) -> list[Event]:
    """The same, of what a log says; `holds` tells what holds in the version that is looked at. Pure."""
    takes, decisions = record.takes_of(shot), record.decisions_of(shot)
    numbers = {take.digest: take.number for take in takes}
    stand = standings(takes, decisions, holds).get(shot)
    counting = stand.counting if stand else frozenset()
    events = [Event(take.made_at, take.by, take.number, None, counts=True, words=take.why) for take in takes]
    events += [
        Event(
            one.at,
            one.by,
            numbers.get(one.take or ""),
            one,
            counts=one.number in counting or one.what.kind == "undo",
            words=_words(one, numbers.get(one.take or "")),
        )
        for one in decisions
    ]
    return sorted(events, key=lambda event: event.at)


def words_of(meant: Meant, undoing: Decision) -> str:
    """What an undo takes back, in words."""
    of = undoing.what.of if isinstance(undoing.what, Undo) else undoing.number
    numbers = {take.digest: take.number for take in meant.takes}
    (one,) = (one for one in meant.log.record().decisions_of(meant.shot.id) if one.number == of)
    return _words(one, numbers.get(one.take or ""))


def _words(one: Decision, take: int | None) -> str:
    version = words_of_version(one.version)
    return f"{_said(one, take)} [{version}]" if version else _said(one, take)


def _said(one: Decision, take: int | None) -> str:
    what, of = one.what, f" of take {take}" if take else ""
    if what.kind == "note":
        return f"{_frames(what.frames)}{what.text}"
    if what.kind == "retake":
        wishes = [", ".join(wish.in_words()) or "as the storyboard says" for wish in what.adjustments]
        return f"retake{of}: {_frames(what.frames)}{what.text}{' ' if what.text else ''}({'; '.join(wishes)})"
    if what.kind == "undo":
        return f"undo of decision {what.of}"
    if what.kind == "adopt":
        return f"adopted{of}: {', '.join(what.changed)}"
    return f"{what.kind}{of}"


def _frames(frames: tuple[int, int] | None) -> str:
    return f"[{frames[0]}-{frames[1]}] " if frames else ""
