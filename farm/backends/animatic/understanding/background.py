"""What goes on behind the people of a shot: vehicles that pass or stand, and crowds. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.phrases import Phrase, Sentence, known_ending, take_apart
from farm.backends.animatic.understanding.places import where
from storyboard.planning.spec import ShotSpec
from storyboard.schema.vocabulary import ShotSize

PASSING, STOPPING, LEAVING, PARKED = "passing", "stopping", "leaving", "parked"
STANDING, WALKING, DANCING, CHEERING = "standing", "walking", "dancing", "cheering"
TOO_CLOSE = frozenset({ShotSize.ECU, ShotSize.CU, ShotSize.MCU, ShotSize.OTS})
"""shots in which nothing behind the subject is seen to move"""
_AWAY = frozenset(("away", "off"))
_NO_ROOM = frozenset(
    (
        "car",
        "lift",
        "aeroplane",
        "boat",
        "space",
        "underwater",
        "ship's bridge",
        "cell",
        "bathroom",
        "lamp room",
    )
)
"""places in which no crowd can be"""
_MOST = 2


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle behind the people.

    Attributes:
        kind: of the lexicon.
        motion: `passing`, `stopping`, `leaving` or `parked`.
        colour: a word for it, or empty.
        named: the words that name it.
    """

    kind: str
    motion: str
    colour: str
    named: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """People behind the people: `people`, `dancers` or `soldiers`, and what they do."""

    kind: str
    manner: str
    named: str


@dataclass(frozen=True, slots=True)
class Background:
    """What goes on behind, as the words of the action and of the place have it."""

    vehicles: tuple[Vehicle, ...] = ()
    crowd: Crowd | None = None


def background(spec: ShotSpec) -> Background:
    """What is drawn behind the people of a shot."""
    here = where(spec.location)
    vehicles = [*dict.fromkeys(one for one in vehicles_named(spec) if _seen(spec, one))]
    crowd = next((one for one in crowds_named(spec) if crowd_fits(spec)), None)
    shown = here.place.shows if here.place else frozenset[str]()
    if crowd is not None and crowd.kind == "people" and shown & {"crowd", "people"}:
        crowd = None  # the place has one of its own
    return Background(tuple(vehicles[:_MOST]), crowd)


def _seen(spec: ShotSpec, one: Vehicle) -> bool:
    return drives_here(spec) and (one.motion == PARKED or spec.size not in TOO_CLOSE)


def drives_here(spec: ShotSpec) -> bool:
    """Whether vehicles can be in the place of a shot."""
    here = where(spec.location).place
    return here is not None and not here.inside and here.name not in _NO_ROOM


def crowd_fits(spec: ShotSpec) -> bool:
    """Whether a crowd can be in the place of a shot."""
    here = where(spec.location).place
    return here is not None and here.name not in _NO_ROOM


def vehicles_named(spec: ShotSpec) -> Iterator[Vehicle]:
    """The vehicles that the action names, then those of the place's description."""
    known = lexicon()
    for sentence in _sentences(spec):
        for phrase in sentence.phrases:
            word = ending_among(phrase, known.vehicles)
            if word and phrase.after not in ("like", "without"):
                colour = next((one for one in phrase.words if one in known.colours), "")
                yield Vehicle(known.vehicles[word], _motion(sentence, phrase), colour, phrase.name)


def crowds_named(spec: ShotSpec) -> Iterator[Crowd]:
    """The crowds that the action names, then those of the place's description."""
    known = lexicon()
    for sentence in _sentences(spec):
        for phrase in sentence.phrases:
            word = ending_among(phrase, known.crowds)
            if word and phrase.after not in ("like", "without"):
                yield _as_they_do(known.crowds[word], sentence, phrase)


def ending_among(phrase: Phrase, words: dict[str, str]) -> str | None:
    """The longest ending of a phrase among words, as it is written or in the singular."""
    return known_ending(" ".join(phrase.words), words) or known_ending(phrase.text, words)


def _as_they_do(kind: str, sentence: Sentence, phrase: Phrase) -> Crowd:
    manners = lexicon().manners
    verbs = {one.verb for one in sentence.deeds if one.clause == phrase.clause} | {phrase.verb}
    found = next((manners[verb] for verb in sorted(verbs) if verb in manners), STANDING)
    return Crowd(kind, DANCING if kind == "dancers" else found, phrase.name)


def _motion(sentence: Sentence, phrase: Phrase) -> str:
    """How a vehicle moves that is the subject of its clause; one that is spoken of otherwise stands."""
    if phrase.verb or phrase.after:
        return PARKED
    deed = next((one for one in sentence.deeds if one.clause == phrase.clause), None)
    if deed is None:
        return PARKED
    motion = lexicon().motions.get(deed.verb, PARKED)
    return LEAVING if motion in (PASSING, STOPPING) and deed.onward in _AWAY else motion


def _sentences(spec: ShotSpec) -> Iterator[Sentence]:
    names = frozenset(
        word for person in spec.characters for word in (*person.name.lower().split(), person.id.lower())
    )
    yield take_apart(spec.action, names)
    yield take_apart(spec.location.description, told=False)
