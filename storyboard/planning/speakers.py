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

from storyboard.sex_and_age import MAN, is_child, is_old, is_young, sex_of

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

_DEEP = re.compile(r"\b(?:broad|burly|big|stout|heavy|huge|giant|deep voice)\b")


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
        name = person_in(character.description, character.name)
    return Speaker(engine, name)


def is_english(language: str) -> bool:
    """Whether a tag is that of English, of any country."""
    return language.partition("-")[0] == "en"


@lru_cache(maxsize=1024)
def person_in(description: str, name: str) -> str:
    """The person of hibari's that sounds as the one described looks."""
    is_man = sex_of(name, description) == MAN
    if is_child(description):
        return "boy" if is_man else "girl"
    if is_old(description):
        return "old-man" if is_man else "old-woman"
    if _DEEP.search(description.lower()):
        return "low-man" if is_man else "low-woman"
    if is_young(description):
        return "young-man" if is_man else "young-woman"
    return "man" if is_man else USUAL_PERSON
