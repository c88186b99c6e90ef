"""How long the ways through a film are, and how many there are, without going any of them. Pure.

Shortest ways are found as Dijkstra does. Ways are counted, and the longest found, scene by scene in an order
in which each comes after all that lead to it; where a way may go in a circle there is no longest one, and
no number.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from storyboard.branching.graph import SceneGraph
from storyboard.schema.film import Film, Scene


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways from a film's beginning to the end of one scene.

    Attributes:
        shortest: frames of the shortest one.
        longest: frames of the longest one; None where ways go in circles.
        number: how many there are; None where they go in circles.
    """

    shortest: int
    longest: int | None
    number: int | None


def frames_of(film: Film, scene: Scene) -> int:
    """A scene's length in frames."""
    return sum(shot.duration.frames(film.format.rate) for shot in scene.shots)


def ways(graph: SceneGraph, frames: Sequence[int]) -> dict[int, Ways]:
    """The ways to the end of every scene that can be reached.

    Args:
        graph: of the scenes.
        frames: each scene's length.
    """
    shortest = _shortest(graph, frames)
    circles = graph.reached_from([*_in_circles(graph)])
    longest = dict.fromkeys(graph.reached, 0)
    counted = {number: int(number == 0) for number in graph.reached}
    for number in _in_order(graph):
        longest[number] += frames[number]
        for following in graph.after[number]:
            longest[following] = max(longest[following], longest[number])
            counted[following] += counted[number]
    return {
        number: Ways(
            shortest[number],
            None if number in circles else longest[number],
            None if number in circles else counted[number],
        )
        for number in sorted(graph.reached)
    }


def _shortest(graph: SceneGraph, frames: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    waiting = [(frames[0], 0)]
    while waiting:
        length, number = heapq.heappop(waiting)
        if number in found:
            continue
        found[number] = length
        for following in graph.after[number]:
            heapq.heappush(waiting, (length + frames[following], following))
    return found


def _in_order(graph: SceneGraph) -> list[int]:
    """The scenes that are reached, each after all that lead to it; without those in and after circles."""
    leading = dict.fromkeys(graph.reached, 0)
    for number in graph.reached:
        for following in graph.after[number]:
            leading[following] += 1
    ready = [number for number, lead in leading.items() if not lead]
    order: list[int] = []
    while ready:
        number = ready.pop()
        order.append(number)
        for following in graph.after[number]:
            leading[following] -= 1
            if not leading[following]:
                ready.append(following)
    return order


def _in_circles(graph: SceneGraph) -> frozenset[int]:
    """The scenes that are reached and are in circles, or after one: no order has room for them."""
    return graph.reached - frozenset(_in_order(graph))
