"""What became of a shot, told: its takes and what people decided, undone or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.catalog.entries import Decision, Note, Retake, Take, Undo
from pipeline.catalog.record import Record
from pipeline.catalog.status import Holds, standing
from pipeline.catalog.undo import to_redo, to_undo
from pipeline.decisions.shots import Meant
from pipeline.production.known_versions import words_of_version
from pipeline.production.named_shot import shot_called
from pipeline.production.production import Production


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
    found = shot_called(production.film, shot)
    return history(production.log.record(), found.id, production.holds)


def history(record: Record, shot: str, holds: Holds | None = None) -> list[Event]:
    """The same, of what a log says; `holds` tells what holds in the version that is looked at. Pure."""
    takes, decisions = record.takes_of(shot), record.decisions_of(shot)
    numbers = {take.digest: take.number for take in takes}
    counting = standing(shot, takes, decisions, holds).counting
    events = [Event(take.made_at, take.by, take.number, None, counts=True, words=take.why) for take in takes]
    events += [
        Event(
            one.at,
            one.by,
            numbers.get(one.take or ""),
            one,
            counts=one.number in counting or one.what.kind == "undo",
            words=in_words(one, takes),
        )
        for one in decisions
    ]
    return sorted(events, key=lambda event: event.at)


def words_of(meant: Meant, undoing: Decision) -> str:
    """What an undo takes back, or does again, in words."""
    every = meant.log.record().decisions_of(meant.shot.id)
    of = undoing
    while isinstance(of.what, Undo):
        of = next(one for one in every if one.number == of.what.of)
    return in_words(of, meant.takes)


def undoes(record: Record, shot: str, holds: Holds | None = None) -> str:
    """What an undo would take back now, in words; empty when there is nothing. Pure."""
    one = to_undo(record.decisions_of(shot), holds=holds)
    return in_words(one, record.takes_of(shot)) if one else ""


def redoes(record: Record, shot: str) -> str:
    """What a redo would decide again now, in words; empty when there is nothing. Pure."""
    every = record.decisions_of(shot)
    one = to_redo(every)
    while one and isinstance(one.what, Undo):
        of = one.what.of
        one = next((other for other in every if other.number == of), None)
    return in_words(one, record.takes_of(shot)) if one else ""


def in_words(one: Decision, takes: Sequence[Take]) -> str:
    """A decision for people; `takes` are those of its shot."""
    take = next((take.number for take in takes if take.digest == one.take), None)
    version = words_of_version(one.version)
    return f"{_said(one, take)} [{version}]" if version else _said(one, take)


def _said(one: Decision, take: int | None) -> str:
    what, of = one.what, f" of take {take}" if take else ""
    match what.kind:
        case "note":
            return f"{_place(what)}{what.text or 'a drawing'}"
        case "retake":
            return (
                f"retake{of}: {_place(what)}{what.text}{' ' if what.text else ''}({'; '.join(_wishes(what))})"
            )
        case "undo":
            return f"undo of decision {what.of}"
        case "adopt":
            return f"adopted{of}: {', '.join(what.changed)}"
        case "recut":
            return "; ".join(what.changes) or "cut as the storyboard has it"
    return f"{what.kind}{of}"


def _wishes(what: Retake) -> list[str]:
    return [", ".join(wish.in_words()) or "as the storyboard says" for wish in what.adjustments]


def _place(said: Note | Retake) -> str:
    return f"[{said.frames[0]}-{said.frames[1]}] " if said.frames else ""
