"""What is shown of shots that cannot be there in time: when something stands in, and for what. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

LEAD_S = 4.0
"""before somebody comes to what is not there, what stands in for it is made and fetched"""
FETCH_S = 1.5
"""what comes so long before it is seen is in time"""
CLIP_S = 1.0
"""after a take is there until it can be sent: it may have to be brought to the film's form"""


def is_stood_in(ahead_s: float, there_in_s: Sequence[float | None]) -> bool:
    """Whether what comes next is shown by stand-ins.

    It is when somebody is about to come to it, and one of its takes will not be there in time. What lacks no
    take is never stood in.

    Args:
        ahead_s: seconds until they come to it.
        there_in_s: for each take that it lacks, in how many seconds it is there; None where nobody can say.
    """
    if ahead_s > LEAD_S:
        return False
    return any(seconds is None or seconds + FETCH_S > ahead_s for seconds in there_in_s)


def chosen(ahead_s: float, there_in_s: Sequence[float | None]) -> int | None:
    """Which of several stand-ins is shown: the first that is there in time; None for the card.

    Args:
        ahead_s: seconds until somebody comes to it.
        there_in_s: for each of them, the dearest first, in how many seconds it can be sent; None where nobody
            can say. What can be sent already is in time, however near somebody is.
    """
    for number, seconds in enumerate(there_in_s):
        if seconds is not None and (seconds <= 0 or seconds + FETCH_S <= ahead_s):
            return number
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """Frames of the film that something stands for.

    Attributes:
        shot: its id.
        start: the film's frame that it stands from.
        end: the one after its last.
        by: the renderer whose take it is; empty for the card of the shot.
    """

    shot: str
    start: int
    end: int
    by: str = ""


def standing(
    start: int, end: int, shots: Sequence[tuple[str, int]], missing: Collection[str]
) -> list[Standing]:
    """By which cards frames of the film are shown: by that of the shot that is missing and has begun last.

    Before any of those has begun, as in a dissolve out of a shot that is there, by that of the first.

    Args:
        start: the film's frame that they begin with.
        end: the one after their last.
        shots: that are seen there, in the order in which they begin: their ids, and the film's frames that
            they begin with.
        missing: the ids of those that are not there; where it is none of `shots`, something else is that they
            are made with, and each has its own card.
    """
    shown = [one for one in shots if one[0] in missing] or [*shots]
    edges = [start, *(min(max(begins, start), end) for _, begins in shown[1:]), end]
    return [
        Standing(shot, first, last)
        for (shot, _), (first, last) in zip(shown, pairwise(edges), strict=True)
        if first < last
    ]


def joined(stood: Sequence[Standing]) -> Iterator[Standing]:
    """The same with those put together that follow one another with the same stand-in."""
    run: Standing | None = None
    for one in stood:
        if run and (run.shot, run.by, run.end) == (one.shot, one.by, one.start):
            run = replace(run, end=one.end)
        else:
            if run:
                yield run
            run = one
    if run:
        yield run


def words_of(one: Standing, why: str = "") -> str:
    """What is shown, and of what, for whoever sees it; `why` says why its take is not made."""
    if one.by:
        return f"Shot {one.shot} was not there in time: this is its take by {one.by}."
    if why:
        return f"Shot {one.shot} is not made for you: {why}. This is its storyboard card."
    return f"Shot {one.shot} was not there in time: this is its storyboard card."
