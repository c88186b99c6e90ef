"""Things that a shot names and nobody holds: on the ground, or on a table. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.deeds import Held, held_as, holding
from farm.backends.animatic.understanding.moments import SITTING, TABLES, moments_of
from farm.backends.animatic.understanding.phrases import Phrase, ending_of, known_ending, names_of, take_apart
from farm.backends.animatic.understanding.places import Where, where
from farm.backends.animatic.understanding.sizes import CLOSE
from farm.backends.animatic.understanding.words import singular
from storyboard.planning.spec import ShotSpec
from storyboard.schema.vocabulary import Pose

_LIES = frozenset(
    ("lie", "stand", "rest", "wait", "sit", "be", "fall", "remain", "look", "see", "find", "watch")
)
_MOST = 3


@dataclass(frozen=True, slots=True)
class About:
    """A thing that lies or stands somewhere; on a table, or on the ground."""

    held: Held
    table: bool


def lying_about(spec: ShotSpec) -> tuple[About, ...]:
    """The things of the action that nobody has, three at most; none in a shot that is too close for them."""
    if spec.size in CLOSE:
        return ()
    known, here = lexicon(), where(spec.location)
    names = names_of(spec.characters)
    had = in_hands(spec)
    bodies = " ".join(f"{one.description} {one.wardrobe}" for one in spec.characters).lower()
    phrases = take_apart(spec.action, names).phrases
    tables = {one.clause for one in phrases if one.words[-1] in TABLES}
    found: list[About] = []
    for phrase in phrases:
        ending = known_ending(phrase.text, known.things)
        if ending is None or ending == "light" or known.things[ending] in had:
            continue
        if seen(phrase, here, ()) or phrase.words[-1] in bodies:
            continue
        if phrase.verb in ("", *_LIES) and phrase.after in ("", "at", "on", "under", "beside", "for", "by"):
            found.append(About(held_as(known.things[ending], phrase), phrase.clause in tables))
    return tuple(dict.fromkeys(found))[:_MOST]


def in_hands(spec: ShotSpec) -> frozenset[str]:
    """The drawings of all things that somebody of a shot has in the hands at some time."""
    held = {holding(person, spec.action).thing for person in spec.characters if person.pose is Pose.HOLDING}
    return frozenset(held | {one.thing.thing for one in moments_of(spec) if one.thing})


def throne_in(spec: ShotSpec) -> frozenset[str]:
    """The ids of those who sit on a throne: their moments have them sit, and the action names one."""
    if "throne" not in spec.action.lower():
        return frozenset()
    sits = {who for one in moments_of(spec) if one.does == SITTING for who in one.who}
    return frozenset(sits | {one.id for one in spec.characters if one.pose is Pose.SITTING})


def seen(phrase: Phrase, here: Where, kinds: Collection[str]) -> bool:
    """Whether the drawing of a place has what a phrase names."""
    if here.place is None:
        return False
    known = lexicon()
    if is_unseen(phrase) or ending_of(phrase, here.place.shows) or ending_of(phrase, kinds):
        return True
    if here.near and ending_of(phrase, (here.near, here.near.split()[-1])):
        return True
    ending = ending_of(phrase, known.places)
    return ending is not None and known.places[ending] is here.place


def is_unseen(phrase: Phrase) -> bool:
    """Whether a phrase names nothing that could be seen."""
    known = lexicon()
    last, stem = phrase.words[-1], singular(phrase.words[-1])
    return any(
        known.only_describes(word) or word[:4].isdigit()
        for word in (last, stem, phrase.text, " ".join(phrase.words))
    )
