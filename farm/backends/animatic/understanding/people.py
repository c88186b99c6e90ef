"""Who somebody is: the kind of body that a description asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from farm.backends.animatic.lexicon import Lexicon, lexicon
from farm.backends.animatic.understanding.phrases import heads, known_ending
from storyboard.planning.spec import ResolvedCharacter
from storyboard.sex_and_age import GROWN, age_in

PERSON, CHILD, UNKNOWN = "person", "child", "unknown"
_REMEMBERED = 256
"""people whose kinds are kept"""
_TRADES_END = (
    "er",
    "or",
    "ist",
    "man",
    "woman",
    "smith",
    "ian",
    "eer",
    "ess",
    "monger",
    "wright",
    "maid",
    "boy",
    "girl",
)


@dataclass(frozen=True, slots=True)
class Who:
    """A character as a body.

    Attributes:
        kind: of the lexicon; `unknown` for what it does not know: a labelled figure stands there.
        named: the word that says what they are, or empty where none does.
        clothes: what somebody of their trade wears, for those whose wardrobe says nothing.
        known: whether the word is in the lexicon.
    """

    kind: str
    named: str
    clothes: str = ""
    known: bool = True


def who(person: ResolvedCharacter) -> Who:
    """The kind of a character: the first word of the description that says what somebody is."""
    return _who(person.description, person.name, lexicon())


@lru_cache(_REMEMBERED)
def _who(description: str, name: str, known: Lexicon) -> Who:
    named = ""
    for head in heads(description):
        ending = known_ending(head, known.kinds)
        if ending:
            kind = known.kinds[ending]
            years = age_in(description) if kind == CHILD else None
            grown = years is not None and years >= GROWN
            return Who(PERSON if grown else kind, ending, known.trades.get(ending, ""))
        last = head.split()[-1]
        if last not in known.unseen and last not in known.garments and last not in known.plain_garments:
            named = named or head
    for word, kind in known.other_kinds:
        if word in (description or name):
            return Who(kind, word)
    if not named:
        return Who(PERSON, "")
    if named.split()[-1].endswith(_TRADES_END):
        return Who(PERSON, named, known=False)
    return Who(UNKNOWN, named, known=False)
