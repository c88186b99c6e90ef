"""How transitions lie on the frame grid, where sounds lead and trail, and the handles that all this needs.

A dissolve or a wipe is centred on its cut: it starts `before` frames ahead of it and ends `after` frames
behind it, so the outgoing shot shows `after` frames from beyond its end and the incoming one `before` frames
from ahead of its beginning (OpenTimelineIO's `in_offset` and `out_offset`). The film is as long as its shots'
durations add up to. A fade or a dip to white takes no handles: the outgoing shot goes to black or white for
`before` frames, the incoming one comes from it for `after`; at the film's start there is only the second, for
its whole length.

A shot's sound may begin before its picture does (a J-cut) and go on after it has gone (an L-cut). Sound and
picture stay together: a sound that has a moment in the shot keeps it, and what begins with the shot begins
with its sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.schema.film import Film, Shot
from storyboard.schema.vocabulary import TransitionKind

if TYPE_CHECKING:
    from fractions import Fraction

    from storyboard.media.timing import Span

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

    def and_of(self, other: Handles) -> Handles:
        """The shortest that are as long as these and as others."""
        return Handles(max(self.head, other.head), max(self.tail, other.tail))


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


def sound_handles(film: Film) -> list[Handles]:
    """Frames beyond the cut in which the sound of each shot is heard, in the order of the film.

    A shot that continues another has no sound before its beginning: the other's goes on there.
    """
    rate = film.format.rate
    shots = [shot for _, shot in film.shots()]
    heads = [0 if shot.continues else shot.transition.sound_leads.frames(rate) for shot in shots]
    tails = [*(shot.transition.sound_trails.frames(rate) for shot in shots[1:]), 0]
    return [Handles(head, tail) for head, tail in zip(heads, tails, strict=True)]


def heard_from(shot: Shot, at: Span, rate: Fraction) -> int:
    """The frame of the shot at which what is written for `at` is heard; negative where the sound leads."""
    return at.frames(rate) or -shot.transition.sound_leads.frames(rate)
