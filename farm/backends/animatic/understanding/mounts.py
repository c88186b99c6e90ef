"""What somebody rides: an animal or a machine with wheels, from the action line or their own words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.moments import Cast
from farm.backends.animatic.understanding.people import CHILD, PERSON, who
from farm.backends.animatic.understanding.phrases import (
    Deed,
    Phrase,
    Sentence,
    ending_of,
    names_of,
    take_apart,
)
from farm.backends.animatic.understanding.places import where
from storyboard.planning.spec import ResolvedCharacter, ShotSpec

ANIMALS = frozenset({"horse", "elephant", "camel", "dragon", "lion", "bear", "cow", "deer", "pig", "sheep"})
"""kinds of bodies that can carry somebody"""
DRAWN = frozenset({"carriage", "cart"})
"""what horses draw, with a box for who drives"""
DRIVEN = DRAWN | {"car", "taxi", "police car"}
"""vehicles in which somebody of a shot is seen"""
_DRIVES = frozenset(("drive", "steer", "ride", "race", "speed"))
_THE_BOX = frozenset(("box", "seat", "bench"))
"""where a coachman sits"""
_RIDES = frozenset(("ride", "gallop", "trot", "canter", "pedal", "cycle", "mount"))
_PEDALS = frozenset(("pedal", "cycle"))
_ASTRIDE = frozenset(("on", "upon", "astride", "atop"))
_SEATS = 2
"""how many of a shot sit in a vehicle"""
_SEATED = _RIDES | {
    "drive",
    "steer",
    "speed",
    "sit",
    "come",
    "go",
    "arrive",
    "enter",
    "leave",
    "wait",
    "pass",
    "travel",
    "cross",
    "flee",
    "race",
    "fly",
    "soar",
}


@dataclass(frozen=True, slots=True)
class Mount:
    """What carries somebody.

    Attributes:
        kind: a kind of body, or `bicycle`, `motorcycle` or `scooter`, or one of `DRIVEN`.
        named: the words that name it.
        animal: the character who it is; None for one that no character is.
        beside: the id of who drives, for a passenger.
    """

    kind: str
    named: str
    animal: ResolvedCharacter | None = None
    beside: str = ""


def mounts_of(spec: ShotSpec) -> dict[str, Mount]:
    """Who rides in a shot and what, by the id of the rider; they ride in all of it."""
    found: dict[str, Mount] = {}
    riders = [one for one in spec.characters if who(one).kind in (PERSON, CHILD)]
    for person in riders:
        told = _told_of(person, person.action, spec) or _told_of(person, spec.action, spec)
        mount = told or _described(person)
        if mount is not None and all(
            mount.animal is None or one.animal != mount.animal for one in found.values()
        ):
            shared = [rider for rider, one in found.items() if one.kind == mount.kind in DRIVEN]
            if len(shared) < _SEATS:
                found[person.id] = replace(mount, beside=shared[0]) if shared else mount
    return found


def _told_of(person: ResolvedCharacter, text: str, spec: ShotSpec) -> Mount | None:
    """What a text says that somebody rides."""
    if not text:
        return None
    subject = person.id.lower() if text == person.action else ""
    sentence = take_apart(text, names_of(spec.characters), subject=subject)
    reader = Cast(spec.characters)
    for deed in sentence.deeds:
        doers = reader.all_of((*deed.together, deed.subject))
        if deed.verb not in _SEATED or person.id not in doers:
            continue
        phrases = [one for one in sentence.phrases if one.clause == deed.clause and one.verb == deed.verb]
        for phrase in phrases:
            if mount := _ridden(deed, phrase) or _driven(deed, phrase, sentence, spec):
                return mount
        named = [one.name for one in sentence.mentions if one.clause == deed.clause and one.verb == deed.verb]
        if deed.verb in _RIDES and (
            animal := _animal(reader, [*named, *(one.words[-1] for one in phrases)], spec)
        ):
            return Mount(who(animal).kind, animal.name.lower(), animal)
        if deed.verb in _PEDALS:
            return Mount("bicycle", "")
        if deed.verb in _RIDES and not any(one.after in ("", "in", "on") for one in phrases):
            return Mount("horse", "")
    return None


def _ridden(deed: Deed, phrase: Phrase) -> Mount | None:
    """What a phrase of a deed names that carries whoever does it."""
    astride = phrase.after in _ASTRIDE
    if not astride and not (deed.verb in _RIDES and not phrase.after):
        return None
    return _named(phrase)


def _driven(deed: Deed, phrase: Phrase, sentence: Sentence, spec: ShotSpec) -> Mount | None:
    """The vehicle that a phrase of a deed has somebody in, or on the box of; none under a roof."""
    place = where(spec.location).place
    if place is None or place.inside:
        return None
    known, named = lexicon(), phrase
    if phrase.after == "on" and phrase.words[-1] in _THE_BOX:
        others = (one for one in sentence.phrases if one.clause == deed.clause and one.after == "of")
        named = next(others, phrase)
    word = ending_of(named, known.vehicles)
    kind = known.vehicles[word] if word else ""
    drives = deed.verb in _DRIVES and not phrase.after
    sits = phrase.after == "in" or (phrase.after in _ASTRIDE and kind in DRAWN)
    return Mount(kind, " ".join(named.words)) if kind in DRIVEN and (drives or sits) else None


def _named(phrase: Phrase) -> Mount | None:
    known = lexicon()
    if machine := ending_of(phrase, known.ridden):
        kind, named = known.ridden[machine], " ".join(phrase.words)
        return Mount(kind, "horse" if kind in ANIMALS else named)
    body = ending_of(phrase, known.kinds)
    if body and known.kinds[body] in ANIMALS:
        return Mount(known.kinds[body], " ".join(phrase.words))
    return None


def _animal(reader: Cast, words: Sequence[str], spec: ShotSpec) -> ResolvedCharacter | None:
    """The character who is ridden: `Ada rides Storm`."""
    ids = {reader.one(word) for word in words}
    return next((one for one in spec.characters if one.id in ids and who(one).kind in ANIMALS), None)


def _described(person: ResolvedCharacter) -> Mount | None:
    """What somebody's own description has them on: `a knight on horseback`."""
    phrases = take_apart(person.description, told=False).phrases
    return next((one for phrase in phrases if phrase.after in _ASTRIDE and (one := _named(phrase))), None)
