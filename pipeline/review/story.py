"""The story of a shot, from how its film stands and what its log says. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from pipeline.catalog.entries import Adopt, Decision, Note, Retake, Take, Undo
from pipeline.catalog.record import Record
from pipeline.catalog.status import standing
from pipeline.catalog.undo import effective
from pipeline.decisions.history import in_words, redoes, undoes
from pipeline.decisions.listing import takes_of
from pipeline.production.named_shot import shot_called
from pipeline.review.standing import Standing
from pipeline.review.story_answers import AskedRetake, Said, Story, ToldTake


def story_of(now: Standing, record: Record, name: str, asked: Sequence[AskedRetake] = ()) -> Story:
    """The story of a shot.

    Args:
        now: how its film stands; what was decided since is in `record` alone.
        record: all that the log says.
        name: the shot's id.
        asked: its retakes that were not rendered yet.

    Raises:
        UsageError: the film has no such shot.
    """
    production = now.production
    shot = shot_called(production.film, name)
    stand = standing(name, record.takes_of(name), record.decisions_of(name), production.holds)
    renderer = production.choices.of(next(one.laid for one in now.plan.shots if one.shot == name)).name
    status = stand.status(renderer)
    takes = takes_of(production, now.plan, {**now.shots, name: stand}, name)
    return Story(
        shot=name,
        seen=stand.last,
        omitted=stand.omitted,
        status=status.value if status else "",
        frames=shot.duration.frames(production.film.format.rate),
        renderer=renderer,
        undoes=undoes(record, name, production.holds),
        redoes=redoes(record, name),
        takes=tuple(ToldTake.model_validate(asdict(take)) for take in takes),
        conversation=conversation(record, name),
        asked=tuple(asked),
    )


def conversation(record: Record, shot: str) -> tuple[Said, ...]:
    """Every decision of a shot, oldest first; those that were undone say so. Pure."""
    takes, decisions = record.takes_of(shot), record.decisions_of(shot)
    counting = {one.number for one in effective(decisions)}
    return tuple(said(one, takes, counts=one.number in counting) for one in decisions)


def said(one: Decision, takes: Sequence[Take], *, counts: bool = True) -> Said:
    """A decision as the conversation has it; `takes` are those of its shot."""
    what = one.what
    counts = counts or isinstance(what, Undo | Adopt)
    more: dict[str, object] = {}
    if isinstance(what, Note | Retake):
        more = {
            "text": what.text,
            "frames": what.frames,
            "region": what.region,
            "drawing": what.drawing,
        }
    if isinstance(what, Note):
        more["reply_to"] = what.reply_to
    if isinstance(what, Retake):
        more["wishes"] = tuple(wish.in_words() for wish in what.adjustments)
        more["made"] = tuple(take.number for take in takes if take.adjustment in what.adjustments)
    if isinstance(what, Undo):
        more["of"] = what.of
    return Said(
        number=one.number,
        kind=what.kind,
        by=one.by,
        at=one.at,
        take=next((take.number for take in takes if take.digest == one.take), None),
        take_digest=one.take,
        words=in_words(one, takes),
        counts=counts,
        **more,
    )
