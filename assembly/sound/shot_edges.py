"""Where the sound of a shot begins and ends: at its cut, across its transition, or earlier and later. Pure.

Positions come from the frame grid by exact arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.media.timing import sample_at
from storyboard.planning.transitions import CROSSINGS, DIPS, Overlap, overlap
from storyboard.schema.vocabulary import TransitionKind

if TYPE_CHECKING:
    from collections.abc import Collection
    from fractions import Fraction

    from storyboard.schema.film import Film

SEAM_S = 0.02
"""half of the crossfade between two room tones at a cut, in seconds"""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two shots at their cut, in frames from it.

    Attributes:
        kind: the transition.
        seen: its frames before and after the cut.
        leads: the incoming shot's sound begins so long before the cut.
        trails: the outgoing shot's sound goes on so long after it.
    """

    kind: TransitionKind
    seen: Overlap
    leads: int
    trails: int

    @property
    def plain(self) -> bool:
        """Whether sounds change where the pictures do."""
        return self.kind is TransitionKind.CUT and not (self.leads or self.trails)

    @property
    def opens(self) -> int:
        """Frames before the cut in which the incoming shot is heard."""
        return max(self.leads, self.seen.before if self.kind in CROSSINGS else 0)

    @property
    def closes(self) -> int:
        """Frames after the cut in which the outgoing shot is heard."""
        return max(self.trails, self.seen.after if self.kind in CROSSINGS else 0)


class ShotEdges:
    """The edges of a film's shots on the line of samples.

    Attributes:
        starts: the frame of each shot's beginning, and that of the film's end.
        borders: the frames before which nothing may depend on what comes after them.
    """

    def __init__(self, film: Film, borders: Collection[int] = ()) -> None:
        self.borders = frozenset(borders)
        self.rate: Fraction = film.format.rate
        self.sample_rate = film.format.sample_rate
        self.shots = [shot for _, shot in film.shots()]
        self.starts = [0]
        for shot in self.shots:
            self.starts.append(self.starts[-1] + shot.duration.frames(self.rate))

    def sample(self, frame: int) -> int:
        """The sample of a frame, which is held inside the film."""
        return sample_at(min(max(frame, 0), self.starts[-1]), self.rate, self.sample_rate)

    def meeting(self, number: int) -> Meeting:
        """How a shot meets the one before it; at the film's end, how its last one meets nothing."""
        if number == len(self.shots):
            return Meeting(TransitionKind.CUT, Overlap(0, 0), 0, 0)
        transition = self.shots[number].transition
        length = transition.duration.frames(self.rate)
        seen = Overlap(0, length) if number == 0 else overlap(length)
        return Meeting(
            transition.kind,
            Overlap(0, 0) if transition.kind is TransitionKind.CUT else seen,
            transition.sound_leads.frames(self.rate),
            transition.sound_trails.frames(self.rate),
        )

    def beginning(self, number: int) -> tuple[int, int]:
        """Where the sound of a shot begins, and the length of its fade, in samples."""
        frame, meeting = self.starts[number], self.meeting(number)
        if meeting.plain:
            seam = round(SEAM_S * self.sample_rate)
            start = self.sample(frame) if frame in self.borders else max(0, self.sample(frame) - seam)
            return start, self.sample(frame) + seam - start
        start = self.sample(frame - meeting.opens)
        loud = meeting.seen.after if meeting.kind in DIPS else meeting.closes
        return start, self.sample(frame + loud) - start

    def ending(self, number: int) -> tuple[int, int]:
        """Where the sound of a shot ends, and the length of its fade, in samples."""
        frame, meeting = self.starts[number + 1], self.meeting(number + 1)
        fade_out = self.shots[number].fade_out
        if fade_out:
            end = self.sample(frame + meeting.trails)
            return end, end - self.sample(frame - fade_out.frames(self.rate))
        if meeting.plain:
            seam = round(SEAM_S * self.sample_rate)
            end = min(self.sample(self.starts[-1]), self.sample(frame) + seam)
            before = 0 if frame in self.borders else seam
            return end, end - self.sample(frame) + before
        end = self.sample(frame + meeting.closes)
        loud = meeting.seen.before if meeting.kind in DIPS else meeting.opens
        return end, end - self.sample(frame - loud)
