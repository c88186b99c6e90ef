"""A shot's words, as many as Runway takes. Pure.

What a prompt has too much goes clause by clause, the last ones first, from what matters least: the colours,
the look, the place, what characters wear, how they look. What happens, where everybody stands, the camera,
names and first clauses stay.
"""

from __future__ import annotations

from collections.abc import Iterator

from farm.backends.diffusion.prompt import prompt_of
from farm.backends.hosted.runway.models import MOST_WORDS, words_in
from storyboard.planning.spec import ShotSpec

_BETWEEN = ", "


def shortened(spec: ShotSpec) -> tuple[ShotSpec, tuple[str, ...]]:
    """A shot whose prompt Runway takes, where leaving clauses out makes it one; and these clauses.

    A shot whose prompt is short enough is returned as it is.
    """
    left_out: list[str] = []
    steps = _steps(spec)
    while words_in(prompt_of(spec).text) > MOST_WORDS:
        step = next(steps, None)
        if step is None:
            break
        spec, clause = step
        left_out.append(clause)
    return spec, tuple(left_out)


def _steps(spec: ShotSpec) -> Iterator[tuple[ShotSpec, str]]:
    """The shot with ever more left out, and what was left out last."""
    if spec.look.palette:
        spec = spec.model_copy(update={"look": spec.look.model_copy(update={"palette": ()})})
        yield spec, "the colours"
    for shorter, clause in _clauses(spec.look.description):
        spec = spec.model_copy(update={"look": spec.look.model_copy(update={"description": shorter})})
        yield spec, clause
    for shorter, clause in _clauses(spec.location.description):
        place = spec.location.model_copy(update={"description": shorter})
        spec = spec.model_copy(update={"location": place})
        yield spec, clause
    for key in ("wardrobe", "description"):
        for number in reversed(range(len(spec.characters))):
            for shorter, clause in _clauses(getattr(spec.characters[number], key)):
                one = spec.characters[number].model_copy(update={key: shorter})
                characters = (*spec.characters[:number], one, *spec.characters[number + 1 :])
                spec = spec.model_copy(update={"characters": characters})
                yield spec, clause


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """A text without its last clause, and that clause, until one is left.

    >>> list(_clauses("a coat, a hat, boots"))
    [('a coat, a hat', 'boots'), ('a coat', 'a hat')]
    """
    while _BETWEEN in text:
        text, _, clause = text.rpartition(_BETWEEN)
        yield text, clause
