"""Where a shot is: the place that the words of a location call for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from farm.backends.animatic.lexicon import PlaceWords, lexicon
from farm.backends.animatic.understanding.phrases import heads, known_ending
from farm.backends.animatic.understanding.words import may_be, singular, tokens
from storyboard.planning.spec import ResolvedLocation

_HEADING = re.compile(r"^(?:INT|EXT|I/E)\b[./ ]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a shot.

    Attributes:
        place: what is drawn, or None where the lexicon knows no place of that name: a card stands there.
        named: the words that name it, as they are written on the card.
        words: everything that is said of it, in lower case.
    """

    place: PlaceWords | None
    named: str
    words: str


def where(location: ResolvedLocation) -> Where:
    """The place that a location's name asks for, else its id, else what its description begins with."""
    words = f"{location.name} {location.description}".lower()
    first = next(heads(location.description), "")
    readable = location.id.replace("-", " ").replace("_", " ")
    for found, named in (
        (_called(location.name), _head(location.name)),
        (_in_other_script(location.name), location.name),
        (_called(readable), readable),
        (_known(first), first),
        (_in_other_script(location.description), location.name),
    ):
        if found:
            return Where(found, named, words)
    return Where(None, location.name.strip() or first or location.id, words)


def _called(name: str) -> PlaceWords | None:
    """The place that a name names: `The keeper's kitchen`, `Venice. A street`, `INT. STATION, NIGHT`."""
    parts = re.split(r"[.,;:]\s|\s[-\u2013\u2014]\s", _HEADING.sub("", name.strip()))
    return next((place for part in parts for place in [_known(_head(part))] if place), None)


def _known(head: str) -> PlaceWords | None:
    """The place that a phrase ends with, unless a noun before it makes another one of it."""
    known = lexicon()
    ending = known_ending(head, known.places)
    if ending is None:
        return None
    before = head[: -len(ending)].split()
    if ending in known.ambiguous and before and not before[-1].endswith("'s"):
        other = before[-1]
        if not known.only_describes(other) and may_be(other, "NOUN"):
            return None
    return known.places[ending]


def _head(name: str) -> str:
    """A name up to its first preposition or stop, its last word in the singular."""
    known = lexicon()
    kept: list[str] = []
    for word in tokens(_HEADING.sub("", name.strip()).replace("-", " ")):
        low = word.lower()
        if low in known.prepositions or not (low[0].isalnum()):
            while kept and kept[-1] in known.unseen:
                kept.pop()
            if kept:
                break
            continue
        if low not in known.determiners:
            kept.append(low)
    while kept and (
        kept[-1].isdigit() or kept[-1] in ("interior", "exterior", "inside", "outside", "day", "night")
    ):
        if len(kept) == 1:
            break
        kept.pop()
    while len(kept) > 1 and kept[-1] in known.unseen and kept[-1] not in known.places:
        kept.pop()
    plural = " ".join(kept)
    if known_ending(plural, known.places) or not kept:
        return plural
    return " ".join((*kept[:-1], singular(kept[-1])))


def _in_other_script(text: str) -> PlaceWords | None:
    """The place that is named last in a text without spaces: a village of the mountains is a village."""
    found = [
        (text.rfind(word) + len(word), len(word), place)
        for place in lexicon().place_names.values()
        for word in place.other
        if word in text
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None
