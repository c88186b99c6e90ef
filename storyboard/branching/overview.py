"""What the ways through a film come to: its endings, its questions, and how long it may be. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from storyboard.branching.graph import graph_of
from storyboard.branching.lengths import Ways, ways
from storyboard.branching.route import Chosen, follow
from storyboard.schema.choices import Ask, Choices
from storyboard.schema.film import Film


@dataclass(frozen=True, slots=True)
class Ending:
    """A scene that the film may end with, and the ways to its end.

    Attributes:
        scene: its id.
        name: what the ending is called; the slug line of a scene that says nothing.
        ways: to it.
    """

    scene: str
    name: str
    ways: Ways


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked at the end of a scene."""

    scene: str
    question: Choices | Ask


@dataclass(frozen=True, slots=True)
class Overview:
    """The ways through a film.

    Attributes:
        endings: in the order of the document.
        questions: in the order of the document.
        way: the scenes of the one that is chosen.
        frames: its length.
    """

    endings: tuple[Ending, ...]
    questions: tuple[Asked, ...]
    way: tuple[str, ...]
    frames: int

    @property
    def ways(self) -> Ways:
        """All ways together."""
        longest = [ending.ways.longest for ending in self.endings]
        number = [ending.ways.number for ending in self.endings]
        return Ways(
            min(ending.ways.shortest for ending in self.endings),
            None if None in longest else max(one for one in longest if one is not None),
            None if None in number else sum(one for one in number if one is not None),
        )


def overview(film: Film, chosen: Chosen, omitted: Collection[str] = ()) -> Overview:
    """What the ways through a checked film come to.

    Args:
        film: the whole film.
        chosen: one way through it.
        omitted: ids of shots that are not in it.
    """
    rate = film.format.rate
    frames = [
        sum(shot.duration.frames(rate) for shot in scene.shots if shot.id not in omitted)
        for scene in film.scenes
    ]
    graph = graph_of(film)
    found = ways(graph, frames)
    steps = follow(film, chosen)
    return Overview(
        tuple(
            Ending(
                film.scenes[number].id, film.scenes[number].ending or film.scenes[number].slug, found[number]
            )
            for number in graph.endings
            if number in found
        ),
        tuple(Asked(scene.id, scene.question) for scene in film.scenes if scene.question),
        tuple(film.scenes[step.scene].id for step in steps),
        sum(frames[step.scene] for step in steps),
    )
