"""Approve, omit, restore, note, undo, redo: one decision of a shot, appended to the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from farm.takes.facts import TakeFacts
from pipeline.catalog.entries import (
    Approve,
    Decision,
    Note,
    Omit,
    Payload,
    Restore,
    Retake,
    Take,
    Unapprove,
    Undo,
    Wish,
)
from pipeline.catalog.undo import to_redo, to_undo
from pipeline.decisions.shots import Meant
from pipeline.rendering.registering import register_takes
from storyboard.errors import UsageError
from storyboard.planning.decided import NOTHING, Circled, Decided

_ROUNDED = 1e-6
"""parts of a picture that the sides of a region may be off by"""


def decide(meant: Meant, what: Payload, by: str, take: Take | None = None) -> Decision:
    """Append a decision of somebody who has seen how the shot stands.

    Raises:
        Conflict: another person decided meanwhile.
        UsageError: what cannot be decided.
        CatalogError: the log is held by another process.
        StoreError: the project folder cannot be written.
    """
    wish = Wish(
        shot=meant.shot.id,
        what=what,
        by=by,
        take=take.digest if take else None,
        seen=meant.seen,
        version=meant.production.loaded.version or None,
    )
    (made,) = meant.log.append([wish])
    return made


def take_to_approve(meant: Meant, number: int | None) -> Take:
    """The take that is approved: by its number, or the one that is in the cut.

    Raises:
        UsageError: there is none.
    """
    if number is not None:
        return meant.take(number)
    return take_in_cut(number_takes(meant))


def number_takes(meant: Meant) -> Meant:
    """The shot with a number for the take that the cut shows of it, where there is one and it had none."""
    if meant.take_of(meant.planned_shot.digest):
        return meant
    register_takes(meant.production, meant.plan)
    again = Meant.of(meant.production, meant.shot.id, meant.log, meant.plan)
    return replace(again, seen=meant.seen)


def take_in_cut(meant: Meant) -> Take:
    """The take that the cut shows.

    Raises:
        UsageError: it is not rendered yet, or has no number.
    """
    found = meant.take_of(meant.planned_shot.digest)
    if found is None:
        raise UsageError(
            f"shot {meant.shot.id} has no take to approve: the one in the cut is not rendered yet",
            "shotfarm render makes it; --take N approves another one",
        )
    return found


def approve(meant: Meant, take: Take, by: str) -> Decision:
    """Circle a take: it stays in the cut of its renderer until somebody moves it.

    Raises:
        Conflict: another person decided meanwhile.
    """
    return decide(meant, Approve(), by, take)


def unapprove(meant: Meant, number: int | None, by: str) -> Decision:
    """Take the circle away: the cut shows the last retake again, or the storyboard's own take.

    Raises:
        UsageError: no take of the shot is circled, or not this one.
        Conflict: another person decided meanwhile.
    """
    circled = [one.take for one in meant.standing.takes if one.circled]
    if number is not None:
        circled = [take for take in circled if take.number == number]
    if len(circled) != 1:
        numbers = ", ".join(str(take.number) for take in circled)
        several = f"takes {numbers} of shot {meant.shot.id} are approved"
        none = f"no such take of shot {meant.shot.id} is approved"
        raise UsageError(several if circled else none, "say which: --take N" if circled else None)
    return decide(meant, Unapprove(), by, circled[0])


def omit(meant: Meant, by: str) -> Decision:
    """Take a shot out of the cut.

    Raises:
        UsageError: it is out already, or it is the last one.
        Conflict: another person decided meanwhile.
    """
    if meant.standing.omitted:
        raise UsageError(f"shot {meant.shot.id} is omitted already", "`shotfarm restore` brings it back")
    others = [shot for shot in meant.plan.cut if shot.shot != meant.shot.id]
    if not others:
        raise UsageError(f"shot {meant.shot.id} is the last one: without it no film is left")
    return decide(meant, Omit(), by)


def restore(meant: Meant, by: str) -> Decision:
    """Bring an omitted shot back.

    Raises:
        UsageError: it is not omitted.
        Conflict: another person decided meanwhile.
    """
    if not meant.standing.omitted:
        raise UsageError(f"shot {meant.shot.id} is not omitted")
    return decide(meant, Restore(), by)


def note(meant: Meant, said: Note, take: Take | None, by: str) -> Decision:
    """Say something of a shot; nothing is made again for it.

    Raises:
        UsageError: there are neither words nor a drawing, it is about frames that the shot has not, or
            answers what nobody has said.
        Conflict: another person decided meanwhile.
    """
    if not said.text.strip() and not said.drawing:
        raise UsageError("a note without words says nothing")
    check_remark(meant, said)
    if said.reply_to is not None:
        spoken = {one.number for one in meant.log.record().decisions_of(meant.shot.id)}
        if said.reply_to not in spoken:
            raise UsageError(
                f"shot {meant.shot.id} has no decision {said.reply_to} to answer",
                "`shotfarm history` lists what was said",
            )
    return decide(meant, said, by, take)


def check_remark(meant: Meant, said: Note | Retake) -> None:
    """Refuse what is said of frames, or of a part of the picture, that there is not.

    Raises:
        UsageError: says which, and what there is.
    """
    length = meant.shot.duration.frames(meant.production.film.format.rate)
    frames = [*(said.frames or ()), *(stroke.frame for stroke in said.drawing)]
    if frames and max(frames) >= length:
        raise UsageError(f"shot {meant.shot.id} has no frame {max(frames)}", f"it has frames 0-{length - 1}")
    if said.region:
        left, top, width, height = said.region
        if left + width > 1 + _ROUNDED or top + height > 1 + _ROUNDED or not (width and height):
            raise UsageError("the region is not a part of the picture", "left, top, width, height, 0 to 1")


def undo(meant: Meant, by: str) -> Decision:
    """Take back the last decision of a shot that counts.

    Raises:
        UsageError: there is none, or it stands in the film document.
        Conflict: another person decided meanwhile.
    """
    last = to_undo(meant.log.record().decisions_of(meant.shot.id), holds=meant.production.holds)
    if last is None:
        raise UsageError(f"nothing that was decided of shot {meant.shot.id} can be undone")
    return decide(meant, Undo(of=last.number), by)


def redo(meant: Meant, by: str) -> Decision:
    """Decide again what an undo has just taken back.

    Raises:
        UsageError: nothing was, or something was decided since.
        Conflict: another person decided meanwhile.
    """
    last = to_redo(meant.log.record().decisions_of(meant.shot.id))
    if last is None:
        raise UsageError(f"nothing of shot {meant.shot.id} was undone just now")
    return decide(meant, Undo(of=last.number), by)


def as_if_approved(meant: Meant, take: Take) -> Mapping[str, Decided]:
    """What would hold of a film's shots if a take were approved.

    Raises:
        UsageError: the take is not in the store any more, or another renderer made it.
    """
    production = meant.production
    if production.choices.of(meant.shot).name != take.renderer:
        raise UsageError(
            f"take {take.number} of shot {meant.shot.id} was made by {take.renderer}: it changes nothing in "
            f"the film of {production.choices.of(meant.shot).name}",
            f"--renderer {take.renderer} looks at that one's",
        )
    manifest = production.takes.find(take.digest)
    if manifest is None:
        raise UsageError(f"take {take.number} of shot {meant.shot.id} is not in the store any more")
    circled = Circled(take.digest, TakeFacts.of(manifest).spec, take.adjustment)
    before = production.decided.get(meant.shot.id, NOTHING)
    return {
        **production.decided,
        meant.shot.id: replace(before, adjustment=None, circled=circled),
    }


def as_if_omitted(meant: Meant, *, omitted: bool) -> Mapping[str, Decided]:
    """What would hold of a film's shots if one were omitted, or restored."""
    before = meant.production.decided.get(meant.shot.id, NOTHING)
    return {**meant.production.decided, meant.shot.id: replace(before, omitted=omitted)}
