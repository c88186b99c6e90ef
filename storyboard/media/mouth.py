"""How a mouth goes through a line: its shapes in time, and what of them a frame shows. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

CLOSED = 0.02
"""what is not wider open counts as closed lips"""


@dataclass(frozen=True, slots=True)
class MouthMoment:
    """A shape of the mouth, which it is in at a moment and changes steadily to the next.

    Attributes:
        at_s: seconds after the first that is heard of the line.
        open: how far the jaw is open, 0 to 1; 0 is closed lips.
        wide: where the corners of the lips are: -1 drawn together as in "oo", 0 at rest, 1 apart as in "ee".
    """

    at_s: float
    open: float
    wide: float


REST = MouthMoment(0.0, 0.0, 0.0)


def mouth_between(moments: Sequence[MouthMoment], from_s: float, to_s: float) -> MouthMoment:
    """The shape that a frame shows which lasts from one time to another.

    It is the one in the middle of the frame. But lips that meet within it are shown as they meet: a "b" is
    shorter than a frame, and a mouth that stays open over it looks wrong.

    Args:
        moments: those of a line, in order of time; before and after them the mouth is at rest.
        from_s: when the frame begins, in seconds after the first that is heard of the line.
        to_s: when it ends.
    """
    for index in range(bisect_right(moments, from_s, key=_when), bisect_right(moments, to_s, key=_when)):
        if moments[index].open <= CLOSED:
            return moments[index]
    middle = (from_s + to_s) / 2
    after = bisect_right(moments, middle, key=_when)
    if after in (0, len(moments)):
        return REST
    before, following = moments[after - 1], moments[after]
    share = (middle - before.at_s) / max(1e-9, following.at_s - before.at_s)
    return MouthMoment(
        middle,
        before.open + share * (following.open - before.open),
        before.wide + share * (following.wide - before.wide),
    )


def _when(moment: MouthMoment) -> float:
    return moment.at_s
