"""One way through a film as a film of its own: its scenes in order, and its music laid over them. Pure.

What comes after it is an ordinary film, of shots that are the same on every way. A scene that comes again has
its shots under other names (`route.shown_as`), which are takes of the same.

A composed cue that goes over a question is heard in parts: each fills what is between two questions with
whole bars, so that a question's end is a bar line, and is composed from that alone. So what is heard before
an answer is the same whatever it is; the part after it begins with a bar, while the last notes before ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from storyboard.branching.graph import SceneGraph, branches, graph_of
from storyboard.branching.route import Step, shown_as
from storyboard.media.timing import Span
from storyboard.schema.film import Film, MusicCue, Scene, Shot


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked on a way, and when.

    Attributes:
        scene: the scene's id; that it came several times is not in it.
        visit: how often the scene has come by then, from 1.
        chooses: whether it is a choice, and not something of the viewer's own.
        first: the frame of the way's film with which it appears.
        due: the frame from which on what follows depends on its answer.
    """

    scene: str
    visit: int
    chooses: bool
    first: int
    due: int


@dataclass(frozen=True, slots=True)
class RouteFilm:
    """A way through a film.

    Attributes:
        film: its scenes and its music, as an ordinary film.
        runs: its shots in runs that meet by cuts.
        asking: by the id of a scene of `film`, where something is asked at its end: the scene as the document
            has it, and how often it has come.
    """

    film: Film
    runs: tuple[tuple[Shot, ...], ...]
    asking: dict[str, tuple[Scene, int]]


def route_film(film: Film, steps: Sequence[Step]) -> RouteFilm:
    """A way through a film as a film of its own; the film itself where its scenes just follow one another.

    Args:
        film: the whole film, with what people decided laid over its shots.
        steps: the way (`route.follow`).
    """
    if not branches(film):
        return RouteFilm(film, (tuple(shot for _, shot in film.shots()),), {})
    graph = graph_of(film)
    scenes = [_scene(film.scenes[step.scene], step.visit) for step in steps]
    asking = {
        scene.id: (film.scenes[step.scene], step.visit)
        for scene, step in zip(scenes, steps, strict=True)
        if film.scenes[step.scene].question
    }
    laid = film.model_copy(update={"scenes": tuple(scenes), "music": tuple(_music(film, graph, steps))})
    return RouteFilm(laid, tuple(_runs(graph, steps, scenes)), asking)


def questions(route: RouteFilm, cut: Film) -> tuple[Question, ...]:
    """What is asked on a way, by the frames of its film as people have cut it.

    Args:
        route: the way.
        cut: its film, without omitted shots.
    """
    rate = cut.format.rate
    lengths = {scene.id: sum(shot.duration.frames(rate) for shot in scene.shots) for scene in cut.scenes}
    found: list[Question] = []
    start = 0
    for scene in route.film.scenes:
        end = start + lengths.get(scene.id, 0)
        asked, visit = route.asking.get(scene.id, (None, 0))
        if asked is not None and asked.question is not None:
            within = asked.question.within.frames(rate)
            chooses = asked.choices is not None
            found.append(Question(asked.id, visit, chooses, max(start, end - within), end))
        start = end
    return tuple(found)


def _scene(scene: Scene, visit: int) -> Scene:
    """A scene as it comes for the n-th time, without what leads on from it."""
    changed: dict[str, object] = {"choices": None, "ask": None, "goes_to": None, "ending": None}
    if visit > 1:
        changed["id"] = shown_as(scene.id, visit)
        changed["shots"] = tuple(
            shot.model_copy(update={"id": shown_as(shot.id, visit)}) for shot in scene.shots
        )
    return scene.model_copy(update=changed)


def _runs(graph: SceneGraph, steps: Sequence[Step], scenes: Sequence[Scene]) -> list[tuple[Shot, ...]]:
    run_of = {number: run for run in graph.stretches for number in run}
    runs: list[list[Shot]] = []
    for step, scene in zip(steps, scenes, strict=True):
        if step.scene == run_of[step.scene][0]:
            runs.append([])
        runs[-1] += scene.shots
    return [tuple(run) for run in runs]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A shot on a way: its name in the film and on the way, its frames, and which step it belongs to."""

    name: str
    shown: str
    start: int
    end: int
    step: int


def _placed(film: Film, steps: Sequence[Step]) -> list[_Placed]:
    placed: list[_Placed] = []
    at = 0
    for number, step in enumerate(steps):
        for shot in film.scenes[step.scene].shots:
            end = at + shot.duration.frames(film.format.rate)
            placed.append(_Placed(shot.id, shown_as(shot.id, step.visit), at, end, number))
            at = end
    return placed


def _music(film: Film, graph: SceneGraph, steps: Sequence[Step]) -> list[MusicCue]:
    """The cues of a way, each as often as it is heard, in parts where it goes over a question."""
    placed = _placed(film, steps)
    followed = {cue.follows for cue in film.music if cue.follows}
    scene_of = {shot.id: number for number, scene in enumerate(film.scenes) for shot in scene.shots}
    found: list[MusicCue] = []
    for cue in film.music:
        leading = graph.leading_to([scene_of[cue.end]])
        at = 0
        while at < len(placed):
            if placed[at].name != cue.start:
                at += 1
                continue
            last = at
            while (
                placed[last].name != cue.end
                and last + 1 < len(placed)
                and (steps[placed[last + 1].step].scene in leading)
            ):
                last += 1
            heard = placed[at : last + 1]
            ends = placed[last].name == cue.end
            asks = [film.scenes[step.scene].question is not None for step in steps]
            rings_on = cue.rings_on or cue.id in followed or not ends
            found += _heard(film, cue, heard, asks, rings_on=rings_on)
            at = last + 1
    return found


def _heard(
    film: Film, cue: MusicCue, shots: Sequence[_Placed], asks: Sequence[bool], *, rings_on: bool
) -> list[MusicCue]:
    """One time that a cue is heard, over these shots."""
    rate = film.format.rate
    first, end = shots[0].start + cue.at.frames(rate), shots[-1].end
    last = min(end, first + cue.duration.frames(rate)) if cue.duration else end
    if first >= last:
        return []
    rings_on = cue.rings_on or (rings_on and last == end)
    whole = {"start": shots[0].shown, "end": shots[-1].shown, "rings_on": rings_on}
    if cue.file:
        return [cue.model_copy(update=whole)]
    borders = {
        before.end
        for before, after in pairwise(shots)
        if before.step != after.step and asks[before.step] and first < before.end < last
    }
    edges = [first, *sorted(borders), last]
    parts = []
    for begins, ends in pairwise(edges):
        under = [shot for shot in shots if shot.start < ends and shot.end > begins]
        changed: dict[str, object] = {"start": under[0].shown, "end": under[-1].shown}
        changed["at"] = Span(str(begins - under[0].start))
        changed["duration"] = None if ends == under[-1].end else Span(str(ends - begins))
        if begins > first:
            changed["follows"] = cue.id
        changed["rings_on"] = rings_on or ends < last
        parts.append(cue.model_copy(update=changed))
    return parts if len(parts) > 1 else [cue.model_copy(update=whole)]
