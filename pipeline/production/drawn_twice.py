"""Subtitles that would be burnt into pictures that have captions already."""

from __future__ import annotations

from pipeline.production.renderers import Choices
from storyboard.document.load import LoadedFilm
from storyboard.planning.plan import PlanWarning


def caption_warnings(loaded: LoadedFilm, choices: Choices) -> list[PlanWarning]:
    """Deliverables that say everything twice, at the line that asks for them."""
    captioned = [shot for _, shot in loaded.film.shots() if shot.lines and choices.draws_captions(shot)]
    if not captioned:
        return []
    backend = choices.of(captioned[0]).traits.name
    words = (
        f"they stand high in the picture where {backend} draws captions low in it: turn those off with "
        "`captions: false` in its options"
    )
    shots = tuple(shot.id for shot in captioned)
    return [
        PlanWarning(str(loaded.problem(("deliverables", name, "burned_subtitles"), words)), shots)
        for name, one in loaded.film.deliverables.items()
        if one.burned_subtitles
    ]
