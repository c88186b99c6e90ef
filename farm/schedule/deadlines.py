"""How much a deadline that comes near counts. Pure: seconds in, a number out.

While the time that is left is long against the work that is left, a deadline changes nothing. From
`EARLY` times that work on, its production's weight grows, and is greatest when no time is left to lose.
"""

from __future__ import annotations

MOST = 16.0
"""times that a weight counts at most: of seventeen shots, somebody else of the same weight still gets one"""
EARLY = 4.0
"""times the work that is left, at which a deadline begins to count"""


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
