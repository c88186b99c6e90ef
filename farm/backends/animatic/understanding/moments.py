"""Moments: who does what to whom with which thing, in the order that an action line tells. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.deeds import GRASPS, TAG, Held, held_as
from farm.backends.animatic.understanding.people import who
from farm.backends.animatic.understanding.phrases import (
    Deed,
    Mention,
    Phrase,
    known_ending,
    names_of,
    take_apart,
)
from farm.backends.animatic.understanding.words import spoken_names
from storyboard.planning.spec import ResolvedCharacter, ShotSpec

EMBRACING, GIVING, TAKING, CATCHING, THROWING = "embracing", "giving", "taking", "catching", "throwing"
PICKING_UP, PUTTING_DOWN, SHAKING_HANDS, REFUSING = "picking-up", "putting-down", "shaking-hands", "refusing"
LOOKING_UP, LOOKING_DOWN, ENTERING, LEAVING = "looking-up", "looking-down", "entering", "leaving"
READING, SITTING, LYING, STANDING, WALKING, RUNNING = (
    "reading",
    "sitting",
    "lying",
    "standing",
    "walking",
    "running",
)
WRITING, PHONING, AIMING, HOLDING = "writing", "phoning", "aiming", "holding"
FOUND_HERE = frozenset(
    {
        EMBRACING,
        SHAKING_HANDS,
        REFUSING,
        LOOKING_UP,
        LOOKING_DOWN,
        ENTERING,
        LEAVING,
    }
)
"""what a verb alone does not say: `shake hands`, `look up`, `come in`"""
_IN = frozenset(("enter", "arrive", "approach"))
_OUT = frozenset(("leave", "exit", "depart", "escape", "flee"))
_HER = frozenset(("woman", "girl", "mother", "sister", "queen", "lady", "daughter", "wife"))
_HIS = frozenset(("man", "boy", "father", "brother", "king", "son", "husband", "fisherman"))
_ON_THE_PHONE = frozenset(("speak", "talk", "answer", "say", "call", "whisper", "shout", "ring", "listen"))
TABLES = frozenset(("table", "desk", "bench", "counter", "shelf", "bar"))
_LIKE = {
    "book": ("letter", "book", "tablet"),
    "letter": ("letter", "book", "tablet"),
    "cup": ("cup", "glass", "bottle"),
    "telephone": ("telephone",),
    "gun": ("gun",),
}
"""what somebody who has one of these reads, writes on, drinks from..."""
_TURNED_IN_HANDS = frozenset(("turn", "tear"))
_ON_THE_HEAD = frozenset(("spectacles", "spectacle", "glasses", "glass", "hat", "cap", "helmet", "mask"))
"""what a hand goes to the brow for"""
_TO_THE_GROUND = frozenset((".", ",", "to", "down", "over", "on", "onto", "from", "and"))
_WITH_A_THING = frozenset(("", "of", "with", "from", "into", "at", "up", "down", "out"))


@dataclass(frozen=True, slots=True)
class Moment:
    """One deed of an action line.

    Attributes:
        verb: in its plain form.
        who: the ids of those who do it.
        does: the pose or gesture that is seen, or empty.
        thing: what it is done with, if anything that hands can hold.
        whom: the id of who it is done to, or empty.
        table: the thing is on a table, or comes from one or gets there.
    """

    verb: str
    who: tuple[str, ...]
    does: str
    thing: Held | None = None
    whom: str = ""
    table: bool = False


def moments(text: str, people: Sequence[ResolvedCharacter], subject: str = "") -> tuple[Moment, ...]:
    """What a text tells of these people, in its order; `subject` does what names nobody."""
    sentence = take_apart(text, names_of(people), subject=subject.lower())
    reader = Cast(people)
    made: list[Moment] = []
    it: Held | None = None
    for deed in sentence.deeds:
        phrases = [one for one in sentence.phrases if one.clause == deed.clause and one.verb == deed.verb]
        mentions = [one for one in sentence.mentions if one.clause == deed.clause and one.verb == deed.verb]
        doers = reader.all_of((*deed.together, deed.subject))
        if not deed.subject:
            doers = reader.all_of([one.name for one in mentions if not one.after])
        thing = _thing(deed, phrases, it if any(one.name in ("it", "them") for one in mentions) else None)
        if thing is not None and not thing.named and it is not None and it.thing in _LIKE[thing.thing]:
            thing = it
        it = thing or it
        if doers:
            whom = reader.other_of(doers, mentions, phrases)
            made.append(
                Moment(deed.verb, doers, _does(deed, phrases, whom), thing, whom, _at_a_table(phrases))
            )
    return (*_in_hand(sentence.phrases, reader, made), *made)


def moments_of(spec: ShotSpec) -> tuple[Moment, ...]:
    """The moments of a shot's action, and of the actions of those whom it gives nothing to do."""
    shot = moments(spec.action, spec.characters)
    busy = {one for moment in shot for one in moment.who if moment.does}
    own = [
        moment
        for person in spec.characters
        if person.action and person.id not in busy
        for moment in moments(person.action, spec.characters, person.id)
    ]
    return (*shot, *own)


class Cast:
    """Whom names, nouns and pronouns mean."""

    def __init__(self, people: Sequence[ResolvedCharacter]) -> None:
        self.people = people
        self.last = ""

    def all_of(self, words: Sequence[str]) -> tuple[str, ...]:
        """The ids of those whom words mean, each once."""
        found: list[str] = []
        for word in words:
            if word == "they":
                found += [one.id for one in self.people]
            elif word:
                found += filter(None, (self.one(word),))
        if found:
            self.last = found[-1]
        return tuple(dict.fromkeys(found))

    def one(self, word: str, besides: Sequence[str] = ()) -> str:
        """The id of whom a word means, or empty; a pronoun means nobody of `besides`."""
        low = word.lower()
        for person in self.people:
            kind = who(person)
            if low in (person.id.lower(), *spoken_names(person.name), *kind.named.split()):
                return person.id
        if low in ("he", "him", "she", "her"):
            kin, others = (_HIS, _HER) if low in ("he", "him") else (_HER, _HIS)
            able = [one for one in self.people if one.id not in besides]
            said = [one for one in able if kin & {*_words(one)}]
            free = [one for one in able if not others & {*_words(one)}]
            fit = said or free
            if any(one.id == self.last for one in fit):
                return self.last
            return fit[0].id if fit else ""
        if low in ("them", "each"):
            return next((one.id for one in self.people if one.id not in besides), "")
        return ""

    def other_of(self, doers: tuple[str, ...], mentions: Sequence[Mention], phrases: Sequence[Phrase]) -> str:
        """The id of whom something is done to, or empty."""
        words = [one.name for one in mentions if one.name != "it"] + [one.words[-1] for one in phrases]
        found = (self.one(word, doers) for word in words)
        whom = next((one for one in found if one and one not in doers), "")
        if not whom and len(doers) > 1:
            whom = doers[0]
        return whom


def _in_hand(phrases: Sequence[Phrase], reader: Cast, made: Sequence[Moment]) -> tuple[Moment, ...]:
    """What somebody has without a verb: `the letter in both hands`, `a figure with a lantern`."""
    known, found = lexicon(), []
    had = {one.thing.thing for one in made if one.thing}
    owner = reader.last or (reader.people[0].id if len(reader.people) == 1 else "")
    for phrase, after in zip(phrases, [*phrases[1:], None], strict=False):
        thing = known_ending(phrase.text, known.things)
        if thing is None or known.things[thing] in had or not owner:
            continue
        in_hand = after is not None and after.after == "in" and after.words[-1] in ("hand", "hands")
        alone = phrase.after == "with" and not phrase.verb and len(reader.people) == 1
        if in_hand or alone:
            found.append(Moment("hold", (owner,), HOLDING, held_as(known.things[thing], phrase)))
    return tuple(found[:1])


def _words(person: ResolvedCharacter) -> list[str]:
    return person.description.lower().replace(",", " ").split()


def _thing(deed: Deed, phrases: Sequence[Phrase], it: Held | None) -> Held | None:
    known = lexicon()
    does = HOLDING if deed.verb in _TURNED_IN_HANDS else known.deeds.get(deed.verb, "")
    if does not in GRASPS:
        phrases = [
            one for one in phrases if one.after == "with" or (one.after in ("into", "on") and _rings(one))
        ]
    ordered = sorted(phrases, key=lambda one: one.after not in ("", "of", "up", "down"))
    for phrase in ordered:
        ending = known_ending(phrase.text, known.things)
        if ending and (phrase.after in (*_WITH_A_THING, "on") or (does == WRITING and phrase.after == "in")):
            return held_as(known.things[ending], phrase)
    if it is not None:
        return it
    if does in (GIVING, TAKING, CATCHING, THROWING, PUTTING_DOWN, PICKING_UP, HOLDING):
        for phrase in ordered:
            if deed.verb in _TURNED_IN_HANDS:
                break
            body = known_ending(phrase.text, known.kinds) or phrase.text.split()[-1] in known.unseen
            if (
                phrase.after in ("", "up", "down")
                and not body
                and not known_ending(phrase.text, known.places)
            ):
                return Held(TAG, phrase.name)
    implied = {READING: "book", WRITING: "letter", "drinking": "cup", PHONING: "telephone", AIMING: "gun"}
    return Held(implied[does], "") if does in implied and not phrases else None


def _rings(phrase: Phrase) -> bool:
    return lexicon().things.get(phrase.text.split()[-1]) == "telephone"


def _does(deed: Deed, phrases: Sequence[Phrase], whom: str) -> str:
    """The pose or gesture of a verb with the words around it."""
    does = lexicon().deeds.get(deed.verb, "")
    objects = {phrase.text.split()[-1] for phrase in phrases}
    if any(_rings(phrase) for phrase in phrases) and deed.verb in _ON_THE_PHONE:
        return PHONING
    if deed.verb == "shake":
        return REFUSING if "head" in objects else SHAKING_HANDS if "hand" in objects or whom else ""
    if does == TAKING and deed.onward == "off":
        return "saluting" if objects & _ON_THE_HEAD else ""
    if deed.verb in _TURNED_IN_HANDS:
        direct = [one.text for one in phrases if one.after in ("", "over")]
        return HOLDING if any(known_ending(one, lexicon().things) for one in direct) else does
    if deed.verb == "get" and deed.onward == "up":
        return STANDING
    if does == "looking" and deed.onward in ("up", "down"):
        return LOOKING_UP if deed.onward == "up" else LOOKING_DOWN
    if does == "looking" and objects & {"floor", "ground", "foot", "feet", "hand", "grave"}:
        return LOOKING_DOWN
    if does == "looking" and objects & {"sky", "moon", "star", "stars", "ceiling", "sun"}:
        return LOOKING_UP
    if deed.verb == "come" and deed.onward in ("in", "out", "into", "through", "from"):
        return ENTERING
    if deed.verb == "ride" and deed.onward in ("away", "off", "out", "in"):
        return ENTERING if deed.onward == "in" else LEAVING
    if deed.verb in ("fly", "soar") and any(one.after in ("on", "upon", "astride") for one in phrases):
        return RUNNING
    if deed.verb in _OUT or (does in (WALKING, RUNNING) and deed.onward in ("out", "away", "off")):
        return LEAVING
    if deed.verb in _IN or (does in (WALKING, RUNNING) and deed.onward == "in"):
        return ENTERING
    if deed.verb == "fall" and deed.onward in _TO_THE_GROUND:
        return LYING
    if deed.verb == "lay" and not objects:
        return LYING
    return does


def _at_a_table(phrases: Sequence[Phrase]) -> bool:
    return any(one.words[-1] in TABLES for one in phrases)
