"""How much a deadline that comes near counts. Pure: seconds in, a number or a yes out.

While the time that is left is long against the work that is left, a deadline changes nothing. Then it counts
in two steps:

1. From `EARLY` times that work on, its production's weight grows among those of its priority, and is greatest
   when no time is left to lose: it is served more, and nobody gets nothing.
2. When all workers from now on are only just enough, its priority is raised past everybody who stands no more
   than `RAISE` above it. So a person's priority counts first where it is meant to, and those who stand a
   little above, or beside it, wait no longer than its own work takes.

The second step ends when there is time again, and when not even all workers would be enough: others are not
held up for what will be late all the same. Of two that are raised, the one with the higher priority comes
first.

Nobody is raised past what a person sits waiting for (a retake), unless that has the lower priority of the two
by itself: it stands as high as who would pass it, and before them.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 16.0
"""times that a weight counts at most: of seventeen shots, somebody else of the same weight still gets one"""
EARLY = 4.0
"""times the work that is left, at which a deadline begins to count"""
RAISE = 10
"""priorities"""
SURE = 1.25
"""times the time within which it is certainly done with all workers: from here on it is raised"""
CALM = 2.0
"""times the same: it is raised until there is so much time again, and not to and fro"""
NOTHING_S = 1e-6
"""a sum of seconds that have come and gone is not exactly nothing"""
HOPE = 0.8
"""of the least time in which it could be done: estimates are no more exact than that"""


def pressure(left_s: float, work_s: float) -> float:
    """How many times a weight counts; it only grows while the time goes by and the work stays.

    Args:
        left_s: until the deadline; below zero after it.
        work_s: that is left, for all of the workers that it could have at once.
    """
    if work_s <= 0:
        return 1.0
    if left_s <= work_s:
        return MOST
    nearness = (EARLY - left_s / work_s) / (EARLY - 1)
    return 1.0 + (MOST - 1.0) * max(0.0, nearness)


def is_raised(left_s: float, work_s: float, chain_s: float, wait_s: float, *, was: bool) -> bool:
    """Whether a production's priority is raised.

    With all W workers, work w and a longest chain c are done within w / W + c, and not before the greater of
    the two (R. L. Graham, Bounds on Multiprocessing Timing Anomalies, 1969). A worker may be at somebody
    else's shot first, and begin one more before it is looked at again.

    Args:
        left_s: until the deadline; below zero after it.
        work_s: of what has not begun, for all of the workers that it could have at once.
        chain_s: seconds of work in the longest chain of it.
        wait_s: the longest shot of anybody else.
        was: whether it was until now.
    """
    if work_s <= NOTHING_S or left_s < HOPE * max(work_s, chain_s):
        return False
    return left_s <= (CALM if was else SURE) * (work_s + chain_s) + 2 * wait_s


def raised_to(priority: int, others: Iterable[int]) -> int:
    """The priority that a production is raised to, where it comes first.

    Args:
        priority: its own.
        others: those of the others that want workers.
    """
    return max((one for one in others if priority < one <= priority + RAISE), default=priority)


def kept_at(priority: int, raised: Iterable[tuple[int, int]]) -> int | None:
    """The priority at which what a person waits for comes first; None where no deadline would pass it.

    Args:
        priority: its own.
        raised: of those that deadlines have raised: their own priorities, and what these are raised to.
    """
    return max((level for own, level in raised if own <= priority <= level), default=None)
