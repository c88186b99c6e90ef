"""What people do: poses and held things, from the words of the action."""

from __future__ import annotations

from dataclasses import dataclass, field

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.phrases import Phrase, known_ending, names_of, take_apart
from storyboard.planning.spec import ResolvedCharacter

PARCEL = "parcel"
TAG = "tag"
GRASPS = frozenset(
    (
        *("holding", "reading", "writing", "drinking", "phoning", "giving", "taking", "catching", "throwing"),
        *("picking-up", "putting-down", "aiming", "eating"),
    )
)
"""deeds that are done with a thing in the hand"""


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds.

    Attributes:
        thing: the drawing of it; `tag`, a labelled one, for what the lexicon does not know.
        named: the words that name it, or empty.
        colour: the word for its colour, or empty. It need not be said again of the same thing.
    """

    thing: str
    named: str
    colour: str = field(default="", compare=False)


def held_as(thing: str, phrase: Phrase) -> Held:
    """The thing that a phrase names."""
    colours = lexicon().colours
    return Held(thing, phrase.name, next((word for word in phrase.words if word in colours), ""))


def holding(person: ResolvedCharacter, action: str) -> Held:
    """What somebody holds, from the words of their own action, else of the shot's."""
    for text in (person.action, action):
        found = _held_in(text, person)
        if found:
            return found
    return Held(PARCEL, "")


def _held_in(text: str, person: ResolvedCharacter) -> Held | None:
    known = lexicon()
    own = person.id.lower() if text == person.action else ""
    phrases = take_apart(text, names_of([person]), subject=own).phrases
    things = [phrase for phrase in phrases if known_ending(phrase.text, known.things)]
    grasped = [phrase for phrase in phrases if known.deeds.get(phrase.verb) in GRASPS and _is_object(phrase)]
    for phrase in (*grasped, *things):
        ending = known_ending(phrase.text, known.things)
        if ending:
            return held_as(known.things[ending], phrase)
        if phrase.text.split()[-1] not in known.unseen and not known_ending(phrase.text, known.kinds):
            return Held(TAG, phrase.name)
    return None


def _is_object(phrase: Phrase) -> bool:
    return phrase.after in ("", "of", "up", "down")
