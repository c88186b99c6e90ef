"""Which scene may follow which, and what that comes to for every way through the film. Pure.

A film without choices is a chain, and all that is said here of it is what was said before there were any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from storyboard.schema.film import Film, Scene


@dataclass(frozen=True)
class SceneGraph:
    """The scenes of a film by their numbers, the first one being the film's beginning.

    Attributes:
        after: the scenes that may follow each, in the order of its answers, each once.
        asks: whether something is asked at a scene's end.
    """

    after: tuple[tuple[int, ...], ...]
    asks: tuple[bool, ...]

    @cached_property
    def before(self) -> tuple[tuple[int, ...], ...]:
        """The scenes that each may follow."""
        found: list[list[int]] = [[] for _ in self.after]
        for number, following in enumerate(self.after):
            for one in following:
                found[one].append(number)
        return tuple(map(tuple, found))

    @cached_property
    def reached(self) -> frozenset[int]:
        """The scenes that some way through the film comes to."""
        return self.reached_from([0])

    def reached_from(self, starts: Sequence[int]) -> frozenset[int]:
        """Some scenes and all that may come after them."""
        return _spread(self.after, starts)

    def leading_to(self, ends: Sequence[int]) -> frozenset[int]:
        """Some scenes and all that they may come after."""
        return _spread(self.before, ends)

    def come_after(self, number: int) -> frozenset[int]:
        """The scenes that may come after one: itself only if it may come again."""
        return self.reached_from(self.after[number])

    @cached_property
    def endings(self) -> tuple[int, ...]:
        """The scenes that the film may end with, in the order of the document."""
        return tuple(number for number, following in enumerate(self.after) if not following)

    @cached_property
    def stretches(self) -> tuple[tuple[int, ...], ...]:
        """The scenes in runs: those of one follow one another on every way, and nothing is asked inside.

        Every scene is in one of them. What is at the border of two may meet something else on another way.
        """
        goes_on = {
            number: following[0]
            for number, following in enumerate(self.after)
            if len(following) == 1
            and not self.asks[number]
            and following[0] != 0
            and self.before[following[0]] == (number,)
        }
        inside = set(goes_on.values())
        runs: list[tuple[int, ...]] = []
        left = dict.fromkeys(range(len(self.after)))
        # Scenes in a circle that nothing leads into have no first one; that they are there is told elsewhere.
        for start in [*(number for number in left if number not in inside), *left]:
            run = [start] if start in left else []
            while run and run[-1] in goes_on and goes_on[run[-1]] != start:
                run.append(goes_on[run[-1]])
            for number in run:
                del left[number]
            runs += [tuple(run)] if run else []
        return tuple(sorted(runs))

    @cached_property
    def always_before(self) -> tuple[int, ...]:
        """For each scene those that every way to it has come through, itself too: the bits of a number."""
        everything = (1 << len(self.after)) - 1
        found = [everything] * len(self.after)
        order = self._outward()
        changed = True
        while changed:
            changed = False
            for number in order:
                common = 0 if number == 0 else everything
                if number:
                    for one in self.before[number]:
                        common &= found[one]
                now = common | 1 << number
                changed |= now != found[number]
                found[number] = now
        return tuple(found)

    def _outward(self) -> list[int]:
        """The scenes that are reached, each after those that lead to it, but for circles."""
        order: list[int] = []
        seen = {0}
        stack: list[tuple[int, Iterator[int]]] = [(0, iter(self.after[0]))]
        while stack:
            number, following = stack[-1]
            one = next(following, None)
            if one is None:
                order.append(number)
                stack.pop()
            elif one not in seen:
                seen.add(one)
                stack.append((one, iter(self.after[one])))
        return order[::-1]


def branches(film: Film) -> bool:
    """Whether any scene of a film says what follows it, or what is asked at its end."""
    return any(scene.choices or scene.ask or scene.goes_to or scene.ending for scene in film.scenes)


def graph_of(film: Film) -> SceneGraph:
    """The graph of a film's scenes; what names no scene leads nowhere."""
    numbers = {scene.id: number for number, scene in reversed([*enumerate(film.scenes)])}
    after = []
    for number, scene in enumerate(film.scenes):
        following = number + 1 if number + 1 < len(film.scenes) else None
        named = (numbers.get(name) for name in _named(scene))
        found = [following] if goes_on(scene) else [*named]
        after.append(tuple(dict.fromkeys(one for one in found if one is not None)))
    return SceneGraph(tuple(after), tuple(scene.question is not None for scene in film.scenes))


def goes_on(scene: Scene) -> bool:
    """Whether the next scene of the document follows, as nothing else is said."""
    return scene.choices is None and scene.goes_to is None and scene.ending is None


def _named(scene: Scene) -> list[str]:
    if scene.choices:
        return [answer.goes_to for answer in scene.choices.answers]
    return [scene.goes_to] if scene.goes_to else []


def _spread(neighbours: Sequence[Sequence[int]], starts: Sequence[int]) -> frozenset[int]:
    seen = set(starts)
    waiting = [*seen]
    while waiting:
        for one in neighbours[waiting.pop()]:
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return frozenset(seen)
