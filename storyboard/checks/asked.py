"""What is wrong with what viewers are asked for: parameters that cannot take it, or are needed before. Pure.

An answer may change what follows, never what was seen: so the parameter stands in no scene that can come
before its question, in nobody who appears there, in no place that is shown there, in no music that begins
there, and in nothing that the whole film shares but its title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from storyboard.branching.graph import SceneGraph, graph_of
from storyboard.document.expressions import names_in
from storyboard.document.load import LoadedFilm
from storyboard.document.templates import OPENS, formulas_in
from storyboard.document.text import Document, DocumentPath
from storyboard.errors import Problem
from storyboard.schema.film import Film, Scene
from storyboard.wording import unknown

_HARMLESS = frozenset({"title", "logline", "parameters", "deliverables", "notices", "budget"})
"""keys at the top of a film that change nothing of what is seen and heard in it"""


def find_in_asked(loaded: LoadedFilm) -> Iterator[Problem]:
    """Every problem with a film's `ask`."""
    film = loaded.film
    asking = [(number, scene) for number, scene in enumerate(film.scenes) if scene.ask]
    if not asking:
        return
    graph = graph_of(film)
    uses = _Uses(loaded)
    for number, scene in asking:
        yield from _asked(loaded, graph, number, scene)
        name = scene.ask.parameter if scene.ask else ""
        before = {*graph.leading_to([number])}
        yield from uses.too_early(name, before, scene.id)


def _asked(loaded: LoadedFilm, graph: SceneGraph, number: int, scene: Scene) -> Iterator[Problem]:
    """A parameter that there is not, that has no default, or that is asked for more than once on a way."""
    film = loaded.film
    name = scene.ask.parameter if scene.ask else ""
    path: DocumentPath = ("scenes", number, "ask", "parameter")
    parameter = film.parameters.get(name)
    if parameter is None:
        yield loaded.problem(path, unknown("parameter", name, film.parameters))
    elif parameter.default is None:
        yield loaded.problem(path, f'"{name}" has no default, which is the answer of those who give none')
    if number in graph.come_after(number):
        yield loaded.problem(path, f'"{name}" would be asked for again: scene "{scene.id}" can come again')
    for other in sorted(graph.come_after(number) - {number}):
        again = film.scenes[other]
        if again.ask and again.ask.parameter == name:
            words = f'"{name}" is asked for already in scene "{scene.id}", which comes before'
            yield loaded.problem(("scenes", other, "ask", "parameter"), words)


class _Uses:
    """Where a film's formulas ask for which parameters."""

    def __init__(self, loaded: LoadedFilm) -> None:
        self.film: Film = loaded.film
        self.document: Document = loaded.written or loaded.document
        indexes = loaded.document.mark(("scenes",)).indexes
        written = indexes if indexes is not None else range(len(self.film.scenes))
        self.number_of = {place: number for number, place in enumerate(written)}
        self.begins_in = {
            shot.id: number for number, scene in enumerate(self.film.scenes) for shot in scene.shots
        }

    def too_early(self, name: str, before: set[int], asked_in: str) -> Iterator[Problem]:
        """Formulas with a parameter in what can be seen and heard before it is asked for."""
        value: Mapping[str, Any] = self.document.value
        people, places = _shown_in(self.film, before)
        for path in _places(value, (), name):
            match path:
                case ("scenes", int(place), *_):
                    early = self.number_of.get(place) in before
                case ("characters", who, *_):
                    early = who in people
                case ("locations", where, *_):
                    early = where in places
                case ("music", int(cue), *_):
                    early = self.begins_in.get(self.film.music[cue].start) in before
                case _:
                    early = path[0] not in _HARMLESS
            if early:
                yield self.document.problem(
                    path, f'"{name}" is asked for at the end of scene "{asked_in}", and this is needed before'
                )


def _shown_in(film: Film, scenes: set[int]) -> tuple[set[str], set[str]]:
    """The people and the places of some scenes."""
    people: set[str] = set()
    places: set[str] = set()
    for number in scenes:
        scene = film.scenes[number]
        places.add(scene.location)
        for shot in scene.shots:
            people |= {one.id for one in shot.characters} | {line.character for line in shot.lines}
            places |= {shot.location} if shot.location else set()
    return people, places


def _places(value: Any, path: DocumentPath, name: str) -> Iterator[DocumentPath]:
    """Where formulas ask for a parameter."""
    if isinstance(value, str):
        is_condition = path[-1:] == ("when",)
        formulas = [value] if is_condition else formulas_in(value) if OPENS in value else []
        if any(name in names_in(formula) for formula in formulas):
            yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            if path or key != "parameters":
                yield from _places(inner, (*path, key), name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*path, index), name)
