"""Shots that somebody is about to see: who is served first of them, and who gives way to them. Pure.

A player says where it is. A shot of which the take is missing is due when it comes there: its start minus the
playhead, and of several who watch, the first counts. What it is made from is due before that by the work of
the shot itself.

In a production, the shot that is due first is served first. One that nobody comes to is passed by those that
are due, but by no more than `Policy.passes` of them: so nobody starves. Priorities and shares are as they
are: other productions get what is theirs, whoever watches this one.

A shot that must begin now, or will be late, gets the place of one that renders and can wait: that is asked to
stop at its next kept state, where it still is in time with all of its work done again after the other's, or
where nobody comes to it. A shot is asked so only `Policy.give_backs` times, together with what
`preemption.py` asks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf

from farm.schedule.states import ShotRequest, Urgency, WorkerNeeds

ANY_TIME = inf
"""when a shot is due that nobody comes to"""


def with_what_they_wait_for(due: Mapping[str, float], requests: Iterable[ShotRequest]) -> dict[str, float]:
    """When shots are due, and what they wait for with them.

    Args:
        due: when each is, by digest; on any clock.
        requests: all of a production, what shots wait for before them.
    """
    found = dict(due)
    for request in reversed([*requests]):
        at = found.get(request.digest)
        if at is None:
            continue
        for name in (request.after, request.encoding):
            if name:
                found[name] = min(found.get(name, ANY_TIME), at - request.work_s)
    return found


@dataclass(frozen=True, slots=True)
class Coming:
    """A shot that somebody comes to, and that only waits for a worker.

    Attributes:
        due: when it must be there.
        work_s: seconds of work.
        needs: what its worker must be.
        urgency: of its production.
        place_of: the production whose worker it must get, where its own may have no more; None for any.
    """

    due: float
    work_s: float
    needs: WorkerNeeds
    urgency: Urgency = (0, False, 0)
    place_of: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An attempt that renders.

    Attributes:
        due: when its shot must be there; `ANY_TIME` where nobody comes to it.
        work_s: seconds of work, from the beginning.
        urgency: the highest of the productions that want it.
        serves: whether its worker is what a shot needs.
        productions: who wants it.
        asked: it has been asked already to give its worker back.
        may_be_asked: its backend keeps states, and it was not asked too often before.
    """

    token: int
    due: float
    work_s: float
    urgency: Urgency
    serves: Callable[[WorkerNeeds], bool]
    productions: frozenset[str]
    asked: bool
    may_be_asked: bool


def overtaken(coming: Iterable[Coming], placed: Iterable[Placed], now: float) -> list[int]:
    """The tokens of the attempts to ask now for their workers.

    Args:
        coming: what waits, after every free worker has been given a shot.
        placed: what renders.
        now: by the clock of what is due.
    """
    latest_first = sorted(placed, key=lambda one: (-one.due, one.token))
    given_up = [one for one in latest_first if one.asked]
    willing = [one for one in latest_first if one.may_be_asked and not one.asked]
    chosen = []
    for shot in sorted(coming, key=lambda one: one.due):
        if shot.due - shot.work_s > now:
            continue  # it is in time by itself yet
        freed = next((one for one in given_up if _fits(shot, one)), None)
        if freed is not None:
            given_up.remove(freed)
            continue
        for one in willing:
            can_wait = one.due >= now + shot.work_s + one.work_s
            if can_wait and one.urgency <= shot.urgency and _fits(shot, one):
                willing.remove(one)
                chosen.append(one.token)
                break
    return chosen


def _fits(shot: Coming, one: Placed) -> bool:
    """Whether a shot could have the worker of an attempt."""
    return one.serves(shot.needs) and shot.place_of in {None, *one.productions}
