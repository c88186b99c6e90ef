"""Where whoever watches is, and when they come to what is not there yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Position:
    """Where somebody is in a film.

    Attributes:
        frame: of the film.
        at: when they were there, on any clock, in seconds.
        moves: whether it plays, or would if what follows were there; not when somebody stopped it.
    """

    frame: int
    at: float
    moves: bool

    def now(self, now: float, rate: Fraction, end: int) -> float:
        """Where they are by now, if nothing stops them before a frame that is not there."""
        return min(self.frame + (now - self.at) * float(rate), float(end)) if self.moves else self.frame


def due_of(
    positions: Iterable[float], needed_at: Mapping[str, int], rate: Fraction, now: float
) -> dict[str, float]:
    """When the first of those who watch comes to each take that is missing; without those nobody comes to.

    Args:
        positions: the film's frames that they are at.
        needed_at: the frame of the film at which each take is needed, by its digest.
        rate: frames a second.
        now: on the clock of the answer, in seconds.
    """
    where = [*positions]
    due = {}
    for take, frame in needed_at.items():
        ahead = [frame - position for position in where if position <= frame]
        if ahead:
            due[take] = now + max(0.0, min(ahead)) / float(rate)
    return due


def moved(before: Mapping[str, float], after: Mapping[str, float], by_s: float) -> bool:
    """Whether a moment has moved by so much that it is worth telling."""
    if before.keys() != after.keys():
        return True
    return any(abs(before[take] - at) > by_s for take, at in after.items())
