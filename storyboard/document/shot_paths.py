"""Where in its document each shot of a film stands."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.document.text import DocumentPath
from storyboard.schema.film import Film, Scene, Shot


def shot_paths(film: Film) -> Iterator[tuple[DocumentPath, Scene, Shot]]:
    """Every shot with its path and its scene, in the order of the film."""
    for scene_index, scene in enumerate(film.scenes):
        for shot_index, shot in enumerate(scene.shots):
            yield ("scenes", scene_index, "shots", shot_index), scene, shot
