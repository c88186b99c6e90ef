"""Which shots to make before their viewers come to them, and in which order. Pure.

What may come is worth as much as it is likely and near: its chance, divided by the time until it is needed.
What is sure to come is worth the same way, so the next shot of the way that is chosen is before all that only
may be, unless that is much nearer. Several viewers who may come to a shot add up. What only may come is made
at the viewer's own cost, and no more of it than they have left.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from storyboard.branching.graph import SceneGraph

SURE = 1.0
_ROUNDING = 1e-9
"""of chances that add up to one"""
LEAST_CHANCE = 0.02
"""of what is looked at: farther on there is nothing but guesses"""
NEAR_S = 2.0
"""what is needed within this is all equally near"""


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
    def value(self) -> float:
        """How much it is worth to have it: its chance, over how far it is."""
        return self.chance / max(NEAR_S, self.in_s)


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
        value: by which it is ordered.
        due_s: seconds until the first viewer comes to it at the earliest.
        charged: the viewer whose budget it is made from; None for what somebody surely comes to.
    """

    take: str
    value: float
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
    horizon_s: float,
) -> tuple[Coming, ...]:
    """The missing shots that a viewer may come to within a time, each once, the most valuable first.

    A scene that several ways lead to has the chances of all of them, and is as near as the nearest.

    Args:
        graph: of the film's scenes.
        shots: those of a scene.
        chances_after: the chance of each scene that may follow one.
        scene: where the viewer is.
        played_s: how much of it they have seen.
        chosen: the scene that follows it, when that is chosen already.
        horizon_s: how far to look ahead.
    """
    found: dict[str, Coming] = {}
    # By time, so that scenes are come to in the order of their nearest ways.
    waiting: list[tuple[float, int, float]] = [(-played_s, scene, SURE)]
    while waiting:
        at, number, chance = heapq.heappop(waiting)
        first = scene if at == -played_s and number == scene else None
        for shot in shots(number):
            if at + shot.seconds > 0 and at <= horizon_s and not shot.is_there:
                _add(found, Coming(shot.take, max(0.0, at), chance, shot.work_s))
            at += shot.seconds
        if at > horizon_s:
            continue
        if first is not None and chosen is not None:
            heapq.heappush(waiting, (at, chosen, chance))
            continue
        alone = len(graph.after[number]) == 1
        after = dict.fromkeys(graph.after[number], SURE) if alone else chances_after(number)
        for following, share in after.items():
            if chance * share >= LEAST_CHANCE:
                heapq.heappush(waiting, (at, following, chance * share))
    return tuple(sorted(found.values(), key=lambda one: (-one.value, one.in_s, one.take)))


def _add(found: dict[str, Coming], one: Coming) -> None:
    before = found.get(one.take)
    if before is not None:
        chance = before.chance + one.chance
        chance = SURE if chance > SURE - _ROUNDING else chance
        one = Coming(one.take, min(before.in_s, one.in_s), chance, one.work_s)
    found[one.take] = one


def order(viewers: Iterable[Ahead]) -> list[Ordered]:
    """The shots to make for some viewers, the most valuable first; a take once, whoever may come to it.

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
        (
            (math.fsum(one.value for one, _ in wanted), min(one.in_s for one, _ in wanted), take)
            for take, wanted in by_take.items()
        ),
        key=lambda each: (-each[0], each[1], each[2]),
    )
    found: list[Ordered] = []
    for value, due_s, take in ranked:
        wanted = by_take[take]
        if any(one.chance >= SURE for one, _ in wanted):
            found.append(Ordered(take, value, due_s, None))
            continue
        able = [(one.value, viewer.viewer) for one, viewer in wanted if one.work_s <= left[viewer.viewer]]
        if not able:
            continue
        _, who = max(able, key=lambda each: (each[0], each[1]))
        left[who] -= wanted[0][0].work_s
        found.append(Ordered(take, value, due_s, who))
    return found
