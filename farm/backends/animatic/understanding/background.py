"""What goes on behind the people of a shot: vehicles that pass or stand, and crowds. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.mounts import mounts_of
from farm.backends.animatic.understanding.people import CHILD, PERSON, who
from farm.backends.animatic.understanding.phrases import Phrase, Sentence, ending_of, names_of, take_apart
from farm.backends.animatic.understanding.places import where
from farm.backends.animatic.understanding.sizes import CLOSE
from farm.backends.animatic.understanding.words import singular
from storyboard.planning.spec import ShotSpec

PASSING, STOPPING, LEAVING, PARKED = "passing", "stopping", "leaving", "parked"
STANDING, WALKING, DANCING, CHEERING = "standing", "walking", "dancing", "cheering"
_UNATTENDED = frozenset(("empty", "abandoned", "broken", "overturned", "burning", "burnt"))
"""words for a vehicle in which nobody sits"""
_BESIDE = frozenset(("beside", "around", "round"))
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
_SEVERAL = 2
_MOST_COUNTED = 9
"""how many people are drawn by their number; more are a crowd"""
HERDS = frozenset(
    (
        *("dog", "cat", "elephant", "camel", "lion", "bear", "cow", "deer", "sheep", "pig"),
        *("rabbit", "horse"),
        *("robot", "alien", "ghost"),
    )
)
"""bodies of those who may be several behind the people; birds and insects are not"""
_ANYBODY = frozenset(
    (
        *(
            "man",
            "woman",
            "person",
            "adult",
            "lady",
            "gentleman",
            "friend",
            "parent",
            "twin",
            "cousin",
            "guest",
        ),
        *("brother", "sister", "neighbour", "stranger", "figure"),
    )
)
"""words for people of whom a shot's characters may be meant"""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle behind the people.

    Attributes:
        kind: of the lexicon.
        motion: `passing`, `stopping`, `leaving` or `parked`.
        colour: a word for it, or empty.
        named: the words that name it.
        attended: whether somebody may sit in it; nothing is before a cart that is abandoned.
    """

    kind: str
    motion: str
    colour: str
    named: str
    attended: bool = True


@dataclass(frozen=True, slots=True)
class Crowd:
    """People behind the people, and what they do.

    Attributes:
        kind: `people`, `dancers` or `soldiers`.
        manner: `standing`, `walking`, `dancing` or `cheering`.
        named: the words that name them.
        noun: what each of them is, of the lexicon; empty for a crowd of all sorts.
        count: how many they are; 0 for as many as there is room for.
        flanking: they stand at both sides of somebody.
    """

    kind: str
    manner: str
    named: str
    noun: str = ""
    count: int = 0
    flanking: bool = False


@dataclass(frozen=True, slots=True)
class Background:
    """What goes on behind, as the words of the action and of the place have it.

    Attributes:
        vehicles: that are drawn.
        crowd: likewise.
        unseen_vehicles: that are named, and not drawn.
        unseen_crowd: likewise; none where the place has people of its own.
    """

    vehicles: tuple[Vehicle, ...] = ()
    crowd: Crowd | None = None
    unseen_vehicles: tuple[Vehicle, ...] = ()
    unseen_crowd: Crowd | None = None


def background(spec: ShotSpec) -> Background:
    """What is named behind the people of a shot, and what of it is drawn."""
    here, known = where(spec.location), lexicon()
    named: list[Vehicle] = []
    crowds: list[Crowd] = []
    mounted = {one.named for one in mounts_of(spec).values()}
    for sentence in _sentences(spec):
        for phrase in sentence.phrases:
            if phrase.after in ("like", "without"):
                continue
            if " ".join(phrase.words) in mounted:
                continue
            if word := ending_of(phrase, known.vehicles):
                colour = next((one for one in phrase.words if one in known.colours), "")
                attended = not _UNATTENDED.intersection(phrase.words)
                motion = _motion(sentence, phrase)
                named.append(Vehicle(known.vehicles[word], motion, colour, phrase.name, attended))
            if word := ending_of(phrase, known.crowds):
                crowds.append(_as_they_do(known.crowds[word], sentence, phrase))
            elif (noun := several(phrase)) and not _are_there(noun, spec):
                crowds.append(replace(_as_they_do("people", sentence, phrase), noun=noun))
    vehicles = [*dict.fromkeys(one for one in named if _seen(spec, one))][:_MOST]
    first = crowds[0] if crowds else None
    crowd = first if crowd_fits(spec) else None
    has_its_own = here.place is not None and bool(here.place.shows & {"crowd", "people"})
    if crowd is not None and crowd.kind == "people" and has_its_own:
        crowd = None
    return Background(
        tuple(vehicles),
        crowd,
        tuple(one for one in named if one not in vehicles),
        None if crowd or has_its_own else first,
    )


def several(phrase: Phrase) -> str:
    """What each of several people or animals is whom no crowd's word names; or empty.

    A sailor of `three sailors`, a cow of `cows`, a sheep of `two sheep`.
    """
    known, last = lexicon(), phrase.words[-1]
    one = singular(last)
    if (one == last and phrase.count < _SEVERAL) or ending_of(phrase, known.crowds) or one not in known.kinds:
        return ""
    return one if known.kinds[one] in (PERSON, CHILD, *HERDS) else ""


def _are_there(noun: str, spec: ShotSpec) -> bool:
    """Whether characters of the shot are who is named: two of them, or one who is called so."""
    kind = lexicon().kinds[noun]
    beings = [who(one) for one in spec.characters]
    named = any(noun in one.named.split() for one in beings)
    return (
        named
        or (noun in _ANYBODY and sum(one.kind in (PERSON, CHILD) for one in beings) > 1)
        or (kind == CHILD and sum(one.kind == CHILD for one in beings) > 1)
    )


def _seen(spec: ShotSpec, one: Vehicle) -> bool:
    return drives_here(spec) and (one.motion == PARKED or spec.size not in CLOSE)


def drives_here(spec: ShotSpec) -> bool:
    """Whether vehicles can be in the place of a shot."""
    here = where(spec.location).place
    return here is not None and not here.inside and here.name not in _NO_ROOM


def crowd_fits(spec: ShotSpec) -> bool:
    """Whether a crowd can be in the place of a shot."""
    here = where(spec.location).place
    return here is not None and here.name not in _NO_ROOM


def _as_they_do(kind: str, sentence: Sentence, phrase: Phrase) -> Crowd:
    manners = lexicon().manners
    verbs = {one.verb for one in sentence.deeds if one.clause == phrase.clause} | {phrase.verb}
    found = next((manners[verb] for verb in sorted(verbs) if verb in manners), STANDING)
    count = phrase.count if phrase.count <= _MOST_COUNTED and kind != "dancers" else 0
    near = {one.after for one in sentence.mentions if one.clause == phrase.clause}
    near |= {one.after for one in sentence.phrases if one.clause == phrase.clause}
    manner = DANCING if kind == "dancers" else found
    return Crowd(kind, manner, phrase.name, count=count, flanking=bool(_BESIDE & near))


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
    yield take_apart(spec.action, names_of(spec.characters))
    yield take_apart(spec.location.description, told=False)
