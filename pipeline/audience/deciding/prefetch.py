"""Which shots to make before their viewers come to them, and in which order. Pure.

A shot has time until it must be begun: until it is needed, less what making it takes. It is worth as much as
it is likely and near, and nearness halves with each `HALVING_S` of that time. So what surely comes is made in
the order in which it must be begun, and what only may come as if it had to be some seconds later: twice as
likely is worth so many seconds, however far away it is. What only may come is made at its viewer's own cost,
and no more of it than they have left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from storyboard.branching.graph import SceneGraph

SURE = 1.0
_ROUNDING = 1e-9
"""of chances that add up to one"""
LEAST_CHANCE = 0.02
"""of what is looked at: farther on there is nothing but guesses"""
HALVING_S = 6.0
"""in which nearness halves: what is half as likely waits so long for what is sure"""


@dataclass(frozen=True, slots=True)
class Coming:
    """A shot that a viewer may come to.

    Attributes:
        take: the digest of its take.
        in_s: seconds until they come to it at the earliest.
        chance: how likely they come to it, 0 to 1; 1 is sure.
        work_s: worker seconds that making it takes.
    """

    take: str
    in_s: float
    chance: float
    work_s: float

    @property
    def begin_s(self) -> float:
        """Seconds until it must be begun so as to be there in time; negative when it will be late."""
        return self.in_s - self.work_s

    @property
    def rank_s(self) -> float:
        """When it must be begun, if it were sure and worth as much as it is: the least comes first."""
        return _rank_s(self.begin_s, self.chance)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What one viewer may come to.

    Attributes:
        viewer: who.
        left_s: worker seconds that may still be spent on what they only may come to.
        coming: in any order; a take once.
    """

    viewer: str
    left_s: float
    coming: tuple[Coming, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """A shot to make.

    Attributes:
        take: the digest of its take.
        rank_s: by which it is ordered: seconds until it must be begun, and more the less likely it is.
        due_s: seconds until the first viewer comes to it at the earliest.
        charged: the viewer whose budget it is made from; None for what somebody surely comes to.
    """

    take: str
    rank_s: float
    due_s: float
    charged: str | None


@dataclass(frozen=True, slots=True)
class SceneShot:
    """A shot of a scene, as far as this must know it.

    Attributes:
        take: the digest of its take.
        seconds: its length in the film.
        work_s: worker seconds that making it takes; nothing for one that is there.
        is_there: it need not be made.
    """

    take: str
    seconds: float
    work_s: float = 0.0
    is_there: bool = False


def coming_to(
    graph: SceneGraph,
    shots: Callable[[int], Sequence[SceneShot]],
    chances_after: Callable[[int], Mapping[int, float]],
    *,
    scene: int,
    played_s: float,
    chosen: int | None = None,
    begins_in_s: float = 0.0,
    horizon_s: float,
) -> tuple[Coming, ...]:
    """The missing shots that a viewer may come to within a time, each once, in their order.

    A scene that several ways lead to has the chances of all of them, and is as near as the nearest.

    Args:
        graph: of the film's scenes.
        shots: those of a scene.
        chances_after: the chance of each scene that may follow one.
        scene: where the viewer is.
        played_s: how much of it they have seen.
        chosen: the scene that follows it, when that is chosen already.
        begins_in_s: how long they still wait before they begin.
        horizon_s: how far to look ahead.
    """
    found: dict[str, Coming] = {}
    # Scenes in the order in which they are come to, each once for all ways that come to it by then.
    pending = {scene: (-played_s, SURE)}
    first = True
    while pending:
        number = min(pending, key=lambda one: (pending[one][0], one))
        at, chance = pending.pop(number)
        for shot in shots(number):
            if at + shot.seconds > 0 and at <= horizon_s and not shot.is_there:
                _add(found, Coming(shot.take, begins_in_s + max(0.0, at), chance, shot.work_s))
            at += shot.seconds
        after = _shares(graph, number, chances_after, chosen if first else None)
        first = False
        for following, share in after.items() if at <= horizon_s else ():
            if chance * share >= LEAST_CHANCE:
                before_s, before = pending.get(following, (at, 0.0))
                pending[following] = min(before_s, at), _together(before, chance * share)
    return tuple(sorted(found.values(), key=lambda one: (one.rank_s, one.in_s, one.take)))


def _shares(
    graph: SceneGraph,
    scene: int,
    chances_after: Callable[[int], Mapping[int, float]],
    chosen: int | None,
) -> Mapping[int, float]:
    """The chance of each scene that may follow one."""
    if chosen is not None:
        return {chosen: SURE}
    alone = len(graph.after[scene]) <= 1
    return dict.fromkeys(graph.after[scene], SURE) if alone else chances_after(scene)


def _add(found: dict[str, Coming], one: Coming) -> None:
    before = found.get(one.take)
    if before is not None:
        chance = _together(before.chance, one.chance)
        one = Coming(one.take, min(before.in_s, one.in_s), chance, one.work_s)
    found[one.take] = one


def _together(chance: float, other: float) -> float:
    """The chance of one of two things that never come both."""
    return SURE if chance + other > SURE - _ROUNDING else chance + other


def order(viewers: Iterable[Ahead]) -> list[Ordered]:
    """The shots to make for some viewers, in their order; a take once, whoever may come to it.

    A shot that nobody surely comes to is charged to one viewer: the one to whom it is worth most of those who
    have enough left. When nobody has, it is not made.
    """
    everybody = [*viewers]
    by_take: dict[str, list[tuple[Coming, Ahead]]] = {}
    for viewer in everybody:
        for one in viewer.coming:
            by_take.setdefault(one.take, []).append((one, viewer))
    left = {viewer.viewer: viewer.left_s for viewer in everybody}
    ranked = sorted(
        (_first_rank_s([one for one, _ in wanted]), min(one.begin_s for one, _ in wanted), take)
        for take, wanted in by_take.items()
    )
    found: list[Ordered] = []
    for rank_s, _, take in ranked:
        wanted = by_take[take]
        who = None
        if all(one.chance < SURE for one, _ in wanted):
            able = [
                (one.rank_s, viewer.viewer) for one, viewer in wanted if one.work_s <= left[viewer.viewer]
            ]
            if not able:
                continue
            _, who = min(able)
            left[who] -= wanted[0][0].work_s
        found.append(Ordered(take, rank_s, min(one.in_s for one, _ in wanted), who))
    return found


def _first_rank_s(wanted: Sequence[Coming]) -> float:
    """The rank of a shot to which several may come: by the chance that any of the first ones does."""
    nobody, first = 1.0, math.inf
    for one in sorted(wanted, key=lambda one: (one.begin_s, -one.chance)):
        nobody *= 1.0 - one.chance
        first = min(first, _rank_s(one.begin_s, 1.0 - nobody))
    return first


def _rank_s(begin_s: float, chance: float) -> float:
    return begin_s - HALVING_S * math.log2(chance)
