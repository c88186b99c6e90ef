"""When a viewer may begin so that nothing they come to is late, nor anything that others come to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.audience.deciding.prefetch import Coming
from pipeline.audience.deciding.rehearsal import Rehearsal

_TRIES = 30
_ENOUGH_S = 1e-3


def begins_in_s(
    own: Sequence[Coming], others: Sequence[Coming], making: Mapping[str, float], workers: int
) -> float:
    """Seconds to wait before a film begins so that it need not stop once it has, and no other must either.

    It is rehearsed with what may be chosen as if all of it were: workers take shots in the order that
    `prefetch.order` gives them. Where others will be late without this viewer, they are no later with them.

    Args:
        own: what the viewer may come to, from when they begin.
        others: what those may come to, from now, who have begun already, or came before and wait.
        making: in how many seconds each take is there that a worker makes now.
        workers: how many there are, one at least.
    """
    rehearse = Rehearsal(making, workers)
    late_s = max(0.0, rehearse.late_s(others, others))
    wait_s = 0.0
    for _ in range(_TRIES):
        mine = [replace(one, in_s=one.in_s + wait_s) for one in own]
        everything = [*others, *mine]
        later = max(rehearse.late_s(everything, mine), rehearse.late_s(everything, others) - late_s)
        if later <= _ENOUGH_S:
            break
        wait_s += later
    return wait_s
