"""The room tone of a place by the words of its slug line. Pure."""

from __future__ import annotations

import re
from functools import cache

from storyboard.schema.built_in_sounds import SOUNDS_BY_KIND
from storyboard.schema.vocabulary import TimeOfDay

_KIND = "places, as room tones"
_INSIDE = frozenset(
    {"aeroplane-inside", "attic", "bar", "bathroom", "bedroom", "cafe", "car-inside", "castle", "cell"}
    | {"cellar", "church", "classroom", "corridor", "court", "factory", "hospital", "japanese-house"}
    | {"kitchen", "laboratory", "lens", "library", "living-room", "office", "police-station", "room"}
    | {"ship-inside", "shop", "starship", "theatre", "train-inside", "workshop"}
)
_EITHER = frozenset({"airport", "cave", "market", "space", "stadium", "station", "underwater"})
_ELSEWHERE = {
    "car-inside": "street",
    "ship-inside": "ship-deck",
    "starship": "space",
    "japanese-house": "japanese-village",
}
"""what is heard outside of what the words name"""
_WITHIN = {"ship-deck": "ship-inside", "space": "starship", "japanese-village": "japanese-house"}
"""what is heard inside of it"""
_AT_NIGHT = {"forest": "forest-night", "street": "street-night"}
_OWN = {
    "bedroom": "hotel",
    "car-inside": "car, cab, truck, lorry, limousine, sedan, minivan, police car, patrol car, squad car",
    "corridor": "lift, elevator, staircase, stairwell, stairway, vestibule, foyer, entrance hall",
    "church": "crypt, sacristy, synagogue",
    "city": "city, roof of the city",
    "hospital": "emergency room, examination room, intensive care, doctor's office",
    "kitchen": "galley, kitchenette, pantry",
    "laboratory": "lab",
    "lens": "lamp room, lantern room",
    "living-room": "den, family room, penthouse, hotel lobby",
    "office": "conference room, boardroom, reception",
    "room": "room, house, home, cabin, parlor, farmhouse, log cabin, dining room",
    "sea": "beach, shore, coast, bay, seaside, seashore",
    "ship-deck": "ship, boat, ferry, yacht, trawler, dinghy, raft, deck, sea, ocean",
    "ship-inside": "ship's cabin, captain's cabin, wheelhouse",
    "starship": "bridge of the ship, space ship, cargo bay",
    "street": "car park, parking lot, parking garage, driveway, street corner",
    "train-inside": "train, train car, train carriage, train compartment",
    "aeroplane-inside": "aeroplane, airplane, plane, jet, airliner",
    "station": "train station, bus station, metro station, subway station, railway platform, train platform",
    "bar": "pool hall, casino",
    "cafe": "cafeteria, bistro",
}
"""words of slug lines that what is heard does not say"""
_HEAD_ENDS = re.compile(
    r"\s(?:of|in|on|at|above|over|near|by|with|behind|under|below|outside|inside|beside|next|from)\s"
)


def tone_of(place: str, *, interior: bool | None, time: TimeOfDay | None) -> str | None:
    """The room tone of a place; None where the words name no place that has one.

    Args:
        place: the words of a slug line without INT. and the time of day.
        interior: whether it is inside; None where nothing says.
        time: of day.

    >>> tone_of("MARA'S HOUSE - KITCHEN", interior=True, time=None)
    'kitchen'
    """
    whole = _plain(place)
    parts = [_plain(part) for part in reversed(re.split(r"\s[-–—]+\s|[,/—–;:]", place))]
    for words in dict.fromkeys([whole, *parts]):
        heads = _HEAD_ENDS.split(words)
        for head in dict.fromkeys([words, heads[0], *heads[1:]]):
            found = _by_its_end(head)
            tone = found and _on_its_side(found, interior)
            if tone:
                return _AT_NIGHT.get(tone, tone) if time is TimeOfDay.NIGHT else tone
    return None


def _by_its_end(words: str) -> str | None:
    """The tone of the longest phrase that words end with."""
    tokens = words.split()
    for start in range(len(tokens)):
        if tone := _phrases().get(" ".join(tokens[start:])):
            return tone
    return None


def _on_its_side(tone: str, interior: bool | None) -> str | None:  # noqa: FBT001  (as `Slug` has it)
    if tone in _EITHER:
        return _WITHIN.get(tone, tone) if interior else tone
    if interior is None or (tone in _INSIDE) == interior:
        return tone
    return (_WITHIN if interior else _ELSEWHERE).get(tone)


@cache
def _phrases() -> dict[str, str]:
    """Every phrase that names a place, with its tone: what is heard of the built-in sounds, and `_OWN`."""
    found: dict[str, str] = {}
    for tone, heard in SOUNDS_BY_KIND[_KIND].items():
        for phrase in [tone.replace("-inside", "").replace("-", " "), *re.split(r"[,:]", heard)]:
            found.setdefault(_plain(re.sub(r"^\s*(?:in|under|by)\s+(?=an?\s|the\s|\w)", "", phrase)), tone)
    for tone, phrases in _OWN.items():
        found |= {_plain(phrase): tone for phrase in phrases.split(",")}
    return found


def _plain(words: str) -> str:
    """Words in small letters, without articles, possessives and the ends of plurals."""
    low = re.sub(r"['’]s\b", "", words.casefold())
    tokens = re.findall(r"[^\W\d_]+", low)
    kept = [token for token in tokens if token not in {"a", "an", "the"}]
    return " ".join(
        token[:-1] if token.endswith("s") and not token.endswith("ss") and len(token) > 3 else token
        for token in kept
    )
