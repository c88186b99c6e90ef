"""Who speaks a character's lines: the engine, and which of its voices. Pure.

Two engines come along: hibari speaks English, espeak-ng all else. A character that names neither an engine
nor a voice is spoken by the one that speaks the film's language best, in the voice of a person like the one
that is described.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storyboard.schema.film import Character

ESPEAK = "espeak"
"""the engine of every language"""
HIBARI = "hibari"
"""the engine of English"""
USUAL_PERSON = "woman"
"""the voice of hibari's network, unchanged"""
PERSONS = (
    USUAL_PERSON,
    *("young-woman", "low-woman", "old-woman"),
    *("man", "young-man", "low-man", "old-man"),
    *("girl", "boy"),
)
"""hibari's voices"""

_WOMAN = re.compile(
    r"\b(?:she|herself|woman|women|girl|lady|mother|mum|mom|grandmother|granny|aunt|sister|daughter|wife|widow|"
    r"queen|princess|nun|actress|waitress|witch|fisherwoman|policewoman|businesswoman|schoolgirl|female)\b"
)
_MAN = re.compile(
    r"\b(?:he|himself|man|men|boy|gentleman|father|dad|grandfather|grandpa|uncle|brother|son|husband|widower|king|"
    r"prince|monk|priest|actor|waiter|wizard|guy|male|schoolboy|bearded|beard|moustache|mustache|(?!\w*woman)\w+man)\b"
)
_CHILD = re.compile(r"\b(?:child|kid|toddler|girl|boy|schoolgirl|schoolboy|pupil)\b")
_OLD = re.compile(r"\b(?:old|elderly|aged|ancient|granny|grandpa|grandmother|grandfather)\b")
_YOUNG = re.compile(r"\b(?:young|teenage|teenager|student)\b")
_DEEP = re.compile(r"\b(?:broad|burly|big|stout|heavy|huge|giant|deep voice)\b")
_YEARS_OLD = re.compile(r"\b(\d+|\w+) years? old\b")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNDER_TWENTY = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_AGES = {word: number for number, word in enumerate(_UNDER_TWENTY, 1)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_AGE = re.compile(
    rf"(?:\bof |\baged |,\s*|\()(?:about )?(\d{{1,3}}|{'|'.join(_AGES)})\b(?!['\u2019-]?\s*(?:s\b|\w+s\b))"
)
_GROWN, _YOUNG_UNTIL, _OLD_FROM = 14, 26, 65


@dataclass(frozen=True, slots=True)
class Speaker:
    """What speaks a character's lines.

    Attributes:
        engine: its name.
        voice: one of its own; None for its voice of the film's language.
    """

    engine: str
    voice: str | None


def speaker_of(character: Character, language: str) -> Speaker:
    """What speaks a character's lines in a film in this language (a BCP 47 tag).

    A name of one of hibari's persons asks for hibari, any other name for espeak.
    """
    engine, name = character.voice.engine, character.voice.name
    if engine is None:
        by_hibari = name in PERSONS if name is not None else is_english(language)
        engine = HIBARI if by_hibari else ESPEAK
    if engine == HIBARI and name is None:
        name = person_in(character.description)
    return Speaker(engine, name)


def is_english(language: str) -> bool:
    """Whether a tag is that of English, of any country."""
    return language.partition("-")[0] == "en"


@lru_cache(maxsize=1024)
def person_in(description: str) -> str:
    """The person of hibari's that sounds as the one described looks; its usual voice where no word tells."""
    words = description.lower()
    age = _age(words)
    woman, man = _WOMAN.search(words), _MAN.search(words)
    is_man = bool(man) and not (woman and man and woman.start() < man.start())
    if _CHILD.search(words) if age is None else age < _GROWN:
        return "boy" if is_man else "girl"
    if (_OLD.search(words) and not _YEARS_OLD.search(words)) if age is None else age >= _OLD_FROM:
        return "old-man" if is_man else "old-woman"
    if _DEEP.search(words):
        return "low-man" if is_man else "low-woman"
    if _YOUNG.search(words) if age is None else age < _YOUNG_UNTIL:
        return "young-man" if is_man else "young-woman"
    return "man" if is_man else USUAL_PERSON


def _age(words: str) -> int | None:
    """How old somebody is said to be, in years."""
    found = _YEARS_OLD.search(words) or _AGE.search(words)
    if found is None:
        return None
    return int(found[1]) if found[1].isdigit() else _AGES.get(found[1])
