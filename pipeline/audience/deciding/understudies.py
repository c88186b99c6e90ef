"""Which takes of faster renderers to make, to stand in for what will not be there in time. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.audience.deciding.standing_in import CLIP_S, FETCH_S

AHEAD_S = 60.0
"""how far is looked ahead of those who watch"""
_LEAST_S = CLIP_S + FETCH_S
"""between a take's being there and somebody's coming to it"""


@dataclass(frozen=True, slots=True)
class Understudy:
    """A shot's take by a faster renderer.

    Attributes:
        take: its digest.
        work_s: seconds of a worker that making it takes.
        is_there: it is there, or is being made.
    """

    take: str
    work_s: float
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A shot that somebody comes to, and whose take is missing.

    Attributes:
        in_s: seconds until they come to it.
        there_in_s: seconds until its own take is there.
        understudies: by each faster renderer, the dearest first; None where one has none for it.
    """

    in_s: float
    there_in_s: float
    understudies: tuple[Understudy | None, ...]

    @property
    def is_late(self) -> bool:
        """Whether its own take will not be there in time."""
        return self.there_in_s + FETCH_S > self.in_s


def to_make(roles: Sequence[Role], begins_in_s: Sequence[float], workers: int = 1) -> list[list[str]]:
    """The takes to make by each faster renderer, in the order in which somebody comes to them.

    A shot that will be late has the take of the first renderer that can have it there in time, beside all
    that it makes for those who come to something sooner. Where none can, its card will stand in, and nothing
    is made.

    Args:
        roles: the shots that somebody comes to, in any order.
        begins_in_s: in how many seconds each renderer can begin to make something.
        workers: of each, one at least.

    Returns:
        The digests of the takes, for each renderer.
    """
    free = [[begins] * workers for begins in begins_in_s]
    found: list[list[str]] = [[] for _ in begins_in_s]
    for role in sorted(roles, key=lambda one: one.in_s):
        if not role.is_late:
            continue
        for number, one in enumerate(role.understudies):
            if one is None:
                continue
            if one.is_there or one.take in found[number]:
                break
            if free[number][0] + one.work_s + _LEAST_S <= role.in_s:
                heapq.heapreplace(free[number], free[number][0] + one.work_s)
                found[number].append(one.take)
                break
    return found
