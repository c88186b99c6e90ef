"""The shot of a film that somebody names."""

from __future__ import annotations

from storyboard.errors import UsageError
from storyboard.schema.film import Film, Shot
from storyboard.wording import composed, did_you_mean, listed


def shot_called(film: Film, name: str) -> Shot:
    """A shot of a film by its id, in any Unicode form of it.

    Raises:
        UsageError: the film has none of this name; says which may be meant.
    """
    shots = {shot.id: shot for _, shot in film.shots()}
    name = composed(name)
    if name not in shots:
        raise UsageError(
            f"the film has no shot {name!r}{did_you_mean(name, shots)}", f"it has {listed([*shots][:12])}"
        )
    return shots[name]
