"""How transitions lie on the frame grid, and the handles that they need.

A dissolve or a wipe is centred on its cut: it starts `before` frames ahead of it and ends `after` frames
behind it, so the outgoing shot shows `after` frames from beyond its end and the incoming one `before` frames
from ahead of its beginning (OpenTimelineIO's `in_offset` and `out_offset`). The film is as long as its shots'
durations add up to. A fade or a dip to white takes no handles: the outgoing shot goes to black or white for
`before` frames, the incoming one comes from it for `after`; at the film's start there is only the second, for
its whole length.
"""

from __future__ import annotations

from dataclasses import dataclass

from storyboard.film import Film, TransitionKind

DIPS = frozenset({TransitionKind.FADE, TransitionKind.DIP_TO_WHITE})
"""transitions through a plain colour: one shot is seen after the other"""
CROSSINGS = frozenset(TransitionKind) - DIPS - {TransitionKind.CUT}
"""transitions in which both shots are seen at once"""
WIPES = CROSSINGS - {TransitionKind.DISSOLVE}


@dataclass(frozen=True, slots=True)
class Overlap:
    """Frames of a transition on the two sides of its cut."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Handles:
    """Frames that a take has beyond the cut."""

    head: int
    tail: int


def overlap(length: int) -> Overlap:
    """Split a transition's length around its cut; the odd frame lies before it."""
    return Overlap(before=length - length // 2, after=length // 2)


def handles(film: Film) -> list[Handles]:
    """The handles of each shot, in the order of the film."""
    shots = [shot for _, shot in film.shots()]
    heads = [0] * (len(shots) + 1)
    tails = [0] * (len(shots) + 1)
    for index, shot in enumerate(shots):
        if shot.transition.kind in CROSSINGS and index:
            split = overlap(shot.transition.duration.frames(film.format.rate))
            heads[index] = split.before
            tails[index - 1] = split.after
    return [Handles(head, tail) for head, tail in zip(heads[:-1], tails[:-1], strict=True)]
