"""Words that are spoken or shown and that a ` #` without quotes has cut short."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.document.load import LoadedFilm
from storyboard.document.shot_paths import shot_paths
from storyboard.document.text import DocumentPath
from storyboard.document.unquoted import ADVICE
from storyboard.wording import shown


def find_cut_words(loaded: LoadedFilm) -> Iterator[tuple[DocumentPath, str, str]]:
    """Where in the document, the shot, and what is left out of its words."""
    for path, _, shot in shot_paths(loaded.film):
        places: list[DocumentPath] = []
        for index, line in enumerate(shot.lines):
            places.append((*path, "lines", index, "text"))
            places += [(*path, "lines", index, "translations", language) for language in line.translations]
        places += [(*path, "titles", index, "text") for index in range(len(shot.titles))]
        for place in places:
            comment = loaded.document.mark(place).comment
            if comment:
                yield place, shot.id, f"{shown(comment)} is a comment, not one of the words; {ADVICE}"
