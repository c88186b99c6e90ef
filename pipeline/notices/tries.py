"""When a notice is tried again, and when it is given up: pure."""

from __future__ import annotations

LONGEST_WAIT_S = 3600.0


def next_try_at(
    queued_at: float, tries: int, last_at: float, first_wait_s: float, patience_s: float
) -> float | None:
    """When a notice that was refused is tried again; None when it is given up.

    Waits double from the first one up to an hour. The last try is at the end of the patience, so that a
    receiver that comes back in time is never missed by a long wait.

    Args:
        queued_at: when it was queued, in seconds since 1970.
        tries: how often it was tried, at least once.
        last_at: when that was last.
        first_wait_s: before the second try.
        patience_s: how long it is tried.
    """
    ends_at = queued_at + patience_s
    if last_at >= ends_at:
        return None
    wait_s = min(first_wait_s * 2.0 ** min(tries - 1, 60), LONGEST_WAIT_S)
    return min(last_at + wait_s, ends_at)
