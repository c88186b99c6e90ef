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

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.document.shot_paths import shot_runs
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


def runs_of(film: Film) -> list[list[Shot]]:
    """The shots of a film in runs: those of one follow one another on every way, and meet by transitions."""
    return [[shot for _, _, shot in run] for run in shot_runs(film)]


def handles(runs: Sequence[Sequence[Shot]], rate: Fraction) -> dict[str, Handles]:
    """The handles of each shot, by its id; `runs` are of shots that follow one another."""
    found: dict[str, Handles] = {}
    for run in runs:
        splits = [
            overlap(shot.transition.duration.frames(rate))
            if index and shot.transition.kind in CROSSINGS
            else Overlap(0, 0)
            for index, shot in enumerate(run)
        ]
        for shot, into, out_of in zip(run, splits, [*splits[1:], Overlap(0, 0)], strict=True):
            found[shot.id] = Handles(into.before, out_of.after)
    return found


def sound_handles(runs: Sequence[Sequence[Shot]], rate: Fraction) -> dict[str, Handles]:
    """Frames beyond the cut in which the sound of each shot is heard, by its id.

    A shot that continues another has no sound before its beginning: the other's goes on there.
    """
    found: dict[str, Handles] = {}
    for run in runs:
        trails = [*(shot.transition.sound_trails.frames(rate) for shot in run[1:]), 0]
        for shot, tail in zip(run, trails, strict=True):
            head = 0 if shot.continues else shot.transition.sound_leads.frames(rate)
            found[shot.id] = Handles(head, tail)
    return found


def heard_from(shot: Shot, at: Span, rate: Fraction) -> int:
    """The frame of the shot at which what is written for `at` is heard; negative where the sound leads."""
    return at.frames(rate) or -shot.transition.sound_leads.frames(rate)
