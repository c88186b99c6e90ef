"""Which rendering shots give their worker back to a waiting shot of a higher priority. Pure.

A deadline that has raised a priority counts before those that stand as high without one, and a person who
waits before that. Only a shot whose backend keeps states is asked: it stops at its next checkpoint, goes back
to the queue with no try counted, and goes on from there later. The lowest priority is asked first, and of one
priority the shot that began last. A shot is asked so only `Policy.give_backs` times; then it is finished,
whatever waits. So the number of preemptions has a bound, and no shot is pushed aside for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from farm.schedule.states import Urgency, WorkerNeeds


@dataclass(frozen=True, slots=True)
class Waiting:
    """Shots of one production that only wait for a worker, as many as may begin within its limits."""

    urgency: Urgency
    needs: WorkerNeeds
    number: int


@dataclass(frozen=True, slots=True)
class Occupied:
    """An attempt that renders.

    Attributes:
        urgency: the highest of the productions that want its shot.
        serves: whether its worker is what a shot needs.
        asked: it has been asked already to give its worker back.
        may_be_asked: its backend keeps states, and it was not asked too often before.
    """

    token: int
    urgency: Urgency
    began_at: float
    serves: Callable[[WorkerNeeds], bool]
    asked: bool
    may_be_asked: bool


def preempted(
    waiting: Iterable[Waiting], occupied: Iterable[Occupied], coming: Callable[[WorkerNeeds], int]
) -> list[int]:
    """The tokens of the attempts to ask now.

    Args:
        waiting: what waits, after every free worker has been given a shot.
        occupied: what renders.
        coming: how many workers of these needs are on their way: nothing is stopped for those.
    """
    attempts = sorted(occupied, key=lambda one: (one.urgency, -one.began_at))
    given_up = [one for one in attempts if one.asked]
    willing = [one for one in attempts if one.may_be_asked and not one.asked]
    chosen = []
    on_their_way: dict[WorkerNeeds, int] = {}
    for shots in sorted(waiting, key=lambda shots: shots.urgency, reverse=True):
        left = on_their_way.setdefault(shots.needs, coming(shots.needs))
        on_their_way[shots.needs] = max(0, left - shots.number)
        for _ in range(max(0, shots.number - left)):
            freed = next((one for one in given_up if one.serves(shots.needs)), None)
            if freed is not None:
                given_up.remove(freed)
                continue
            victim = next(
                (one for one in willing if one.urgency < shots.urgency and one.serves(shots.needs)), None
            )
            if victim is None:
                break
            willing.remove(victim)
            chosen.append(victim.token)
    return chosen
