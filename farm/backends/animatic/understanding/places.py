"""Where a shot is: the place that the words of a location call for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from farm.backends.animatic.lexicon import Lexicon, PlaceWords, lexicon
from farm.backends.animatic.understanding.phrases import ending_of, heads, known_ending, take_apart
from farm.backends.animatic.understanding.words import may_be, singular, tokens
from storyboard.planning.spec import ResolvedLocation

_HEADING = re.compile(r"^(?:INT|EXT|I/E)\b[./ ]*", re.IGNORECASE)
_FROM_OUTSIDE = re.compile(
    r"^ext\b|^(?:outside|in front of|before) (?:a |an |the )|^exterior\b|"
    r"[, (\u2013\u2014-](?:outside|exterior)\)?$",
    re.IGNORECASE,
)
_OF_A_NAME = re.compile(r"\bof the [A-Z][a-z]+\s*$")
"""what a ship's bridge is of, `of the Valkyrie`, and a river's seldom"""


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a shot.

    Attributes:
        place: what is drawn, or None where the lexicon knows no place of that name: a card stands there.
        named: the words that name it, as they are written on the card.
        words: everything that is said of it, in lower case.
        near: what is not drawn and `place` stands for, as the nearest; or empty.
    """

    place: PlaceWords | None
    named: str
    words: str
    near: str = ""


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
            return _seen(found, named, location, words)
    return Where(None, location.name.strip() or first or location.id, words)


@lru_cache(8)
def _with_near(known: Lexicon) -> dict[str, PlaceWords]:
    """What is drawn for each place that is known."""
    return {**known.near_places, **known.places}


def _seen(place: PlaceWords, named: str, location: ResolvedLocation, words: str) -> Where:
    """A place as it is seen: the other one that its name may mean, or what is drawn for it as the nearest."""
    known = lexicon()
    ending = known_ending(named, _with_near(known)) or ""
    rival = known.rival_places.get(ending)
    if rival is not None and known.places.get(ending) is place:
        its, others = _shown(place, location.description), _shown(rival, location.description)
        if others > its or (others == its and _OF_A_NAME.search(location.name)):
            place = rival
    outside = any(_FROM_OUTSIDE.search(text.strip()) for text in (location.name, location.description))
    if outside and place.inside:
        return Where(known.place_names[place.outside], named, words, near=named)
    stands_in = ending in known.near_places and ending not in known.places
    return Where(place, named, words, near=named if stands_in else "")


def _shown(place: PlaceWords, description: str) -> int:
    """How much of a description the drawing of a place has."""
    phrases = take_apart(description, told=False).phrases
    return sum(ending_of(phrase, place.shows) is not None for phrase in phrases)


def _called(name: str) -> PlaceWords | None:
    """The place that a name names: `The keeper's kitchen`, `Venice. A street`, `INT. STATION, NIGHT`."""
    parts = re.split(r"[.,;:]\s|\s[-\u2013\u2014]\s", _HEADING.sub("", name.strip()))
    return next((place for part in parts for place in [_known(_head(part))] if place), None)


def _known(head: str) -> PlaceWords | None:
    """The place that a phrase ends with, unless a noun before it makes another one of it."""
    known = lexicon()
    places = _with_near(known)
    ending = known_ending(head, places)
    if ending is None:
        return None
    before = head[: -len(ending)].split()
    if ending in known.ambiguous and before and not before[-1].endswith("'s"):
        other = before[-1]
        if not known.only_describes(other) and may_be(other, "NOUN"):
            return None
    return places[ending]


def _head(name: str) -> str:
    """A name up to its first preposition or stop, its last word in the singular."""
    known = lexicon()
    kept: list[str] = []
    for word in tokens(_HEADING.sub("", name.strip()).replace("-", " ")):
        low = word.lower()
        of_what = low in known.prepositions and not (
            low in known.qualities and kept and kept[-1] in known.qualities
        )
        if of_what or not low[0].isalnum():
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
    if known_ending(plural, _with_near(known)) or not kept:
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
