"""Where in its document each shot of a film stands, and which it follows."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.branching.graph import graph_of
from storyboard.document.text import DocumentPath
from storyboard.schema.film import Film, Scene, Shot


def shot_paths(film: Film) -> Iterator[tuple[DocumentPath, Scene, Shot]]:
    """Every shot with its path and its scene, in the order of the film."""
    for scene_index, scene in enumerate(film.scenes):
        for shot_index, shot in enumerate(scene.shots):
            yield ("scenes", scene_index, "shots", shot_index), scene, shot


def shot_runs(film: Film) -> list[list[tuple[DocumentPath, Scene, Shot]]]:
    """The same in runs: the shots of one follow one another on every way through the film."""
    by_scene: list[list[tuple[DocumentPath, Scene, Shot]]] = [[] for _ in film.scenes]
    for path, scene, shot in shot_paths(film):
        by_scene[int(path[1])].append((path, scene, shot))
    return [[one for number in run for one in by_scene[number]] for run in graph_of(film).stretches]
