"""The fonts that the words of a shot are drawn in, for backends that draw words."""

from __future__ import annotations

from storyboard.lettering.identity import letters_of
from storyboard.planning.spec import ShotSpec


def letters_in(spec: ShotSpec, language: str) -> tuple[str, ...]:
    """The fonts beside the house's that its words are set in here: what is said, and what is described.

    Args:
        spec: of the shot.
        language: of what is said.
    """
    words = [spec.action, spec.location.name, spec.location.description]
    for one in spec.characters:
        words += [one.name, one.name.upper(), one.description, one.wardrobe, one.action]
    said = [line.text for line in spec.lines]
    return tuple(sorted({*letters_of(*words), *letters_of(*said, language=language)}))


def lettered(spec: ShotSpec, language: str) -> ShotSpec:
    """The same with these fonts, and with the language where what is said needs others than the house's."""
    letters = letters_in(spec, language)
    language = language if letters and spec.lines else ""
    return spec.model_copy(update={"letters": letters, "language": language})
