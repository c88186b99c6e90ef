"""Clauses of other languages as English ones, which the grammar of action lines reads. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.understanding.phrases import known_ending

_TO_SOMEBODY = frozenset(("give", "throw", "show", "bow", "speak", "wave", "run", "walk", "point", "whisper"))
"""what is done to somebody, and not them"""
_FROM_SOMEBODY = frozenset(("take",))
_PRONOUNS = frozenset(("he", "she", "it", "they", "him", "her", "them"))


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase in English, and the preposition before it, or empty.

    Attributes:
        words: with its determiner.
        after: the preposition.
        person: it names somebody.
        object_only: its form says that it is no subject.
    """

    words: str
    after: str = ""
    person: bool = False
    object_only: bool = False


@dataclass(slots=True)
class Clause:
    """What a clause says."""

    verb: str = ""
    subject: tuple[str, ...] = ()
    objects: list[Noun] = field(default_factory=list)
    rest: list[Noun] = field(default_factory=list)
    """phrases with a preposition"""


def is_person(words: str) -> bool:
    """Whether an English phrase names somebody."""
    return known_ending(words, lexicon().kinds) is not None


def english(clause: Clause) -> str:
    """A clause as an English sentence without its stop."""
    if not clause.verb:
        first = ", ".join((*clause.subject, *(one.words for one in clause.objects)))
        return " ".join(filter(None, (first, *map(_told, clause.rest))))
    stem, _, tail = clause.verb.partition(" ")
    many = len(clause.subject) > 1 or clause.subject == ("they",)
    verb = stem if many else _third(stem)
    objects, beside, rest = [*clause.objects], list[str](), [*clause.rest]
    to_somebody = "to" if stem in _TO_SOMEBODY else "from" if stem in _FROM_SOMEBODY else ""
    direct: list[str] = []
    for one in objects:
        if to_somebody and (one.person or one.words in ("him", "her", "them")) and len(objects) > 1:
            beside.append(f"{to_somebody} {one.words}")
        elif to_somebody == "to" and one.person and not tail:
            beside.append(f"to {one.words}")
        else:
            direct.append(one.words)
    if not direct and not to_somebody:
        whom = next((one for one in rest if one.after in ("to", "of") and one.person), None)
        if whom is not None and (tail or stem in ("embrace", "help", "fight")):
            rest.remove(whom)
            direct.append(whom.words)
    if tail.endswith((" with", " at")) or tail in ("at", "with"):
        tail = tail if direct or rest else tail.rpartition(" ")[0]
        if not direct and rest and rest[0].after in ("to", "on", "in", "of", "at", "through", "from"):
            direct.append(rest.pop(0).words)
    said = [" and ".join(clause.subject), verb, tail, " and ".join(direct), *beside, *map(_told, rest)]
    return " ".join(part for part in said if part)


def subject_of(words: str) -> str:
    """How a subject is written at the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def _told(noun: Noun) -> str:
    return f"{noun.after} {noun.words}".strip()


def _third(stem: str) -> str:
    """The form of a verb that one person does."""
    if stem.endswith(("s", "sh", "ch", "x", "o")):
        return f"{stem}es"
    if stem.endswith("y") and stem[-2] not in "aeiou":
        return f"{stem[:-1]}ies"
    return f"{stem}s"
