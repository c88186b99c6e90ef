"""When a shot plays: the epoch that the words of its place, else those of the film's look, name. Pure.

An epoch is decided by what is the same in all shots of a place, never by who is in one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from farm.backends.animatic.lexicon import Lexicon, lexicon
from storyboard.planning.spec import ShotSpec

MEDIEVAL, TWENTIES, TODAY, FUTURE = "medieval", "1920s", "today", "future"
UNSAID = ""
"""no word says when it is: everything is drawn as it is without an epoch"""
_YEAR = re.compile(r"\b(?:in|of|year|from|circa|c\.|a\.?d\.?),? (\d{3,4})\b|\b(\d{4})s\b|^(\d{4})\b")


@dataclass(frozen=True, slots=True)
class When:
    """An epoch, and the words that name it.

    Attributes:
        epoch: one of those that are drawn, or `UNSAID`.
        named: the words; empty where none name one.
        near: the words name an epoch that is not drawn, and this one is the nearest.
    """

    epoch: str
    named: str = ""
    near: bool = False


def when(spec: ShotSpec) -> When:
    """The epoch of a shot: its place's, else the film's."""
    place = told_in(f"{spec.location.name}. {spec.location.description}")
    return place if place.named else told_in(spec.look.description)


def when_of_the_film(spec: ShotSpec) -> When:
    """The epoch that the film's look names: what people wear is the same in all of its places."""
    return told_in(spec.look.description)


def told_in(text: str) -> When:
    """The epoch that a text names first."""
    known, low = lexicon(), text.lower()
    found = [*_by_words(low, known), *_by_years(low, known)]
    return min(found, key=lambda one: one[:2])[2] if found else When(UNSAID)


def _by_words(low: str, known: Lexicon) -> list[tuple[int, int, When]]:
    named = [(word, epoch, False) for word, epoch in known.epochs.items()]
    named += [(word, epoch, True) for word, epoch in known.near_epochs.items()]
    return [
        (match.start(), -len(word), When(epoch, word, near))
        for word, epoch, near in named
        if word in low and (match := re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", low))
    ]


def _by_years(low: str, known: Lexicon) -> list[tuple[int, int, When]]:
    found = []
    for match in _YEAR.finditer(low):
        year = int(match[1] or match[2] or match[3])
        years = {epoch: span for epoch, span in known.years.items() if span[0] <= year <= span[1]}
        near = {epoch: span for epoch, span in known.near_years.items() if span[0] <= year <= span[1]}
        found += [(match.start(), 0, When(epoch, match[0], near=not years)) for epoch in years or near]
    return found
