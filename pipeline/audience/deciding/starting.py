"""When a viewer may begin so that nothing they come to is late. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def begins_in_s(expected: Iterable[tuple[float, float]]) -> float:
    """Seconds to wait before a film begins so that it need not stop once it has.

    Args:
        expected: of each shot that is still missing: in how many seconds it will be there, and how many
            seconds into the film (from where the viewer begins) it is needed.

    >>> begins_in_s([(4.0, 0.0), (9.0, 6.0), (10.0, 12.0)])
    4.0
    """
    return max((there_s - needed_s for there_s, needed_s in expected), default=0.0)
