"""When productions would be there: the same schedule, gone through on paper. Pure, in simulated seconds.

Every shot takes as long as the plan estimates, nothing fails, and a worker renders anything: a farm that has
the wrong workers swaps them in seconds. Putting the film together comes after it. Of very many productions,
those of one priority whose deadlines are near each other are served as one, the earlier ones first in it. Of
very many shots, those that the same productions want are taken together in parcels; no chain is shorter for
that.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from farm.schedule.schedule import Schedule
from farm.schedule.states import ShotRequest
from farm.schedule.tasks import CallSheet

_ANY = "any"
_LEAST_S = 0.001
MOST_APART = 60
"""productions that are served each by itself"""
BUNDLES = 24
"""as which more than that are served, or a few more"""
MOST_PARCELS = 250
"""that are handed out on paper: each costs as much as it does on a farm"""
MOST_TIMES = 12
"""numbers of workers that are tried"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A production that is to be made.

    Attributes:
        name: of its own.
        requests: what is missing, predecessors first.
        priority: higher ones are served first.
        weight: of its share.
        deadline_s: when it must be there, in seconds from now; None for any time.
    """

    name: str
    requests: tuple[ShotRequest, ...]
    priority: int = 0
    weight: float = 1.0
    deadline_s: float | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it will go, and what would help.

    Attributes:
        ends_s: when each is there, in seconds from now.
        late: the names of those that will miss their deadlines, the latest first.
        workers: so many would do; None when no number does, or when nobody is late.
        without: leaving these out would let all others be in time; empty when that helps nothing.
    """

    ends_s: dict[str, float]
    late: tuple[str, ...] = ()
    workers: int | None = None
    without: tuple[str, ...] = ()


def rehearsed(wanted: Sequence[Wanted], workers: int) -> dict[str, float]:
    """When each production is there with so many workers, in seconds from now.

    A shot that several want is made once.
    """
    schedule = Schedule(CallSheet())
    bundles = _bundles(wanted)
    ends = {one.name: max((each.rank for each in one.requests), default=0.0) for one in wanted}
    inside: dict[str, set[str]] = {}
    for number, (bundle, parcels) in enumerate(zip(bundles, _parcels(bundles, workers, inside), strict=True)):
        schedule.sheet.submit(
            str(number),
            parcels,
            None,
            bundle[0].priority,
            sum(one.weight for one in bundle),
            deadline=bundle[0].deadline_s,
        )
    for number in range(workers):
        schedule.roster.join(f"{_ANY}-{number}", _ANY)
    rendering: list[tuple[float, int, str]] = []
    now = 0.0
    while True:
        for each in schedule.next_assignments(now):
            work_s = schedule.sheet.tasks[each.digest].request.work_s
            heapq.heappush(rendering, (now + work_s, each.token, each.digest))
        if not rendering:
            return ends
        now, token, digest = heapq.heappop(rendering)
        for name in inside[digest]:
            ends[name] = max(ends[name], now)
        schedule.completed(token, now)


def _bundles(wanted: Sequence[Wanted]) -> list[list[Wanted]]:
    """The productions that are served as one: those of one priority, by their deadlines."""
    if len(wanted) <= MOST_APART:
        return [[one] for one in wanted]
    size = -(-len(wanted) // BUNDLES)
    of_priority: dict[int, list[Wanted]] = {}
    for one in sorted(wanted, key=lambda one: math.inf if one.deadline_s is None else one.deadline_s):
        of_priority.setdefault(one.priority, []).append(one)
    return [
        those[start : start + size] for those in of_priority.values() for start in range(0, len(those), size)
    ]


def _parcels(
    bundles: Sequence[Sequence[Wanted]], workers: int, inside: dict[str, set[str]]
) -> list[list[ShotRequest]]:
    """What each bundle asks for: its shots, or so many of them at once that they are few enough.

    Args:
        bundles: productions that are served as one.
        workers: that there are.
        inside: gets the names of the productions of which shots are in each of them.
    """
    wants: dict[str, dict[int, None]] = {}
    shots: dict[str, ShotRequest] = {}
    names: dict[str, set[str]] = {}
    for place, bundle in enumerate(bundles):
        for one in bundle:
            for each in one.requests:
                wants.setdefault(each.digest, {})[place] = None
                shots.setdefault(each.digest, each)
                names.setdefault(each.digest, set()).add(one.name)
    size = -(-len(shots) // max(MOST_PARCELS, 4 * workers))
    apart = all(len(bundle) == 1 for bundle in bundles)
    groups: dict[tuple[int, ...], list[ShotRequest]] = {}
    for digest, who in wants.items():
        groups.setdefault(tuple(who), []).append(shots[digest])
    asked: list[list[ShotRequest]] = [[] for _ in bundles]
    order = {digest: number for number, digest in enumerate(shots)}
    for places, members in groups.items():
        for start in range(0, len(members), size):
            those = members[start : start + size]
            parcel = _parcel(those, together=size > 1)
            if not apart:  # the earlier production of a bundle comes first
                parcel = replace(parcel, order=order[parcel.digest])
            inside[parcel.digest] = set().union(*(names[each.digest] for each in those))
            for place in places:
                asked[place].append(parcel)
    if size == 1:  # a shot comes after the one that it starts from, whoever wants them
        for requests in asked:
            requests.sort(key=lambda each: order[each.digest])
    return asked


def _parcel(shots: Sequence[ShotRequest], *, together: bool) -> ShotRequest:
    first = shots[0]
    return replace(
        first,
        backend=_ANY,
        tags=(),
        gpus=0.0,
        encoding=None,
        warmth=(),
        after=None if together else first.after,
        rank=max(each.rank for each in shots),
        work_s=sum(max(_LEAST_S, each.work_s) for each in shots),
    )


def outlook(wanted: Sequence[Wanted], workers: int) -> Outlook:
    """How productions will go with so many workers, and what would let all be in time."""
    ends = rehearsed(wanted, workers)
    late = _late(wanted, ends)
    if not late:
        return Outlook(ends)
    return Outlook(ends, late, _workers_that_do(wanted, workers), _left_out(wanted, workers, late))


def _late(wanted: Sequence[Wanted], ends: dict[str, float]) -> tuple[str, ...]:
    by = {
        one.name: ends[one.name] - one.deadline_s
        for one in wanted
        if one.deadline_s is not None and ends[one.name] > one.deadline_s and one.requests
    }
    return tuple(sorted(by, key=lambda name: -by[name]))


def _workers_that_do(wanted: Sequence[Wanted], workers: int) -> int | None:
    """The fewest with which nobody is late; None when no number is enough, or too many would be."""
    work = {each.digest: each.work_s for one in wanted for each in one.requests}
    for one in wanted:
        if (
            one.deadline_s is not None
            and max((each.rank for each in one.requests), default=0.0) > one.deadline_s
        ):
            return None
    too_few, enough = workers, 0
    tried = min(max(workers + 1, _least(wanted)), max(1, len(work)))
    for _ in range(MOST_TIMES):
        if tried <= too_few:
            break
        if _late(wanted, rehearsed(wanted, tried)):
            too_few = tried
        else:
            enough = tried
        if enough and enough - too_few <= 1:
            return enough
        tried = (too_few + enough) // 2 if enough else min(len(work), tried + max(1, tried // 4))
    return enough or None


def _least(wanted: Sequence[Wanted]) -> int:
    """So many workers at least, by the work that must be done until each deadline."""
    least = 1
    for limit in sorted({one.deadline_s for one in wanted if one.deadline_s and one.deadline_s > 0}):
        due = {
            each.digest: each.work_s
            for one in wanted
            if one.deadline_s is not None and one.deadline_s <= limit
            for each in one.requests
        }
        least = max(least, math.ceil(sum(due.values()) / limit - 1e-9))
    return least


def _left_out(wanted: Sequence[Wanted], workers: int, late: tuple[str, ...]) -> tuple[str, ...]:
    """The fewest of the late ones, the least urgent first, without which all others are in time."""
    urgency = {one.name: (one.priority, -place) for place, one in enumerate(wanted)}
    spared = sorted(late, key=lambda name: urgency[name])
    if len(wanted) == 1:
        return ()

    def others(number: int) -> list[Wanted]:
        return [one for one in wanted if one.name not in spared[:number]]

    def in_time(number: int) -> bool:
        left = others(number)
        return not _late(left, rehearsed(left, workers))

    enough = len(spared)
    if enough == len(wanted) or not in_time(enough):
        enough -= 1
        if enough < 1 or not in_time(enough):
            return ()
    too_few = 0
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if in_time(middle):
            enough = middle
        else:
            too_few = middle
    return tuple(spared[:enough])
